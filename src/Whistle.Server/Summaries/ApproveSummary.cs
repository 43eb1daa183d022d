using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Summaries;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Summaries;

/// <summary>
/// Four eyes: the approver's device sends its signed approval and the text. Only where both signatures hold under the
/// current directory, the two are different people, and the text is the proposed one to the byte, does it leave the
/// encryption.
/// </summary>
internal static class ApproveSummary
{
    public sealed record Body(string Approval, string Released)
    {
        public override string ToString() => "(approval)";
    }

    public sealed record Command(SummaryId Summary, string Approval, string Released) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Releasers;

        public override string ToString() => "(approval)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Approval).Must(a => SummaryApproval.Parse(Encoding.UTF8.GetBytes(a)).IsOk).WithErrorCode("approval-malformed");
            RuleFor(c => c.Released).Must(r => Protocol.Summaries.ReleasedText.Parse(Encoding.UTF8.GetBytes(r)).IsOk).WithErrorCode("summary-malformed");
        }
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, KnownDirectories directories) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            if (await FindAsync(db, request.Summary, me, cancellationToken) is not { } row)
                return Refusal.NotFound;
            var proposal = SummaryProposal.Parse(Encoding.UTF8.GetBytes(row.Proposal)).Require();
            var approval = SummaryApproval.Parse(Encoding.UTF8.GetBytes(request.Approval)).Require();
            var released = Protocol.Summaries.ReleasedText.Parse(Encoding.UTF8.GetBytes(request.Released)).Require();
            if (approval.Value.Approver == row.Proposer || me == row.Proposer)
                return new Refusal(StatusCodes.Status403Forbidden, "same-person");

            var view = await directories.CurrentAsync(db, cancellationToken);
            var directory = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            var about = await db.Set<Case>().AsNoTracking().FirstAsync(c => c.Id == row.Case, cancellationToken);
            if (view is null || directory is null
                || approval.Value.Approver != me
                || !view.SigningKeys.TryGetValue(row.Proposer, out var proposerKey)
                || !view.SigningKeys.TryGetValue(me, out var approverKey))
                return Refusal.Bad("signature-invalid");
            if (!await ApproverRules.MayApproveAsync(db, directory, row.Case, about.Channel, me, cancellationToken))
                return Refusal.NotFound;
            if (SummaryApproval.Refuse(proposal, proposerKey, approval, approverKey, released, view.Root) is { } code)
                return Of(code);
            if (released.Channel != about.Channel)
                return Refusal.Conflict("summary-differs");
            if (!row.Release(request.Approval))
                return Refusal.Conflict("move-not-allowed");

            db.Add(new ReleasedSummary(row.Id, new ReleasedText(
                released.Summary.ToString(), released.Channel.ToString(), released.Category, released.Severity, released.Outcome,
                released.Quarter, released.Lang, released.Title, released.Text)));
            unit.Audit("summary.released", about: row.Case);
            return default(Done);
        }

        private static Refusal Of(string code) => code switch
        {
            "same-person" => new Refusal(StatusCodes.Status403Forbidden, code),
            "signature-invalid" => Refusal.Bad(code),
            _ => Refusal.Conflict(code),
        };
    }

    /// <summary>A proposal addressed to this person; null otherwise, whether it is somebody else's or never was.</summary>
    internal static async Task<ProposedSummary?> FindAsync(WhistleDb db, SummaryId summary, PersonId person, CancellationToken ct) =>
        await db.Set<SummaryApprover>().AnyAsync(a => a.Summary == summary && a.Person == person, ct)
            ? await db.Set<ProposedSummary>().FirstOrDefaultAsync(s => s.Id == summary, ct)
            : null;

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/approvals/{summary}/approve", async Task<Results<NoContent, Problem>> (SummaryId summary, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(summary, body.Approval, body.Released), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(ApproveSummary)).Answers(400, 401, 403, 404, 409)
        // Up to 64 KiB of text, more where JSON escapes it.
        .WithMetadata(new BodyLimit(256 * 1024));
}
