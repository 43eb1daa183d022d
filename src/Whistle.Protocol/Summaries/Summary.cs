using System.Text.RegularExpressions;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Summaries;

/// <summary>A redacted summary as it may leave the encryption (SPEC section 12).</summary>
public sealed partial record ReleasedText
{
    /// <summary>Code points in a title, at most.</summary>
    public const int MaxTitle = 200;

    /// <summary>Code points in a text, at most.</summary>
    public const int MaxText = 20_000;

    /// <summary>Bytes of the canonical form, at most: what fits a sealed message.</summary>
    public const int MaxLength = 65536;

    /// <summary>The summary's random id, which also keeps its hash from being guessed.</summary>
    public required ProposalId Summary { get; init; }

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>An id of the taxonomy, or empty.</summary>
    public required string Category { get; init; }

    /// <summary>An id of the taxonomy, or empty.</summary>
    public required string Severity { get; init; }

    /// <summary>What came of it, or <c>open</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary><c>YYYY-Qn</c>.</summary>
    public required string Quarter { get; init; }

    /// <summary>The language of the text.</summary>
    public required string Lang { get; init; }

    /// <summary>At most 200 code points.</summary>
    public required string Title { get; init; }

    /// <summary>At most 20 000 code points.</summary>
    public required string Text { get; init; }

    /// <summary>What proposal and approval are over.</summary>
    public Hash32 Hash => Hash32.Of(ToBytes());

    /// <summary>The canonical bytes.</summary>
    public byte[] ToBytes() => Jcs.Serialize(new JcsObject
    {
        { "v", 1 }, { "summary", Summary }, { "channel", Channel }, { "category", Category },
        { "severity", Severity }, { "outcome", Outcome }, { "quarter", Quarter }, { "lang", Lang },
        { "title", Title }, { "text", Text },
    });

    /// <summary>Reads canonical bytes; <c>summary-malformed</c>.</summary>
    public static Parsed<ReleasedText> Parse(ReadOnlySpan<byte> bytes) =>
        Jcs.TryParse(bytes, MaxLength, out var json) ? Read(json) : new Refusal("summary-malformed");

    /// <summary>
    /// Seals the text to the case recipient and the chosen approvers, padded as a message; or
    /// <c>summary-too-long</c>.
    /// </summary>
    public Parsed<byte[]> Seal(HybridRecipient caseRecipient, IReadOnlyList<HybridRecipient> approvers, Randomness randomness) =>
        FourEyes.Seal(ToBytes(), caseRecipient, approvers, randomness, "summary-too-long");

    /// <summary>Opens a sealed text with the case identity or an approver's.</summary>
    public static Parsed<ReleasedText> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = FourEyes.Open(file, identity, FourEyesKind.Summary);
        return json.IsOk ? Read(json.Value) : new Refusal(json.Code);
    }

    /// <summary>Never the text.</summary>
    public override string ToString() => "ReleasedText(redacted)";

    private static Parsed<ReleasedText> Read(JcsObject json)
    {
        var form = new FormReader(json);
        form.Version();
        var text = new ReleasedText
        {
            Summary = form.Id<ProposalId>("summary"),
            Channel = form.Id<ChannelId>("channel"),
            Category = form.Text("category", 64),
            Severity = form.Text("severity", 64),
            Outcome = form.OneOf("outcome", "substantiated", "partly", "unsubstantiated", "out-of-scope", "duplicate",
                "withdrawn", "insufficient", "open"),
            Quarter = form.Text("quarter"),
            Lang = form.Text("lang", 35),
            Title = form.Text("title", MaxTitle),
            Text = form.Text("text", MaxText),
        };
        form.Require(QuarterForm().IsMatch(text.Quarter));
        return form.IsDone ? text : new Refusal("summary-malformed");
    }

    [GeneratedRegex(@"\A[0-9]{4}-Q[1-4]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QuarterForm();
}
