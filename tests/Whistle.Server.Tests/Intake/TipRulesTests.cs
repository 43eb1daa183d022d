using System.Net;
using System.Security.Cryptography;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;
using Whistle.Server.Cases;

namespace Whistle.Server.Tests.Intake;

/// <summary>What the server decides about a tip that is sound in itself, and what it writes.</summary>
public sealed class TipRulesTests
{
    [Fact]
    public async Task What_the_prepared_statements_write_is_what_the_model_reads()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        using var source = server.Source();
        var day = Day.Of(server.Clock.GetUtcNow());
        var answer = await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);

        var stored = await server.StoredAsync(tip);

        var about = stored.Case;
        Assert.Equal((portal.Channel, portal.Directory.Hash), (about.Channel, about.Directory));
        Assert.Equal((CaseState.Received, 1, 1), (about.State, about.Version, about.SheetVersion));
        Assert.Equal((day, day.Plus(7), "eu"), (about.Received, about.AcknowledgeBy, about.Policy.Name));
        Assert.Equal(ClockPolicy.Of("eu").FeedbackBy(day, null), about.FeedbackBy);
        Assert.Equal((null, null, null, null), (about.Acknowledged, about.Feedback, about.Closed, about.Assignee));
        Assert.False(about.Opened);
        Assert.False(about.SourceGone);
        Assert.Equal(tip.Sheet.ToArray(), stored.Key.Unwrap(Case.SheetName, about.Sheet));
        Assert.Equal(tip.Identity.ToArray(), stored.Key.Unwrap(Case.IdentityName, about.Identity));
        Assert.Equal(tip.State.ToArray(), stored.Key.Unwrap(Case.StateName, stored.Mailbox.State));
        Assert.Equal((about.Id, Hash32.Of(tip.Manifest.ToBytes()), 0), (stored.Mailbox.Case, stored.Mailbox.Manifest, stored.Mailbox.Seen));
        Assert.Equal(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), stored.Key.Unwrap(Server.Mailbox.SourceMailbox.PromiseName, stored.Mailbox.Promise));
        var message = stored.Message;
        Assert.Equal((Direction.Source, 1, day, tip.Manifest.Message), (message.Direction, message.Seq, message.Day, message.Hash));
        Assert.Equal((null, null, false), (message.Author, message.Attachment, message.Released));
        Assert.Equal(tip.Message.ToArray(), stored.Key.Unwrap(Server.Cases.Message.NameOf(Direction.Source, 1), message.Ciphertext));
        Assert.Equal((portal.Channel, true), (stored.Waiting.Channel, stored.Waiting.Blob.AsSpan().SequenceEqual([.. tip.KeyBlob.Span, .. tip.Sheet.Span])));
        Assert.Equal(
            new[] { tip.Manifest.Existence, tip.Manifest.Content }.Select(h => h.ToString()).Order(StringComparer.Ordinal),
            stored.Leaves.Select(h => h.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_tip_for_an_unknown_origin_directory_or_channel_is_told_so_and_may_come_again()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        using var source = server.Source();
        var manifest = tip.Manifest;

        await RefusedAsync(PostAsync(source, tip, manifest with { Origin = "https://other.example" }), 400, "origin-unknown");
        await RefusedAsync(PostAsync(source, tip, manifest with { Directory = Hash32.Zero }), 409, "directory-unknown");
        await RefusedAsync(PostAsync(source, tip, manifest with { Channel = ChannelId.FromBytes(RandomNumberGenerator.GetBytes(16)) }), 400, "channel-unknown");
        ulong wrong = 0;
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        while (new ProofOfWork(nonce, wrong).IsFor(tip.WorkSubject(), bits))
            wrong++;
        await RefusedAsync(WhistleServer.PostTipAsync(source, tip.ToBody(new ProofOfWork(nonce, wrong))), 400, "work-wrong");
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);

        // The case of another mailbox.
        using var second = await server.SealTipAsync(portal);
        await RefusedAsync(PostAsync(source, second, second.Manifest with { Case = manifest.Case }), 409, "mailbox-taken");
    }

    [Fact]
    public async Task An_earlier_directory_serves_until_it_expires_and_a_promise_given_under_it_stays()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var early = await server.SealTipAsync(portal);
        using var late = await server.SealTipAsync(portal);
        await server.PublishDirectoryAsync(portal.Admin);
        using var source = server.Source();

        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(early))).StatusCode);
        server.Clock.Advance(TimeSpan.FromDays(61));
        await RefusedAsync(PostAsync(source, late, late.Manifest), 409, "directory-expired");
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(early))).StatusCode);
    }

    [Fact]
    public async Task Of_two_tips_at_once_under_one_mailbox_one_is_taken()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        using var source = server.Source();

        var answers = await Task.WhenAll(
            PostAsync(source, tip, tip.Manifest), PostAsync(source, tip, tip.Manifest with { Existence = Hash32.Zero }));

        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Created);
        Assert.Equal("mailbox-taken", await Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Conflict).CodeAsync());
        Assert.Equal(tip.Manifest.Case, (await server.StoredAsync(tip)).Case.Id);
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

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        Assert.Equal((status, code), ((int)answer.StatusCode, await answer.CodeAsync()));
    }
}
