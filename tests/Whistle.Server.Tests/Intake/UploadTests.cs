using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Intake;

public sealed class UploadTests
{
    private const int ManyParts = 1_500_000;

    [Fact]
    public async Task A_sources_object_travels_in_parts_and_comes_back_whole_on_both_sides()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await WithFileAsync(server, portal, ManyParts);
        using var source = server.Source();
        var announced = Assert.Single(tip.Manifest.Attachments);
        var parts = tip.Parts();
        Assert.Equal(2, parts.Count);

        Assert.Equal("not-found", await (await PutAsync(source, "source", announced.Id, 0, parts[0])).CodeAsync());
        var first = await AnnounceAsync(source, announced.Id, announced.Size);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(2, (await first.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("parts").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await AnnounceAsync(source, announced.Id, announced.Size)).StatusCode);
        await RefusedAsync(AnnounceAsync(source, announced.Id, announced.Size + 1), 409, "upload-differs");

        await RefusedAsync(PutAsync(source, "source", announced.Id, 0, parts[0][..^1]), 400, "part-length");
        await RefusedAsync(PutAsync(source, "source", announced.Id, 1, parts[0]), 400, "part-length");
        await RefusedAsync(PutAsync(source, "source", announced.Id, 2, parts[1]), 404, "not-found");
        await RefusedAsync(PutAsync(source, "source", announced.Id, 0, parts[0][..16], "application/json"), 415, "content-type");
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(source, "source", announced.Id, 0, parts[0])).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(source, "source", announced.Id, 0, parts[0])).StatusCode);
        await RefusedAsync(PutAsync(source, "source", announced.Id, 0, RandomNumberGenerator.GetBytes(parts[0].Length)), 409, "part-differs");
        await RefusedAsync(WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip)), 400, "attachment-incomplete");
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(source, "source", announced.Id, 1, parts[1])).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);

        using var mailbox = await server.ReturnAsync(tip);
        var back = await mailbox.GetByteArrayAsync($"/api/source/mailbox/attachments/{announced.Id}", TestContext.Current.CancellationToken);
        Assert.True(tip.Attachments.Span.SequenceEqual(back));
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        var atDesk = await portal.Reviewer.Http.GetByteArrayAsync($"/api/desk/cases/{key.Id}/attachments/{announced.Id}", TestContext.Current.CancellationToken);
        Assert.True(tip.Attachments.Span.SequenceEqual(atDesk));
    }

    [Fact]
    public async Task An_object_of_another_case_answers_as_one_that_never_was()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var mine = await server.SubmitTipAsync(portal);
        using var other = await WithFileAsync(server, portal, 1000);
        using var source = server.Source();
        await UploadAsync(source, other);
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(other))).StatusCode);
        await server.RunBatchAsync();
        foreach (var key in await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel))
            Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        using var mailbox = await server.ReturnAsync(mine);
        var theirs = other.Manifest.Attachments[0].Id;
        var never = NewUploadId();

        foreach (var (http, folder) in ((HttpClient, string)[])[
            (portal.Reviewer.Http, $"/api/desk/cases/{mine.Manifest.Case}/attachments/"), (mailbox, "/api/source/mailbox/attachments/")])
        {
            var strange = await http.GetAsync(folder + theirs, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, strange.StatusCode);
            Assert.Equal(
                await (await http.GetAsync(folder + never, TestContext.Current.CancellationToken)).WholeAsync(), await strange.WholeAsync());
        }
    }

    [Fact]
    public async Task Announcements_that_do_not_hold_are_refused()
    {
        using var server = new WhistleServer(("LargestUpload", "1000"));
        using var source = server.Source();
        var (nonce, _) = await WhistleServer.ChallengeAsync(source, "tip");

        await RefusedAsync(AnnounceAsync(source, NewUploadId(), 0), 400, "upload-empty");
        await RefusedAsync(AnnounceAsync(source, NewUploadId(), 1001), 400, "upload-too-large");
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(source, NewUploadId(), 1000)).StatusCode);
        await RefusedAsync(AnnounceAsync(source, NewUploadId(), 1, new byte[Challenge.Length], 0), 401, "challenge-invalid");
        await RefusedAsync(AnnounceAsync(source, NewUploadId(), 1, nonce, -1), 400, "counter-malformed");
        var id = NewUploadId();
        ulong wrong = 0;
        while (new ProofOfWork(nonce, wrong).IsFor(id.ToBytes(), 4))
            wrong++;
        await RefusedAsync(AnnounceAsync(source, id, 1, nonce, (long)wrong), 400, "work-wrong");
    }

    [Fact]
    public async Task A_tip_takes_only_an_object_that_is_free_and_is_what_it_says()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await WithFileAsync(server, portal, 1000);
        using var second = await server.SealTipAsync(portal);
        using var source = server.Source();
        await RefusedAsync(WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip)), 400, "attachment-unknown");

        // Another object of the same size under the same id.
        using var altered = await WithFileAsync(server, portal, 1000);
        await UploadAsync(source, tip);
        var swapped = altered.Manifest with { Attachments = [altered.Manifest.Attachments[0] with { Id = tip.Manifest.Attachments[0].Id }] };
        await RefusedAsync(PostAsync(source, altered, swapped), 400, "attachment-differs");
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
        await RefusedAsync(PostAsync(source, second, second.Manifest with { Attachments = tip.Manifest.Attachments }), 400, "attachment-unknown");
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(second))).StatusCode);
    }

    [Fact]
    public async Task A_members_object_is_theirs_alone_until_their_reply_takes_it()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        var me = portal.Reviewer.Http;
        var bytes = RandomNumberGenerator.GetBytes(3000);
        var announced = new AttachmentObject(NewUploadId(), Hash32.Of(Hash32.Of(bytes).ToBytes()), bytes.Length);

        await RefusedAsync(ReplyAsync(me, key, announced), 400, "attachment-unknown");
        await RefusedAsync(DeskAnnounceAsync(me, announced.Id, 0), 400, "upload-empty");
        await RefusedAsync(DeskAnnounceAsync(me, announced.Id, (28L << 20) + 1), 400, "upload-too-large");
        Assert.Equal(HttpStatusCode.Created, (await DeskAnnounceAsync(me, announced.Id, bytes.Length)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await DeskAnnounceAsync(me, announced.Id, bytes.Length)).StatusCode);
        await RefusedAsync(DeskAnnounceAsync(me, announced.Id, 1), 409, "upload-differs");
        await RefusedAsync(DeskAnnounceAsync(portal.Lead.Http, announced.Id, bytes.Length), 409, "upload-differs");
        await RefusedAsync(ReplyAsync(me, key, announced), 400, "attachment-incomplete");
        await RefusedAsync(PutAsync(portal.Lead.Http, "desk", announced.Id, 0, bytes), 404, "not-found");
        using (var stranger = server.Source())
            await RefusedAsync(PutAsync(stranger, "source", announced.Id, 0, bytes), 404, "not-found");
        await RefusedAsync(PutAsync(me, "desk", announced.Id, 0, bytes.AsMemory(0, bytes.Length - 1)), 400, "part-length");
        Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(me, "desk", announced.Id, 0, bytes)).StatusCode);
        await RefusedAsync(PutAsync(me, "desk", announced.Id, 0, RandomNumberGenerator.GetBytes(bytes.Length)), 409, "part-differs");
        await RefusedAsync(ReplyAsync(me, key, announced with { Cipher = Hash32.Zero }), 400, "attachment-differs");
        Assert.Equal(HttpStatusCode.Created, (await ReplyAsync(me, key, announced)).StatusCode);

        using var mailbox = await server.ReturnAsync(tip);
        Assert.Equal(bytes, await mailbox.GetByteArrayAsync($"/api/source/mailbox/attachments/{announced.Id}", TestContext.Current.CancellationToken));
        Assert.Equal(bytes, await me.GetByteArrayAsync($"/api/desk/cases/{key.Id}/attachments/{announced.Id}", TestContext.Current.CancellationToken));
    }

    private static Task<SealedTip> WithFileAsync(WhistleServer server, WhistleServer.Portal portal, int size) =>
        server.SealTipAsync(portal, files: [AttachmentFile.FromBytes("lots.csv", "text/csv", RandomNumberGenerator.GetBytes(size))]);

    private static async Task UploadAsync(HttpClient source, SealedTip tip)
    {
        var announced = Assert.Single(tip.Manifest.Attachments);
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(source, announced.Id, announced.Size)).StatusCode);
        foreach (var (number, part) in tip.Parts().Index())
            Assert.Equal(HttpStatusCode.NoContent, (await PutAsync(source, "source", announced.Id, number, part)).StatusCode);
    }

    /// <summary>Hands in a tip under another manifest of the same mailbox.</summary>
    private static async Task<HttpResponseMessage> PostAsync(HttpClient source, SealedTip tip, TipManifest manifest)
    {
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        return await WhistleServer.PostTipAsync(source, TipBody.Encode(
            manifest.ToBytes(), tip.Keys.Mailbox.Sign(TipManifest.SignatureInput(manifest.Origin, manifest.ToBytes())),
            ProofOfWork.Solve(nonce, manifest.ToBytes(), bits),
            tip.KeyBlob.Span, tip.Sheet.Span, tip.Message.Span, tip.Identity.Span, tip.State.Span));
    }

    private static async Task<HttpResponseMessage> AnnounceAsync(HttpClient source, UploadId id, long size)
    {
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        return await AnnounceAsync(source, id, size, nonce, (long)ProofOfWork.Solve(nonce, id.ToBytes(), bits).Counter);
    }

    private static Task<HttpResponseMessage> AnnounceAsync(HttpClient source, UploadId id, long size, byte[] nonce, long counter) =>
        source.PostAsJsonAsync("/api/source/uploads", new
        {
            id = id.ToString(),
            size,
            nonce = StrictBase64Url.Encode(nonce),
            counter = counter.ToString(CultureInfo.InvariantCulture),
        });

    private static Task<HttpResponseMessage> DeskAnnounceAsync(HttpClient desk, UploadId id, long size) =>
        desk.PostAsJsonAsync("/api/desk/uploads", new { id = id.ToString(), size });

    private static async Task<HttpResponseMessage> PutAsync(
        HttpClient http, string side, UploadId id, int number, ReadOnlyMemory<byte> part, string type = "application/octet-stream")
    {
        using var content = new ReadOnlyMemoryContent(part);
        content.Headers.ContentType = new(type);
        return await http.PutAsync($"/api/{side}/uploads/{id}/parts/{number}", content);
    }

    private static async Task<HttpResponseMessage> ReplyAsync(HttpClient desk, CaseKey key, AttachmentObject announced)
    {
        var about = await desk.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{key.Id}");
        return await desk.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", new
        {
            version = about.GetProperty("case").GetProperty("version").GetInt32(),
            seq = 1,
            ciphertext = StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(7312)),
            attachments = new[] { new { id = announced.Id.ToString(), cipher = announced.Cipher.ToString(), size = announced.Size } },
            counts = "none",
            leaves = new[] { Hash32.Zero },
        });
    }

    private static UploadId NewUploadId() => UploadId.FromBytes(RandomNumberGenerator.GetBytes(16));

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        Assert.Equal((status, code), ((int)answer.StatusCode, await answer.CodeAsync()));
    }
}
