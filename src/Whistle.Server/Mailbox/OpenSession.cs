using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Mailbox;

/// <summary>
/// A source shows that it holds the words (SPEC 9). An unknown mailbox, a wrong signature and a malformed key answer alike.
/// </summary>
internal static class OpenSession
{
    public sealed record Body(byte[] Mailbox, byte[] Nonce, byte[] Signature);

    public sealed record Query(byte[] Mailbox, byte[] Nonce, byte[] Signature) : IRequest<Outcome<Answer>>, IFromSource, IQuery
    {
        public override string ToString() => "OpenSession(redacted)";
    }

    public sealed record Answer(string Token, int Seconds)
    {
        public override string ToString() => "(token)";
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Challenges challenges, MailboxSessions sessions, IOptions<WhistleOptions> options)
        : IRequestHandler<Query, Outcome<Answer>>
    {
        private static readonly Refusal WordsUnknown = new(StatusCodes.Status401Unauthorized, "words-unknown");

        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            if (challenges.Use(ChallengePurpose.Mailbox, request.Nonce) is { } refusal)
                return refusal;
            if (!VerifyKey.TryFromBytes(request.Mailbox, out var key))
                return WordsUnknown;
            var id = SourceKeys.IdOf(key);
            // The row is asked for whether or not the signature holds, so that the time of the answer tells neither.
            var exists = await db.Set<SourceMailbox>().AnyAsync(m => m.Id == id, cancellationToken);
            var signed = options.Value.Origins.Any(o => key.Verify(PossessionProofs.Mailbox(o, id, request.Nonce), request.Signature));
            return exists && signed
                ? new Answer(sessions.Open(id).Value, options.Value.MailboxSessionSeconds)
                : WordsUnknown;
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/mailbox/session", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(body.Mailbox, body.Nonce, body.Signature), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName("OpenMailboxSession").Answers(400, 401);
}
