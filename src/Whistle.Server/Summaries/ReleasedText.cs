namespace Whistle.Server.Summaries;

/// <summary>
/// The text that two people released (SPEC section 12). It is the only text about a case that ever leaves the
/// encryption, and it carries no case id: the link between the two lives in the proposal alone.
/// </summary>
internal sealed record ReleasedText(
    string Summary,
    string Channel,
    string Category,
    string Severity,
    string Outcome,
    string Quarter,
    string Lang,
    string Title,
    string Text)
{
    /// <summary>The allow list: every member that may stand in an export, in the order in which it is written.</summary>
    public static IReadOnlyList<(string Name, Func<ReleasedText, string> Read)> Fields { get; } =
    [
        ("summary", r => r.Summary),
        ("channel", r => r.Channel),
        ("category", r => r.Category),
        ("severity", r => r.Severity),
        ("outcome", r => r.Outcome),
        ("quarter", r => r.Quarter),
        ("lang", r => r.Lang),
        ("title", r => r.Title),
        ("text", r => r.Text),
    ];

    /// <summary>Names no content: a released text is still somebody's story, and logs are read by others.</summary>
    public override string ToString() => "released text";
}
