using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Cli.Http;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Cli;

/// <summary>The whole log, checked by somebody who need not trust the server, and a server that cannot be trusted.</summary>
public sealed class VerifyLogTests : IAsyncLifetime
{
    private readonly WhistleServer _server = new(("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"))
    {
        // No loop beside the test: every interval is ended here, once.
        Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
    };

    private WhistleServer.Portal _portal = null!;
    private CliTerminal _terminal = null!;
    private List<byte[]> _entries = [];

    /// <summary>Three tiles of leaves, the last one partial, and one above them.</summary>
    public async ValueTask InitializeAsync()
    {
        _portal = await _server.OpenPortalAsync();
        _terminal = Meeting((_, honest) => honest);
        await _server.LetWaitAsync(600, Day.Of(_server.Clock.GetUtcNow()));
        await GrowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_log_that_holds_is_told_with_what_is_public_in_it()
    {
        var result = (await VerifyAsync(_terminal)).Succeeds();

        Assert.Equal((_entries.Count, _entries.Count - 1), (result.Json.GetProperty("size").GetInt32(), result.Json.GetProperty("blinded").GetInt32()));
        var directory = Assert.Single(result.Json.GetProperty("public").EnumerateArray());
        Assert.Equal(("directory", "1", _portal.Directory.Hash.ToString()),
            (directory.GetProperty("kind").GetString(), directory.GetProperty("id").GetString(), directory.GetProperty("hash").GetString()));
        Assert.NotNull(PublicEntry.Read(_entries[directory.GetProperty("index").GetInt32()]));
        Assert.Equal(("yes", "organisation"), (result.Json.GetProperty("directory").GetProperty("logged").GetString(), result.Field("vouched")));
        Assert.Contains("Reading", result.Talk, StringComparison.Ordinal);

        var plain = (await _terminal.RunAsync("verify-log", "--server", WhistleServer.Origin, "--directory", Kept(_portal.Directory.Note))).Succeeds();
        Assert.Contains("only the organisation vouches", plain.Output, StringComparison.Ordinal);
        Assert.Contains("Directory 1 is in it.", plain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_time_it_is_proved_that_the_log_only_grew()
    {
        var state = _terminal.Path("state");
        var first = (await VerifyAsync(_terminal, "--state", state)).Succeeds();
        Assert.False(first.Json.TryGetProperty("continues", out _));
        var kept = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);
        Assert.True(Checkpoint.Verify(kept, _portal.Directory.Version.Log).IsOk);
        await GrowAsync();

        var second = (await VerifyAsync(_terminal, "--state", state)).Succeeds();

        Assert.Equal(first.Field("treeRoot"), second.Json.GetProperty("continues").GetProperty("treeRoot").GetString());
        Assert.NotEqual(kept, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(state + ".evidence"));
        Assert.Equal(second.Field("treeRoot"), (await VerifyAsync(_terminal, "--state", state)).Succeeds().Json.GetProperty("continues").GetProperty("treeRoot").GetString());
    }

    [Theory]
    [InlineData("/log/tile/0/001", 40, "log-entry-wrong")]
    [InlineData("/log/tile/entries/001", 40, "log-entry-wrong")]
    [InlineData("/log/tile/1/000.p/2", 40, "log-tile-wrong")]
    [InlineData("/log/tile/entries/000", -1, "log-incomplete")]
    [InlineData("/log/tile/0/000", -1, "log-incomplete")]
    [InlineData("/log/tile/0/000", null, "log-incomplete")]
    [InlineData("/log/tile/entries/001", null, "log-incomplete")]
    [InlineData("/log/checkpoint", 30, "checkpoint-unsigned")]
    public async Task What_was_changed_is_found(string path, int? at, string code)
    {
        var asked = false;
        using var terminal = Meeting((asking, honest) =>
        {
            if (!string.Equals(asking, path, StringComparison.Ordinal))
                return honest;
            asked = true;
            if (at is null)
                return null;
            var lie = honest!.ToArray();
            if (at < 0)
                return lie[..^1];
            // Another byte, and still one of Base64: a checkpoint that is malformed is another finding.
            lie[at.Value] = lie[at.Value] == (byte)'A' ? (byte)'B' : (byte)'A';
            return lie;
        });

        (await VerifyAsync(terminal, "--state", terminal.Path("state"))).Fails(4, code);

        Assert.True(asked);
        Assert.False(File.Exists(terminal.Path("state")));
    }

    [Fact]
    public async Task Entries_and_tiles_that_fit_each_other_must_fit_the_root_too()
    {
        var other = Forge([.. _entries.Select((e, i) => i == 300 ? RandomNumberGenerator.GetBytes(32) : e)]);
        using var terminal = Meeting((path, honest) => path is "/log/checkpoint" ? honest : Log(other, path, honest));

        (await VerifyAsync(terminal)).Fails(4, "log-root-wrong");
    }

    [Fact]
    public async Task A_log_that_was_rolled_back_is_told_and_both_heads_are_kept()
    {
        var old = Forge(_entries);
        await GrowAsync();
        var shrunk = false;
        using var terminal = Meeting((path, honest) => shrunk ? Log(old, path, honest) : honest);
        var state = terminal.Path("state");
        (await VerifyAsync(terminal, "--state", state)).Succeeds();
        var before = await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken);
        shrunk = true;

        (await VerifyAsync(terminal, "--state", state)).Fails(4, "log-shrunk");

        Assert.Equal(before, await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken));
        Assert.Equal([before, Encoding.UTF8.GetString(old.Note)], Evidence(state + ".evidence", "log-shrunk"));
    }

