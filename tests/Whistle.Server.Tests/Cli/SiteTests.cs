using System.Text;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Cli;

/// <summary>The pages' files as root holders signed them, and a portal that serves other ones.</summary>
public sealed class SiteTests : IAsyncLifetime
{
    private static readonly string s_client = Path.Combine(AppContext.BaseDirectory, "wwwroot");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-site");
    private WhistleServer _server = null!;
    private WhistleServer.Portal _portal = null!;

    public async ValueTask InitializeAsync()
    {
        _server = new WhistleServer(("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        _portal = await _server.OpenPortalAsync();
        await _server.RunLogAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Root_holders_sign_the_files_the_portal_publishes_the_list_and_anybody_compares()
    {
        using var terminal = Meeting((_, honest) => honest);
        (await VerifyAsync(terminal)).Fails(3, "site-missing");
        var path = await PublishAsync(1);

        var before = (await VerifyAsync(terminal)).Succeeds();
        await _server.RunLogAsync();
        var after = (await VerifyAsync(terminal, "--folder", s_client)).Succeeds();

        Assert.Equal(("not-yet", "yes"), (before.Field("logged"), after.Field("logged")));
        Assert.Equal(Directory.GetFiles(s_client, "*", SearchOption.AllDirectories).Length, after.Json.GetProperty("files").GetInt32());
        Assert.Contains("Fetching /desk", after.Talk, StringComparison.Ordinal);
        var log = (await terminal.RunAsync("verify-log", "--server", WhistleServer.Origin, "--root", Root, "--json")).Succeeds();
        Assert.Equal(["directory", "site"], log.Json.GetProperty("public").EnumerateArray().Select(p => p.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        // Starting again with the same list enters nothing a second time.
        _server = await _server.RestartAsync(("Site", path));
        await _server.RunLogAsync();
        Assert.Equal(0, await _server.PendingAsync());
        Assert.Equal("yes", (await VerifyAsync(terminal)).Succeeds().Field("logged"));
    }

    [Theory]
    [InlineData("/assets/source.js")]
    [InlineData("/")]
    [InlineData("/desk")]
    public async Task A_portal_that_serves_another_file_or_none_is_found_out(string address)
    {
        await PublishAsync(1);
        await _server.RunLogAsync();
        foreach (var gone in new[] { false, true })
        {
            using var terminal = Meeting((path, honest) => !string.Equals(path, address, StringComparison.Ordinal) ? honest : gone ? null : [.. honest!, (byte)' ']);

            var told = await VerifyAsync(terminal);

            told.Fails(4, "site-differs");
            Assert.Contains(address is "/" ? "/index.html" : address is "/desk" ? "/desk/index.html" : address, told.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_list_that_is_not_the_one_that_everybody_gets_is_refused()
    {
        await PublishAsync(2);
        await _server.RunLogAsync();
        var manifest = Manifest(2);
        var signed = SignedNote.TryParse(Signed(manifest), out var note) ? note : throw new InvalidOperationException("Not a note.");
        using var anybody = _server.Source();
        var entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, _portal));
        var other = Manifest(2, extra: true);
        foreach (var (told, code) in new (byte[], string)[]
        {
            ([.. Encoding.UTF8.GetBytes(signed.Text), .. "\n— somebody AAAAAAAA\n"u8], "site-under-signed"),
            ("nothing\n"u8.ToArray(), "site-malformed"),
            (Signed(SiteManifest.Of(Hash32.Zero, 2, manifest.Issued, manifest.Files)), "site-root-mismatch"),
            (Signed(Manifest(1)), "site-older-than-log"),
            (Signed(other), "site-differs"),
        })
        {
            using var terminal = Meeting((path, honest) => path is "/api/source/site" ? told : honest);
            (await VerifyAsync(terminal)).Fails(4, code);
        }
        var (name, key) = _server.OperatorsLogKey;
        using (key)
        {
            var twice = new ForgedLog(name, key, [.. entries, PublicEntry.Site(2, other.Hash).ToBytes()]);
            using var terminal = Meeting((path, honest) => path.StartsWith("/log/", StringComparison.Ordinal) ? twice.Answer(path) : honest);
            (await VerifyAsync(terminal)).Fails(4, "site-twice");
        }
        // A client that was built from other sources.
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "built"));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "built", "index.html"), "<p>", TestContext.Current.CancellationToken);
        using var builder = Meeting((_, honest) => honest);
        (await VerifyAsync(builder, "--folder", Path.Combine(_folder.FullName, "built"))).Fails(4, "site-differs");
        (await builder.RunAsync("verify-site", "--server", WhistleServer.Origin, "--json")).Fails(2, "root-missing");
    }

    [Fact]
    public async Task A_list_that_is_kept_out_of_the_log_an_old_head_and_one_without_witnesses_are_refused()
    {
        await PublishAsync(1);
        var own = PublicEntry.Site(1, Manifest(1).Hash).ToBytes();
        using var anybody = _server.Source();
        var before = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, _portal));
        await _server.RunLogAsync();
        var (name, key) = _server.OperatorsLogKey;
        using var kept = key;
        var entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, _portal));
        var without = new ForgedLog(name, key, [.. entries.Select(e => e.AsSpan().SequenceEqual(own) ? Hash32.Of("another"u8).ToBytes() : e)]);
        var old = new ForgedLog(name, key, before);
        using var hiding = Meeting((path, honest) => path.StartsWith("/log/", StringComparison.Ordinal) ? without.Answer(path) : honest);
        using var rolledBack = Meeting((path, honest) => path.StartsWith("/log/", StringComparison.Ordinal) ? old.Answer(path) : honest);
        var state = rolledBack.Path("state");
        using (var honestly = Meeting((_, honest) => honest))
            (await VerifyAsync(honestly, "--state", state)).Succeeds();

        (await VerifyAsync(rolledBack, "--state", state)).Fails(4, "log-shrunk");
        (await VerifyAsync(hiding, "--state", state)).Fails(4, "log-fork");
        using var union = Whistle.Protocol.Keys.SigningKey.Generate(Randomness.System);
        var policy = hiding.Write("policy", $"witness union {new NoteKey("union.example", union.Public, NoteAlgorithm.Ed25519Cosignature)}\nquorum union\n");
        (await VerifyAsync(hiding, "--policy", policy)).Fails(4, "quorum-not-met");
        Assert.Equal("not-yet", (await VerifyAsync(hiding)).Succeeds().Field("logged"));
        _server.Clock.Advance(TimeSpan.FromDays(4));
        (await VerifyAsync(hiding)).Fails(4, "site-not-logged");
    }

    [Fact]
    public async Task The_server_publishes_only_a_list_of_what_it_serves_and_never_an_older_one()
    {
        await PublishAsync(3);
        foreach (var (note, why) in new (byte[]?, string)[]
        {
            (null, "cannot be read"),
            ("nothing"u8.ToArray(), "site-malformed"),
            ([.. Encoding.UTF8.GetBytes(Manifest(4).ToText()), .. "\n— somebody AAAAAAAA\n"u8], "site-under-signed"),
            (Signed(Manifest(4, extra: true)), "/assets/extra.js is not what was signed"),
            (Signed(SiteManifest.Of(_portal.Directory.Root, 4, Manifest(4).Issued, Manifest(4).Files.SkipLast(1))), "is not what was signed"),
            (Signed(Manifest(2)), "a newer list"),
        })
        {
            var path = Path.Combine(_folder.FullName, "wrong");
            File.Delete(path);
            if (note is not null)
                await File.WriteAllBytesAsync(path, note, TestContext.Current.CancellationToken);

            var (exit, said) = await ServerChild.RunAsync("serve", _server.DataFolder, "--urls", "http://127.0.0.1:0", "--Whistle:Site=" + path);

            Assert.Equal(2, exit);
            Assert.Contains(why, said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_root_holder_reads_what_changed_and_signs_only_what_they_built()
    {
        using var terminal = new CliTerminal();
        var built = Directory.CreateDirectory(Path.Combine(_folder.FullName, "client"));
        async Task WriteAsync(string name, string text) => await File.WriteAllTextAsync(Path.Combine(built.FullName, name), text, TestContext.Current.CancellationToken);
        await WriteAsync("index.html", "<p>");
        await WriteAsync("old.js", "1");
        var key = terminal.Path("council.age");
        var made = (await terminal.RunAsync("keys", "new", "root", "--name", "council", "--out", key, "--json")).Succeeds();
        string Path1() => terminal.Path("site-1");
        (await terminal.RunAsync("site", "manifest", "--folder", built.FullName, "--root", Root, "--version-number", "1", "--out", Path1(), "--json")).Succeeds();
        await WriteAsync("index.html", "<p>more");
        File.Delete(Path.Combine(built.FullName, "old.js"));
        await WriteAsync("new.js", "2");
        var second = terminal.Path("site-2");
        (await terminal.RunAsync("site", "manifest", "--folder", built.FullName, "--root", Root, "--version-number", "2", "--out", second, "--json")).Succeeds();
        string[] sign = ["site", "sign", "--manifest", second, "--key", key, "--previous", Path1(), "--folder", built.FullName, "--passphrase", terminal.Write("phrase", made.Field("passphrase")), "--json"];

        (await terminal.RunAsync(sign)).Fails(1, "not-confirmed");
        var signed = (await terminal.RunAsync([.. sign, "--yes"])).Succeeds();
        (await terminal.RunAsync([.. sign, "--yes"])).Succeeds();

        Assert.Equal(["Adds", "Changes", "Removes"], signed.Json.GetProperty("changes").EnumerateArray().Select(c => c.GetString()!.Split(' ')[0]).Order(StringComparer.Ordinal));
        Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(second, TestContext.Current.CancellationToken), out var note));
        Assert.Equal("council", Assert.Single(note.Signatures).Name);
        await WriteAsync("index.html", "<p>evil");
        (await terminal.RunAsync([.. sign, "--yes"])).Fails(4, "site-differs");
        (await terminal.RunAsync("site", "sign", "--manifest", Path1(), "--key", key, "--previous", second, "--yes", "--json")).Fails(4, "previous-differs");
        (await terminal.RunAsync("site", "manifest", "--folder", terminal.Path("nowhere"), "--root", Root, "--version-number", "1", "--out", terminal.Path("x"), "--json")).Fails(1, "file-unreadable");
        (await terminal.RunAsync("site", "manifest", "--folder", built.FullName, "--root", Root, "--version-number", "0", "--out", terminal.Path("x"), "--json")).Fails(2, "site-version");
    }

    private string Root => _portal.Directory.Root.ToString();

    private SiteManifest Manifest(int version, bool extra = false)
    {
        var files = Directory.GetFiles(s_client, "*", SearchOption.AllDirectories)
            .Select(f => SiteFile.Of("/" + Path.GetRelativePath(s_client, f).Replace('\\', '/'), File.ReadAllBytes(f)));
        return SiteManifest.Of(_portal.Directory.Root, version, Day.Of(_server.Clock.GetUtcNow()), extra ? files.Append(SiteFile.Of("/assets/extra.js", "1"u8)) : files);
    }

    private byte[] Signed(SiteManifest manifest)
    {
        var text = manifest.ToText();
        return Encoding.UTF8.GetBytes($"{text}\n{string.Join('\n', _server.RootSignatures(text, 1))}\n");
    }

    private async Task<string> PublishAsync(int version)
    {
        var path = Path.Combine(_folder.FullName, "site.note");
        await File.WriteAllBytesAsync(path, Signed(Manifest(version)), TestContext.Current.CancellationToken);
        _server = await _server.RestartAsync(("Site", path));
        _server.Source().Dispose(); // it starts when it is first asked for
        return path;
    }

    private Task<CliResult> VerifyAsync(CliTerminal terminal, params string[] more) =>
        terminal.RunAsync(["verify-site", "--server", WhistleServer.Origin, "--json", "--root", Root, .. more]);

    private CliTerminal Meeting(Func<string, byte[]?, byte[]?> lies) => new(_server.Clock, () => new Liar(_server.Source().BaseAddress!, lies));
}
