using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Tests.Cases;

/// <summary>Files that hang on a note: of whoever holds the case, and never of the source (SPEC 5.4).</summary>
public sealed class NoteAttachmentTests
{
    [Fact]
    public async Task A_file_of_a_note_is_for_whoever_holds_the_case_and_for_nobody_else()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, path) = await OpenAsync(server);
        using var _ = tip;
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var file = await UploadAsync(portal.Reviewer, bytes);
        Assert.Equal(HttpStatusCode.Created, (await NoteAsync(portal.Reviewer, path, NoteId.New(Randomness.System), Sealed(), file)).StatusCode);

        var address = $"{path}/attachments/{file.Id}";
        foreach (var holder in new[] { portal.Reviewer, portal.Lead })
            Assert.Equal(bytes, await holder.Http.GetByteArrayAsync(address, TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Other.Http.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode);
        using var source = await server.ReturnAsync(tip);
        var seen = await source.GetAsync($"/api/source/mailbox/attachments/{file.Id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, seen.StatusCode);
        Assert.Equal("not-found", await seen.CodeAsync());
        Assert.DoesNotContain(file.Id.ToString(), await source.GetStringAsync("/api/source/mailbox", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await server.StepBackAsync(tip.Manifest.Case, portal.Lead.Id);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Lead.Http.GetAsync(address, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(bytes, await portal.Reviewer.Http.GetByteArrayAsync(address, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_same_note_with_the_same_file_may_come_twice_and_another_file_under_its_id_is_refused()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, path) = await OpenAsync(server);
        using var _ = tip;
        var (note, text) = (NoteId.New(Randomness.System), Sealed());
        var file = await UploadAsync(portal.Reviewer, RandomNumberGenerator.GetBytes(300_000));
        var another = await UploadAsync(portal.Reviewer, RandomNumberGenerator.GetBytes(300_000));

        Assert.Equal(HttpStatusCode.Created, (await NoteAsync(portal.Reviewer, path, note, text, file)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await NoteAsync(portal.Reviewer, path, note, text, file)).StatusCode);
        await RefusedAsync(NoteAsync(portal.Reviewer, path, note, text, another), HttpStatusCode.Conflict, "note-differs");
        await RefusedAsync(NoteAsync(portal.Reviewer, path, note, text), HttpStatusCode.Conflict, "note-differs");

        var read = await portal.Reviewer.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
        var kept = Assert.Single(read.GetProperty("notes").EnumerateArray());
        Assert.Equal(file.Id.ToString(), Assert.Single(kept.GetProperty("attachments").EnumerateArray()).GetProperty("id").GetString());
        Assert.Single(read.GetProperty("history").EnumerateArray(), h => h.GetProperty("act").GetString() is "note.added");
    }

    [Fact]
    public async Task A_note_takes_only_what_its_author_uploaded_whole_and_no_other_note_has()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, path) = await OpenAsync(server);
        using var _ = tip;
        var taken = await UploadAsync(portal.Reviewer, RandomNumberGenerator.GetBytes(300_000));
        Assert.Equal(HttpStatusCode.Created, (await NoteAsync(portal.Reviewer, path, NoteId.New(Randomness.System), Sealed(), taken)).StatusCode);
        var theirs = await UploadAsync(portal.Lead, RandomNumberGenerator.GetBytes(300_000));
        var begun = new AttachmentObject(UploadId.New(Randomness.System), Hash32.Zero, 300_000);
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(portal.Reviewer, begun)).StatusCode);
        var swapped = (await UploadAsync(portal.Reviewer, RandomNumberGenerator.GetBytes(300_000))) with { Cipher = taken.Cipher };

        foreach (var (file, code) in new[]
        {
            (taken, "attachment-unknown"), (theirs, "attachment-unknown"), (begun with { Id = UploadId.New(Randomness.System) }, "attachment-unknown"),
            (begun, "attachment-incomplete"), (swapped, "attachment-differs"),
        })
            await RefusedAsync(NoteAsync(portal.Reviewer, path, NoteId.New(Randomness.System), Sealed(), file), HttpStatusCode.BadRequest, code);

        // Nothing of what was refused is left, and the owner of the file can still use it.
        var read = await portal.Reviewer.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
        Assert.Single(read.GetProperty("notes").EnumerateArray());
        Assert.Equal(HttpStatusCode.Created, (await NoteAsync(portal.Lead, path, NoteId.New(Randomness.System), Sealed(), theirs)).StatusCode);
    }

    private static async Task<(WhistleServer.Portal Portal, Protocol.Tips.SealedTip Tip, string Path)> OpenAsync(WhistleServer server)
    {
        var portal = await server.OpenPortalAsync();
        var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        foreach (var person in new[] { portal.Reviewer, portal.Lead })
            Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(person, key, "claim")).StatusCode);
        return (portal, tip, $"/api/desk/cases/{key.Id}");
    }

    private static string Sealed() => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(4096 + WireLengths.NoteOverhead));

    private static Task<HttpResponseMessage> NoteAsync(WhistleServer.Account person, string path, NoteId id, string ciphertext, params AttachmentObject[] attachments) =>
        person.Http.PostAsJsonAsync(path + "/notes", new { id, ciphertext, attachments = attachments.Select(a => new { id = a.Id, cipher = a.Cipher, size = a.Size }) });

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, HttpStatusCode status, string code)
    {
        var answer = await asked;
        Assert.Equal((status, code), (answer.StatusCode, await answer.CodeAsync()));
    }

    private static async Task<AttachmentObject> UploadAsync(WhistleServer.Account person, byte[] bytes)
    {
        var file = new AttachmentObject(UploadId.New(Randomness.System), Hash32.Of(Hash32.Of(bytes).ToBytes()), bytes.Length);
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(person, file)).StatusCode);
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new("application/octet-stream");
        var stored = await person.Http.PutAsync($"/api/desk/uploads/{file.Id}/parts/0", content);
        Assert.Equal(HttpStatusCode.NoContent, stored.StatusCode);
        return file;
    }

    private static Task<HttpResponseMessage> AnnounceAsync(WhistleServer.Account person, AttachmentObject file) =>
        person.Http.PostAsJsonAsync("/api/desk/uploads", new { id = file.Id, size = file.Size });
}
