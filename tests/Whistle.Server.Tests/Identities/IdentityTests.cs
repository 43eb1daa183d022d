using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Tips;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Identities;

/// <summary>Asking custodians who a source is (SPEC 5.6.1, 14.5): what the server lets whom do.</summary>
public sealed class IdentityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_reaches_the_custodians_asked_with_the_letter_that_told_the_source_and_is_answered_once()
    {
        using var world = await World.MakeAsync();
        var request = world.Request();

        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        await RefusedAsync(world.AskAsync(request with { ciphertext = Random(WireLengths.IdentityRequestFile) }), 409, "request-differs");
        await RefusedAsync(world.AskAsync(world.Request(seq: 2)), 409, "identity-pending");

        // The source has the letter, in the transaction of the request.
        using (var source = await world.Server.ReturnAsync(world.Tip))
        {
            var letter = (await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", Ct)).GetProperty("messages").EnumerateArray().Last();
            Assert.Equal(request.letter!.message, letter.GetProperty("ciphertext").GetString());
        }
        var item = Assert.Single(await ItemsAsync(world.Custodian));
        Assert.Equal(request.ciphertext, item.GetProperty("ciphertext").GetString());
        Assert.Equal(world.Portal.Reviewer.Id.ToString(), item.GetProperty("from").GetString());
        StrictBase64Url.TryDecode(request.letter.message, out var message);
        Assert.Equal((1, Hash32.Of(message).ToString()), (item.GetProperty("told").GetProperty("seq").GetInt32(), item.GetProperty("told").GetProperty("hash").GetString()));

        var envelope = await world.FetchAsync(world.Custodian, request.id);
        Assert.Equal(HttpStatusCode.OK, envelope.StatusCode);
        Assert.Equal(
            world.Tip.Identity.ToArray(),
            WhistleServer.Bytes((await envelope.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("envelope")));

        var answer = Random(WireLengths.IdentityAnswerFile);
        await RefusedAsync(world.AnswerAsync(world.Custodian, request.id, Random(WireLengths.IdentityAnswerFile - 1)), 400, "ciphertext-length");
        Assert.Equal(HttpStatusCode.NoContent, (await world.AnswerAsync(world.Custodian, request.id, answer)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.AnswerAsync(world.Custodian, request.id, answer)).StatusCode);
        await RefusedAsync(world.AnswerAsync(world.Custodian, request.id, Random(WireLengths.IdentityAnswerFile)), 409, "move-not-allowed");
        await RefusedAsync(world.FetchAsync(world.Custodian, request.id), 409, "move-not-allowed");
        Assert.Empty(await ItemsAsync(world.Custodian));

        var read = await world.ReadAsync();
        var seen = Assert.Single(read.GetProperty("identities").EnumerateArray());
        Assert.Equal(
            (request.id, "answered", 1, answer, world.Custodian.Id.ToString()),
            (seen.GetProperty("id").GetString(), seen.GetProperty("state").GetString(), seen.GetProperty("told").GetInt32(), seen.GetProperty("answer").GetString(), seen.GetProperty("custodian").GetString()));
        Assert.Equal(
            ["identity.answered", "identity.fetched", "identity.requested"],
            read.GetProperty("history").EnumerateArray().Select(h => h.GetProperty("act").GetString()!).Where(a => a.StartsWith("identity", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        // Another may be asked now; the letter has the next number.
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(world.Request(seq: 2))).StatusCode);
    }

    [Fact]
    public async Task Only_a_custodian_whom_the_source_could_seal_to_and_who_holds_nothing_of_the_case_can_be_asked()
    {
        using var world = await World.MakeAsync();
        foreach (var nobody in new[] { world.Portal.Lead, world.Portal.Reviewer, world.Portal.Admin, world.Late })
            await RefusedAsync(world.AskAsync(world.Request(to: [nobody.Id])), 400, "custodians-wrong");
        await RefusedAsync(world.AskAsync(world.Request(to: [])), 400, "custodians-wrong");
        await RefusedAsync(world.AskAsync(world.Request(to: [world.Custodian.Id, world.Custodian.Id])), 400, "custodians-wrong");
        await RefusedAsync(world.AskAsync(world.Request(to: [world.Custodian.Id, default])), 400, "custodians-wrong");

        // Somebody who stepped back from the case, as a reviewer, before becoming a custodian.
        await world.Server.HoldAsync(world.Tip.Manifest.Case, world.Other.Id);
        await world.Server.StepBackAsync(world.Tip.Manifest.Case, world.Other.Id);
        await RefusedAsync(world.AskAsync(world.Request(to: [world.Other.Id])), 400, "custodians-wrong");

        // Refused requests leave no letter behind.
        Assert.Single((await world.ReadAsync()).GetProperty("messages").EnumerateArray());
    }

    [Fact]
    public async Task A_request_without_a_letter_is_told_from_others_in_the_history_and_a_letter_that_lies_there_already_tells_nothing_new()
    {
        using var world = await World.MakeAsync();
        await RefusedAsync(world.AskAsync(world.Request(seq: 3)), 409, "out-of-sequence");
        await RefusedAsync(world.AskAsync(world.Request() with { ciphertext = Random(100) }), 400, "ciphertext-length");
        await RefusedAsync(world.AskAsync(world.Request(seq: 0)), 400, "seq-missing");
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(world.Request() with { letter = null })).StatusCode);

        var read = await world.ReadAsync();
        Assert.Contains(read.GetProperty("history").EnumerateArray(), h => h.GetProperty("act").GetString() is "identity.requested-untold");
        Assert.False(Assert.Single(read.GetProperty("identities").EnumerateArray()).TryGetProperty("told", out _));
        Assert.False(Assert.Single(await ItemsAsync(world.Custodian)).TryGetProperty("told", out _));

        // Taken back, it is nobody's to answer; the next brings a letter, which cannot serve twice.
        Assert.Equal(HttpStatusCode.NoContent, (await world.Reviewer.DeleteAsync(world.Path, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Reviewer.DeleteAsync(world.Path, Ct)).StatusCode);
        Assert.Empty(await ItemsAsync(world.Custodian));
        var request = world.Request();
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Reviewer.DeleteAsync(world.Path, Ct)).StatusCode);
        await RefusedAsync(world.AskAsync(world.Request() with { letter = request.letter }), 409, "out-of-sequence");
        await RefusedAsync(world.AnswerAsync(world.Custodian, request.id, Random(WireLengths.IdentityAnswerFile)), 409, "move-not-allowed");
    }

    [Fact]
    public async Task To_everybody_who_is_not_asked_a_request_answers_as_one_that_never_was()
    {
        using var world = await World.MakeAsync();
        var request = world.Request();
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        var answer = Random(WireLengths.IdentityAnswerFile);
        foreach (var person in new[] { world.Other, world.Late, world.Portal.Reviewer, world.Portal.Lead, world.Portal.Admin, world.Auditor })
        {
            Assert.Equal(await WholeAsync(world.FetchAsync(person, Never)), await WholeAsync(world.FetchAsync(person, request.id)));
            await RefusedAsync(world.FetchAsync(person, request.id), 404, "not-found");
            await RefusedAsync(world.AnswerAsync(person, request.id, answer), 404, "not-found");
        }
        Assert.Empty(await ItemsAsync(world.Other));
        await RefusedAsync(world.Portal.Reviewer.Http.GetAsync("/api/desk/identities", Ct), 404, "not-found");
        // A reader without a claim asks about a case that never was.
        foreach (var person in new[] { world.Portal.Lead, world.Custodian, world.Portal.Admin })
            Assert.Equal(await WholeAsync(world.AskAsync(world.Request(), person, Never)), await WholeAsync(world.AskAsync(world.Request(), person)));
        // Who steps back loses the right to ask and to take back; what was asked still waits for those who stay.
        await world.Server.StepBackAsync(world.Tip.Manifest.Case, world.Portal.Reviewer.Id);
        await RefusedAsync(world.AskAsync(world.Request()), 404, "not-found");
        await RefusedAsync(world.Reviewer.DeleteAsync(world.Path, Ct), 404, "not-found");
        Assert.Single(await ItemsAsync(world.Custodian));
    }

    [Fact]
    public async Task A_custodian_with_a_new_key_or_without_an_account_is_asked_nothing()
    {
        using var world = await World.MakeAsync();
        var request = world.Request(to: [world.Custodian.Id, world.Other.Id]);
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        Assert.Single(await ItemsAsync(world.Custodian));
        Assert.Single(await ItemsAsync(world.Other));

        var invited = await world.Portal.Admin.Http.PostAsJsonAsync($"/api/desk/people/{world.Other.Id}/invitation", new { }, Ct);
        var again = await world.Server.EnrolAsync((await invited.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("token").GetString()!, "again", hasKeys: true);
        await world.Server.PublishDirectoryAsync(world.Portal.Admin);
        Assert.Empty(await ItemsAsync(again));
        await RefusedAsync(world.FetchAsync(again, request.id), 404, "not-found");
        Assert.Single(await ItemsAsync(world.Custodian));
        Assert.Equal(HttpStatusCode.NoContent, (await world.Reviewer.DeleteAsync(world.Path, Ct)).StatusCode);
        await RefusedAsync(world.AskAsync(world.Request(to: [world.Other.Id], seq: 2)), 400, "custodians-wrong");
    }

    /// <summary>"The whole database does not give it to a reviewer": the envelope is in no answer that one can get.</summary>
    [Fact]
    public async Task No_answer_to_a_reader_holds_the_envelope_whatever_they_ask()
    {
        using var world = await World.MakeAsync();
        var request = world.Request();
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.AnswerAsync(world.Custodian, request.id, Random(WireLengths.IdentityAnswerFile))).StatusCode);
        // Any 96 bytes of it in base64url, at each of three offsets, or as they are.
        var file = world.Tip.Identity.ToArray();
        var needles = Enumerable.Range(0, 3).Select(o => StrictBase64Url.Encode(file.AsSpan(3000 + o, 96))).ToList();
        var transcript = new StringBuilder();
        foreach (var (method, pattern) in world.Server.Routes().Where(r => r.Pattern.StartsWith("/api/desk", StringComparison.Ordinal) && r.Method is "GET" or "POST"))
        {
            if (pattern is "/api/desk/session" or "/api/desk/setup" or "/api/desk/enrolment")
                continue;
            var address = pattern.Replace("{id}", pattern.Contains("channels", StringComparison.Ordinal) ? world.Portal.Channel.ToString() : world.Tip.Manifest.Case.ToString(), StringComparison.Ordinal)
                .Replace("{request}", request.id, StringComparison.Ordinal).Replace("{upload}", Never, StringComparison.Ordinal).Replace("{proposal}", Never, StringComparison.Ordinal);
            using var asked = new HttpRequestMessage(new HttpMethod(method), address);
            if (method is "POST")
                asked.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await world.Reviewer.SendAsync(asked, HttpCompletionOption.ResponseHeadersRead, Ct);
            // Server-sent events have no end, and none is longer than this.
            var bytes = new byte[15];
            if (answer.Content.Headers.ContentType?.MediaType is "text/event-stream")
                await (await answer.Content.ReadAsStreamAsync(Ct)).ReadExactlyAsync(bytes, Ct);
            else
                bytes = await answer.Content.ReadAsByteArrayAsync(Ct);
            Assert.True(bytes.AsSpan().IndexOf(file.AsSpan(3000, 96)) < 0, pattern);
            transcript.Append(Encoding.Latin1.GetString(bytes));
        }
        Assert.Contains(request.ciphertext, transcript.ToString(), StringComparison.Ordinal);
        Assert.All(needles, n => Assert.DoesNotContain(n, transcript.ToString(), StringComparison.Ordinal));
        // The needles do find it where it is given.
        var other = world.Request(seq: 2);
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(other)).StatusCode);
        var given = await (await world.FetchAsync(world.Custodian, other.id)).Content.ReadAsStringAsync(Ct);
        Assert.Contains(needles, n => given.Contains(n, StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_case_goes_what_was_asked_and_answered_about_it()
    {
        using var world = await World.MakeAsync();
        var request = world.Request();
        Assert.Equal(HttpStatusCode.Created, (await world.AskAsync(request)).StatusCode);
        Assert.Equal((1, 1), await world.Server.IdentityRowsAsync());

        await world.Server.KeepUntilAsync(world.Tip.Manifest.Case, Day.Of(world.Server.Clock.GetUtcNow()));
        await world.Server.RunNightAsync();

        Assert.Equal((0, 0), await world.Server.IdentityRowsAsync());
    }

    private const string Never = "00112233445566778899aabbccddeeff";

    private sealed record Letter(int seq, string message, Hash32 leaf);

    private sealed record Asked(string id, IReadOnlyList<PersonId> to, string ciphertext, Letter? letter);

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));

    private static async Task<IReadOnlyList<JsonElement>> ItemsAsync(WhistleServer.Account custodian) =>
        [.. (await custodian.Http.GetFromJsonAsync<JsonElement>("/api/desk/identities", Ct)).GetProperty("items").EnumerateArray()];

    private static async Task<string> WholeAsync(Task<HttpResponseMessage> answer) => await (await answer).WholeAsync();

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        var answer = await asked;
        Assert.Equal((status, code), ((int)answer.StatusCode, await answer.CodeAsync()));
    }

    /// <summary>A case that a reviewer holds, two custodians to whom its source could seal, and one who came later.</summary>
    private sealed record World(
        WhistleServer Server, WhistleServer.Portal Portal, SealedTip Tip, WhistleServer.Account Custodian, WhistleServer.Account Other,
        WhistleServer.Account Late, WhistleServer.Account Auditor) : IDisposable
    {
        public HttpClient Reviewer => Portal.Reviewer.Http;

        public string Path => $"/api/desk/cases/{Tip.Manifest.Case}/identities";

        public static async Task<World> MakeAsync()
        {
            var server = WhistleServer.WithQuickBatches();
            var portal = await server.OpenPortalAsync();
            var custodian = await server.JoinAsync(portal.Admin, Role.Custodian, "C. Custodian");
            var other = await server.JoinAsync(portal.Admin, Role.Custodian, "H. Other");
            var auditor = await server.JoinAsync(portal.Admin, Role.Auditor, "U. Auditor");
            PersonId[] readers = [portal.Lead.Id, portal.Reviewer.Id, portal.Other.Id];
            await DraftAsync([custodian.Id, other.Id]);
            await server.PublishDirectoryAsync(portal.Admin);
            var tip = await server.TipAsync(portal.Channel);
            var late = await server.JoinAsync(portal.Admin, Role.Custodian, "L. Late");
            await DraftAsync([custodian.Id, other.Id, late.Id]);
            await server.PublishDirectoryAsync(portal.Admin);
            await server.HoldAsync(tip.Manifest.Case, portal.Reviewer.Id);
            await server.RunBatchAsync();
            return new World(server, portal, tip, custodian, other, late, auditor);

            async Task DraftAsync(IEnumerable<PersonId> custodians) => Assert.Equal(HttpStatusCode.NoContent, (await portal.Admin.Http.PutAsJsonAsync(
                $"/api/desk/channels/drafts/{portal.Channel}", await WhistleServer.ChannelAsync(portal.Admin, portal.Channel, readers, custodians: custodians), Ct)).StatusCode);
        }

        public Asked Request(IReadOnlyList<PersonId>? to = null, int seq = 1) => new(
            RequestId.New(Randomness.System).ToString(), to ?? [Custodian.Id], Random(WireLengths.IdentityRequestFile),
            new Letter(seq, Random(4096 + WireLengths.MessageOverhead), Hash32.Zero));

        public Task<HttpResponseMessage> AskAsync(Asked request, WhistleServer.Account? person = null, string? about = null) =>
            (person ?? Portal.Reviewer).Http.PostAsJsonAsync(about is null ? Path : $"/api/desk/cases/{about}/identities", request, Ct);

        public Task<HttpResponseMessage> FetchAsync(WhistleServer.Account person, string id) =>
            person.Http.PostAsJsonAsync($"/api/desk/identities/{id}/envelope", new { }, Ct);

        public Task<HttpResponseMessage> AnswerAsync(WhistleServer.Account person, string id, string ciphertext) =>
            person.Http.PostAsJsonAsync($"/api/desk/identities/{id}/answer", new { ciphertext }, Ct);

        public Task<JsonElement> ReadAsync() => Reviewer.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{Tip.Manifest.Case}", Ct);

        public void Dispose()
        {
            Tip.Dispose();
            Server.Dispose();
        }
    }
}
