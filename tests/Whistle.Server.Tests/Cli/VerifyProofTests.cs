using System.Text;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Cli;

/// <summary>What a saved proof shows to somebody who has nothing but files: the terminal here has no network.</summary>
public sealed class VerifyProofTests : IAsyncLifetime
{
    private readonly CliTeam _team = new();
    private readonly CliTerminal _terminal = new();
    private readonly SigningKey _key = SigningKey.Generate(Randomness.System);
    private SealedTip _tip = null!;
    private byte[] _copy = [];
    private InclusionProof _proof = null!;

    private NoteKey Log => new("log.example", _key.Public);

    public async ValueTask InitializeAsync()
    {
        _tip = await _team.TipAsync("The valves are painted shut.", keepsCopy: true);
        _copy = Message.Open(_tip.Message.Span, _tip.Keys.Reply).Require().Value.ToCopy();
        var leaf = _tip.Manifest.Content.ToBytes();
        var forged = new ForgedLog("log.example", _key, [.. Enumerable.Range(0, 300).Select(i => i == 290 ? leaf : Randomness.System.Bytes(32))]);
        Assert.True(InclusionProof.TryParse(Encoding.UTF8.GetBytes(forged.Proof(leaf)), out var proof));
        _proof = proof;
    }

    public ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        _key.Dispose();
        _tip.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Copy_and_proof_show_what_was_reported_and_the_leaf_alone_that_it_is_there()
    {
        var content = (await ProveAsync(Saved(), "--copy", Copy(_copy))).Succeeds();
        var leaf = (await ProveAsync(Saved(), "--leaf", _tip.Manifest.Content.ToString())).Succeeds();
        var plain = (await _terminal.RunAsync("verify-proof", Saved(), "--log", Log.ToString(), "--copy", Copy(_copy))).Succeeds();

        Assert.Equal(("content", _tip.Manifest.Content.ToString(), Hash32.Of(_copy).ToString()), (content.Field("proved"), content.Field("leaf"), content.Field("copy")));
        Assert.Equal((290, 300), (content.Json.GetProperty("index").GetInt32(), content.Json.GetProperty("size").GetInt32()));
        Assert.Equal("leaf", leaf.Field("proved"));
        Assert.Contains("Proved: exactly this copy", plain.Output, StringComparison.Ordinal);
        Assert.Contains("only the organisation vouches", plain.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("valves", plain.Output + plain.Talk + content.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_with_one_byte_changed_another_place_or_another_path_is_not_proved()
    {
        var changed = _copy.ToArray();
        changed[^3] ^= 1;

        (await ProveAsync(Saved(), "--copy", Copy(changed))).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(), "--copy", Copy([.. _copy, (byte)'\n']))).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(p => new(p.Index - 1, p.Hashes, p.Checkpoint, p.Extra)), "--copy", Copy(_copy))).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(p => new(p.Index, [.. p.Hashes.Reverse()], p.Checkpoint, p.Extra)), "--copy", Copy(_copy))).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(p => new(p.Index, p.Hashes, p.Checkpoint, new byte[32])), "--copy", Copy(_copy))).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(p => new(p.Index, p.Hashes, p.Checkpoint)), "--copy", Copy(_copy))).Fails(4, "proof-without-blind");
        (await ProveAsync(Saved(), "--leaf", _tip.Manifest.Existence.ToString())).Fails(4, "proof-wrong");
        (await ProveAsync(Saved(), "--copy", Copy(_copy), "--leaf", _tip.Manifest.Existence.ToString())).Fails(4, "leaf-differs");
        (await ProveAsync(_terminal.Write("torn", "c2sp.org/tlog-proof@v1\nindex 1"), "--copy", Copy(_copy))).Fails(4, "proof-malformed");
    }

    [Fact]
    public async Task The_key_is_the_one_that_was_named_and_never_the_proofs_own()
    {
        using var other = SigningKey.Generate(Randomness.System);
        (await RunAsync("--log", new NoteKey("log.example", other.Public).ToString())).Fails(4, "checkpoint-unsigned");
        (await RunAsync("--log", new NoteKey("log.other", _key.Public).ToString())).Fails(4, "checkpoint-origin");
        (await RunAsync("--log", "log.example+00000000+AAAA")).Fails(2, "log-key-malformed");
        (await RunAsync("--log", new NoteKey("w", _key.Public, NoteAlgorithm.Ed25519Cosignature).ToString())).Fails(2, "log-key-malformed");
        (await RunAsync("--log", Log.ToString(), "--directory", "d")).Fails(2, "options-exclude");
        (await RunAsync()).Fails(2, "log-key-missing");
        (await _terminal.RunAsync("verify-proof", Saved(), "--json", "--log", Log.ToString())).Fails(2, "leaf-missing");

        var text = (_team.Version with { Log = Log }).ToText();
        var directory = _terminal.Write("directory.note", SignedNote.FromText(text).Sign("ethics", _team.RootKey).ToBytes());
        var named = (await RunAsync("--directory", directory, "--root", _team.Directory.Root.ToString())).Succeeds();
        Assert.Equal(_team.Directory.Root.ToString(), named.Field("root"));
        (await RunAsync("--directory", directory, "--root", new string('0', 64))).Fails(4, "directory-root-mismatch");
        (await RunAsync("--directory", _terminal.Write("old.note", _team.Note))).Fails(4, "checkpoint-origin");
    }

    /// <summary>A proof is for ever: what a witness said years ago still counts, what it says of tomorrow does not.</summary>
    [Fact]
    public async Task A_policy_says_whose_word_it_must_be()
    {
        using var union = SigningKey.Generate(Randomness.System);
        var vkey = new NoteKey("union.example", union.Public, NoteAlgorithm.Ed25519Cosignature);
        var policy = _terminal.Write("policy", $"witness union {vkey}\nquorum union\n");
        var now = _terminal.Clock.GetUtcNow().ToUnixTimeSeconds();

        (await ProveAsync(Saved(), "--copy", Copy(_copy), "--policy", policy)).Fails(4, "quorum-not-met");
        (await ProveAsync(At(now + 90_000), "--copy", Copy(_copy), "--policy", policy)).Fails(4, "quorum-not-met");
        Assert.Equal("witnesses", (await ProveAsync(At(now - (900 * 86_400)), "--copy", Copy(_copy), "--policy", policy)).Succeeds().Field("vouched"));

        string At(long time) => Saved(p => new(p.Index, p.Hashes, p.Checkpoint.With(Cosignature.Sign(p.Checkpoint, "union.example", union, time)), p.Extra));
    }

    private Task<CliResult> ProveAsync(string proof, params string[] more) =>
        _terminal.RunAsync(["verify-proof", proof, "--json", "--log", Log.ToString(), .. more]);

    private Task<CliResult> RunAsync(params string[] more) =>
        _terminal.RunAsync(["verify-proof", Saved(), "--json", "--copy", Copy(_copy), .. more]);

    /// <summary>The proof as a source saves it, with its blind, or something else made of it.</summary>
    private string Saved(Func<InclusionProof, InclusionProof>? change = null)
    {
        var saved = new InclusionProof(_proof.Index, _proof.Hashes, _proof.Checkpoint, _tip.Keys.ContentBlind);
        return _terminal.Write("report.tlog-proof", (change?.Invoke(saved) ?? saved).ToBytes());
    }

    private string Copy(byte[] bytes) => _terminal.Write("report.json", bytes);
}
