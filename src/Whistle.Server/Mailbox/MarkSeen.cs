using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Mailbox;

/// <summary>The source has read the replies up to one of them.</summary>
internal static class MarkSeen
{
    public sealed record Body(int Seq);

    public sealed record Command(MailboxToken? Token, int Seq) : IRequest<Outcome<Done>>, IFromSource
    {
        public bool NeedsMailbox => true;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Seq).GreaterThanOrEqualTo(0).WithErrorCode("seq-missing");
    }

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var mailbox = await db.Set<SourceMailbox>().FirstOrDefaultAsync(m => m.Id == actor.Mailbox, cancellationToken);
            if (mailbox is null)
                return Refusal.SessionOver;
            mailbox.See(request.Seq);
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/mailbox/seen", async Task<Results<NoContent, Problem>> (
            Body body, HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(MailboxToken.Of(http), body.Seq), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName("MarkMailboxSeen").Answers(400, 401);
}
