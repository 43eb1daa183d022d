using FluentValidation;
using MediatR;
using Whistle.Protocol;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Summaries;

/// <summary>Refuses a proposal with a code alone: an approver cannot seal to a case, and free text here would be in the clear.</summary>
internal static class RefuseSummary
{
    public sealed record Body(string Code);

    public sealed record Command(ProposalId Proposal, string Code) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Releasers;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Code)
            .Must(c => c is "identifies-source" or "identifies-other" or "not-accurate" or "not-ready" or "outcome-unfounded" or "relevant" or "other").WithErrorCode("refusal-unknown");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var directory = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            if (await ApproveSummary.FindAsync(db, request.Proposal, me, cancellationToken) is not { } row
                || !await ApproverRules.MayApproveAsync(db, directory, row.Case, me, cancellationToken))
                return Refusal.NotFound;
            if (!row.Refuse(request.Code))
                return Refusal.Conflict("move-not-allowed");
            var act = row.Kind switch
            {
                FourEyesKind.Summary => "summary.refused",
                FourEyesKind.Closing => "closing.refused",
                _ => "purge.refused",
            };
            unit.Audit(act, about: row.Case);
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/approvals/{proposal}/refuse", async Task<Results<NoContent, Problem>> (ProposalId proposal, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(proposal, body.Code), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(RefuseSummary)).Answers(400, 401, 404, 409);
}
