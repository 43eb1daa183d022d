using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Protocol.Cases;

namespace Whistle.Server.Tests.Cases;

/// <summary>Whoever holds a case sees who read it and who fetched which of its files (ISO 37002 §8.4).</summary>
public sealed class CustodyTests
{
    [Fact]
    public async Task Reading_a_case_and_fetching_a_file_are_in_its_history_once_a_day_for_each_person()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal, files: [AttachmentFile.FromBytes("ledger.csv", "text/csv", [1, 2, 3])]);
        using (var source = server.Source())
        {
            await UploadAsync(source, tip);
            Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
        }
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        var path = $"/api/desk/cases/{key.Id}";
        var upload = tip.Manifest.Attachments[0].Id;
        foreach (var person in new[] { portal.Reviewer, portal.Lead })
            Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(person, key, "claim")).StatusCode);

        // Whoever is refused leaves no line: neither a case that is not theirs nor a file that is none.
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Other.Http.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Other.Http.GetAsync($"{path}/attachments/{upload}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.Reviewer.Http.GetAsync($"{path}/attachments/{UploadId.New(Randomness.System)}", TestContext.Current.CancellationToken)).StatusCode);
        Assert.DoesNotContain(await server.CaseActsAsync(), act => act is "case.read" or "file.opened");

        Assert.Equal([Line(portal.Reviewer, "case.read")], await CustodyAsync(portal.Reviewer));
        await FetchAsync(portal.Lead);
        await FetchAsync(portal.Lead);
        string[] today = [Line(portal.Reviewer, "case.read"), Line(portal.Lead, "file.opened", upload), Line(portal.Lead, "case.read")];
        Assert.Equal(today.Order(StringComparer.Ordinal), (await CustodyAsync(portal.Lead)).Order(StringComparer.Ordinal));
        Assert.Equal(today.Order(StringComparer.Ordinal), (await CustodyAsync(portal.Lead)).Order(StringComparer.Ordinal));

        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(portal.Lead)).StatusCode);
        await FetchAsync(portal.Lead);
        string[] tomorrow = [.. today, Line(portal.Lead, "file.opened", upload), Line(portal.Lead, "case.read")];
        Assert.Equal(tomorrow.Order(StringComparer.Ordinal), (await CustodyAsync(portal.Lead)).Order(StringComparer.Ordinal));

        async Task FetchAsync(WhistleServer.Account person) =>
            Assert.Equal(HttpStatusCode.OK, (await person.Http.GetAsync($"{path}/attachments/{upload}", TestContext.Current.CancellationToken)).StatusCode);

        static string Line(WhistleServer.Account person, string act, UploadId? file = null) => $"{person.Id} {act} {file}";

        async Task<List<string>> CustodyAsync(WhistleServer.Account person)
        {
            var read = await person.Http.GetFromJsonAsync<JsonElement>(path, TestContext.Current.CancellationToken);
            return [.. read.GetProperty("history").EnumerateArray()
                .Where(h => h.GetProperty("act").GetString() is "case.read" or "file.opened")
                .Select(h => $"{h.GetProperty("actor")} {h.GetProperty("act")} {(h.TryGetProperty("file", out var file) ? file.ToString() : "")}")];
        }
    }

    private static async Task UploadAsync(HttpClient source, Protocol.Tips.SealedTip tip)
    {
        var upload = tip.Manifest.Attachments[0];
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        var work = Protocol.Intake.ProofOfWork.Solve(nonce, upload.Id.ToBytes(), bits);
        var announced = await source.PostAsJsonAsync("/api/source/uploads", new
        {
            id = upload.Id,
            size = upload.Size,
            nonce = StrictBase64Url.Encode(nonce),
            counter = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        Assert.Equal(HttpStatusCode.Created, announced.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.PutPartAsync(source, upload.Id, tip.Attachments.ToArray())).StatusCode);
    }
}
