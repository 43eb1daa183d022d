using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Summaries;

/// <summary>
/// Why one letter or the files sent together are deleted before the case is (SPEC section 12.2; Directive (EU) 2019/1937
/// Art. 17). Sealed to the case and to whom the proposal asks; it never leaves the encryption, and must not repeat what goes.
/// </summary>
public sealed record PurgeText
{
    /// <summary>Code points in a text, at most.</summary>
    public const int MaxText = 2000;

    /// <summary>The words for why: not relevant, not needed of a special kind, bound to secrecy by law, another reason.</summary>
    public static IReadOnlyList<string> Grounds { get; } = ["irrelevant", "special-category", "secrecy", "another"];

    /// <summary>The purge's random id, which also keeps its hash from being guessed.</summary>
    public required ProposalId Purge { get; init; }

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>One of <see cref="Grounds"/>.</summary>
    public required string Ground { get; init; }

    /// <summary>The language of the text.</summary>
    public required string Lang { get; init; }

    /// <summary>Why, at most 2000 code points.</summary>
    public required string Text { get; init; }

    /// <summary>What proposal and approval are over.</summary>
    public Hash32 Hash => Hash32.Of(Jcs.Serialize(ToJson()));

    /// <summary>Seals the text to the case recipient and those who are asked, padded as a message; or <c>purge-too-long</c>.</summary>
    public Parsed<byte[]> Seal(HybridRecipient caseRecipient, IReadOnlyList<HybridRecipient> approvers, Randomness randomness) =>
        FourEyes.Seal(Jcs.Serialize(ToJson()), caseRecipient, approvers, randomness, "purge-too-long");

    /// <summary>Opens a sealed text with the case identity or an approver's; <c>purge-malformed</c>.</summary>
    public static Parsed<PurgeText> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = FourEyes.Open(file, identity, FourEyesKind.Purge);
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        var text = new PurgeText
        {
            Purge = form.Id<ProposalId>("purge"),
            Case = form.Id<CaseId>("case"),
            Ground = form.OneOf("ground", [.. Grounds]),
            Lang = form.Text("lang", 35),
            Text = form.Text("text", MaxText),
        };
        return form.IsDone ? text : new Refusal("purge-malformed");
    }

    /// <summary>Never the text.</summary>
    public override string ToString() => "PurgeText(redacted)";

    private JcsObject ToJson() => new()
    {
        { "v", 1 }, { "purge", Purge }, { "case", Case }, { "ground", Ground }, { "lang", Lang }, { "text", Text },
    };
}
