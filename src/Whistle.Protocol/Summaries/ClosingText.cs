using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Summaries;

/// <summary>
/// What came of a case and why it is closed (SPEC section 12.1; ISO 37002:2021, 8.5). Sealed to the case and to whom the
/// proposal asks; it never leaves the encryption.
/// </summary>
public sealed record ClosingText
{
    /// <summary>Code points in a text, at most.</summary>
    public const int MaxText = 4000;

    /// <summary>The words for what came of it.</summary>
    public static IReadOnlyList<string> Outcomes { get; } =
        ["substantiated", "partly", "unsubstantiated", "out-of-scope", "duplicate", "withdrawn", "insufficient"];

    /// <summary>The closing's random id, which also keeps its hash from being guessed.</summary>
    public required ProposalId Closing { get; init; }

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>One of <see cref="Outcomes"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>How long the case is kept: one of the classes of SPEC section 18, which closing tells the server.</summary>
    public required string Retention { get; init; }

    /// <summary>The language of the text.</summary>
    public required string Lang { get; init; }

    /// <summary>Why, at most 4000 code points.</summary>
    public required string Text { get; init; }

    /// <summary>What proposal and approval are over.</summary>
    public Hash32 Hash => Hash32.Of(Jcs.Serialize(ToJson()));

    /// <summary>Seals the text to the case recipient and those who are asked, padded as a message; or <c>closing-too-long</c>.</summary>
    public Parsed<byte[]> Seal(HybridRecipient caseRecipient, IReadOnlyList<HybridRecipient> approvers, Randomness randomness) =>
        FourEyes.Seal(Jcs.Serialize(ToJson()), caseRecipient, approvers, randomness, "closing-too-long");

    /// <summary>Opens a sealed text with the case identity or an approver's; <c>closing-malformed</c>.</summary>
    public static Parsed<ClosingText> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = FourEyes.Open(file, identity, FourEyesKind.Closing);
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        var text = new ClosingText
        {
            Closing = form.Id<ProposalId>("closing"),
            Case = form.Id<CaseId>("case"),
            Outcome = form.OneOf("outcome", [.. Outcomes]),
            Retention = form.OneOf("retention", [.. Clocks.ClockPolicy.RetentionClasses]),
            Lang = form.Text("lang", 35),
            Text = form.Text("text", MaxText),
        };
        return form.IsDone ? text : new Refusal("closing-malformed");
    }

    /// <summary>Never the text.</summary>
    public override string ToString() => "ClosingText(redacted)";

    private JcsObject ToJson() => new()
    {
        { "v", 1 }, { "closing", Closing }, { "case", Case }, { "outcome", Outcome }, { "retention", Retention }, { "lang", Lang }, { "text", Text },
    };
}
