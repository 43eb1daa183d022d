using System.Text.RegularExpressions;

namespace Whistle.Server.Tests.Pipeline;

/// <summary>Clients match on codes, so SPEC 17 lists them all, and nothing that is not there any more.</summary>
public sealed partial class CodeTests
{
    [Fact]
    public async Task Every_code_of_the_server_stands_in_the_specification_and_no_other()
    {
        var server = await SourceAsync("Whistle.Server");
        var protocol = await SourceAsync("Whistle.Protocol");
        var spec = await File.ReadAllTextAsync(Path.Combine(WhistleServer.Repository, "src", "Whistle.Protocol", "SPEC.md"), TestContext.Current.CancellationToken);
        var used = Refusals.Matches(server).Select(m => m.Groups["code"].Value).ToHashSet(StringComparer.Ordinal);
        var table = spec[spec.IndexOf("## 17. Codes", StringComparison.Ordinal)..spec.IndexOf("## 18. ", StringComparison.Ordinal)];
        var listed = Quoted.Matches(string.Join('\n', table.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal))))
            .Select(m => m.Groups["code"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.True(used.Count > 80);
        Assert.True(listed.Count > 80);

        Assert.Empty(used.Except(listed));
        Assert.DoesNotContain(listed, code => !(server + protocol).Contains($"\"{code}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_act_that_is_recorded_has_words_at_the_desk_and_no_other()
    {
        var recorded = Acts.Matches(await SourceAsync("Whistle.Server")).Select(m => m.Groups["act"].Value).ToHashSet(StringComparer.Ordinal);
        var desk = Path.Combine(WhistleServer.Repository, "src", "Whistle.Client", "desk");
        var known = Acts.Matches(await File.ReadAllTextAsync(Path.Combine(desk, "model", "acts.ts"), TestContext.Current.CancellationToken)).Select(m => m.Groups["act"].Value);
        var words = await File.ReadAllTextAsync(Path.Combine(desk, "i18n", "en.json"), TestContext.Current.CancellationToken);
        Assert.True(recorded.Count > 25);

        Assert.Equal(recorded.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.Equal(recorded.Order(StringComparer.Ordinal), WordsOfActs.Matches(words).Select(m => m.Groups["act"].Value).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("\"(?<act>(?:case|closing|file|identity|message|note|purge|sheet|summary|person|directory|document|channel|export|session|setup|site)\\.[a-z-]+)\"", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Acts { get; }

    [GeneratedRegex("\"act\\.(?<act>[a-z.-]+)\":", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex WordsOfActs { get; }

    /// <summary>The ways in which the server's source names a code.</summary>
    [GeneratedRegex("""(?:(?:Bad|Conflict|WithErrorCode)\(\s*|Refusal\(\s*StatusCodes\.\w+,\s*|new\((?:StatusCodes\.\w+|status|list|name|"recovery"),\s*|return )"(?<code>[a-z]+(?:-[a-z]+)+|stale)";?""", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex Refusals { get; }

    [GeneratedRegex("`(?<code>[a-z-]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted { get; }

    private static async Task<string> SourceAsync(string project)
    {
        var folder = Path.Combine(WhistleServer.Repository, "src", project);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => Path.GetRelativePath(folder, f).Split(Path.DirectorySeparatorChar)[0] is not ("obj" or "bin" or "Demo"));
        return string.Join('\n', await Task.WhenAll(files.Select(f => File.ReadAllTextAsync(f))));
    }
}
