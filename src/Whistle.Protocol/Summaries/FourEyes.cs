using Whistle.Protocol.Age;
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

    /// <summary>That one letter of the source, or the files sent together, are deleted (SPEC section 12.2).</summary>
    Purge,
}

internal static class FourEyes
{
    /// <summary>Seals the canonical bytes of a text to the case recipient and those who are asked, padded as a message; or the code.</summary>
    public static Parsed<byte[]> Seal(ReadOnlySpan<byte> text, HybridRecipient caseRecipient, IReadOnlyList<HybridRecipient> approvers, Randomness randomness, string tooLong)
    {
        ArgumentNullException.ThrowIfNull(approvers);
        return Sealing.PadToBucket(text) is { } padded
            ? Sealing.Seal(padded, [caseRecipient, .. approvers], 1 + approvers.Count, randomness)
            : new Refusal(tooLong);
    }

    /// <summary>Opens a text with the case identity or an approver's: <c>seal-malformed</c>, or the kind's own code.</summary>
    public static Parsed<JcsObject> Open(ReadOnlySpan<byte> file, HybridIdentity identity, FourEyesKind kind) =>
        AgeHeader.TryParse(file, out var header)
            ? Sealing.OpenObject(file, header.Stanzas.Count, identity, Sealing.IsBucket, Malformed(kind))
            : new Refusal("seal-malformed");

    public static string Word(FourEyesKind kind) => kind switch
    {
        FourEyesKind.Summary => "summary",
        FourEyesKind.Closing => "closing",
        _ => "purge",
    };

    public static string Differs(FourEyesKind kind) => kind switch
    {
        FourEyesKind.Summary => "summary-differs",
        FourEyesKind.Closing => "closing-differs",
        _ => "purge-differs",
    };

    public static string Malformed(FourEyesKind kind) => kind switch
    {
        FourEyesKind.Summary => "summary-malformed",
        FourEyesKind.Closing => "closing-malformed",
        _ => "purge-malformed",
    };

    public static ReadOnlySpan<byte> ProposeLabel(FourEyesKind kind) => kind switch
    {
        FourEyesKind.Summary => "whistle/summary-propose/v1\0"u8,
        FourEyesKind.Closing => "whistle/closing-propose/v1\0"u8,
        _ => "whistle/purge-propose/v1\0"u8,
    };

    public static ReadOnlySpan<byte> ApproveLabel(FourEyesKind kind) => kind switch
    {
        FourEyesKind.Summary => "whistle/summary-approve/v1\0"u8,
        FourEyesKind.Closing => "whistle/closing-approve/v1\0"u8,
        _ => "whistle/purge-approve/v1\0"u8,
    };
}

/// <summary>What is to be deleted, as two signatures name it and whoever reads the thread later checks (SPEC section 12.2).</summary>
/// <param name="Target">SHA-256 of a letter's ciphertext, or the tree hash of an object of files.</param>
/// <param name="Directory">The version in which both signers are looked up.</param>
/// <param name="Day">The day of the proposal.</param>
public sealed record PurgeTarget(Hash32 Target, Hash32 Directory, Day Day);

/// <summary>One person's signed proposal: to release a text, to close a case or to delete for the reasons in a sealed text.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Id">The random id, which also stands in the text.</param>
/// <param name="Case">The case.</param>
/// <param name="Hash">SHA-256 of the text's canonical bytes.</param>
/// <param name="Proposer">Who signs.</param>
/// <param name="Purge">Of a purge and of nothing else.</param>
public sealed record FourEyesProposal(FourEyesKind Kind, ProposalId Id, CaseId Case, Hash32 Hash, PersonId Proposer, PurgeTarget? Purge = null)
{
    /// <summary>Bytes of a signed proposal or approval, at most.</summary>
    public const int MaxLength = 2048;

    /// <summary>Signs the proposal.</summary>
    public SignedObject<FourEyesProposal> Sign(SigningKey key, Hash32 root) => SignedObject<FourEyesProposal>.Make(
        this, ToJson(), FourEyes.ProposeLabel(Kind), key, root);

    /// <summary>Reads canonical bytes; <c>summary-malformed</c>, <c>closing-malformed</c> or <c>purge-malformed</c>. The caller checks who signed.</summary>
    public static Parsed<SignedObject<FourEyesProposal>> Parse(ReadOnlySpan<byte> bytes, FourEyesKind kind = FourEyesKind.Summary) =>
        Jcs.TryParse(bytes, MaxLength, out var json)
            ? SignedObject<FourEyesProposal>.Read(json, FourEyes.ProposeLabel(kind), FourEyes.Malformed(kind), form =>
            {
                form.Version();
                form.OneOf("type", FourEyes.Word(kind) + "-proposal");
                return new FourEyesProposal(kind, form.Id<ProposalId>(FourEyes.Word(kind)), form.Id<CaseId>("case"), form.Hash("hash"),
                    form.Id<PersonId>("proposer"),
                    kind == FourEyesKind.Purge ? new PurgeTarget(form.Hash("target"), form.Hash("directory"), form.Day("day")) : null);
            })
            : new Refusal(FourEyes.Malformed(kind));

    private JcsObject ToJson()
    {
        var json = new JcsObject
        {
            { "v", 1 }, { "type", FourEyes.Word(Kind) + "-proposal" }, { FourEyes.Word(Kind), Id }, { "case", Case }, { "hash", Hash },
            { "proposer", Proposer },
        };
        if (Purge is { } purge)
        {
            json.Add("target", purge.Target);
            json.Add("directory", purge.Directory);
            json.Add("day", purge.Day);
        }
        return json;
    }
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

    /// <summary>Reads canonical bytes; <c>summary-malformed</c>, <c>closing-malformed</c> or <c>purge-malformed</c>. The caller checks who signed.</summary>
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
    /// <c>same-person</c>, <c>signature-invalid</c>, <c>summary-differs</c>, <c>closing-differs</c> or <c>purge-differs</c>, or null where all holds.
    /// </summary>
    /// <param name="released">The text that a summary releases, which must be the proposed one; null for a closing or a purge, whose text stays sealed.</param>
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
        var isTheText = kind != FourEyesKind.Summary
            ? released is null
            : released is not null && released.Hash == proposal.Value.Hash && released.Summary == proposal.Value.Id;
        return approval.Value == Of(proposal, approval.Value.Approver) && isTheText ? null : FourEyes.Differs(kind);
    }
}
