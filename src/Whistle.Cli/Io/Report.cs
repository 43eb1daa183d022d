using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Whistle.Cli.Io;

/// <summary>
/// What a command answers: one JSON object on standard output with <c>--json</c>, plain lines without. Never both.
/// </summary>
internal sealed class Report(World world, bool json)
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        // Standard output is a pipe or a terminal, never HTML; the default would turn every umlaut into \u….
        // Control characters, which a terminal would obey, are escaped by either.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public bool IsJson { get; } = json;

    /// <summary>A line of the answer for people.</summary>
    public void Line(string text = "")
    {
        if (!IsJson)
            world.Out.WriteLine(SafeText.Of(text));
    }

    /// <summary>The answer for scripts.</summary>
    public void Json(JsonObject answer)
    {
        if (IsJson)
            world.Out.WriteLine(answer.ToJsonString(Readable));
    }

    /// <summary>Explains on standard error.</summary>
    public void Say(string text) => world.Talk.Write(new Spectre.Console.Text(SafeText.Of(text) + "\n"));

    /// <summary>Says why a command ended; the code stands in both forms.</summary>
    public int Fail(Stop stop)
    {
        var sentence = Sentences.Of(stop.Code, stop.Details);
        if (IsJson)
        {
            var error = new JsonObject { ["code"] = stop.Code, ["message"] = sentence };
            if (stop.Details.Count > 0)
                error["details"] = new JsonArray([.. stop.Details.Select(d => (JsonNode)d)]);
            Json(new JsonObject { ["error"] = error });
        }
        else
        {
            Say($"{sentence} ({stop.Code})");
        }
        return stop.ExitCode;
    }

    /// <summary>Long work says on standard error what it is doing; a terminal gets a moving mark.</summary>
    public async Task<T> WhileAsync<T>(string text, Func<Task<T>> work)
    {
        if (!world.Talk.Profile.Capabilities.Interactive)
        {
            Say(text);
            return await work();
        }
        return await Spectre.Console.AnsiConsoleExtensions.Status(world.Talk)
            .StartAsync(Spectre.Console.Markup.Escape(text), _ => work());
    }
}
