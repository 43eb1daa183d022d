using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Cli;

/// <summary>What a file of evidence shows to somebody who was not there, and what it does not.</summary>
public sealed class VerifyEvidenceTests : IAsyncLifetime
{
    private const string From = "https://log.example/log";

    private readonly CliTeam _team = new();
    private readonly CliTerminal _offline = new();
    private readonly SigningKey _key = SigningKey.Generate(Randomness.System);
    private SealedTip _tip = null!;

    private NoteKey Log => new("log.example", _key.Public);

    public async ValueTask InitializeAsync() => _tip = await _team.TipAsync("The valves are painted shut.", keepsCopy: true);

    public ValueTask DisposeAsync()
    {
        _offline.Dispose();
        _key.Dispose();
        _tip.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_heads_of_one_size_prove_a_fork_and_need_no_network()
    {
        var (one, other) = (Forged(300), Forged(300));
        var proved = (await JudgeAsync(Heads("log-fork", one, other))).Succeeds();
        Assert.Equal("proved", proved.Field("verdict"));
        Assert.Equal("refuted", (await JudgeAsync(Heads("log-fork", one, one))).Field("verdict"));

        using var stranger = SigningKey.Generate(Randomness.System);
        (await JudgeAsync(Heads("log-fork", one, new ForgedLog("log.example", stranger, Random(300))))).Fails(4, "checkpoint-unsigned");
        (await JudgeAsync(Heads("log-fork", one, new ForgedLog("log.other", _key, Random(300))))).Fails(4, "checkpoint-origin");
    }

    [Fact]
    public async Task Two_heads_of_different_size_are_a_claim_until_the_log_is_read()
    {
        var entries = Random(600);
        var (less, more, stranger) = (Forged(entries[..300]), Forged(entries), Forged(Random(300)));

        Assert.Equal("claim", (await JudgeAsync(Heads("log-shrunk", less, more))).Succeeds().Field("verdict"));
        Assert.Equal("refuted", (await JudgeAsync(Heads("log-shrunk", less, more), more)).Field("verdict"));
        Assert.Equal("proved", (await JudgeAsync(Heads("log-fork", stranger, more), more)).Succeeds().Field("verdict"));
        Assert.Equal("proved", (await JudgeAsync(Heads("log-fork", stranger, Forged(Random(700))), more)).Succeeds().Field("verdict"));
        // A log that shows less than was signed refutes nothing.
        Assert.Equal("claim", (await JudgeAsync(Heads("log-shrunk", less, more), less)).Succeeds().Field("verdict"));
    }

    [Fact]
    public async Task A_promise_is_broken_where_its_day_passed_and_the_log_does_not_have_the_report()
    {
        var late = PromiseNote(daysAgo: 3);
        Assert.Equal("claim", (await JudgeAsync(Promised("log-promise-broken", late))).Succeeds().Field("verdict"));
        Assert.Equal("proved", (await JudgeAsync(Promised("log-promise-broken", late), Forged(Random(300)))).Succeeds().Field("verdict"));
        Assert.Equal("proved", (await JudgeAsync(Promised("log-promise-broken", late), Forged([.. Random(299), Content]))).Succeeds().Field("verdict"));
        var refuted = await JudgeAsync(Promised("log-promise-broken", late), Forged([Existence, .. Random(290), Content]));
        Assert.Equal((4, "refuted"), (refuted.ExitCode, refuted.Field("verdict")));
        Assert.Equal("refuted", (await JudgeAsync(Promised("log-promise-broken", PromiseNote(daysAgo: 0)))).Field("verdict"));

        var forged = JsonNode.Parse(Promised("log-promise-broken", late))!;
        forged["promise"] = ((string)forged["promise"]!).Replace("whistle/promise/v1\n", "whistle/promise/v1\n ", StringComparison.Ordinal);
        Assert.Equal(4, (await JudgeAsync(forged.ToJsonString())).ExitCode);
    }

    /// <summary>Whoever has the blind can have such a leaf entered, and anybody can leave a message out of a file.</summary>
    [Fact]
    public async Task A_withheld_or_missing_message_is_never_proved_to_others()
    {
        var note = PromiseNote(daysAgo: 3);
        var blind = _tip.Keys.ContentBlind.ToArray();
        var act = Leaves.Act(blind, 2).ToBytes();
        string Of(string kind) => Promised(kind, note, json =>
        {
            json["contentBlind"] = StrictBase64Url.Encode(blind);
            json["act"] = 2;
        });

        foreach (var kind in (string[])["log-withheld", "log-act-missing"])
        {
            Assert.Equal("claim", (await JudgeAsync(Of(kind))).Succeeds().Field("verdict"));
            var has = (await JudgeAsync(Of(kind), Forged([.. Random(20), act]))).Field("verdict");
            var lacks = (await JudgeAsync(Of(kind), Forged(Random(20)))).Field("verdict");
            Assert.Equal(kind is "log-withheld" ? ("claim", "refuted") : ("refuted", "claim"), (has, lacks));
            (await JudgeAsync(Promised(kind, note))).Fails(4, "evidence-malformed");
        }
    }

    [Fact]
    public async Task Proofs_that_hold_refute_that_they_are_wrong()
    {
        var log = Forged([Existence, .. Random(290), Content]);
        string With(params string[] proofs) => Promised("log-proof-wrong", PromiseNote(daysAgo: 3), json => json["proofs"] = new JsonArray([.. proofs.Select(p => (JsonNode)p)]));
        var (existence, content) = (log.Proof(Existence), log.Proof(Content));

        Assert.Equal("refuted", (await JudgeAsync(With(existence, content))).Field("verdict"));
        Assert.Equal("claim", (await JudgeAsync(With(content, existence))).Succeeds().Field("verdict"));
        Assert.Equal("claim", (await JudgeAsync(With("torn", content))).Succeeds().Field("verdict"));
    }

    [Fact]
    public async Task What_is_no_evidence_and_an_address_that_cannot_be_are_refused()
    {
        foreach (var text in (string[])["", "{", "[]", "{\"v\":2,\"kind\":\"log-fork\"}", "{\"v\":1,\"kind\":\"else\"}", "{\"v\":1,\"kind\":\"log-fork\",\"checkpoints\":[1]}", "{\"v\":1,\"kind\":\"log-fork\",\"checkpoints\":{}}", "{\"v\":1,\"kind\":\"log-fork\"}", "{\"v\":1,\"kind\":\"log-withheld\"}"])
            (await JudgeAsync(text)).Fails(4, "evidence-malformed");
        var fork = _offline.Write("fork.json", Heads("log-fork", Forged(3), Forged(3)));
        (await _offline.RunAsync("verify-evidence", fork, "--json", "--log", Log.ToString(), "--from", "ftp://log.example")).Fails(2, "mirror-wrong");
        (await _offline.RunAsync("verify-evidence", fork, "--json")).Fails(2, "log-key-missing");
    }

    private byte[] Existence => _tip.Manifest.Existence.ToBytes();

    private byte[] Content => _tip.Manifest.Content.ToBytes();

    private string PromiseNote(int daysAgo)
    {
        var today = Day.Of(_offline.Clock.GetUtcNow());
        return Encoding.UTF8.GetString(Promise.For(_tip.Manifest, _team.Directory.Root, today.Plus(-daysAgo), today.Plus(1 - daysAgo)).Sign("log.example", _key));
    }

    private static string Promised(string kind, string promise, Action<JsonObject>? more = null)
    {
        var json = new JsonObject { ["v"] = 1, ["kind"] = kind, ["promise"] = promise };
        more?.Invoke(json);
        return json.ToJsonString();
    }

    private static string Heads(string kind, ForgedLog one, ForgedLog other) => new JsonObject
    {
        ["v"] = 1,
        ["kind"] = kind,
        ["checkpoints"] = new JsonArray(Encoding.UTF8.GetString(one.Note), Encoding.UTF8.GetString(other.Note)),
    }.ToJsonString();

    private static byte[][] Random(int count) => [.. Enumerable.Range(0, count).Select(_ => Randomness.System.Bytes(32))];

    private ForgedLog Forged(int count) => Forged(Random(count));

    private ForgedLog Forged(IReadOnlyList<byte[]> entries) => new("log.example", _key, entries);

    /// <param name="served">Who answers at the address that is named; without, no network is there to be used.</param>
    private async Task<CliResult> JudgeAsync(string evidence, ForgedLog? served = null)
    {
        using var online = new CliTerminal(_offline.Clock, () => new Served(served!));
        var terminal = served is null ? _offline : online;
        string[] args = ["verify-evidence", terminal.Write("evidence.json", evidence), "--json", "--log", Log.ToString()];
        return await terminal.RunAsync(served is null ? args : [.. args, "--from", From]);
    }

    private sealed class Served(ForgedLog log) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("log.example", request.RequestUri!.Authority);
            var answer = log.Answer(request.RequestUri.AbsolutePath);
            return Task.FromResult(new HttpResponseMessage(answer is null ? HttpStatusCode.NotFound : HttpStatusCode.OK) { Content = new ByteArrayContent(answer ?? []) });
        }
    }
}
