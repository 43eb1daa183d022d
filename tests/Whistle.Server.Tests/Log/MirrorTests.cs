using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Cli.Logs;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Log;
using Whistle.Protocol.Tips;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Log;

/// <summary>A copy of the log that somebody else keeps, and a server that shows another log, or an old one.</summary>
public sealed class MirrorTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-mirror");
    private WebApplication _mirror = null!;
    private WhistleServer _server = null!;
    private WhistleServer.Portal _portal = null!;
    private CliTerminal _terminal = null!;
    private SealedTip _tip = null!;

    private Uri At => new(_mirror.Urls.First());

    public async ValueTask InitializeAsync()
    {
        _mirror = MirrorRun.Build(new MirrorFolder(_folder.FullName), "http://127.0.0.1:0");
        await _mirror.StartAsync(TestContext.Current.CancellationToken);
        _server = new WhistleServer(("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"), ("Mirror", _mirror.Urls.First()))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        _portal = await _server.OpenPortalAsync();
        Assert.Equal(_mirror.Urls.First(), _portal.Directory.Version.LogMirror);
        await _server.LetWaitAsync(600, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        _tip = await _server.SubmitTipAsync(_portal);
        await _server.RunLogAsync();
        _terminal = Meeting((_, honest) => honest);
    }

    public async ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        _tip.Dispose();
        await _mirror.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_copy_is_the_log_byte_for_byte_and_grows_with_it()
    {
        var first = (await CopyAsync(_terminal)).Succeeds().Json.GetProperty("size").GetInt64();
        await _server.LetWaitAsync(300, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        var asked = new List<string>();
        using var watched = Meeting((path, honest) =>
        {
            asked.Add(path);
            return honest;
        });
        var second = (await CopyAsync(watched)).Succeeds().Json.GetProperty("size").GetInt64();

        Assert.True(second > first);
        // A full tile never changes, and is not asked for twice.
        Assert.DoesNotContain("/log/tile/0/000", asked);
        Assert.Contains("/log/tile/0/002", asked);
        using var copy = new HttpClient { BaseAddress = At };
        using var anybody = _server.Source();
        var served = asked.Where(p => p.StartsWith("/log/", StringComparison.Ordinal)).Append("/log/tile/0/000").Append("/log/tile/entries/001").ToList();
        foreach (var path in served)
        {
            var answer = await copy.GetAsync(path["/log".Length..], TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.Equal(await anybody.GetByteArrayAsync(path, TestContext.Current.CancellationToken), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        foreach (var path in new[] { "/tile/0/009", "/tile/0/..%2f..%2fcheckpoint", "/tile/x/000", "/checkpoint.new", "/tile/0/000.p/9999", "/" })
            Assert.Equal(HttpStatusCode.NotFound, (await copy.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain(Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories), f => f.EndsWith(".new", StringComparison.Ordinal));
    }

    public static TheoryData<string, string> Lies => new() { { "shrinks", "log-shrunk" }, { "forks", "log-fork" }, { "changes an entry", "log-entry-wrong" }, { "keeps a tile back", "log-incomplete" } };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_log_that_does_not_hold_or_go_on_is_not_copied(string lie, string code)
    {
        var old = await ForgeAsync();
        await _server.LetWaitAsync(300, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        (await CopyAsync(_terminal)).Succeeds();
        var before = Files();
        await _server.LetWaitAsync(300, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        var fork = await ForgeAsync(200);
        using var liar = Meeting((path, honest) => (lie, path) switch
        {
            ("shrinks", _) => Log(old, path, honest),
            ("forks", _) => Log(fork, path, honest),
            ("changes an entry", _) when path.StartsWith("/log/tile/entries/003", StringComparison.Ordinal) => [.. honest![..^1], (byte)(honest[^1] ^ 1)],
            ("keeps a tile back", _) when path.StartsWith("/log/tile/0/003", StringComparison.Ordinal) => null,
            _ => honest,
        });

        (await CopyAsync(liar)).Fails(4, code);

        var evidence = Path.Combine(_folder.FullName, "checkpoint.evidence");
        Assert.Equal(lie is "shrinks" or "forks", File.Exists(evidence));
        File.Delete(evidence);
        Assert.Equal(before, Files());
        // What did not hold was not kept either: the honest log is copied the next time.
        (await CopyAsync(_terminal)).Succeeds();

        Dictionary<string, string> Files() => Directory.GetFiles(_folder.FullName, "*", SearchOption.AllDirectories)
            .ToDictionary(f => f, f => Hash32.Of(File.ReadAllBytes(f)).ToString(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_is_not_checked_yet_is_in_no_folder_that_is_served_and_gone_when_it_does_not_hold()
    {
        var @unchecked = Path.Combine(_folder.FullName, ".unchecked");
        var (files, seen) = (0, 0);
        using var watched = Meeting((path, honest) =>
        {
            files = Math.Max(files, Directory.Exists(@unchecked) ? Directory.GetFiles(@unchecked, "*", SearchOption.AllDirectories).Length : 0);
            seen += Directory.Exists(Path.Combine(_folder.FullName, "tile")) ? 1 : 0;
            return path.StartsWith("/log/tile/entries/002", StringComparison.Ordinal) ? [.. honest![..^1], (byte)(honest[^1] ^ 1)] : honest;
        });

        (await CopyAsync(watched)).Fails(4, "log-entry-wrong");

        Assert.True(files > 0);
        Assert.Equal(0, seen);
        Assert.False(Directory.Exists(@unchecked));
        (await CopyAsync(_terminal)).Succeeds();
        Assert.False(Directory.Exists(@unchecked));
    }

    [Fact]
    public async Task A_file_of_the_copy_that_was_damaged_is_fetched_anew()
    {
        (await CopyAsync(_terminal)).Succeeds();
        var file = Path.Combine(_folder.FullName, "tile", "entries", "001");
        var honest = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, [.. honest[..^1], (byte)(honest[^1] ^ 1)], TestContext.Current.CancellationToken);

        (await CopyAsync(_terminal)).Succeeds();

        Assert.Equal(honest, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_compares_learns_that_the_copy_is_the_same_log_or_cannot_be_read()
    {
        (await VerifyAsync(_terminal, "--mirror")).Fails(4, "mirror-unread");
        Assert.Equal(("logged", "unread"), await FindingAsync(_terminal));
        Assert.Equal(("logged", null), await FindingAsync(_terminal, mirror: false));

        (await CopyAsync(_terminal)).Succeeds();
        var old = await ForgeAsync();
        await _server.LetWaitAsync(300, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        Assert.True((await VerifyAsync(_terminal, "--mirror")).Succeeds().Json.GetProperty("mirror").GetProperty("size").GetInt64() > 600);
        Assert.Equal(("logged", "same"), await FindingAsync(_terminal));
        // The copy is ahead of what the server shows to this one client.
        (await CopyAsync(_terminal)).Succeeds();
        using var behind = Meeting((path, honest) => Log(old, path, honest));
        Assert.True((await VerifyAsync(behind, "--mirror")).Succeeds().Json is var json
            && json.GetProperty("mirror").GetProperty("size").GetInt64() > json.GetProperty("size").GetInt64());

        await _mirror.StopAsync(TestContext.Current.CancellationToken);
        (await VerifyAsync(_terminal, "--mirror")).Fails(4, "mirror-unread");
        Assert.Equal(("logged", "unread"), await FindingAsync(_terminal));
    }

    [Theory]
    [InlineData(0, int.MaxValue)] // as long as the copy
    [InlineData(9, int.MaxValue)] // longer
    [InlineData(0, 3)] // before the report, in a tile of its own
    public async Task A_log_that_is_shown_to_one_client_alone_is_told_from_the_copy_and_the_evidence_is_both_heads(int more, int at)
    {
        (await CopyAsync(_terminal)).Succeeds();
        var copied = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "checkpoint"), TestContext.Current.CancellationToken);
        var fork = await ForgeAsync(at, more);
        using var deceived = Meeting((path, honest) => path is "/api/source/mailbox" && honest is not null ? Proving(honest, fork) : Log(fork, path, honest));
        // Sound in itself: whoever compares it with nothing is deceived.
        (await VerifyAsync(deceived)).Succeeds();
        Assert.Equal(("logged", null), await FindingAsync(deceived, mirror: false));

        var state = deceived.Path("state");
        (await VerifyAsync(deceived, "--mirror", "--state", state)).Fails(4, "log-fork");
        var evidence = deceived.Path("evidence.json");
        var read = await ReadAsync(deceived, "--mirror", "--evidence", evidence);

        Assert.Equal((4, "log-fork"), (read.ExitCode, read.Json.GetProperty("log").GetProperty("code").GetString()));
        foreach (var file in new[] { evidence, state + ".evidence" })
        {
            var json = JsonNode.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))!;
            Assert.Equal("log-fork", (string?)json["kind"]);
            Assert.Equal(new[] { copied, Encoding.UTF8.GetString(fork.Note) }.Order(StringComparer.Ordinal), json["checkpoints"]!.AsArray().Select(c => (string)c!).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_message_that_an_old_head_hides_is_in_the_copy()
    {
        var old = await ForgeAsync();
        // The leaf of an answer that the server neither gives out nor shows in the log of this client.
        await _server.LetWaitAsync(3, Day.Of(_server.Clock.GetUtcNow()));
        await _server.LetWaitAsync([Leaves.Act(_tip.Keys.ContentBlind.Span, 1).ToBytes()], Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        (await CopyAsync(_terminal)).Succeeds();
        using var deceived = Meeting((path, honest) => path is "/api/source/mailbox" && honest is not null ? Proving(honest, old) : Log(old, path, honest));
        Assert.Equal(("logged", null), await FindingAsync(deceived, mirror: false));

        var read = await ReadAsync(deceived, "--mirror");

        Assert.Equal((4, "log-withheld"), (read.ExitCode, read.Json.GetProperty("log").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task The_page_may_connect_to_the_mirror_and_to_nobody_else_and_no_page_asks_without_one()
    {
        using var source = _server.Source();
        async Task<string> PolicyAsync(HttpClient client, string path) =>
            Assert.Single((await client.GetAsync(path, TestContext.Current.CancellationToken)).Headers.GetValues("Content-Security-Policy"));

        Assert.Contains($"connect-src 'self' {_mirror.Urls.First()};", await PolicyAsync(source, "/"), StringComparison.Ordinal);
        Assert.Contains("connect-src 'self';", await PolicyAsync(source, "/desk"), StringComparison.Ordinal);
        await using var without = new WhistleServer(("KeyDelayHours", "0"));
        using var other = without.Source();
        Assert.Contains("connect-src 'self';", await PolicyAsync(other, "/"), StringComparison.Ordinal);
        var (exit, said) = await ServerChild.RunAsync("serve", without.DataFolder, "--urls", "http://127.0.0.1:0", "--Whistle:Mirror=https://mirror.example/?x");
        Assert.Equal((2, "Whistle:Mirror is not the address"), (exit, said[..33]));
        // A directory that names none has nothing to compare with.
        var portal = await without.OpenPortalAsync();
        using var terminal = new CliTerminal(without.Clock, () => new Liar(without.Source().BaseAddress!, (_, honest) => honest));
        using (var tip = await without.SubmitTipAsync(portal))
        {
            (await terminal.RunWithInputAsync(string.Join(' ', tip.Receipt.ToWords()), "tip", "read", "--server", WhistleServer.Origin, "--json", "--mirror")).Fails(1, "mirror-missing");
        }
    }

    private CliTerminal Meeting(Func<string, byte[]?, byte[]?> lies) => new(_server.Clock, () => new Liar(_server.Source().BaseAddress!, lies, At));

    private Task<CliResult> CopyAsync(CliTerminal terminal) =>
        terminal.RunAsync("mirror", "--server", WhistleServer.Origin, "--root", _portal.Directory.Root.ToString(), "--folder", _folder.FullName, "--json");

    private Task<CliResult> VerifyAsync(CliTerminal terminal, params string[] more) => terminal.RunAsync(
        ["verify-log", "--server", WhistleServer.Origin, "--json", "--root", _portal.Directory.Root.ToString(), .. more]);

    private Task<CliResult> ReadAsync(CliTerminal terminal, params string[] more) =>
        terminal.RunWithInputAsync(string.Join(' ', _tip.Receipt.ToWords()), ["tip", "read", "--server", WhistleServer.Origin, "--json", .. more]);

    private async Task<(string? Finding, string? Mirror)> FindingAsync(CliTerminal terminal, bool mirror = true)
    {
        var log = (await ReadAsync(terminal, mirror ? ["--mirror"] : [])).Succeeds().Json.GetProperty("log");
        return (log.GetProperty("finding").GetString(), log.TryGetProperty("mirror", out var answer) ? answer.GetString() : null);
    }

    /// <summary>The log of now as its operator can sign it anew, one entry changed and others added.</summary>
    private async Task<ForgedLog> ForgeAsync(int changed = -1, int more = 0)
    {
        using var anybody = _server.Source();
        var entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, _portal));
        byte[][] kept = [_tip.Manifest.Existence.ToBytes(), _tip.Manifest.Content.ToBytes(), PublicEntry.Directory(1, _portal.Directory.Hash).ToBytes()];
        changed = Math.Min(changed, entries.Count - 1);
        while (changed >= 0 && kept.Any(k => k.AsSpan().SequenceEqual(entries[changed])))
            changed--;
        var (name, key) = _server.OperatorsLogKey;
        using (key)
        {
            return new ForgedLog(name, key, [
                .. entries.Select((e, i) => i == changed ? Hash32.Of("another"u8).ToBytes() : e),
                .. Enumerable.Range(0, more).Select(i => Hash32.Of([(byte)i]).ToBytes())]);
        }
    }

    private static byte[]? Log(ForgedLog forged, string path, byte[]? honest) =>
        path.StartsWith("/log/", StringComparison.Ordinal) ? forged.Answer(path) : honest;

    private static byte[] Proving(byte[] mailbox, ForgedLog forged)
    {
        var json = JsonNode.Parse(mailbox)!.AsObject();
        foreach (var proof in json["proofs"]!.AsArray())
            proof!["proof"] = forged.Proof(Convert.FromHexString((string)proof["leaf"]!));
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
