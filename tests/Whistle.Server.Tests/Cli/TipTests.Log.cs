using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;

namespace Whistle.Server.Tests.Cli;

/// <summary>A source at a terminal who looks into the public log, and a server that lies about it.</summary>
public sealed partial class TipTests
{
    [Fact]
    public async Task A_report_and_what_was_done_about_it_are_found_in_the_log_and_can_be_shown_offline()
    {
        await _server.LetWaitAsync(600, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        var (words, blind) = await AnsweredAsync();
        Assert.Equal("waiting", Log(await ReadAsync(_terminal, words)).GetProperty("finding").GetString());
        await _server.RunLogAsync();
        var (folder, state) = (_terminal.Path("kept"), _terminal.Path("head"));

        var read = (await ReadAsync(_terminal, words, "--save", folder, "--state", state)).Succeeds();

        var log = Log(read);
        Assert.Equal(("logged", "organisation"), (log.GetProperty("finding").GetString(), log.GetProperty("vouched").GetString()));
        Assert.Equal(["acknowledged"], log.GetProperty("done").EnumerateArray().Select(d => d.GetString()));
        Assert.True(log.GetProperty("index").GetInt64() >= 600);
        var key = (await _server.CurrentDirectoryAsync()).Version.Log.ToString();
        string Kept(string name) => Path.Combine(folder, name);
        var proved = (await _terminal.RunAsync("verify-proof", Kept("report.tlog-proof"), "--copy", Kept("report.json"), "--log", key, "--json")).Succeeds();
        Assert.Equal("content", proved.Field("proved"));
        var existence = Convert.ToHexStringLower(Leaves.Existence(Keys(words).ExistenceBlind.Span).ToBytes());
        (await _terminal.RunAsync("verify-proof", Kept("existence.tlog-proof"), "--leaf", existence, "--log", key, "--json")).Succeeds();
        Assert.Contains(StrictBase64Url.Encode(blind.Span), StrictBase64Url.Encode(InclusionProof.TryParse(await File.ReadAllBytesAsync(Kept("report.tlog-proof"), TestContext.Current.CancellationToken), out var proof) ? proof.Extra!.Value.Span : default), StringComparison.Ordinal);
        // The log goes on, and the next time it is proved that it did.
        await _server.LetWaitAsync(300, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        Assert.True(Log((await ReadAsync(_terminal, words, "--state", state)).Succeeds()).GetProperty("size").GetInt64() > log.GetProperty("size").GetInt64());
    }

    /// <summary>What a server can do to a report that is in its log, and what it is called.</summary>
    public static TheoryData<string, string> Lies => new()
    {
        { "holds back the reply", "log-withheld" },
        { "changes an entry", "log-proof-wrong" },
        { "changes a tile", "log-proof-wrong" },
        { "gives out no entries", "log-proof-wrong" },
        { "proves another leaf", "log-proof-wrong" },
        { "shows a log signed by another key", "log-proof-wrong" },
        { "shows proofs of two heads", "log-proof-wrong" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_server_that_lies_about_its_log_is_noticed_and_the_evidence_is_kept(string lie, string code)
    {
        await _server.LetWaitAsync(600, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        var (words, blind) = await AnsweredAsync();
        await _server.RunLogAsync();
        using var stranger = SigningKey.Generate(Randomness.System);
        var entries = await EntriesAsync();
        var keys = Keys(words);
        using var terminal = Altered((path, bytes) => (lie, path) switch
        {
            ("holds back the reply", "/api/source/mailbox") => Edit(bytes, json => Remove(json["messages"]!.AsArray(), m => (string)m!["dir"]! is "team")),
            ("changes an entry", _) when path.StartsWith("/log/tile/entries/", StringComparison.Ordinal) => Flip(bytes),
            ("changes a tile", _) when path.StartsWith("/log/tile/1/", StringComparison.Ordinal) => Flip(bytes),
            ("gives out no entries", _) when path.StartsWith("/log/tile/entries/", StringComparison.Ordinal) => [],
            ("proves another leaf", "/api/source/mailbox") => Edit(bytes, json => Swap(json["proofs"]!.AsArray())),
            ("shows a log signed by another key", "/api/source/mailbox") => Edit(bytes, json => Prove(json, new ForgedLog(_server.OperatorsLogKey.Name, stranger, entries))),
            ("shows proofs of two heads", "/api/source/mailbox") => Edit(bytes, json => Prove(json, new ForgedLog(_server.OperatorsLogKey.Name, _server.OperatorsLogKey.Key, [.. entries, [1, 2, 3]]), onlyLast: true)),
            _ => bytes,
        });
        var evidence = terminal.Path("evidence.json");

        var read = await ReadAsync(terminal, words, "--evidence", evidence);

        Assert.Equal(4, read.ExitCode);
        Assert.Equal(("broken", code), (Log(read).GetProperty("finding").GetString(), Log(read).GetProperty("code").GetString()));
        var text = await File.ReadAllTextAsync(evidence, TestContext.Current.CancellationToken);
        Assert.Equal(code, JsonDocument.Parse(text).RootElement.GetProperty("kind").GetString());
        Assert.StartsWith("whistle/promise/v1\n", JsonDocument.Parse(text).RootElement.GetProperty("promise").GetString(), StringComparison.Ordinal);
        Assert.Equal(code is "log-withheld", text.Contains(StrictBase64Url.Encode(blind.Span), StringComparison.Ordinal));
        Assert.All(words.Split(' '), word => Assert.DoesNotContain($" {word} ", text, StringComparison.Ordinal));
        // To a person the command ends with the same, in a sentence.
        var plain = await terminal.RunWithInputAsync(words, "tip", "read", "--server", WhistleServer.Origin);
        Assert.Equal(4, plain.ExitCode);
        Assert.Contains("THE LOG DOES NOT AGREE", plain.Output, StringComparison.Ordinal);

        void Prove(JsonObject json, ForgedLog forged, bool onlyLast = false)
        {
            foreach (var proof in json["proofs"]!.AsArray().Skip(onlyLast ? 1 : 0))
                proof!["proof"] = forged.Proof(Convert.FromHexString((string)proof["leaf"]!));
        }
    }

    [Fact]
    public async Task A_log_that_was_rolled_back_or_split_is_noticed_by_whoever_saw_more_of_it()
    {
        var (words, _) = await AnsweredAsync();
        await _server.RunLogAsync();
        var earlier = new ForgedLog(_server.OperatorsLogKey.Name, _server.OperatorsLogKey.Key, await EntriesAsync());
        await _server.LetWaitAsync(40, Day.Of(_server.Clock.GetUtcNow()));
        await _server.RunLogAsync();
        var entries = await EntriesAsync();
        var split = new ForgedLog(_server.OperatorsLogKey.Name, _server.OperatorsLogKey.Key, [.. entries[..^1], [9, 9, 9]]);
        var state = _terminal.Path("head");
        (await ReadAsync(_terminal, words, "--state", state)).Succeeds();
        var kept = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);

        foreach (var (forged, code) in new[] { (earlier, "log-shrunk"), (split, "log-fork") })
        {
            using var terminal = Altered((path, bytes) => path switch
            {
                "/api/source/mailbox" => Edit(bytes, json =>
                {
                    foreach (var proof in json["proofs"]!.AsArray())
                        proof!["proof"] = forged.Proof(Convert.FromHexString((string)proof["leaf"]!));
                }),
                _ => path.StartsWith("/log/", StringComparison.Ordinal) ? forged.Answer(path) ?? bytes : bytes,
            });
            // Without what was seen before, each of the two is a log that holds.
            Assert.Equal("logged", Log((await ReadAsync(terminal, words)).Succeeds()).GetProperty("finding").GetString());
            (await ReadAsync(terminal, words, "--state", state)).Fails(4, code);
            Assert.Equal(kept, await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken));
        }
        Assert.Equal(2, Directory.GetFiles(Path.GetDirectoryName(state)!, "head.evidence*").Length);
    }

    [Fact]
    public async Task A_log_that_cannot_be_reached_now_accuses_nobody_and_hides_no_answer()
    {
        var (words, _) = await AnsweredAsync();
        await _server.RunLogAsync();
        using var cut = Altered((path, bytes) => path.StartsWith("/log/", StringComparison.Ordinal) ? throw new HttpRequestException("the connection broke") : bytes);

        var read = (await ReadAsync(cut, words)).Succeeds();

        Assert.Equal("unread", Log(read).GetProperty("finding").GetString());
        Assert.Equal(2, read.Json.GetProperty("messages").GetArrayLength());
        Assert.Contains("could not be read just now", (await cut.RunWithInputAsync(words, "tip", "read", "--server", WhistleServer.Origin)).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_promise_and_an_act_without_its_leaf_show_when_their_days_are_over()
    {
        var sent = (await SendAsync("--keep-copy")).Succeeds();
        var words = sent.Field("words");
        using (var key = await ClaimAsync(_lead))
            await AnswerAsync(_lead, key, Reply(key, _lead, "Thank you.", sent.Field("directory")), "acknowledgement"); // leaves of nothing
        await _server.RunLogAsync();
        using var withoutProofs = Altered((path, bytes) => path is "/api/source/mailbox" ? Edit(bytes, json => json["proofs"] = new JsonArray()) : bytes);
        Assert.Equal("waiting", Log((await ReadAsync(withoutProofs, words)).Succeeds()).GetProperty("finding").GetString());
        Assert.Empty(Log((await ReadAsync(_terminal, words)).Succeeds()).GetProperty("done").EnumerateArray());

        _server.Clock.Advance(TimeSpan.FromDays(3));

        Assert.Equal("log-promise-broken", Log(await ReadAsync(withoutProofs, words)).GetProperty("code").GetString());
        Assert.Equal("log-act-missing", Log(await ReadAsync(_terminal, words)).GetProperty("code").GetString());
    }

    /// <summary>A report with one answer that acknowledges it, and the leaves that a reader's device makes for both.</summary>
    private async Task<(string Words, ReadOnlyMemory<byte> Blind)> AnsweredAsync()
    {
        var sent = (await SendAsync("--keep-copy")).Succeeds();
        var blind = Keys(sent.Field("words")).ContentBlind;
        using var key = await ClaimAsync(_lead);
        var content = TipBody.Parse(_tips[^1]).Require().Manifest.Content;
        await AnswerAsync(
            _lead, key, Reply(key, _lead, "Thank you.", sent.Field("directory")), "acknowledgement",
            Leaves.Act(blind.Span, 1), Leaves.Done(blind.Span, "acknowledged", content, Day.Of(_server.Clock.GetUtcNow())));
        return (sent.Field("words"), blind);
    }

    private Task<CliResult> ReadAsync(CliTerminal terminal, string words, params string[] more) => terminal.RunWithInputAsync(words, [.. Tip("read"), .. more]);

    private static JsonElement Log(CliResult result) => result.Json.GetProperty("log");

    private static SourceKeys Keys(string words) => Receipt.Read(words).Receipt!.DeriveKeys();

    private async Task<List<byte[]>> EntriesAsync()
    {
        using var anybody = _server.Source();
        var note = await anybody.GetByteArrayAsync("/log/checkpoint");
        var log = (await _server.CurrentDirectoryAsync()).Version.Log;
        var head = Checkpoint.Verify(note, log).Require().Checkpoint;
        return await WhistleServer.EntriesAsync(anybody, head);
    }

    private static byte[] Edit(byte[] bytes, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(bytes)!.AsObject();
        edit(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }

    private static void Remove(JsonArray array, Func<JsonNode?, bool> which)
    {
        foreach (var node in array.Where(which).ToList())
            array.Remove(node);
    }

    private static void Swap(JsonArray proofs)
    {
        var (first, second) = ((string)proofs[0]!["proof"]!, (string)proofs[1]!["proof"]!);
        proofs[0]!["proof"] = second;
        proofs[1]!["proof"] = first;
    }

    private static byte[] Flip(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }
}
