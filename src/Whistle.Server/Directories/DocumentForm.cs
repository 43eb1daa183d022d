using System.Text.Json;
using Whistle.Protocol.Json;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>Reads a document of SPEC 7 and says which kind it is; unknown members and missing ones are refused.</summary>
internal static class DocumentForm
{
    public const int MaxLength = 256 * 1024;

    private static readonly string[] Types = ["text", "longtext", "choice", "multiple", "date", "yesno"];

    public sealed record Option(string Id, Dictionary<string, string> Label);

    public sealed record When(string Question, IReadOnlyList<string> Is);

    public sealed record Question(
        string Id, string Type, Dictionary<string, string> Label, string Required,
        Dictionary<string, string>? Help = null, IReadOnlyList<Option>? Options = null, When? When = null, int? Max = null);

    public sealed record Questionnaire(int V, string Id, IReadOnlyList<Question> Questions);

    public sealed record Emergency(string Number, Dictionary<string, string> Note);

    public sealed record Authority(Dictionary<string, string> Name, Dictionary<string, string> About, string Url, string Phone);

    public sealed record Texts(
        int V, Dictionary<string, IReadOnlyList<string>> Privacy, Dictionary<string, IReadOnlyList<string>> Protects,
        Dictionary<string, IReadOnlyList<string>> Limits, Dictionary<string, IReadOnlyList<string>> Rights,
        Emergency Emergency, IReadOnlyList<Authority> Authorities);

    public sealed record Category(string Id, Dictionary<string, string> Label);

    public sealed record Severity(string Id, Dictionary<string, string> Label, Dictionary<string, string> Guide);

    public sealed record Taxonomy(int V, IReadOnlyList<Category> Categories, IReadOnlyList<Severity> Severities);

    /// <summary>The kind, or null where the bytes are none of the three.</summary>
    public static DocumentKind? KindOf(byte[] bytes)
    {
        // The limits of canonical JSON hold for documents too: clients read them with the same reader.
        if (!Jcs.TryParseAnySpelling(bytes, MaxLength, out var json))
            return null;
        return json switch
        {
            _ when json.TryGet("questions", out _) => Read<Questionnaire>(bytes) is { V: 1 } q && IsSound(q) ? DocumentKind.Questionnaire : null,
            _ when json.TryGet("privacy", out _) => Read<Texts>(bytes) is { V: 1 } t && t.Authorities.All(a => IsAddress(a.Url)) ? DocumentKind.Texts : null,
            _ when json.TryGet("categories", out _) => Read<Taxonomy>(bytes) is { V: 1 } ? DocumentKind.Taxonomy : null,
            _ => null,
        };
    }

    private static bool IsSound(Questionnaire questionnaire)
    {
        var asked = new Dictionary<string, Question>(StringComparer.Ordinal);
        foreach (var question in questionnaire.Questions)
        {
            if (!Types.Contains(question.Type, StringComparer.Ordinal)
                || question.Required is not ("yes" or "no")
                || question.Label.Count == 0
                || question.Max is <= 0
                || question.Type is "choice" or "multiple" != question.Options is { Count: > 0 }
                // A condition looks back: a question that is asked later cannot decide.
                || question.When is { } when && !asked.ContainsKey(when.Question)
                || !asked.TryAdd(question.Id, question))
                return false;
        }
        return asked.ContainsKey("title") && asked.ContainsKey("what");
    }

    /// <summary>Shown to sources as a link: never a script.</summary>
    private static bool IsAddress(string url) => url.Length == 0 || url.StartsWith("https://", StringComparison.Ordinal);

    private static T? Read<T>(byte[] bytes) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, StrictJson.Options);
        }
        catch (JsonException)
        {
            // Not of this form: the caller answers with a code and no text of the document.
            return null;
        }
    }
}
