using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Summaries;

/// <summary>The proposals addressed to the person who asks, as far as that person may still approve them, in no order that says when they were made.</summary>
internal static class ListApprovals
{
    public sealed record Item(ProposalId Id, string Kind, string Proposal, byte[] Ciphertext, string State);

    public sealed record Answer(IReadOnlyList<Item> Items);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Releasers;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var rows = await (
                from approver in db.Set<ProposalApprover>()
                join row in db.Set<SealedProposal>() on approver.Proposal equals row.Id
                where approver.Person == me
                orderby row.Id
                select row).ToListAsync(cancellationToken);
            var directory = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            var mine = new List<SealedProposal>(rows.Count);
            foreach (var row in rows)
            {
                if (await ApproverRules.MayApproveAsync(db, directory, row.Case, me, cancellationToken))
                    mine.Add(row);
            }
            return new Answer([.. mine.Select(r => new Item(
                r.Id, r.KindWire, r.Proposal, r.Read(keys.Get(r.Case)), r.Wire))]);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/approvals", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListApprovals)).Answers(401, 404);
}
