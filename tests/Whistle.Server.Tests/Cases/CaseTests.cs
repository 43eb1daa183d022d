using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;

namespace Whistle.Server.Tests.Cases;

public sealed class CaseTests
{
    [Fact]
    public async Task A_tip_reaches_the_chosen_readers_and_the_left_out_one_sees_only_noise()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal, excluded: [portal.Other.Id]);

        Assert.Empty(await WhistleServer.StreamAsync(portal.Reviewer, portal.Channel));
        await server.RunBatchAsync();
        await server.RunBatchAsync();

        var left = await WhistleServer.StreamAsync(portal.Other, portal.Channel);
        Assert.NotEmpty(left);
        Assert.Equal(0, left.Count % WhistleServer.BatchMultiple);
        Assert.All(left, b => Assert.Equal(WireLengths.Blob, b.Blob.Length));
        Assert.Empty(await WhistleServer.TryStreamAsync(portal.Other, portal.Channel));
        Assert.Equal(tip.Manifest.Case, Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel)).Id);
        Assert.Equal(tip.Manifest.Case, Assert.Single(await WhistleServer.TryStreamAsync(portal.Lead, portal.Channel)).Id);
    }

    [Fact]
    public async Task A_claimed_case_is_acknowledged_and_the_source_sees_it()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));

        var claimed = await WhistleServer.ProveAsync(portal.Reviewer, key, "claim");
        Assert.Equal(HttpStatusCode.OK, claimed.StatusCode);
        var version = (await JsonAsync(claimed)).GetProperty("case").GetProperty("version").GetInt32();
        var reply = new { version, seq = 1, ciphertext = Random(7312), attachments = Array.Empty<object>(), counts = "acknowledgement", leaves = new[] { Hash32.Zero, Hash32.Zero } };
        var sent = await portal.Reviewer.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", reply, TestContext.Current.CancellationToken);
        var stale = await portal.Reviewer.Http.PutAsJsonAsync($"/api/desk/cases/{key.Id}/state", new { version, to = "in-review" }, TestContext.Current.CancellationToken);
        var leap = await portal.Reviewer.Http.PutAsJsonAsync($"/api/desk/cases/{key.Id}/state", new { version = version + 1, to = "closed", leaf = Hash32.Zero, deletion = Hash32.Zero, retention = "standard" }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        Assert.Equal("stale", await stale.CodeAsync());
        Assert.Equal("closing-not-approved", await leap.CodeAsync());
        using var source = await server.ReturnAsync(tip);
        var mailbox = await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken);
        var about = mailbox.GetProperty("case");
        Assert.Equal("acknowledged", about.GetProperty("state").GetString());
        Assert.Equal("yes", about.GetProperty("opened").GetString());
        Assert.Equal(Day.Of(new DateOnly(2026, 6, 3)).Number, about.GetProperty("feedbackBy").GetInt32());
        Assert.Equal(2, mailbox.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task A_claim_is_judged_by_the_access_key_of_the_tip_and_takes_nothing_to_write_with()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        using var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        using var foreign = Whistle.Protocol.Cases.CaseKey.Generate(Randomness.System);

        var withRecipient = await portal.Reviewer.Http.PostAsJsonAsync(
            $"/api/desk/cases/{key.Id}/claim",
            new { nonce = Random(56), signature = Random(64), recipient = key.Recipient.Bytes.ToArray() },
            TestContext.Current.CancellationToken);

        Assert.Equal(key.Access.Public, tip.Manifest.Access);
        Assert.Equal(HttpStatusCode.BadRequest, withRecipient.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await WhistleServer.ProveAsync(portal.Reviewer, foreign, "claim", about: key.Id)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
    }

    [Fact]
    public async Task A_follow_up_reaches_the_desk_at_the_next_batch_and_burning_leaves_the_case()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        using var source = await server.ReturnAsync(tip);
        var message = new { seq = 2, ciphertext = Random(7312), attachments = Array.Empty<object>() };

        Assert.Equal(HttpStatusCode.Created, (await source.PostAsJsonAsync("/api/source/mailbox/messages", message, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await source.PostAsJsonAsync("/api/source/mailbox/messages", message, TestContext.Current.CancellationToken)).StatusCode);
        var differs = await source.PostAsJsonAsync("/api/source/mailbox/messages", message with { ciphertext = Random(7312) }, TestContext.Current.CancellationToken);
        var gap = await source.PostAsJsonAsync("/api/source/mailbox/messages", message with { seq = 4 }, TestContext.Current.CancellationToken);
        Assert.Equal("message-differs", await differs.CodeAsync());
        Assert.Equal("out-of-sequence", await gap.CodeAsync());
        Assert.Equal(1, await MessagesAsync(portal, key.Id));
        await server.RunBatchAsync();
        Assert.Equal(2, await MessagesAsync(portal, key.Id));

        Assert.Equal(HttpStatusCode.NoContent, (await source.DeleteAsync("/api/source/mailbox", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("session-over", await (await source.GetAsync("/api/source/mailbox", TestContext.Current.CancellationToken)).CodeAsync());
        Assert.Equal("here", await SourceAsync(portal, key.Id));
        await server.RunBatchAsync();
        Assert.Equal("gone", await SourceAsync(portal, key.Id));
        using var later = server.Source();
        Assert.Equal("words-unknown", await (await WhistleServer.OpenMailboxAsync(later, tip)).CodeAsync());
        Assert.Equal(2, await MessagesAsync(portal, key.Id));
    }

    [Fact]
    public async Task A_challenge_serves_once_and_an_unknown_mailbox_answers_like_a_wrong_signature()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var known = await server.SubmitTipAsync(portal);
        using var unknown = await server.SealTipAsync(portal);
        using var source = server.Source();
        var nonce = (await WhistleServer.ChallengeAsync(source, "mailbox")).Nonce;

        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.OpenMailboxAsync(source, known, nonce)).StatusCode);
        Assert.Equal("challenge-used", await (await WhistleServer.OpenMailboxAsync(source, known, nonce)).CodeAsync());
        var strange = await (await WhistleServer.OpenMailboxAsync(source, unknown)).WholeAsync();
        var fresh = (await WhistleServer.ChallengeAsync(source, "mailbox")).Nonce;
        var forged = await source.PostAsJsonAsync(
            "/api/source/mailbox/session",
            new { mailbox = known.Keys.Mailbox.Public.ToString(), nonce = StrictBase64Url.Encode(fresh), signature = Random(64) },
            TestContext.Current.CancellationToken);
        Assert.Equal(strange, await forged.WholeAsync());
    }

    [Fact]
    public async Task An_unclaimed_case_and_a_case_that_never_was_answer_alike_everywhere()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal, excluded: [portal.Other.Id]);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);

        var routes = server.Routes().Where(r => r.Pattern.Contains("/cases/{", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count >= 14);
        foreach (var (method, pattern) in routes)
        {
            var real = await AskAsync(portal.Other.Http, method, Address(pattern, key.Id.ToString()));
            var never = await AskAsync(portal.Other.Http, method, Address(pattern, "00112233445566778899aabbccddeeff"));
            Assert.Equal(never, real);
            Assert.StartsWith("404", real, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_stepped_back_is_out_for_good()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));

        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Reviewer, key, "recuse")).StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, (await portal.Reviewer.Http.GetAsync($"/api/desk/cases/{key.Id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
    }

    internal static string Address(string pattern, string id) =>
        Regex.Replace(pattern, @"\{[^}]*\}", id, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>A request with a body that passes every validator of a case's endpoints.</summary>
    internal static async Task<string> AskAsync(HttpClient http, string method, string address)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (BodyFor(method, address) is { } body)
            request.Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return await (await http.SendAsync(request)).WholeAsync();
    }

    private static object? BodyFor(string method, string address) => (method, address.Split('/')[^1]) switch
    {
        ("GET" or "DELETE", _) => null,
        (_, "claim" or "recuse") => new { nonce = Random(56), signature = Random(64) },
        (_, "messages") => new { version = 1, seq = 1, ciphertext = Random(7312), attachments = Array.Empty<object>(), counts = "none", leaves = new[] { Hash32.Zero } },
        (_, "notes") => new { id = new string('a', 32), ciphertext = Random(4096 + WireLengths.NoteOverhead) },
        (_, "sheet") => new { version = 2, ciphertext = Random(WireLengths.SheetFile) },
        (_, "hold") => new { version = 1, reason = new { id = new string('a', 32), ciphertext = Random(4096 + WireLengths.NoteOverhead) } },
        (_, "state") => new { version = 1, to = "closed", leaf = Hash32.Zero, deletion = Hash32.Zero, retention = "standard" },
        (_, "receipt") => new { version = 1, received = 1, note = new { id = new string('a', 32), ciphertext = Random(4096 + WireLengths.NoteOverhead) } },
        (_, "policy") => new { version = 1, policy = "fr" },
        (_, "assignee") => new { version = 1, person = new string('a', 32) },
        (_, "grants") => new { to = new string('a', 32), ciphertext = Random(WireLengths.GrantFile), seq = 1, message = Random(7312), leaf = Hash32.Zero },
        (_, "identities") => new { id = new string('a', 32), to = new[] { new string('a', 32) }, ciphertext = Random(WireLengths.IdentityRequestFile) },
        (_, "seen") => new { seq = 1 },
        (_, "summaries") => Proposal(FourEyesKind.Summary),
        (_, "closings") => Proposal(FourEyesKind.Closing),
        (_, "purges") => Proposal(FourEyesKind.Purge),
        (_, "reply" or "note" or "summary" or "closing") => new { ciphertext = Random(4096 + WireLengths.NoteOverhead) },
        _ => throw new InvalidOperationException($"{method} {address} is not listed here: add a body that its validator accepts."),
    };

    private static object Proposal(FourEyesKind kind)
    {
        using var key = SigningKey.FromSeed(RandomNumberGenerator.GetBytes(SigningKey.SeedLength));
        using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        var proposal = new FourEyesProposal(
            kind, default, default, Hash32.Zero, default, kind == FourEyesKind.Purge ? new PurgeTarget(Hash32.Zero, Hash32.Zero, default) : null).Sign(key, Hash32.Zero);
        return new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = StrictBase64Url.Encode(AgeFile.Encrypt(new byte[4096], [any.Recipient, any.Recipient], Randomness.System)),
            approvers = new[] { new string('a', 32) },
        };
    }

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

    private static async Task<string?> SourceAsync(WhistleServer.Portal portal, CaseId id) =>
        (await portal.Reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{id}")).GetProperty("case").GetProperty("source").GetString();

    private static async Task<int> MessagesAsync(WhistleServer.Portal portal, CaseId id) =>
        (await portal.Reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{id}")).GetProperty("messages").GetArrayLength();
}
