using System.Text.RegularExpressions;
using Whistle.Cli;
using ServerLine = Whistle.Server.Hosting.CommandLine;

namespace Whistle.Server.Tests.Cli;

/// <summary>What the front pages tell a stranger to type and to open is there.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string[] Pages = ["README.md", "SECURITY.md", "docker/README.md"];

    [Fact]
    public void Every_command_that_the_readme_shows_is_understood()
    {
        var lines = Commands(Read("README.md"));
        Assert.True(lines.Count >= 8, $"{lines.Count} commands");
        foreach (var verb in new[] { "tip new", "tip send", "tip read", "tip reply", "tip burn", "open", "keys new root", "keys new recovery", "directory show", "directory sign" })
            Assert.Contains(lines, l => Squeeze(l).StartsWith("whistle " + verb + " ", StringComparison.Ordinal));

        Assert.Empty(lines.SelectMany(l => Errors(l).Select(e => $"{l}: {e}")));
    }

    /// <summary>The test above would be worth nothing if the tree took anything.</summary>
    [Theory]
    [InlineData("whistle tip forget --server https://report.example.org")]
    [InlineData("whistle tip read --server https://report.example.org --sav files")]
    [InlineData("whistle open --case blob")]
    public void A_verb_or_an_option_that_does_not_exist_is_not(string line) => Assert.NotEmpty(Errors(line));

    [Fact]
    public void Every_project_that_the_readme_runs_exists_and_takes_its_options()
    {
        var runs = Project().Matches(Read("README.md")).ToList();
        Assert.True(runs.Count >= 4, $"{runs.Count} projects");
        Assert.All(runs, run => Assert.Single(Directory.GetFiles(Path.Combine(WhistleServer.Repository, run.Groups["path"].Value), "*.csproj")));
        Assert.Contains(runs, r => r.Groups["path"].Value is "src/Whistle.Server" && r.Groups["rest"].Value.Trim() is "-- --demo");
        var line = ServerLine.Parse(["--demo"]);
        Assert.Null(line.Problem);
        Assert.Equal(["--Whistle:Demo=true"], line.Settings);
    }

    [Fact]
    public void Every_relative_link_points_to_a_file()
    {
        var pages = Pages
            .Concat(Directory.GetFiles(Path.Combine(WhistleServer.Repository, "src", "DECISIONS"), "*.md").Select(p => Path.GetRelativePath(WhistleServer.Repository, p)))
            .ToList();
        Assert.Contains(pages, p => p.Contains("DECISIONS", StringComparison.Ordinal));
        var links = pages.SelectMany(page => Link().Matches(Read(page)).Select(m => (Page: page, Target: m.Groups["target"].Value)))
            .Where(l => !l.Target.Contains("://", StringComparison.Ordinal)).ToList();
        Assert.True(links.Count >= 8, $"{links.Count} links");

        Assert.DoesNotContain(links, l => !Exists(l.Page, l.Target));
    }

    /// <summary>A file or folder; behind <c>#</c>, a heading of it.</summary>
    private static bool Exists(string page, string target)
    {
        var (path, heading) = target.Split('#') is [var p, var h] ? (p, h) : (target, null);
        var file = path.Length == 0
            ? Path.Combine(WhistleServer.Repository, page)
            : Path.GetFullPath(Path.Combine(WhistleServer.Repository, Path.GetDirectoryName(page)!, path));
        if (!Path.Exists(file))
            return false;
        return heading is null || File.ReadLines(file).Where(l => l.StartsWith('#'))
            .Any(l => string.Equals(NotInAnchor().Replace(l.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'), heading, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Errors(string line)
    {
        using var terminal = new CliTerminal();
        var words = Word().Matches(line).Select(m => m.Groups["quoted"].Success ? m.Groups["quoted"].Value : m.Value);
        var parse = CommandLine.Parse([.. words.Skip(1)], terminal.World());
        return [.. parse.Errors.Select(e => e.Message), .. parse.UnmatchedTokens];
    }

    /// <summary>The lines of the shell's blocks that call the command, with those that a backslash continues.</summary>
    private static List<string> Commands(string page) =>
        [.. Block().Matches(page).SelectMany(b => b.Groups["text"].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
            .Select(l => l.Trim()).Where(l => l.StartsWith("whistle ", StringComparison.Ordinal))];

    private static string Squeeze(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static string Read(string page) => File.ReadAllText(Path.Combine(WhistleServer.Repository, page)).ReplaceLineEndings("\n");

    [GeneratedRegex("^```(sh|console)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Block();

    [GeneratedRegex("""("(?<quoted>[^"]*)"|\S)+""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"dotnet (run|publish) (-c Release )?(--project )?(?<path>(src|tests)/[A-Za-z.]+)(?<rest>[^`\n]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Project();

    [GeneratedRegex("""(\]\(|src=")(?<target>[^)"\s]+)[)"]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.None, 1000)]
    private static partial Regex NotInAnchor();
}
