using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Age;
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
/// Proposes a redacted summary of a claimed case, its closing, or that something of it is deleted: the signed proposal in
/// the clear, the text sealed to the case and the approvers. Proposing the same again changes nothing.
/// </summary>
internal static class ProposeSummary
{
    private const int MostApprovers = 16;
    private const int HybridStanza = 1557;

    public sealed record Body(string Proposal, byte[] Ciphertext, IReadOnlyList<PersonId> Approvers)
    {
        public override string ToString() => "(summary)";
    }

    public sealed record Answer(ProposalId Id);

    public sealed record Command(CaseId Case, FourEyesKind Kind, string Proposal, byte[] Ciphertext, IReadOnlyList<PersonId> Approvers)
        : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "(summary)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Proposal).Must((c, p) => FourEyesProposal.Parse(Encoding.UTF8.GetBytes(p), c.Kind).IsOk)
                .WithErrorCode("proposal-malformed");
            RuleFor(c => c.Approvers)
                .Must(a => a.Count is >= 1 and <= MostApprovers && a.Distinct().Count() == a.Count).WithErrorCode("approvers-wrong");
            RuleFor(c => c.Ciphertext).Must((c, file) => IsSealed(file, 1 + c.Approvers.Count)).WithErrorCode("seal-malformed");
        }

        // SPEC 2 and 12: padded as a message, one stanza for the case and one for each approver.
        private static bool IsSealed(byte[] file, int stanzas) =>
            AgeHeader.TryParse(file, out var header) && header.Stanzas.Count == stanzas
            && file.Length - (22 + HybridStanza * stanzas + 48 + 16 + 16) is 4096 or 8192 or 16384 or 32768 or 65536;
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, KnownDirectories directories, StorageKeys keys, Purges purges)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var signed = FourEyesProposal.Parse(Encoding.UTF8.GetBytes(request.Proposal), request.Kind).Require();
            var proposal = signed.Value;
            var me = actor.Member.Id;
            if (proposal.Case != request.Case || proposal.Proposer != me)
                return Refusal.Conflict("proposal-differs");
            var view = await directories.CurrentAsync(db, cancellationToken);
            var directory = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            if (view is null || directory is null || !view.SigningKeys.TryGetValue(me, out var key) || !signed.IsSignedBy(key, view.Root))
                return Refusal.Bad("signature-invalid");

            if (await db.Set<SealedProposal>().FirstOrDefaultAsync(s => s.Id == proposal.Id, cancellationToken) is { } earlier)
            {
                return earlier.Case == request.Case && string.Equals(earlier.Proposal, request.Proposal, StringComparison.Ordinal)
                    ? new Answer(earlier.Id)
                    : Refusal.Conflict("proposal-differs");
            }
            if (request.Kind == FourEyesKind.Closing && await MakeRoomAsync(request.Case, cancellationToken) is { } pending)
                return pending;
            if (proposal.Purge is { } purge)
            {
                // Whoever reads the thread looks both signers up in the version that it names.
                if (purge.Directory != view.Hash)
                    return Refusal.Conflict("proposal-outdated");
                if (await purges.RefuseAsync(actor.Case, purge, cancellationToken) is { } no)
                    return no;
                if (await purges.IsPendingAsync(request.Case, purge, cancellationToken))
                    return Refusal.Conflict("purge-pending");
            }
            foreach (var approver in request.Approvers)
            {
                if (approver == me)
                    return new Refusal(StatusCodes.Status403Forbidden, "same-person");
                if (!await ApproverRules.MayApproveAsync(db, directory, request.Case, actor.Case.Channel, approver, cancellationToken))
                    return Refusal.Conflict("approver-unfit");
                if (request.Kind != FourEyesKind.Summary
                    && !await ApproverRules.MayCloseAsync(db, directory, request.Case, actor.Case.Channel, me, approver, cancellationToken))
                    return Refusal.Conflict("approver-unfit");
            }
            var wrapped = keys.Get(request.Case).Wrap(SealedProposal.NameOf(proposal.Id), request.Ciphertext);
            var row = new SealedProposal(proposal, request.Proposal, wrapped);
            db.Add(row);
            db.AddRange(request.Approvers.Select(a => new ProposalApprover(proposal.Id, a)));
            unit.Audit(request.Kind switch
            {
                FourEyesKind.Summary => "summary.proposed",
                FourEyesKind.Closing => "closing.proposed",
                _ => "purge.proposed",
            });
            return new Answer(proposal.Id);
        }

        /// <summary>One closing at a time: its proposer and a lead may put another in its place, others are told.</summary>
        private async Task<Refusal?> MakeRoomAsync(CaseId about, CancellationToken ct)
        {
            if (CaseMoves.Between(actor.Case.State, CaseState.Closed) is null)
                return Refusal.Conflict("move-not-allowed");
            var open = await db.Set<SealedProposal>()
                .Where(s => s.Case == about && s.Kind == FourEyesKind.Closing && (s.State == ProposalState.Proposed || s.State == ProposalState.Approved))
                .ToListAsync(ct);
            if (open.Exists(o => o.Proposer != actor.Member.Id) && actor.Member.Role != Role.Lead)
                return Refusal.Conflict("closing-pending");
            open.ForEach(o => o.End());
            return null;
        }
    }

    internal static void Map(IEndpointRouteBuilder desk)
    {
        Map("summaries", FourEyesKind.Summary).WithName(nameof(ProposeSummary));
        Map("closings", FourEyesKind.Closing).WithName("ProposeClosing");
        Map("purges", FourEyesKind.Purge).WithName("ProposePurge");

        RouteHandlerBuilder Map(string path, FourEyesKind kind) => desk
            .MapPost("/cases/{id}/" + path, async Task<Results<Created<Answer>, Problem>> (CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
            {
                var outcome = await mediator.Send(new Command(id, kind, body.Proposal, body.Ciphertext, body.Approvers), ct);
                return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
            })
            .Answers(400, 401, 403, 404, 409)
            .WithMetadata(new BodyLimit(160 * 1024));
    }
}
