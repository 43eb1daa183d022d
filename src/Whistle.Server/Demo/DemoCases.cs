using System.Text.Json;
using Whistle.Protocol.Documents;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Demo;

/// <summary>
/// <c>cases.json</c>: invented people and what happened to their invented reports. Days count back from the day on which
/// the demo is built. A member that is not listed here is refused.
/// </summary>
internal sealed record DemoCases(
    string Comment, string Organisation, IReadOnlyList<DemoCases.Channel> Channels, IReadOnlyList<DemoCases.Person> People,
    IReadOnlyList<DemoCases.Tip> Cases)
{
    /// <summary>Who writes in the name of the source.</summary>
    public const string Source = "source";

    /// <param name="Key">Also the ending of the names of its questionnaire and texts.</param>
    /// <param name="Taxonomy">The ending of the name of its taxonomy, which channels may share.</param>
    internal sealed record Channel(
        string Key, IReadOnlyDictionary<string, string> Name, string Entity, IReadOnlyList<string> Readers,
        IReadOnlyList<string> Approvers, IReadOnlyList<string> Custodians, string Policy, string Taxonomy);

    internal sealed record Person(string Key, string Name, string Role, string Place, string Login);

    internal sealed record Attachment(string Name, string Type, string Text);

    internal sealed record Identity(string Name, string Contact);

    /// <summary>What a note records (SPEC 5.4.1).</summary>
    /// <param name="Fields">A text or a list of texts by name.</param>
    /// <param name="Days">Days after today, by the field that names them; negative before.</param>
    /// <param name="People">People by the field that names them.</param>
    internal sealed record Record(
        string Kind, string Text, IReadOnlyDictionary<string, JsonElement> Fields, IReadOnlyDictionary<string, int>? Days = null,
        IReadOnlyDictionary<string, string>? People = null);

    /// <summary>What the team asks in a message (SPEC 5.3.1).</summary>
    internal sealed record Question(string Type, string Label, IReadOnlyList<string>? Options = null);

    /// <summary>Asks a custodian who the source is, and tells the source.</summary>
    /// <param name="Tell">The letter to the source.</param>
    internal sealed record NameAsked(string Custodian, string Reason, string Tell);

    /// <summary>One act of one person; exactly one of the members after <paramref name="By"/> is there.</summary>
    /// <param name="Day">Days before today.</param>
    /// <param name="By">A person, or <see cref="Source"/>, who can only write.</param>
    /// <param name="Message">A message to the other side.</param>
    /// <param name="Counts">What a message of the team counts as: <c>acknowledgement</c> or <c>feedback</c>.</param>
    /// <param name="Claim"><c>yes</c>: opens the case.</param>
    /// <param name="State">Moves the case there.</param>
    /// <param name="Why">Goes with a state of <c>closed</c> or <c>reopened</c>.</param>
    /// <param name="Outcome">What came of it; goes with <c>closed</c>.</param>
    /// <param name="Approve">Who approves the closing.</param>
    /// <param name="Assign">Gives the case to this person.</param>
    /// <param name="Note">An internal note.</param>
    /// <param name="Questions">Go with a message of the team.</param>
    /// <param name="Answers">Go with a message of the source: to each question of the team's last message.</param>
    /// <param name="Record">A note that records something.</param>
    /// <param name="Ask">Asks for the source's name.</param>
    internal sealed record Act(
        int Day, string By, string? Claim = null, string? Message = null, string? Counts = null, string? State = null,
        string? Assign = null, string? Note = null, string? Why = null, string? Outcome = null, string? Approve = null,
        IReadOnlyList<Question>? Questions = null, IReadOnlyList<string>? Answers = null, Record? Record = null, NameAsked? Ask = null);

    /// <param name="By">Who proposes it, after the last act.</param>
    /// <param name="Approve">Who approves it.</param>
    internal sealed record Summary(string Title, string Text, string Outcome, string By, string Approve);

    /// <param name="Received">Days before today.</param>
    /// <param name="Keep"><c>kept</c>: the source can read its own messages later; <c>none</c>.</param>
    /// <param name="Identity"><c>given</c> (then <paramref name="Who"/> is there) or <c>none</c>.</param>
    /// <param name="Category">What the first who opens the case labels it with; empty: nothing yet.</param>
    /// <param name="Answers">A text or a list of texts by question.</param>
    /// <param name="PrintWords"><c>yes</c>: the words are shown to whoever runs the demo.</param>
    internal sealed record Tip(
        string Channel, int Received, string Lang, string Keep, IReadOnlyList<string> Excluded, string Identity,
        string Category, string Severity, IReadOnlyDictionary<string, JsonElement> Answers,
        IReadOnlyList<Attachment> Files, IReadOnlyList<Act> Acts,
        Identity? Who = null, Summary? Summary = null, string? PrintWords = null);

    /// <summary>The file of the assembly, checked.</summary>
    public static DemoCases Load() => Parse(DemoFiles.Cases);

    /// <exception cref="JsonException">A member is missing, doubled or unknown.</exception>
    /// <exception cref="InvalidOperationException">The file contradicts itself; the message lists where.</exception>
    public static DemoCases Parse(ReadOnlySpan<byte> json)
    {
        var cases = JsonSerializer.Deserialize<DemoCases>(json, StrictJson.Options)!;
        var faults = DemoCaseRules.Faults(cases);
        return faults.Count == 0
            ? cases
            : throw new InvalidOperationException("cases.json: " + string.Join("; ", faults));
    }
}

/// <summary>What a tip says, read from its answers. Not members of the record: those are members of the file.</summary>
internal static class DemoTips
{
    extension(DemoCases.Tip tip)
    {
        public string Title => tip.Answers[Questionnaire.Title].GetString()!;

        public string What => tip.Answers[Questionnaire.What].GetString()!;

        /// <summary>Every answer, the title and the text among them.</summary>
        public IReadOnlyList<Answer> AllAnswers =>
            [.. tip.Answers.Select(a => new Answer(a.Key, a.Value.ValueKind == JsonValueKind.Array
                ? [.. a.Value.EnumerateArray().Select(v => v.GetString()!)]
                : [a.Value.GetString()!]))];

        public bool PrintsWords => tip.PrintWords is "yes";
    }
}
