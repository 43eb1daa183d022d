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
using Whistle.Server.Retention;

namespace Whistle.Server.Summaries;

/// <summary>
/// Four eyes: the approver's device sends its signed approval and the text. Only where both signatures hold under the
/// current directory, the two are different people, and the text is the proposed one to the byte, does it leave the
/// encryption. A closing is approved alike, and its text stays sealed; with the approval of a purge, what it names is gone.
/// </summary>
internal static class ApproveSummary
{
    public sealed record Body(string Approval, string? Released = null)
    {
        public override string ToString() => "(approval)";
    }

    public sealed record Command(ProposalId Proposal, string Approval, string? Released) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Releasers;

        public override string ToString() => "(approval)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Approval).Must((c, a) => KindsOf(c).Any(k => FourEyesApproval.Parse(Encoding.UTF8.GetBytes(a), k).IsOk)).WithErrorCode("approval-malformed");
            RuleFor(c => c.Released).Must(r => r is null || Protocol.Summaries.ReleasedText.Parse(Encoding.UTF8.GetBytes(r)).IsOk).WithErrorCode("summary-malformed");
        }
    }

    /// <summary>A text comes with what releases one, and with nothing else.</summary>
    private static FourEyesKind[] KindsOf(Command command) => command.Released is null ? [FourEyesKind.Closing, FourEyesKind.Purge] : [FourEyesKind.Summary];

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, KnownDirectories directories, Purges purges) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            if (await FindAsync(db, request.Proposal, me, cancellationToken) is not { } row)
                return Refusal.NotFound;
            var signed = FourEyesApproval.Parse(Encoding.UTF8.GetBytes(request.Approval), row.Kind);
            if (!KindsOf(request).Contains(row.Kind) || !signed.IsOk)
                return Refusal.Conflict("proposal-differs");
            var proposal = FourEyesProposal.Parse(Encoding.UTF8.GetBytes(row.Proposal), row.Kind).Require();
            var approval = signed.Value;
            var released = request.Released is { } text ? Protocol.Summaries.ReleasedText.Parse(Encoding.UTF8.GetBytes(text)).Require() : null;
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
            if (FourEyesApproval.Refuse(proposal, proposerKey, approval, approverKey, released, view.Root) is { } code)
                return Of(code);
            if (released is not null && released.Channel != about.Channel)
                return Refusal.Conflict("summary-differs");
            if (released is null && !await ApproverRules.MayCloseAsync(db, directory, row.Case, about.Channel, row.Proposer, me, cancellationToken))
                return Refusal.NotFound;
            if (!row.Approve(request.Approval))
                return Refusal.Conflict("move-not-allowed");
            if (proposal.Value.Purge is { } purge)
            {
                // Whoever reads the thread looks both signers up in the version that the proposal names.
                var then = await directories.FindAsync(db, purge.Directory, cancellationToken);
                if (then is null || !then.Lists(row.Proposer, proposerKey.Bytes.Span) || !then.Lists(me, approverKey.Bytes.Span))
                    return Refusal.Conflict("proposal-outdated");
                if (await purges.RefuseAsync(about, purge, cancellationToken) is { } no)
                    return no;
                await purges.ApplyAsync(row.Case, purge.Target, cancellationToken);
                row.End();
                unit.Audit("purge.done", about: row.Case);
                return default(Done);
            }
            if (released is null)
            {
                unit.Audit("closing.approved", about: row.Case);
                return default(Done);
            }

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
    internal static async Task<SealedProposal?> FindAsync(WhistleDb db, ProposalId proposal, PersonId person, CancellationToken ct) =>
        await db.Set<ProposalApprover>().AnyAsync(a => a.Proposal == proposal && a.Person == person, ct)
            ? await db.Set<SealedProposal>().FirstOrDefaultAsync(s => s.Id == proposal, ct)
            : null;

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/approvals/{proposal}/approve", async Task<Results<NoContent, Problem>> (ProposalId proposal, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(proposal, body.Approval, body.Released), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(ApproveSummary)).Answers(400, 401, 403, 404, 409)
        // Up to 64 KiB of text, more where JSON escapes it.
        .WithMetadata(new BodyLimit(256 * 1024));
}
