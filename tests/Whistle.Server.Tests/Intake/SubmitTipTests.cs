using System.Net;
using System.Text;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Tests.Intake;

public sealed class SubmitTipTests
{
    [Fact]
    public async Task A_tip_is_promised_and_the_same_tip_again_gets_the_same_bytes()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        var body = await server.BodyOfAsync(tip);
        var day = Day.Of(server.Clock.GetUtcNow());
        using var source = server.Source();

        var first = await WhistleServer.PostTipAsync(source, body);
        server.Clock.Advance(TimeSpan.FromDays(2));
        var again = await WhistleServer.PostTipAsync(source, body);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        var note = await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(note, await again.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var promise = Promise.Verify(note, portal.Directory.Version.Log).Require();
        Assert.True(promise.IsFor(tip.Manifest, portal.Directory.Root));
        Assert.Equal(day, promise.Day);
    }

    [Fact]
    public async Task Eight_at_once_make_one_case()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        var body = await server.BodyOfAsync(tip);
        using var source = server.Source();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WhistleServer.PostTipAsync(source, body)));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(a => a.StatusCode == HttpStatusCode.OK));
        var notes = await Task.WhenAll(answers.Select(a => a.Content.ReadAsStringAsync()));
        _ = Assert.Single(notes.Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Another_tip_under_the_same_mailbox_is_refused()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        var manifest = tip.Manifest with { Existence = Hash32.Zero };
        using var source = server.Source();
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        var body = TipBody.Encode(
            manifest.ToBytes(),
            tip.Keys.Mailbox.Sign(TipManifest.SignatureInput(manifest.Origin, manifest.ToBytes())),
            ProofOfWork.Solve(nonce, manifest.ToBytes(), bits),
            tip.KeyBlob.Span, tip.Sheet.Span, tip.Message.Span, tip.Identity.Span, tip.State.Span);

        var answer = await WhistleServer.PostTipAsync(source, body);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("mailbox-taken", await answer.CodeAsync());
    }

    [Fact]
    public async Task Each_broken_tip_gets_its_own_code_and_leaves_nothing()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        var good = await server.BodyOfAsync(tip);
        using var source = server.Source();
        var late = await server.BodyOfAsync(tip);

        await RefusedAsync(source, [], 400, "tip-malformed");
        await RefusedAsync(source, good[..^1], 400, "tip-malformed");
        await RefusedAsync(source, [.. good, 0], 400, "tip-malformed");
        await RefusedAsync(source, Flipped(good, good.Length - 1), 400, "tip-hash-differs");
        await RefusedAsync(source, Flipped(good, 4 + tip.Manifest.ToBytes().Length + 4), 400, "signature-invalid");
        await RefusedAsync(source, tip.ToBody(new ProofOfWork(new byte[Challenge.Length], 0)), 401, "challenge-invalid");
        await RefusedAsync(source, new byte[TipBody.MaxLength + 1], 413, "too-large");
        var wrongType = await WhistleServer.PostTipAsync(source, good, "application/json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongType.StatusCode);
        server.Clock.Advance(TimeSpan.FromHours(2));
        await RefusedAsync(source, late, 401, "challenge-expired");
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
    }

    [Theory]
    [InlineData("{\"purpose\":\"tip\",\"extra\":1}", "application/json", 400, "json-unknown-member")]
    [InlineData("{\"purpose\":", "application/json", 400, "json-malformed")]
    [InlineData("{\"purpose\":null}", "application/json", 400, "json-malformed")]
    [InlineData("{\"purpose\":\"tip\",\"purpose\":\"tip\"}", "application/json", 400, "json-malformed")]
    [InlineData("", "application/json", 400, "json-malformed")]
    [InlineData("{\"purpose\":\"tip\"}", "text/plain", 415, "content-type")]
    [InlineData("{\"purpose\":\"other\"}", "application/json", 400, "purpose-unknown")]
    public async Task Bad_json_gets_its_code(string json, string type, int status, string code)
    {
        using var server = new WhistleServer();
        using var source = server.Source();

        var answer = await source.PostAsync("/api/source/challenge", new StringContent(json, Encoding.UTF8, type), TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, await answer.CodeAsync());
    }

    [Fact]
    public async Task Deep_and_oversized_json_is_refused()
    {
        using var server = new WhistleServer();
        using var source = server.Source();

        var deep = await source.PostAsync(
            "/api/source/challenge",
            new StringContent("{\"purpose\":" + new string('[', 40) + new string(']', 40) + "}", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);
        var large = await source.PostAsync(
            "/api/source/challenge",
            new StringContent("{\"purpose\":\"" + new string('a', 70_000) + "\"}", Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

        Assert.Equal("json-malformed", await deep.CodeAsync());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal("too-large", await large.CodeAsync());
    }

    private static async Task RefusedAsync(HttpClient source, byte[] body, int status, string code)
    {
        var answer = await WhistleServer.PostTipAsync(source, body);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, await answer.CodeAsync());
    }

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 1;
        return copy;
    }
}
