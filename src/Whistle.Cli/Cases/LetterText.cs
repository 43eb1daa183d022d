using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol.Cases;

namespace Whistle.Cli.Cases;

/// <summary>A message for people and for scripts. A problem always stands before the text, never after it.</summary>
internal static class LetterText
{
    public static void Show(Report report, Letter letter, bool isSource)
    {
        foreach (var line in Lines(letter, isSource))
            report.Line(line);
    }

    public static IEnumerable<string> Lines(Letter letter, bool isSource)
    {
        var message = letter.Message?.Value;
        var who = letter.Direction == Direction.Source
            ? isSource ? "You" : "The source"
            : letter.Signer is { } signer ? $"{SafeText.Line(signer.Name)} ({signer.Role}, signed)" : "The team";
        if (letter.Problem is not null)
            who = letter.Direction == Direction.Source ? who : "Somebody";
        yield return $"── {message?.Day.ToString() ?? "no date"}, {who}, message {letter.Seq}";
        if (letter.Problem is { } problem)
            yield return "   " + Problem(problem);
        if (message is null)
            yield break;
        if (string.Equals(message.Body.Kind, MessageBody.Transcript, StringComparison.Ordinal))
            yield return "   transcript of what you told, to check: answer that it is right, or send it corrected";
        if (message.Body.About is { } about)
            yield return $"   answers message {about.Seq}";
        yield return message.Body.Text;
        foreach (var (n, question) in message.Body.Questions.Index())
            yield return $"   {n + 1}. {SafeText.Line(question.Label)}{(question.Options.Count == 0 ? "" : $" ({SafeText.Line(string.Join(" / ", question.Options))})")}";
        foreach (var answer in message.Body.Answers)
            yield return $"   {SafeText.Line(answer.Question)}: {SafeText.Line(string.Join(", ", answer.Values))}";
        foreach (var file in message.Attachments)
            yield return $"   file: {SafeText.Line(file.Name)}, {file.Size} bytes";
    }

    public static JsonObject Json(Letter letter)
    {
        var json = new JsonObject
        {
            ["from"] = letter.Direction == Direction.Source ? "source" : "team",
            ["seq"] = letter.Seq,
            ["hash"] = letter.Hash.ToString(),
            ["status"] = letter.Problem ?? "verified",
        };
        if (letter.Message?.Value is not { } message)
            return json;
        json["day"] = message.Day.ToString();
        json["kind"] = message.Body.Kind;
        json["lang"] = message.Lang;
        json["signer"] = message.Signer;
        if (letter.Signer is { } signer)
            json["name"] = signer.Name;
        json["text"] = message.Body.Text;
        json["answers"] = new JsonArray([.. message.Body.Answers.Select(a => (JsonNode)new JsonObject
        {
            ["q"] = a.Question, ["values"] = new JsonArray([.. a.Values.Select(v => (JsonNode)v)]),
        })]);
        if (message.Body.Questions.Count > 0)
        {
            json["questions"] = new JsonArray([.. message.Body.Questions.Select(q => (JsonNode)new JsonObject
            {
                ["type"] = q.Type, ["label"] = q.Label, ["options"] = new JsonArray([.. q.Options.Select(o => (JsonNode)o)]),
            })]);
        }
        if (message.Body.About is { } about)
            json["about"] = about.Seq;
        json["attachments"] = new JsonArray([.. message.Attachments.Select(f => (JsonNode)new JsonObject
        {
            ["name"] = f.Name, ["type"] = f.Type, ["size"] = f.Size,
        })]);
        return json;
    }

    private static string Problem(string code) => code switch
    {
        Letter.NoCopy => "You kept no copy of this message; nobody but the team can read it.",
        Letter.Purged => "Two people of the team had this message deleted, for it held what does not belong in a report. They signed for it.",
        "chain-broken" => "NOT VERIFIED: a message before this one is missing or was replaced. (chain-broken)",
        "signature-invalid" => "NOT VERIFIED: the signature does not hold. Do not rely on this text. (signature-invalid)",
        "signer-unknown" => "NOT VERIFIED: the signer is nobody of this team. Do not rely on this text. (signer-unknown)",
        "signer-excluded" => "NOT VERIFIED: this was signed by somebody whom the source left out. (signer-excluded)",
        "not-checked" => "NOT VERIFIED: without a directory nobody can say who signed this. Give one with --directory. (not-checked)",
        _ => $"NOT VERIFIED: this message could not be opened. ({code})",
    };
}
