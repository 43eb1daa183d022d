using System.Security.Cryptography;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// The first letter of a case, to whoever proves possession of its key (SPEC 11.1): the holders of recovery read in it whom the
/// source left out, before anybody gets the key. It stands in the case's history. Whatever fails answers as a case that never was.
/// </summary>
internal static class ReadForRecovery
{
    public sealed record Body(CaseId Case, byte[] Nonce, byte[] Signature);

    public sealed record Command(CaseId Case, byte[] Nonce, byte[] Signature) : IRequest<Outcome<Answer>>, IFromSource
    {
        public override string ToString() => "ReadForRecovery(redacted)";
    }

    public sealed record Answer(byte[] Message)
    {
        public override string ToString() => "ReadForRecovery(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, StorageKeys keys, Challenges challenges, IOptions<WhistleOptions> options)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        /// <summary>Where there is no such case, the same work is done with a key that cannot have signed this.</summary>
        private static readonly VerifyKey s_nobody = SigningKey.FromSeed(RandomNumberGenerator.GetBytes(SigningKey.SeedLength)).Public;

        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var used = challenges.Use(ChallengePurpose.Mailbox, request.Nonce);
            var found = await db.Set<Case>().AsNoTracking().FirstOrDefaultAsync(c => c.Id == request.Case, cancellationToken);
            var first = await db.Set<Message>().AsNoTracking()
                .FirstOrDefaultAsync(m => m.Case == request.Case && m.Direction == Direction.Source && m.Seq == 1 && m.Released, cancellationToken);
            if (found is null || !VerifyKey.TryFromBytes(found.Access, out var access))
                access = s_nobody;
            var isProven = options.Value.Origins.Any(o => access.Verify(PossessionProofs.Recovery(o, request.Case, request.Nonce), request.Signature));
            if (used is not null || first is null || !isProven)
                return Refusal.NotFound;
            unit.Audit("case.recovery-read", about: request.Case);
            return new Answer(first.Read(keys.Get(request.Case)));
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/recovery", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Case, body.Nonce, body.Signature), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadForRecovery)).Answers(400, 404);
}
