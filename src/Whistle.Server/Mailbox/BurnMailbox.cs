using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Mailbox;

/// <summary>
/// The source leaves for good: its mailbox and state are gone at once, the case stays with the team. The team learns of it
/// from the next batch, as of everything that a source does.
/// </summary>
internal static class BurnMailbox
{
    public sealed record Command(MailboxToken? Token) : IRequest<Outcome<Done>>, IFromSource
    {
        public bool NeedsMailbox => true;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, MailboxSessions sessions) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var mailbox = await db.Set<SourceMailbox>().FirstOrDefaultAsync(m => m.Id == actor.Mailbox, cancellationToken);
            if (mailbox is null)
                return Refusal.SessionOver;
            db.Remove(mailbox);
            unit.OnCommitted(() => sessions.End(mailbox.Id));
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapDelete("/mailbox", async Task<Results<NoContent, Problem>> (HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(MailboxToken.Of(http)), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(BurnMailbox)).Answers(401);
}
