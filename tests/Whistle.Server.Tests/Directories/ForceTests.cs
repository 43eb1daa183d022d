using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Directories;

public sealed class ForceTests
{
    [Fact]
    public async Task A_tip_under_the_version_before_is_taken_for_a_day_and_then_no_more()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        await server.PublishDirectoryAsync(portal.Admin);
        using var soon = await server.SubmitTipAsync(portal);

        server.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("directory-superseded", await SubmitAsync(server, portal));
    }

    [Fact]
    public async Task A_tip_that_a_removed_reader_should_get_is_refused_at_once()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        var without = await WhistleServer.ChannelAsync(portal.Admin, portal.Channel, [portal.Lead.Id, portal.Reviewer.Id]);
        Assert.Equal(HttpStatusCode.NoContent, (await portal.Admin.Http.PutAsJsonAsync($"/api/desk/channels/drafts/{portal.Channel}", without)).StatusCode);
        await server.PublishDirectoryAsync(portal.Admin);

        Assert.Equal("directory-superseded", await SubmitAsync(server, portal));
    }

    [Fact]
    public async Task What_was_promised_for_a_channel_reaches_its_readers_after_the_channel_is_gone()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await WhistleServer.DraftChannelAsync(portal.Admin, [portal.Lead.Id]);
        Assert.Equal(HttpStatusCode.NoContent, (await portal.Admin.Http.DeleteAsync($"/api/desk/channels/drafts/{portal.Channel}")).StatusCode);
        await server.PublishDirectoryAsync(portal.Admin);

        Assert.Equal("directory-superseded", await SubmitAsync(server, portal));
        await server.RunBatchAsync();
        Assert.Contains(portal.Channel.ToString(), await portal.Reviewer.Http.GetStringAsync("/api/desk/channels"), StringComparison.Ordinal);
        Assert.Equal(tip.Manifest.Case, Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel)).Id);
    }

    [Fact]
    public async Task Who_is_not_listed_with_their_key_has_the_session_and_nothing_else()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        var newcomer = await server.JoinAsync(portal.Admin, Role.Reviewer, "N. Newcomer");
        await AssertOutsideAsync(newcomer);

        var renewed = await portal.Admin.Http.PostAsJsonAsync($"/api/desk/people/{portal.Reviewer.Id}/invitation", new { });
        var token = (await renewed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var intruder = await server.EnrolAsync(token, "intruder", hasKeys: true);
        Assert.Equal(portal.Reviewer.Id, intruder.Id);
        await AssertOutsideAsync(intruder);

        await server.PublishDirectoryAsync(portal.Admin);
        Assert.Equal(HttpStatusCode.OK, (await newcomer.Http.GetAsync("/api/desk/channels")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await portal.Lead.Http.GetAsync("/api/desk/channels")).StatusCode);
    }

    private static async Task AssertOutsideAsync(WhistleServer.Account person)
    {
        Assert.Equal(HttpStatusCode.OK, (await person.Http.GetAsync("/api/desk/session")).StatusCode);
        foreach (var closed in (string[])["channels", "inbox", "keyring", "cases", "approvals"])
            Assert.Equal("not-found", await (await person.Http.GetAsync($"/api/desk/{closed}")).CodeAsync());
    }

    private static async Task<string?> SubmitAsync(WhistleServer server, WhistleServer.Portal portal)
    {
        using var tip = await server.SealTipAsync(portal);
        using var source = server.Source();
        var answer = await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        return await answer.CodeAsync();
    }
}
