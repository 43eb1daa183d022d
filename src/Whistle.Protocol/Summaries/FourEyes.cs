using Whistle.Protocol.Cases;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Summaries;

/// <summary>What two people decide together.</summary>
public enum FourEyesKind
{
    /// <summary>That a redacted text leaves the encryption (SPEC section 12).</summary>
    Summary,

    /// <summary>That a case is closed (SPEC section 12.1).</summary>
    Closing,
}

internal static class FourEyes
{
    public static string Word(FourEyesKind kind) => kind == FourEyesKind.Summary ? "summary" : "closing";

    public static string Differs(FourEyesKind kind) => kind == FourEyesKind.Summary ? "summary-differs" : "closing-differs";

    public static string Malformed(FourEyesKind kind) => kind == FourEyesKind.Summary ? "summary-malformed" : "closing-malformed";

    public static ReadOnlySpan<byte> ProposeLabel(FourEyesKind kind) =>
        kind == FourEyesKind.Summary ? "whistle/summary-propose/v1\0"u8 : "whistle/closing-propose/v1\0"u8;

    public static ReadOnlySpan<byte> ApproveLabel(FourEyesKind kind) =>
        kind == FourEyesKind.Summary ? "whistle/summary-approve/v1\0"u8 : "whistle/closing-approve/v1\0"u8;
}

/// <summary>One person's signed proposal: to release a text, or to close a case for the reasons in a sealed text.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Id">The random id, which also stands in the text.</param>
/// <param name="Case">The case.</param>
/// <param name="Hash">SHA-256 of the text's canonical bytes.</param>
/// <param name="Proposer">Who signs.</param>
public sealed record FourEyesProposal(FourEyesKind Kind, ProposalId Id, CaseId Case, Hash32 Hash, PersonId Proposer)
{
    /// <summary>Bytes of a signed proposal or approval, at most.</summary>
    public const int MaxLength = 2048;

    /// <summary>Signs the proposal.</summary>
    public SignedObject<FourEyesProposal> Sign(SigningKey key, Hash32 root) => SignedObject<FourEyesProposal>.Make(
        this,
        new JcsObject
        {
            { "v", 1 }, { "type", FourEyes.Word(Kind) + "-proposal" }, { FourEyes.Word(Kind), Id }, { "case", Case }, { "hash", Hash },
            { "proposer", Proposer },
        },
        FourEyes.ProposeLabel(Kind), key, root);

    /// <summary>Reads canonical bytes; <c>summary-malformed</c> or <c>closing-malformed</c>. The caller checks who signed.</summary>
    public static Parsed<SignedObject<FourEyesProposal>> Parse(ReadOnlySpan<byte> bytes, FourEyesKind kind = FourEyesKind.Summary) =>
        Jcs.TryParse(bytes, MaxLength, out var json)
            ? SignedObject<FourEyesProposal>.Read(json, FourEyes.ProposeLabel(kind), FourEyes.Malformed(kind), form =>
            {
                form.Version();
                form.OneOf("type", FourEyes.Word(kind) + "-proposal");
                return new FourEyesProposal(kind, form.Id<ProposalId>(FourEyes.Word(kind)), form.Id<CaseId>("case"), form.Hash("hash"),
                    form.Id<PersonId>("proposer"));
            })
            : new Refusal(FourEyes.Malformed(kind));
}

/// <summary>Another person's signed approval of exactly one proposal.</summary>
public sealed record FourEyesApproval(FourEyesKind Kind, ProposalId Id, CaseId Case, Hash32 Hash, Hash32 Proposal, PersonId Approver)
{
    /// <summary>The approval of a signed proposal.</summary>
    public static FourEyesApproval Of(SignedObject<FourEyesProposal> proposal, PersonId approver)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var value = proposal.Value;
        return new(value.Kind, value.Id, value.Case, value.Hash, Hash32.Of(proposal.ToBytes()), approver);
    }

    /// <summary>Signs the approval.</summary>
    public SignedObject<FourEyesApproval> Sign(SigningKey key, Hash32 root) => SignedObject<FourEyesApproval>.Make(
        this,
        new JcsObject
        {
            { "v", 1 }, { "type", FourEyes.Word(Kind) + "-approval" }, { FourEyes.Word(Kind), Id }, { "case", Case }, { "hash", Hash },
            { "proposal", Proposal }, { "approver", Approver },
        },
        FourEyes.ApproveLabel(Kind), key, root);

    /// <summary>Reads canonical bytes; <c>summary-malformed</c> or <c>closing-malformed</c>. The caller checks who signed.</summary>
    public static Parsed<SignedObject<FourEyesApproval>> Parse(ReadOnlySpan<byte> bytes, FourEyesKind kind = FourEyesKind.Summary) =>
        Jcs.TryParse(bytes, FourEyesProposal.MaxLength, out var json)
            ? SignedObject<FourEyesApproval>.Read(json, FourEyes.ApproveLabel(kind), FourEyes.Malformed(kind), form =>
            {
                form.Version();
                form.OneOf("type", FourEyes.Word(kind) + "-approval");
                return new FourEyesApproval(kind, form.Id<ProposalId>(FourEyes.Word(kind)), form.Id<CaseId>("case"), form.Hash("hash"),
                    form.Hash("proposal"), form.Id<PersonId>("approver"));
            })
            : new Refusal(FourEyes.Malformed(kind));

    /// <summary>
    /// Four eyes: whether this approval and its proposal belong together and are signed by two different people:
    /// <c>same-person</c>, <c>signature-invalid</c>, <c>summary-differs</c> or <c>closing-differs</c>, or null where all holds.
    /// </summary>
    /// <param name="released">The text that a summary releases, which must be the proposed one; null for a closing, whose text stays sealed.</param>
    public static string? Refuse(
        SignedObject<FourEyesProposal> proposal, VerifyKey proposer, SignedObject<FourEyesApproval> approval, VerifyKey approver,
        ReleasedText? released, Hash32 root)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        ArgumentNullException.ThrowIfNull(approval);
        var kind = proposal.Value.Kind;
        if (approval.Value.Approver == proposal.Value.Proposer || approver.Equals(proposer))
            return "same-person";
        if (!proposal.IsSignedBy(proposer, root) || !approval.IsSignedBy(approver, root))
            return "signature-invalid";
        var isTheText = kind == FourEyesKind.Closing
            ? released is null
            : released is not null && released.Hash == proposal.Value.Hash && released.Summary == proposal.Value.Id;
        return approval.Value == Of(proposal, approval.Value.Approver) && isTheText ? null : FourEyes.Differs(kind);
    }
}
