using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Mailbox;

/// <summary>A follow-up by the source; it reaches the desk with the next batch (SPEC 13).</summary>
internal static class WriteMessage
{
    public sealed record Command(MailboxToken? Token, NewMessage Message) : IRequest<Outcome<Threads.Added>>, IFromSource
    {
        public bool NeedsMailbox => true;
    }

    public sealed record Answer(int Seq, Hash32 Hash);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Message).SetValidator(new NewMessageValidator());
    }

    internal sealed class Handler(WhistleDb db, Actor actor, Threads threads) : IRequestHandler<Command, Outcome<Threads.Added>>
    {
        public async Task<Outcome<Threads.Added>> Handle(Command request, CancellationToken cancellationToken)
        {
            var about = await db.Set<SourceMailbox>().Where(m => m.Id == actor.Mailbox)
                .Select(m => (CaseId?)m.Case).FirstOrDefaultAsync(cancellationToken);
            return about is { } id
                ? await threads.AddAsync(id, Direction.Source, request.Message, author: null, cancellationToken)
                : Refusal.SessionOver;
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/mailbox/messages", async Task<Results<Created<Answer>, Ok<Answer>, Problem>> (
            NewMessage body, HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(MailboxToken.Of(http), body), ct);
            if (outcome.Refused(out var problem))
                return problem;
            var answer = new Answer(outcome.Value.Seq, outcome.Value.Hash);
            return outcome.Value.IsNew ? TypedResults.Created((string?)null, answer) : TypedResults.Ok(answer);
        })
        .WithMetadata(new BodyLimit(MessageBody))
        .WithName("WriteFromMailbox").Answers(400, 401, 409, 413);

    /// <summary>The longest message (64 KiB and its seal) in base64url, and the members beside it.</summary>
    internal const int MessageBody = 96 * 1024;
}
