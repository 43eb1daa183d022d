using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Cases;

namespace Whistle.Server.Tests.Cases;

/// <summary>An open desk hears that something about its cases changed, and nothing else (SPEC 14.3).</summary>
public sealed class DeskEventsTests
{
    private const string Changed = "data: changed\n\n";
    private const string Nothing = ": nothing new\n\n";

    [Fact]
    public async Task Whoever_holds_a_case_hears_of_each_change_and_nobody_else_of_any()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        foreach (var holder in new[] { portal.Reviewer, portal.Lead })
            Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(holder, key, "claim")).StatusCode);
        await using var reviewer = await Listener.OpenAsync(server, portal.Reviewer);
        await using var lead = await Listener.OpenAsync(server, portal.Lead);
        await using var other = await Listener.OpenAsync(server, portal.Other);
        Listener[] all = [reviewer, lead, other];
        Assert.Equal([Nothing, Nothing, Nothing], await TickAsync(server, all));

        // A note raises no version of the case, and is heard all the same; looking at a case is no change.
        Assert.Equal(HttpStatusCode.Created, (await portal.Reviewer.Http.PostAsJsonAsync(
            $"/api/desk/cases/{key.Id}/notes", new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([Changed, Changed, Nothing], await TickAsync(server, all));
        Assert.Equal(HttpStatusCode.OK, (await portal.Lead.Http.GetAsync($"/api/desk/cases/{key.Id}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([Nothing, Nothing, Nothing], await TickAsync(server, all));
        Assert.Equal(HttpStatusCode.OK, (await portal.Lead.Http.PutAsJsonAsync(
            $"/api/desk/cases/{key.Id}/assignee", new { version = await VersionAsync(portal.Lead, key), person = portal.Reviewer.Id }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([Changed, Changed, Nothing], await TickAsync(server, all));

        // What the source writes is heard with the batch that releases it, never when it was at a keyboard.
        using var source = await server.ReturnAsync(tip);
        Assert.Equal(HttpStatusCode.Created, (await source.PostAsJsonAsync("/api/source/mailbox/messages", new { seq = 2, ciphertext = Random(7312), attachments = Array.Empty<object>() }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([Nothing, Nothing, Nothing], await TickAsync(server, all));
        await server.RunBatchAsync();
        // The batch's own time is such a moment: who looked just before it hears at the next.
        var (during, after) = (new List<string?>(), new List<string?>());
        foreach (var listener in all)
            during.Add(await listener.NextAsync());
        after.AddRange(await TickAsync(server, all));
        Assert.Equal([true, true, false], during.Zip(after).Select(h => h.First is Changed || h.Second is Changed));

        // Who stepped back hears of it no more.
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Lead, key, "recuse")).StatusCode);
        Assert.Equal([Changed, Changed, Nothing], await TickAsync(server, all));
        Assert.Equal(HttpStatusCode.Created, (await portal.Reviewer.Http.PostAsJsonAsync(
            $"/api/desk/cases/{key.Id}/notes", new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([Changed, Nothing, Nothing], await TickAsync(server, all));
    }

    [Fact]
    public async Task Everybody_gets_as_many_bytes_and_the_same_headers_at_the_same_moments()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        await using var reader = await Listener.OpenAsync(server, portal.Reviewer);
        Assert.Equal(Changed.Length, Nothing.Length);
        Assert.Equal("text/event-stream", reader.Answer.Content.Headers.ContentType?.ToString());
        Assert.True(reader.Answer.Headers.CacheControl?.NoStore);
        Assert.Null(reader.Answer.Content.Headers.ContentLength);

        server.Clock.Advance(TimeSpan.FromSeconds(7)); // whoever came in between waits for the same moment
        await using var late = await Listener.OpenAsync(server, portal.Lead);
        var next = TimeSpan.FromSeconds(15 - (server.Clock.GetUtcNow().ToUnixTimeSeconds() % 15));
        await SettleAsync();
        server.Clock.Advance(next - TimeSpan.FromSeconds(1));
        await SettleAsync();
        Assert.False(reader.HasMore || late.HasMore);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([Nothing, Nothing], [await reader.NextAsync(), await late.NextAsync()]);
    }

    [Fact]
    public async Task A_stream_ends_with_its_session_its_person_and_its_server_and_the_oldest_of_five()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        foreach (var (person, status) in new[] { (portal.Admin, HttpStatusCode.NotFound), (portal.Reviewer, HttpStatusCode.OK) })
            Assert.Equal(status, (await person.Http.GetAsync("/api/desk/events", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken)).StatusCode);
        using (var nobody = server.Browser())
            Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/api/desk/events", TestContext.Current.CancellationToken)).StatusCode);

        await using var reviewer = await Listener.OpenAsync(server, portal.Reviewer);
        await using var lead = await Listener.OpenAsync(server, portal.Lead);
        await using var other = await Listener.OpenAsync(server, portal.Other);
        Assert.Equal(HttpStatusCode.NoContent, (await portal.Reviewer.Http.DeleteAsync("/api/desk/session", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal([null, Nothing, Nothing], await TickAsync(server, [reviewer, lead, other]));
        await server.DisableAsync(portal.Lead.Id);
        Assert.Equal([null, Nothing], await TickAsync(server, [lead, other]));
        // Sixteen hours after signing in a session is over, and what it had opened.
        server.Clock.Advance(TimeSpan.FromHours(16));
        Assert.Null(await LastAsync(other));

        (await server.SignInAsync(portal.Other)).EnsureSuccessStatusCode();
        var streams = new List<Listener>();
        for (var i = 0; i < 5; i++)
            streams.Add(await Listener.OpenAsync(server, portal.Other));
        Assert.Null(await LastAsync(streams[0]));
        Assert.Equal([Nothing, Nothing, Nothing, Nothing], await TickAsync(server, [.. streams.Skip(1)]));
        foreach (var stream in streams)
            await stream.DisposeAsync();
    }

    private static async Task<int> VersionAsync(WhistleServer.Account person, CaseKey key) =>
        (await person.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{key.Id}")).GetProperty("case").GetProperty("version").GetInt32();

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));

    /// <summary>What each hears at the next moment; null where the stream has ended.</summary>
    private static async Task<IReadOnlyList<string?>> TickAsync(WhistleServer server, IReadOnlyList<Listener> listeners)
    {
        await SettleAsync();
        server.Clock.Advance(TimeSpan.FromSeconds(15));
        var heard = new List<string?>();
        foreach (var listener in listeners)
            heard.Add(await listener.NextAsync());
        return heard;
    }

    /// <summary>What is said last before the stream ends: null, unless it never does.</summary>
    private static async Task<string?> LastAsync(Listener listener)
    {
        for (var i = 0; i < 5; i++)
        {
            if (await listener.NextAsync() is null)
                return null;
        }
        return "not over";
    }

    /// <summary>Lets every stream come back to waiting for its next moment.</summary>
    private static Task SettleAsync() => Task.Delay(300, TestContext.Current.CancellationToken);

    private sealed class Listener : IAsyncDisposable
    {
        private readonly Stream _body;
        private Task<string?>? _next;

        private Listener(HttpResponseMessage answer, Stream body) => (Answer, _body) = (answer, body);

        public HttpResponseMessage Answer { get; }

        public bool HasMore => (_next ??= ReadAsync()).IsCompleted;

        public static async Task<Listener> OpenAsync(WhistleServer server, WhistleServer.Account person)
        {
            _ = server;
            var answer = await person.Http.GetAsync("/api/desk/events", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var listener = new Listener(answer, await answer.Content.ReadAsStreamAsync());
            Assert.Equal("retry: 300000\n\n", await listener.NextAsync());
            return listener;
        }

        public async Task<string?> NextAsync()
        {
            var next = await (_next ??= ReadAsync()).WaitAsync(TimeSpan.FromSeconds(10));
            _next = null;
            return next;
        }

        private async Task<string?> ReadAsync()
        {
            var frame = new byte[Changed.Length];
            try
            {
                return await _body.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false) == frame.Length ? Encoding.ASCII.GetString(frame) : null;
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                return null;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _body.DisposeAsync();
            Answer.Dispose();
        }
    }
}
