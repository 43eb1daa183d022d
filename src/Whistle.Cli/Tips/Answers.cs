using System.Text.Json;
using Whistle.Protocol.Documents;

namespace Whistle.Cli.Tips;

/// <summary>
/// Answers as people write them: a JSON object <c>{"question": "value" or ["value", …]}</c>. Checked against the
/// questionnaire before anything is sealed.
/// </summary>
internal static class AnswerFile
{
    public static IReadOnlyList<Answer> Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Stop.Failed("answers-malformed");
            return [.. document.RootElement.EnumerateObject().Select(member => new Answer(member.Name, Values(member.Value)))];
        }
        catch (JsonException)
        {
            throw Stop.Failed("answers-malformed");
        }
    }

    /// <summary>
    /// The answers in the questionnaire's order, with title and text from the options where those were given.
    /// </summary>
    public static IReadOnlyList<Answer> Complete(
        Questionnaire questionnaire, IReadOnlyList<Answer> given, string? title, string? text)
    {
        var answers = given.ToList();
        Put(answers, Questionnaire.Title, title);
        Put(answers, Questionnaire.What, text);
        var problems = questionnaire.Check(answers);
        if (problems.Any(p => Is(p.Question, Questionnaire.Title) && Is(p.Code, "answer-missing")))
            throw Stop.Failed("title-missing");
        if (problems.Any(p => Is(p.Question, Questionnaire.What) && Is(p.Code, "answer-missing")))
            throw Stop.Failed("text-missing");
        // Ids of questions are public; one that is not on the list was typed by somebody and is not repeated.
        if (problems.Count > 0)
        {
            throw Stop.Failed("answers-invalid", [.. problems.Select(p =>
                (questionnaire.Questions.Any(q => Is(q.Id, p.Question)) ? p.Question : "?") + ": " + p.Code)]);
        }
        var order = questionnaire.Questions.Select(q => q.Id).ToList();
        return [.. answers.OrderBy(a => order.IndexOf(a.Question))];
    }

    public static string First(this IReadOnlyList<Answer> answers, string question) =>
        answers.FirstOrDefault(a => Is(a.Question, question)) is { Values: [var first, ..] } ? first : "";

    public static bool Is(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);

    private static void Put(List<Answer> answers, string question, string? value)
    {
        if (value is null)
            return;
        answers.RemoveAll(a => Is(a.Question, question));
        answers.Add(new Answer(question, [value]));
    }

    private static IReadOnlyList<string> Values(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Array when value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) =>
            [.. value.EnumerateArray().Select(v => v.GetString()!)],
        _ => throw Stop.Failed("answers-malformed"),
    };
}