    /// <summary>Each of two people is shown a log that is sound in itself; whoever has seen both can prove it.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(700)]
    public async Task Two_people_who_are_shown_two_logs_find_out_with_one_file(int more)
    {
        var forged = Forge([
            .. _entries.Select((e, i) => i == 300 ? RandomNumberGenerator.GetBytes(32) : e),
            .. Enumerable.Range(0, more).Select(_ => RandomNumberGenerator.GetBytes(32))]);
        using var deceived = Meeting((path, honest) => Log(forged, path, honest));
        (await VerifyAsync(deceived)).Succeeds();
        var state = deceived.Path("state");
        (await VerifyAsync(_terminal, "--state", state)).Succeeds();
        var before = await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken);

        var told = await VerifyAsync(deceived, "--state", state);
        (await VerifyAsync(deceived, "--state", state)).Fails(4, "log-fork");

        told.Fails(4, "log-fork");
        Assert.Contains("state.evidence", told.Talk, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(state, TestContext.Current.CancellationToken));
        Assert.Equal([before, Encoding.UTF8.GetString(forged.Note)], Evidence(state + ".evidence", "log-fork"));
        // The same again says nothing new; what is new is never written over it.
        Assert.False(File.Exists(state + ".evidence.2"));
        forged = Forge([.. _entries.Select((e, i) => i == 200 ? RandomNumberGenerator.GetBytes(32) : e)]);
        (await VerifyAsync(deceived, "--state", state)).Fails(4, "log-fork");
        Assert.Equal([before, Encoding.UTF8.GetString(forged.Note)], Evidence(state + ".evidence.2", "log-fork"));
    }

    [Fact]
    public async Task An_entry_is_never_longer_than_it_may_be_and_one_of_an_unknown_kind_is_counted()
    {
        foreach (var (length, exit) in new[] { (1024, 0), (1025, 4) })
        {
            var forged = Forge([.. _entries, new byte[length]]);
            using var meeting = Meeting((path, honest) => Log(forged, path, honest));
            var told = await VerifyAsync(meeting);
            Assert.Equal(exit, told.ExitCode);
            if (exit == 0)
                Assert.Equal(1, told.Json.GetProperty("unknown").GetInt32());
            else
                told.Fails(4, "log-entry-wrong");
        }
    }

    [Fact]
    public async Task A_log_key_that_was_replaced_is_not_the_one_of_an_old_directory()
    {
        using var key = SigningKey.Generate(Randomness.System);
        var name = _portal.Directory.Version.Log.Name;
        var otherKey = Next(d => d with { Log = new NoteKey(name, key.Public) });
        var otherName = Next(d => d with { Log = new NoteKey("log-2", key.Public) });
        var state = _terminal.Path("state");
        (await VerifyAsync(_terminal, "--state", state)).Succeeds();

        (await VerifyAsync(_terminal, "--directory", _terminal.Write("d2", otherKey))).Fails(4, "checkpoint-unsigned");
        (await VerifyAsync(_terminal, "--directory", _terminal.Write("d3", otherName))).Fails(4, "checkpoint-origin");
        // What was kept was signed with the key before; what is shown now must be signed with the one of today.
        (await VerifyAsync(_terminal, "--directory", _terminal.Write("d4", otherKey), "--state", state)).Fails(4, "checkpoint-unsigned");
        var foreign = _terminal.Write("foreign", new ForgedLog(name, key, _entries).Note);
        (await VerifyAsync(_terminal, "--state", foreign)).Fails(4, "log-state-differs");
        (await _terminal.RunAsync("verify-log", "--server", WhistleServer.Origin, "--json", "--root", new string('0', 64))).Fails(4, "directory-root-mismatch");
    }

    [Fact]
    public async Task Witnesses_count_where_the_policy_names_them_and_their_time_can_be()
    {
        using var union = SigningKey.Generate(Randomness.System);
        using var council = SigningKey.Generate(Randomness.System);
        var now = _server.Clock.GetUtcNow().ToUnixTimeSeconds();
        var policy = _terminal.Write("policy", $"""
            log {_portal.Directory.Version.Log}
            witness union {new NoteKey("union.example", union.Public, NoteAlgorithm.Ed25519Cosignature)}
            witness council {new NoteKey("council.example", council.Public, NoteAlgorithm.Ed25519Cosignature)}
            group either 1 union council
            quorum either

            """);
        var cosigned = Cosigned("union.example", union, now - 60);

        var good = (await VerifyAsync(cosigned, "--policy", policy)).Succeeds();

        var witness = Assert.Single(good.Json.GetProperty("witnesses").EnumerateArray());
        var time = DateTimeOffset.FromUnixTimeSeconds(now - 60).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(("witnesses", "union", time), (good.Field("vouched"), witness.GetProperty("name").GetString(), witness.GetProperty("time").GetString()));
        // Nobody; somebody else's key under the name; a name that the policy has not; a time that has not come; one long past.
        (await VerifyAsync(_terminal, "--policy", policy)).Fails(4, "quorum-not-met");
        using var stranger = SigningKey.Generate(Randomness.System);
        (await VerifyAsync(Cosigned("union.example", stranger, now), "--policy", policy)).Fails(4, "quorum-not-met");
        (await VerifyAsync(Cosigned("other.example", union, now), "--policy", policy)).Fails(4, "quorum-not-met");
        (await VerifyAsync(Cosigned("union.example", union, now + 90_000), "--policy", policy)).Fails(4, "quorum-not-met");
        var old = Cosigned("union.example", union, now - (9 * 86_400));
        (await VerifyAsync(old, "--policy", policy, "--state", old.Path("state"))).Fails(4, "quorum-not-met");
        Assert.False(File.Exists(old.Path("state")));
        (await VerifyAsync(old, "--policy", policy, "--max-age", "10")).Succeeds();
        // A cosignature says nothing to somebody who names no witness.
        Assert.Equal("organisation", (await VerifyAsync(cosigned)).Succeeds().Field("vouched"));

        (await VerifyAsync(_terminal, "--policy", _terminal.Write("other", $"log {new NoteKey("l", union.Public)}\nquorum none\n"))).Fails(4, "policy-other-log");
        (await VerifyAsync(_terminal, "--policy", _terminal.Write("bad", "quorum nobody\n"))).Fails(1, "policy-malformed");

        CliTerminal Cosigned(string name, SigningKey key, long time) => Meeting((path, honest) =>
        {
            if (path is not "/log/checkpoint")
                return honest;
            Assert.True(SignedNote.TryParse(honest, out var note));
            return note.With(Cosignature.Sign(note, name, key, time)).ToBytes();
        });
    }

    [Fact]
    public async Task The_directory_that_is_shown_is_the_one_in_the_log_and_the_only_one()
    {
        var own = PublicEntry.Directory(1, _portal.Directory.Hash).ToBytes();
        var without = Forge([.. _entries.Where(e => !e.AsSpan().SequenceEqual(own))]);
        var twice = Forge([.. _entries, PublicEntry.Directory(1, Hash32.Of("other people"u8)).ToBytes()]);
        var newer = Forge([.. _entries, PublicEntry.Directory(2, Hash32.Of("other people"u8)).ToBytes()]);
        using var missing = Meeting((path, honest) => Log(without, path, honest));
        using var doubled = Meeting((path, honest) => Log(twice, path, honest));
        using var held = Meeting((path, honest) => Log(newer, path, honest));

        Assert.Equal("not-yet", (await VerifyAsync(missing)).Succeeds().Json.GetProperty("directory").GetProperty("logged").GetString());
        _server.Clock.Advance(TimeSpan.FromDays(4));
        (await VerifyAsync(missing)).Fails(4, "directory-not-logged");
        (await VerifyAsync(doubled)).Fails(4, "directory-twice");
        (await VerifyAsync(held)).Fails(4, "directory-older-than-log");
        // Who keeps an old directory does not say that it is the current one.
        (await VerifyAsync(held, "--directory", Kept(_portal.Directory.Note))).Succeeds();
    }

    [Fact]
    public async Task Without_a_log_a_network_or_a_root_it_ends_with_a_code_of_its_own()
    {
        using var early = Meeting((path, honest) => path is "/log/checkpoint" ? null : honest);
        using var nobody = new CliTerminal(_server.Clock, () => Connection.Handler(null));

        (await VerifyAsync(early)).Fails(3, "no-checkpoint");
        (await nobody.RunAsync("verify-log", "--server", "http://127.0.0.1:9", "--json", "--root", new string('0', 64))).Fails(5, "no-network");
        (await _terminal.RunAsync("verify-log", "--server", WhistleServer.Origin, "--json")).Fails(2, "root-missing");
    }

    private async Task GrowAsync()
    {
        await _server.RunLogAsync();
        using var anybody = _server.Source();
        _entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, _portal));
    }

    private Task<CliResult> VerifyAsync(CliTerminal terminal, params string[] more) => terminal.RunAsync(
        ["verify-log", "--server", WhistleServer.Origin, "--json", "--root", _portal.Directory.Root.ToString(), .. more]);

    private CliTerminal Meeting(Func<string, byte[]?, byte[]?> lies) => new(_server.Clock, () => new Liar(_server.Source().BaseAddress!, lies));

    private ForgedLog Forge(IReadOnlyList<byte[]> entries) => new(_server.OperatorsLogKey.Name, _server.OperatorsLogKey.Key, entries);

    private static byte[]? Log(ForgedLog forged, string path, byte[]? honest) =>
        path.StartsWith("/log/", StringComparison.Ordinal) ? forged.Answer(path) : honest;

    private string Kept(SignedNote directory) => _terminal.Write("directory.note", directory.ToBytes());

    private byte[] Next(Func<DirectoryVersion, DirectoryVersion> change)
    {
        var text = change(_portal.Directory.Version with { Version = 2, Previous = _portal.Directory.Hash }).ToText();
        return Encoding.UTF8.GetBytes($"{text}\n{string.Join('\n', _server.RootSignatures(text, 2))}\n");
    }

    private static IEnumerable<string?> Evidence(string path, string kind)
    {
        var json = JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
        Assert.Equal(kind, json.GetProperty("kind").GetString());
        return json.GetProperty("checkpoints").EnumerateArray().Select(c => c.GetString());
    }
}
