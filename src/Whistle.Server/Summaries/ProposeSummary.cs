using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Summaries;

/// <summary>
/// Proposes a redacted summary of a claimed case: the signed proposal in the clear, the text sealed to the case and the
/// approvers. Proposing the same again changes nothing.
/// </summary>
internal static class ProposeSummary
{
    private const int MostApprovers = 16;
    private const int HybridStanza = 1557;

    public sealed record Body(string Proposal, byte[] Ciphertext, IReadOnlyList<PersonId> Approvers)
    {
        public override string ToString() => "(summary)";
    }

    public sealed record Answer(SummaryId Summary);

    public sealed record Command(CaseId Case, string Proposal, byte[] Ciphertext, IReadOnlyList<PersonId> Approvers)
        : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "(summary)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Proposal).Must(p => SummaryProposal.Parse(Encoding.UTF8.GetBytes(p)).IsOk).WithErrorCode("summary-malformed");
            RuleFor(c => c.Approvers)
                .Must(a => a.Count is >= 1 and <= MostApprovers && a.Distinct().Count() == a.Count).WithErrorCode("approvers-wrong");
            RuleFor(c => c.Ciphertext).Must((c, file) => IsSealed(file, 1 + c.Approvers.Count)).WithErrorCode("seal-malformed");
        }

        // SPEC 2 and 12: padded as a message, one stanza for the case and one for each approver.
        private static bool IsSealed(byte[] file, int stanzas) =>
            AgeHeader.TryParse(file, out var header) && header.Stanzas.Count == stanzas
            && file.Length - (22 + HybridStanza * stanzas + 48 + 16 + 16) is 4096 or 8192 or 16384 or 32768 or 65536;
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, KnownDirectories directories, StorageKeys keys)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var signed = SummaryProposal.Parse(Encoding.UTF8.GetBytes(request.Proposal)).Require();
            var proposal = signed.Value;
            var me = actor.Member.Id;
            if (proposal.Case != request.Case || proposal.Proposer != me)
                return Refusal.Conflict("summary-differs");
            var view = await directories.CurrentAsync(db, cancellationToken);
            var directory = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            if (view is null || directory is null || !view.SigningKeys.TryGetValue(me, out var key) || !signed.IsSignedBy(key, view.Root))
                return Refusal.Bad("signature-invalid");

            if (await db.Set<ProposedSummary>().FirstOrDefaultAsync(s => s.Id == proposal.Summary, cancellationToken) is { } earlier)
            {
                return earlier.Case == request.Case && string.Equals(earlier.Proposal, request.Proposal, StringComparison.Ordinal)
                    ? new Answer(earlier.Id)
                    : Refusal.Conflict("summary-differs");
            }
            foreach (var approver in request.Approvers)
            {
                if (approver == me)
                    return new Refusal(StatusCodes.Status403Forbidden, "same-person");
                if (!await ApproverRules.MayApproveAsync(db, directory, request.Case, actor.Case.Channel, approver, cancellationToken))
                    return Refusal.Conflict("approver-unfit");
            }
            var wrapped = keys.Get(request.Case).Wrap(ProposedSummary.NameOf(proposal.Summary), request.Ciphertext);
            db.Add(new ProposedSummary(proposal.Summary, request.Case, me, request.Proposal, wrapped));
            db.AddRange(request.Approvers.Select(a => new SummaryApprover(proposal.Summary, a)));
            unit.Audit("summary.proposed");
            return new Answer(proposal.Summary);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/summaries", async Task<Results<Created<Answer>, Problem>> (CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Proposal, body.Ciphertext, body.Approvers), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithName(nameof(ProposeSummary)).Answers(400, 401, 403, 404, 409)
        .WithMetadata(new BodyLimit(160 * 1024));
}
