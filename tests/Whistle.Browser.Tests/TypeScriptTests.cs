using System.Text.Json;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests;

/// <summary>
/// Every test of the browser client, run by Node's own runner and counted here one by one, so that
/// <c>dotnet test</c> is the only command. No client test at all is a failure: a theory needs a row.
/// </summary>
public sealed class TypeScriptTests
{
    private sealed record Result(string File, string Name, bool Ok, bool Skipped, string Message);

    private static readonly Lazy<Task<IReadOnlyDictionary<(string File, string Name), Result>>> s_results = new(RunAsync);

    [Theory]
    [MemberData(nameof(Rows), DisableDiscoveryEnumeration = true)]
    public async Task Client(string file, string name)
    {
        var result = (await s_results.Value)[(file, name)];
        Assert.True(result.Ok, $"{file}: {name}\n{result.Message}");
    }

    public static async Task<IReadOnlyCollection<TheoryDataRow<string, string>>> Rows() =>
        [.. (await s_results.Value).Select(r => new TheoryDataRow<string, string>(r.Key.File, r.Key.Name)
        {
            Skip = r.Value.Skipped ? "Skipped in its own file." : null,
        })];

    private static async Task<IReadOnlyDictionary<(string File, string Name), Result>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("whistle-client-results-");
        try
        {
            var report = Path.Combine(folder.FullName, "results.jsonl");
            var ended = await Command.RunAsync(
                "node", ["test.mjs", "--json", report], Repository.Client, TimeSpan.FromMinutes(10));
            if (!File.Exists(report))
                throw new InvalidOperationException($"node test.mjs left no results:\n{ended.Output}");

            var results = new Dictionary<(string File, string Name), Result>();
            await foreach (var line in File.ReadLinesAsync(report))
            {
                var result = JsonSerializer.Deserialize<Result>(line, JsonSerializerOptions.Web)!;
                var name = result.Name;
                for (var copy = 2; !results.TryAdd((result.File, name), result); copy++)
                    name = $"{result.Name} ({copy})";
            }
            // A runner that fails without a failing test hides something: its own output is the message.
            if (ended.ExitCode != 0 && results.Values.All(r => r.Ok))
                throw new InvalidOperationException($"node test.mjs ended with {ended.ExitCode}:\n{ended.Output}");
            return results;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
