using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Cli.Http;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Cli;

/// <summary>The command line against a whole server, over HTTP.</summary>
public sealed partial class TipTests : IAsyncLifetime
{
    private readonly WhistleServer _server = new(("KeyDelayHours", "0"), ("BatchSeconds", "60"), ("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"));
    private readonly List<HttpRequestMessage> _requests = [];
    private CliTerminal _terminal = null!;
    private WhistleServer.Account _lead = null!;
    private WhistleServer.Account _reviewer = null!;
    private WhistleServer.Account _custodian = null!;
    private WhistleServer.Account _admin = null!;
    private string _root = "";
    private Protocol.Age.HybridRecipient _reply = null!;
    private Hash32 _first;
    private int _version;

    public async ValueTask InitializeAsync()
    {
        _admin = await _server.SetUpAsync();
        _lead = await _server.JoinAsync(_admin, Role.Lead, "Lena Lead");
        _reviewer = await _server.JoinAsync(_admin, Role.Reviewer, "Rami Reviewer");
        _custodian = await _server.JoinAsync(_admin, Role.Custodian, "Cora Custodian");
        await WhistleServer.DraftChannelAsync(_admin, [_lead.Id, _reviewer.Id], custodians: [_custodian.Id]);
        await _server.PublishDirectoryAsync(_admin);
        _terminal = new CliTerminal(_server.Clock, () => new Route(_server.Source().BaseAddress!, _requests, _tips));
        using var source = _server.Source();
        var note = await source.GetByteArrayAsync("/api/source/directory", TestContext.Current.CancellationToken);
        _root = VerifiedDirectory.VerifySignatures(note, null).Require().Root.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        _terminal.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_source_sends_a_tip_and_comes_back_and_writes_more_with_twelve_words()
    {
        var sent = (await SendAsync("--keep-copy", "--attach", _terminal.Write("proof.pdf", "%PDF"))).Succeeds();
        var words = sent.Field("words");

        var read = (await _terminal.RunWithInputAsync(
            " " + words.ToUpperInvariant().Replace(" ", "\n", StringComparison.Ordinal), [.. Tip("read"), "--words", "-", "--save", _terminal.Path("files")])).Succeeds();
        var reply = (await _terminal.RunWithInputAsync(words + "\nOne more thing.\nIt goes on.\n", [.. Tip("reply"), "--message", "-"])).Succeeds();
        var again = (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();

        Assert.Equal(12, words.Split(' ').Length);
        Assert.StartsWith("whistle/promise/v1\n", sent.Field("promise"), StringComparison.Ordinal);
        Assert.Equal(sent.Field("promise"), read.Field("promise"));
        Assert.Equal(sent.Field("case"), read.Field("case"));
        Assert.Equal(("received", "2026-03-10", "no"), (read.Field("state"), read.Field("acknowledgeBy"), read.Field("opened")));
        Assert.Equal("The tests are not run.", read.Json.GetProperty("messages")[0].GetProperty("text").GetString());
        Assert.Equal("%PDF", await File.ReadAllTextAsync(Path.Combine(_terminal.Path("files"), "source-1-1-proof.pdf"), TestContext.Current.CancellationToken));
        Assert.Equal(2, reply.Json.GetProperty("seq").GetInt32());
        Assert.Equal(["verified", "verified"], again.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("status").GetString()));
        Assert.Equal("One more thing.\nIt goes on.", again.Json.GetProperty("messages")[1].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Without_a_copy_not_even_the_words_open_what_was_sent()
    {
        var sent = (await SendAsync()).Succeeds();

        var read = (await _terminal.RunWithInputAsync(sent.Field("words"), Tip("read"))).Succeeds();

        Assert.Equal("no-copy", read.Json.GetProperty("messages")[0].GetProperty("status").GetString());
        Assert.False(read.Json.GetProperty("messages")[0].TryGetProperty("text", out _));
    }

    [Fact]
    public async Task Somebody_left_out_by_name_cannot_open_it_and_a_reader_can()
    {
        var sent = (await SendAsync("--exclude", "rami reviewer")).Succeeds();

        Assert.Equal(["Lena Lead"], sent.Json.GetProperty("readers").EnumerateArray().Select(r => r.GetProperty("name").GetString()));
        var body = Protocol.Intake.TipBody.Parse(_tips[^1]).Require();
        Assert.Equal("seal-not-for-you", CaseKey.Open(body.KeyBlob.Span, _reviewer.Identity!).Code);
        using var key = CaseKey.Open(body.KeyBlob.Span, _lead.Identity!).Require();
        Assert.Equal(sent.Field("case"), key.Id.ToString());
        var first = Message.Open(body.Message.Span, key.Identity).Require().Value;
        Assert.Equal(_reviewer.Id, Assert.Single(first.Introduction!.Excluded).Person);
    }

    [Fact]
    public async Task A_name_that_fits_nobody_is_refused_before_anything_is_sealed()
    {
        (await SendAsync("--exclude", "Rami Revievver")).Fails(1, "exclude-unknown");
        (await SendAsync("--exclude", "Rami Reviewer", "--exclude", _lead.Id.ToString())).Fails(1, "nobody-left");

        Assert.Empty(_tips);
    }

    [Fact]
    public async Task Another_root_stops_everything_and_an_unpinned_one_wants_a_yes()
    {
        (await RunNewAsync(_terminal, "--root", new string('0', 64))).Fails(4, "directory-root-mismatch");
        (await RunNewAsync(_terminal)).Fails(4, "root-not-confirmed");
        (await RunNewAsync(_terminal.Types("no"))).Fails(4, "root-not-confirmed");
        Assert.Empty(_tips);

        var asked = (await RunNewAsync(_terminal.Types("yes"))).Succeeds();

        Assert.Contains(string.Join(' ', _root.Chunk(4).Select(c => new string(c))), asked.Talk, StringComparison.Ordinal);
        Assert.Single(_tips);
    }

    [Fact]
    public async Task An_expired_directory_is_not_sealed_to_and_still_read_under()
    {
        var words = (await SendAsync("--keep-copy")).Succeeds().Field("words");
        await _server.RunLogAsync();
        _server.Clock.Advance(TimeSpan.FromDays(61));

        (await SendAsync()).Fails(4, "directory-expired");

        Assert.Single(_tips);
        Assert.Equal("verified", (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds().Json.GetProperty("messages")[0].GetProperty("status").GetString());
    }

    [Fact]
    public async Task Words_that_do_not_fit_are_named_by_place_and_never_reach_the_server()
    {
        _requests.Clear();
        var unknown = await _terminal.RunWithInputAsync("abandon amount liar amonut expire adjust cage candy arch gather drum xyz", Tip("read"));
        unknown.Fails(1, "words-not-on-list");
        Assert.Equal(["4", "12"], unknown.Json.GetProperty("error").GetProperty("details").EnumerateArray().Select(d => d.GetString()));
        Assert.DoesNotContain("amonut", unknown.Output + unknown.Talk, StringComparison.Ordinal);
        (await _terminal.RunWithInputAsync("abandon amount", Tip("read"))).Fails(1, "words-count");
        (await _terminal.RunWithInputAsync("amount abandon liar amount expire adjust cage candy arch gather drum buyer", Tip("read"))).Fails(1, "words-checksum");
        Assert.Empty(_requests);

        (await _terminal.RunWithInputAsync("abandon amount liar amount expire adjust cage candy arch gather drum buyer", Tip("read"))).Fails(3, "words-unknown");
    }

    [Fact]
    public async Task Answers_are_checked_against_the_questions_before_anything_is_sent()
    {
        (await _terminal.RunAsync([.. Tip("new"), "--message", _terminal.Write("m", "Text"), "--title", _terminal.Write("t", "Title"), "--json"]))
            .Fails(1, "answers-invalid");
        (await _terminal.RunAsync([.. Tip("new"), "--message", _terminal.Write("m", "Text"), "--answers", _terminal.Write("a", "[]")])).Fails(1, "answers-malformed");
        (await _terminal.RunAsync([.. Tip("new"), "--message", _terminal.Write("m", "Text"), "--answers", Answers("{\"relation\":\"witnessed\"}")])).Fails(1, "title-missing");
        (await _terminal.RunAsync([.. Tip("new"), "--title", _terminal.Write("t", "Title"), "--answers", Answers("{\"relation\":\"witnessed\"}")])).Fails(1, "text-missing");
        (await _terminal.RunAsync([.. Tip("new"), "--message", _terminal.Path("none")])).Fails(1, "file-unreadable");

        Assert.Empty(_tips);

        string Answers(string json) => _terminal.Write("answers", json);
    }

    [Fact]
    public async Task A_server_that_is_gone_ends_with_a_code_of_its_own()
    {
        using var terminal = new CliTerminal(_server.Clock, () => Connection.Handler(null));

        var result = await terminal.RunWithInputAsync(
            "abandon amount liar amount expire adjust cage candy arch gather drum buyer",
            "tip", "read", "--server", "http://127.0.0.1:9", "--json");

        result.Fails(5, "no-network");
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_with_the_same_bytes_and_makes_one_tip()
    {
        var lost = 0;
        using var terminal = new CliTerminal(_server.Clock, () => new Route(_server.Source().BaseAddress!, _requests, _tips, () => lost++ == 0));

        var sent = (await RunNewAsync(terminal, "--root", _root)).Succeeds();

        Assert.Equal(2, _tips.Count);
        Assert.Equal(_tips[0], _tips[1]);
        Assert.Equal("received", (await terminal.RunWithInputAsync(sent.Field("words"), Tip("read"))).Succeeds().Field("state"));
    }

    [Fact]
    public async Task Nothing_in_a_request_names_the_program_or_remembers()
    {
        (await SendAsync()).Succeeds();

        Assert.True(_requests.Count >= 4);
        foreach (var request in _requests)
        {
            Assert.Empty(request.Headers.UserAgent);
            Assert.DoesNotContain(request.Headers, h => h.Key is "Cookie" or "Referer" or "traceparent" or "Accept-Language" or "Authorization");
        }
    }

    [Fact]
    public async Task A_proxy_is_used_when_it_is_named_and_only_then()
    {
        (await _terminal.RunWithInputAsync("abandon amount liar amount expire adjust cage candy arch gather drum buyer", [.. Tip("read"), "--proxy", "socks5h://127.0.0.1:9050"]))
            .Fails(3, "words-unknown");
        Assert.Equal(new Uri("socks5://127.0.0.1:9050"), _terminal.Proxy);
        (await SendAsync()).Succeeds();
        Assert.Null(_terminal.Proxy);
        using var handler = Assert.IsType<SocketsHttpHandler>(Connection.Handler(null));
        Assert.False(handler.UseProxy);
        (await SendAsync("--proxy", "http://127.0.0.1:8080")).Fails(2, "proxy-malformed");
    }

    [Fact]
    public async Task A_signed_answer_of_the_team_is_read_with_its_signers_name_and_the_clock_it_stopped()
    {
        var sent = (await SendAsync()).Succeeds();
        var words = sent.Field("words");
        using var key = await ClaimAsync(_lead);
        var message = Reply(key, _lead, "Thank you. Which lots?", sent.Field("directory"));
        await AnswerAsync(_lead, key, message, "acknowledgement");

        var read = (await _terminal.RunWithInputAsync(words, [.. Tip("read"), "--mark-read"])).Succeeds();
        var plain = (await _terminal.RunWithInputAsync(words, "tip", "read", "--server", WhistleServer.Origin)).Succeeds();
        var more = (await _terminal.RunWithInputAsync(words + "\nLot 7.", [.. Tip("reply"), "--message", "-"])).Succeeds();

        Assert.Equal(("acknowledged", "2026-03-03", "yes"), (read.Field("state"), read.Field("acknowledged"), read.Field("opened")));
        var answer = read.Json.GetProperty("messages")[1];
        Assert.Equal(("verified", "Lena Lead", "Thank you. Which lots?"),
            (answer.GetProperty("status").GetString(), answer.GetProperty("name").GetString(), answer.GetProperty("text").GetString()));
        Assert.Contains("They have to acknowledge by 2026-03-10: done on 2026-03-03.", plain.Output, StringComparison.Ordinal);
        Assert.Contains("Lena Lead (lead, signed)", plain.Output, StringComparison.Ordinal);
        Assert.Equal(2, more.Json.GetProperty("seq").GetInt32());
    }

    [Fact]
    public async Task The_teams_questions_are_read_and_only_answers_that_fit_them_are_sent()
    {
        var sent = (await SendAsync("--keep-copy")).Succeeds();
        var words = sent.Field("words");
        using var key = await ClaimAsync(_lead);
        await AnswerAsync(_lead, key, Reply(key, _lead, "Two questions.", sent.Field("directory"), asks: [new("choice", "Which lot?", ["6", "7"]), new("date", "When?", [])]), "none");

        var read = (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();
        (await ReplyAsync("""{"1": "8"}""", "--about", "1")).Fails(1, "answers-unfit");
        (await ReplyAsync("""{"2": "in May"}""", "--about", "1")).Fails(1, "answers-unfit");
        (await ReplyAsync("""{"1": "7"}""")).Fails(1, "answers-without-about");
        (await ReplyAsync("""{"1": "7"}""", "--about", "2")).Fails(1, "about-unknown");
        (await ReplyAsync("""{"1": "7", "2": "2025-11"}""", "--about", "1")).Succeeds();
        var again = (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();

        Assert.Equal(["Which lot?", "When?"], read.Json.GetProperty("messages")[1].GetProperty("questions").EnumerateArray().Select(q => q.GetProperty("label").GetString()));
        var last = again.Json.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("verified", 1), (last.GetProperty("status").GetString(), last.GetProperty("about").GetInt32()));
        Assert.Equal("2025-11", last.GetProperty("answers")[1].GetProperty("values")[0].GetString());

        Task<CliResult> ReplyAsync(string answers, params string[] more) => _terminal.RunWithInputAsync(
            words + "\nLot 7.", [.. Tip("reply"), "--message", "-", "--answers", _terminal.Write("answers.json", answers), .. more]);
    }

    [Fact]
    public async Task An_answer_that_its_signer_did_not_sign_is_marked_and_nothing_is_written_after_it()
    {
        var sent = (await SendAsync()).Succeeds();
        using var key = await ClaimAsync(_lead);
        await AnswerAsync(_lead, key, Reply(key, _reviewer, "Trust me", sent.Field("directory"), pretends: _lead), "none");

        var read = await _terminal.RunWithInputAsync(sent.Field("words"), Tip("read"));
        var reply = await _terminal.RunWithInputAsync(sent.Field("words") + "\nMore", [.. Tip("reply"), "--message", "-"]);

        Assert.Equal(4, read.ExitCode);
        Assert.Equal("signature-invalid", read.Json.GetProperty("messages")[1].GetProperty("status").GetString());
        reply.Fails(4, "reply-not-verified");
    }

    [Fact]
    public async Task An_answer_stays_verified_after_its_signer_has_left_the_directory()
    {
        var sent = (await SendAsync()).Succeeds();
        using var key = await ClaimAsync(_lead);
        await AnswerAsync(_lead, key, Reply(key, _lead, "Thank you.", sent.Field("directory")), "acknowledgement");
        var channel = Assert.Single((await _server.CurrentDirectoryAsync()).Version.Channels).Id;
        var drafted = await _admin.Http.PutAsJsonAsync(
            $"/api/desk/channels/drafts/{channel}", await WhistleServer.ChannelAsync(_admin, channel, [_reviewer.Id]), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, drafted.StatusCode);
        var disabled = await _admin.Http.PutAsJsonAsync($"/api/desk/people/{_lead.Id}/state", new { state = "disabled" }, TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, disabled.StatusCode);
        await _server.PublishDirectoryAsync(_admin);
        Assert.Null((await _server.CurrentDirectoryAsync()).Version.Person(_lead.Id));

        var read = (await _terminal.RunWithInputAsync(sent.Field("words"), Tip("read"))).Succeeds();

        var answer = read.Json.GetProperty("messages")[1];
        Assert.Equal(("verified", "Lena Lead"), (answer.GetProperty("status").GetString(), answer.GetProperty("name").GetString()));

        // A server that gives another version under that hash is not believed.
        byte[] current = [];
        using (var honest = Altered((path, bytes) => path.EndsWith("/directory", StringComparison.Ordinal) ? current = bytes : bytes))
            (await honest.RunWithInputAsync(sent.Field("words"), Tip("read"))).Succeeds();
        using var lying = Altered((path, bytes) => path.Contains("/directories/", StringComparison.Ordinal) ? current : bytes);
        var doubted = await lying.RunWithInputAsync(sent.Field("words"), Tip("read"));
        Assert.Equal((4, "signer-unknown"), (doubted.ExitCode, doubted.Json.GetProperty("messages")[1].GetProperty("status").GetString()));
    }

    private readonly List<byte[]> _tips = [];

    private Task<CliResult> SendAsync(params string[] more) => RunNewAsync(_terminal, ["--root", _root, .. more]);

    private static Task<CliResult> RunNewAsync(CliTerminal terminal, params string[] more) => terminal.RunAsync(
    [
        "tip", "new", "--server", WhistleServer.Origin, "--json", "--message", terminal.Write("message", "The tests are not run.\n"),
        "--answers", terminal.Write("answers.json", """{"relation": "witnessed", "title": "Valve tests"}"""), "--yes", .. more,
    ]);

    private string[] Tip(string verb) => ["tip", verb, "--server", WhistleServer.Origin, "--json", "--root", _root];

    [Fact]
    public async Task A_promise_about_another_tip_and_an_altered_one_show_no_words()
    {
        byte[] earlier = [];
        using var honest = Altered((path, bytes) => IsTips(path) ? earlier = bytes : bytes);
        using var replayed = Altered((path, bytes) => IsTips(path) ? earlier : bytes);
        using var unsigned = Altered((path, bytes) => IsTips(path) ? Replace(bytes, "\"day\":", "\"day\":1") : bytes);
        (await RunNewAsync(honest, "--root", _root)).Succeeds();

        foreach (var (terminal, code) in new[] { (replayed, "promise-differs"), (unsigned, "promise-unsigned") })
        {
            var result = await RunNewAsync(terminal, "--root", _root);
            result.Fails(4, code);
            Assert.False(result.Json.TryGetProperty("words", out _));
        }

        static bool IsTips(string path) => path.EndsWith("/tips", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Questions_that_the_root_holders_did_not_sign_are_refused()
    {
        using var terminal = Altered((path, bytes) => path.Contains("/documents/", StringComparison.Ordinal) ? Replace(bytes, "witnessed", "watched") : bytes);

        (await RunNewAsync(terminal, "--root", _root)).Fails(4, "document-hash");

        Assert.Empty(_tips);
    }

    [Fact]
    public async Task A_mailbox_that_was_tampered_with_is_refused()
    {
        var first = (await SendAsync()).Succeeds();
        byte[] other = [];
        using (var honest = Altered((path, bytes) => IsMailbox(path) ? other = bytes : bytes))
            (await honest.RunWithInputAsync((await SendAsync()).Succeeds().Field("words"), Tip("read"))).Succeeds();
        using var swapped = Altered((path, bytes) => IsMailbox(path) ? other : bytes);
        using var moved = Altered((path, bytes) => IsMailbox(path) ? With(bytes, "promise", other) : bytes);
        using var emptied = Altered((path, bytes) => IsMailbox(path) ? Empty(bytes) : bytes);

        (await swapped.RunWithInputAsync(first.Field("words"), Tip("read"))).Fails(4, "state-damaged");
        (await moved.RunWithInputAsync(first.Field("words"), Tip("read"))).Fails(4, "promise-differs");
        (await emptied.RunWithInputAsync(first.Field("words"), Tip("read"))).Fails(4, "promise-differs");

        static bool IsMailbox(string path) => path.EndsWith("/mailbox", StringComparison.Ordinal);
        static byte[] With(byte[] bytes, string member, byte[] from)
        {
            var json = JsonNode.Parse(bytes)!;
            json[member] = JsonNode.Parse(from)![member]!.DeepClone();
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        }
        static byte[] Empty(byte[] bytes)
        {
            var json = JsonNode.Parse(bytes)!;
            json["messages"] = new JsonArray();
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        }
    }

    /// <summary>A server, or somebody in front of it, that changes what it says.</summary>
    private CliTerminal Altered(Func<string, byte[], byte[]> alters) =>
        new(_server.Clock, () => new Route(_server.Source().BaseAddress!, _requests, _tips, alters: alters));

    private static byte[] Replace(byte[] bytes, string old, string with) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace(old, with, StringComparison.Ordinal));

    /// <summary>"No conflict" on a desk that found the case: here the blob comes from the tip that was just sent.</summary>
    private async Task<CaseKey> ClaimAsync(WhistleServer.Account account)
    {
        var body = Protocol.Intake.TipBody.Parse(_tips[^1]).Require();
        var key = CaseKey.Open(body.KeyBlob.Span, account.Identity!).Require();
        _reply = Message.Open(body.Message.Span, key.Identity).Require().Value.Introduction!.Reply;
        _first = Hash32.Of(body.Message.Span);
        var challenge = await (await account.Http.PostAsJsonAsync("/api/desk/challenge", new { })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(StrictBase64Url.TryDecode(challenge.GetProperty("nonce").GetString(), out var nonce));
        var answer = await account.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/claim", new
        {
            nonce = StrictBase64Url.Encode(nonce),
            signature = StrictBase64Url.Encode(key.Access.Sign(
                Protocol.Intake.PossessionProofs.Claim(WhistleServer.Origin, key.Id, account.Signing!.Public, nonce))),
        });
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        _version = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("case").GetProperty("version").GetInt32();
        return key;
    }

    private byte[] Reply(CaseKey key, WhistleServer.Account signer, string text, string directory, WhistleServer.Account? pretends = null, IReadOnlyList<AskedQuestion>? asks = null) => Message.Seal(
        new Message
        {
            Case = key.Id,
            Direction = Direction.Team,
            Seq = 1,
            Previous = Hash32.Zero,
            Seen = new Seen(1, _first),
            Day = Day.Of(_server.Clock.GetUtcNow()),
            Lang = "en",
            Signer = (pretends ?? signer).Id.ToString(),
            Directory = Hash32.Parse(directory, null),
            Body = new MessageBody(MessageBody.Plain, text, []) { Questions = asks ?? [] },
            Attachments = [],
        }.Sign(signer.Signing!, Hash32.Parse(_root, null)),
        key.Recipient, _reply, Randomness.System).Require();

    private async Task AnswerAsync(WhistleServer.Account account, CaseKey key, byte[] message, string counts, params Hash32[] leaves)
    {
        var answer = await account.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", new
        {
            version = _version,
            seq = 1,
            ciphertext = StrictBase64Url.Encode(message),
            attachments = Array.Empty<object>(),
            counts,
            leaves = leaves.Length > 0 ? leaves : Enumerable.Repeat(Hash32.Zero, counts is "none" ? 1 : 2),
        });
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>Resolves the signed origin to the test server's port, as a hosts file would; loses answers on demand.</summary>
    private sealed class Route(Uri address, List<HttpRequestMessage> requests, List<byte[]> tips, Func<bool>? loses = null, Func<string, byte[], byte[]>? alters = null)
        : DelegatingHandler(Connection.Handler(null))
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(WhistleServer.Origin, request.RequestUri!.GetLeftPart(UriPartial.Authority));
            requests.Add(request);
            var isTip = request.RequestUri.AbsolutePath.EndsWith("/tips", StringComparison.Ordinal);
            if (isTip)
                tips.Add(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            request.RequestUri = new Uri(address, request.RequestUri.PathAndQuery);
            var path = request.RequestUri.AbsolutePath;
            var answer = await base.SendAsync(request, cancellationToken);
            if (alters is not null && answer.IsSuccessStatusCode)
                answer.Content = new ByteArrayContent(alters(path, await answer.Content.ReadAsByteArrayAsync(cancellationToken)));
            if (!isTip || loses?.Invoke() != true)
                return answer;
            answer.Dispose();
            throw new HttpRequestException("the connection broke");
        }
    }
}
