using System.Text;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;

namespace Whistle.Protocol.Summaries;

/// <summary>
/// What stands in the place of something that was deleted: the proposal and the approval of a purge (SPEC section 12.2). A
/// server that withholds a letter cannot make one.
/// </summary>
public sealed record Tombstone(SignedObject<FourEyesProposal> Proposal, SignedObject<FourEyesApproval> Approval)
{
    /// <summary>What was deleted, in which version its signers are looked up, and on which day it was proposed.</summary>
    public PurgeTarget Purge => Proposal.Value.Purge!;

    /// <summary>Reads both signed objects; <c>purge-malformed</c>.</summary>
    public static Parsed<Tombstone> Parse(string proposal, string approval)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        ArgumentNullException.ThrowIfNull(approval);
        var proposed = FourEyesProposal.Parse(Encoding.UTF8.GetBytes(proposal), FourEyesKind.Purge);
        var approved = FourEyesApproval.Parse(Encoding.UTF8.GetBytes(approval), FourEyesKind.Purge);
        return proposed.IsOk && approved.IsOk ? new Tombstone(proposed.Value, approved.Value) : new Refusal("purge-malformed");
    }

    /// <summary>
    /// Null where two people of the team signed it; else <c>purge-differs</c>, <c>signer-unknown</c>, <c>signer-excluded</c>,
    /// <c>same-person</c> or <c>signature-invalid</c>.
    /// </summary>
    /// <param name="about">The case that is read.</param>
    /// <param name="directory">The version that <see cref="PurgeTarget.Directory"/> names.</param>
    /// <param name="since">The version that the source first wrote under: whoever had left by then deletes nothing.</param>
    /// <param name="excluded">Whom the source left out: they delete nothing.</param>
    public string? Refuse(CaseId about, VerifiedDirectory directory, int since, IReadOnlyList<ReaderRef> excluded)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(excluded);
        if (Proposal.Value.Case != about || Purge.Directory != directory.Hash || directory.Version.Version < since)
            return "purge-differs";
        var proposer = directory.Version.Person(Proposal.Value.Proposer);
        var approver = directory.Version.Person(Approval.Value.Approver);
        if (proposer is not { Role: "lead" or "reviewer" } || approver is not { Role: "lead" or "reviewer" or "approver" }
            || Purge.Day > proposer.Until || Purge.Day > approver.Until)
            return "signer-unknown";
        if (excluded.Any(e => e.IsSameAs(proposer.Reader) || e.IsSameAs(approver.Reader)))
            return "signer-excluded";
        return FourEyesApproval.Refuse(Proposal, proposer.Signing, Approval, approver.Signing, null, directory.Root);
    }
}
