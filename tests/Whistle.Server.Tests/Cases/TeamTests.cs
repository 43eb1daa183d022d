using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Tests.Cases;

/// <summary>Several people around one case.</summary>
public sealed class TeamTests
{
    [Fact]
    public async Task A_grant_reaches_one_inbox_and_its_receiver_claims_and_reads()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server, excludesOther: true);
        using var _ = tip;
        var (me, other) = (portal.Reviewer.Http, portal.Other.Http);
        var before = await VersionAsync(me, key);
        var grant = new { to = portal.Other.Id.ToString(), ciphertext = Random(WireLengths.GrantFile), seq = 1, message = Random(7312), leaf = Hash32.Zero };

        Assert.Equal(HttpStatusCode.Created, (await GrantAsync(me, key, grant)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await GrantAsync(me, key, grant)).StatusCode);
        await RefusedAsync(GrantAsync(me, key, grant with { message = Random(7312) }), 409, "out-of-sequence");
        await RefusedAsync(GrantAsync(me, key, grant with { seq = 3 }), 409, "out-of-sequence");
        await RefusedAsync(GrantAsync(me, key, grant with { ciphertext = Random(100) }), 400, "ciphertext-length");
        foreach (var nobody in (string[])[portal.Admin.Id.ToString(), new string('a', 32)])
            await RefusedAsync(GrantAsync(me, key, grant with { to = nobody, seq = 2 }), 400, "person-unknown");
        Assert.Equal(before + 1, await VersionAsync(me, key));

        var item = Assert.Single((await JsonAsync(other, "/api/desk/inbox")).GetProperty("items").EnumerateArray());
        Assert.Equal(portal.Reviewer.Id.ToString(), item.GetProperty("from").GetString());
        Assert.Equal("grant", item.GetProperty("kind").GetString());
        Assert.Equal(grant.ciphertext, item.GetProperty("ciphertext").GetString());
        Assert.Empty((await JsonAsync(portal.Lead.Http, "/api/desk/inbox")).GetProperty("items").EnumerateArray());
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Other, key, "claim")).StatusCode);
        var read = await JsonAsync(other, $"/api/desk/cases/{key.Id}");
        Assert.Equal(2, read.GetProperty("messages").GetArrayLength());
        Assert.Equal(2, read.GetProperty("people").GetArrayLength());

        var address = "/api/desk/inbox/" + item.GetProperty("id").GetString();
        var strange = await portal.Lead.Http.DeleteAsync(address, TestContext.Current.CancellationToken);
        Assert.Equal(
            await (await portal.Lead.Http.DeleteAsync("/api/desk/inbox/" + new string('a', 32), TestContext.Current.CancellationToken)).WholeAsync(),
            await strange.WholeAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await other.DeleteAsync(address, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.DeleteAsync(address, TestContext.Current.CancellationToken)).StatusCode);

        // Whoever stepped back, or has no account any more, gets nothing.
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Other, key, "recuse")).StatusCode);
        await RefusedAsync(GrantAsync(me, key, grant with { seq = 2 }), 409, "person-recused");
        await DisableAsync(portal, portal.Lead, "disabled");
        await RefusedAsync(GrantAsync(me, key, grant with { to = portal.Lead.Id.ToString(), seq = 2 }), 400, "person-unknown");
        using var source = await server.ReturnAsync(tip);
        Assert.Equal(2, (await JsonAsync(source, "/api/source/mailbox")).GetProperty("messages").GetArrayLength());
    }

    [Fact]
    public async Task A_case_keeps_the_clocks_of_the_day_it_came_and_a_move_to_others_is_in_its_history()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        var channel = System.Text.Json.Nodes.JsonNode.Parse(JsonSerializer.Serialize(
            await WhistleServer.ChannelAsync(portal.Admin, portal.Channel, [portal.Lead.Id, portal.Reviewer.Id, portal.Other.Id])))!;
        channel["policy"] = "nowhere";
        await RefusedAsync(portal.Admin.Http.PutAsJsonAsync($"/api/desk/channels/drafts/{portal.Channel}", channel), 400, "policy-unknown");
        channel["policy"] = "fr";
        Assert.Equal(HttpStatusCode.NoContent, (await portal.Admin.Http.PutAsJsonAsync($"/api/desk/channels/drafts/{portal.Channel}", channel, TestContext.Current.CancellationToken)).StatusCode);
        await server.PublishDirectoryAsync(portal.Admin);
        using var later = await server.SubmitTipAsync(portal with { Directory = await server.CurrentDirectoryAsync() });

        // Received on Tuesday, 3 March 2026.
        Assert.Equal(("eu", "2026-03-10", "2026-06-10"), await ClocksAsync(tip));
        Assert.Equal(("fr", "2026-03-12", "2026-06-12"), await ClocksAsync(later));

        var (path, version) = ($"/api/desk/cases/{key.Id}/policy", await VersionAsync(portal.Reviewer.Http, key));
        await RefusedAsync(portal.Reviewer.Http.PutAsJsonAsync(path, new { version, policy = "nowhere" }), 400, "policy-unknown");
        await RefusedAsync(portal.Reviewer.Http.PutAsJsonAsync(path, new { version = version + 1, policy = "fr" }), 409, "stale");
        await RefusedAsync(portal.Other.Http.PutAsJsonAsync(path, new { version, policy = "fr" }), 404, "not-found");
        // While no lead holds the case, whoever does leads it; afterwards the lead alone.
        Assert.Equal(HttpStatusCode.OK, (await portal.Reviewer.Http.PutAsJsonAsync(path, new { version, policy = "fr" }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(("fr", "2026-03-12", "2026-06-12"), await ClocksAsync(tip));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Lead, key, "claim")).StatusCode);
        version = await VersionAsync(portal.Lead.Http, key);
        await RefusedAsync(portal.Reviewer.Http.PutAsJsonAsync(path, new { version, policy = "es" }), 404, "not-found");
        await RefusedAsync(portal.Lead.Http.PutAsJsonAsync(path, new { version, policy = "fr" }), 409, "move-not-allowed");
        Assert.Equal(HttpStatusCode.OK, (await portal.Lead.Http.PutAsJsonAsync(path, new { version, policy = "plain" }, TestContext.Current.CancellationToken)).StatusCode);
        var read = await JsonAsync(portal.Lead.Http, $"/api/desk/cases/{key.Id}");
        Assert.Equal(2, read.GetProperty("history").EnumerateArray().Count(h => h.GetProperty("act").GetString() is "case.reclocked"));

        async Task<(string, string, string)> ClocksAsync(Protocol.Tips.SealedTip about)
        {
            using var source = await server.ReturnAsync(about);
            var now = (await JsonAsync(source, "/api/source/mailbox")).GetProperty("case");
            return (now.GetProperty("policy").GetString()!, Of("acknowledgeBy"), Of("feedbackBy"));

            string Of(string name) => new Day(now.GetProperty(name).GetInt32()).ToString();
        }
    }

    [Fact]
    public async Task A_case_that_the_team_filed_runs_from_the_day_on_which_the_report_reached_it()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        var me = portal.Reviewer.Http;
        var (path, today) = ($"/api/desk/cases/{key.Id}/receipt", Day.Of(server.Clock.GetUtcNow()));
        object At(int version, Day received) => new { version, received = received.Number, note = new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) } };
        var version = await VersionAsync(me, key);

        await RefusedAsync(me.PutAsJsonAsync(path, At(version, today.Plus(1))), 400, "receipt-later");
        await RefusedAsync(me.PutAsJsonAsync(path, At(version + 1, today.Plus(-4))), 409, "stale");
        await RefusedAsync(portal.Lead.Http.PutAsJsonAsync(path, At(version, today.Plus(-4))), 404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await me.PutAsJsonAsync(path, At(version, today.Plus(-4)), TestContext.Current.CancellationToken)).StatusCode);

        using var source = await server.ReturnAsync(tip);
        var about = (await JsonAsync(source, "/api/source/mailbox")).GetProperty("case");
        Assert.Equal((today.Plus(-4).Number, today.Plus(3).Number), (about.GetProperty("received").GetInt32(), about.GetProperty("acknowledgeBy").GetInt32()));
        var read = await JsonAsync(me, $"/api/desk/cases/{key.Id}");
        Assert.Single(read.GetProperty("notes").EnumerateArray());
        Assert.Single(read.GetProperty("history").EnumerateArray(), h => h.GetProperty("act").GetString() is "case.filed");
        await RefusedAsync(me.PutAsJsonAsync(path, At(version + 1, today.Plus(-2))), 400, "receipt-later");
        var reply = new { version = version + 1, seq = 1, ciphertext = Random(7312), attachments = Array.Empty<object>(), counts = "acknowledgement", leaves = new[] { Hash32.Zero, Hash32.Zero } };
        Assert.Equal(HttpStatusCode.Created, (await me.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", reply, TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(me.PutAsJsonAsync(path, At(version + 2, today.Plus(-5))), 409, "move-not-allowed");
    }

    [Fact]
    public async Task Who_is_away_is_shown_to_those_who_hold_the_same_case_and_the_last_one_there_is_told()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        var (me, lead, today) = (portal.Reviewer.Http, portal.Lead.Http, Day.Of(server.Clock.GetUtcNow()).Number);
        Assert.Equal(1, await PresentAsync());
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Lead, key, "claim")).StatusCode);
        Assert.Equal(2, await PresentAsync());

        await RefusedAsync(lead.PutAsJsonAsync("/api/desk/absence", new { until = today - 1 }), 400, "absence-wrong");
        await RefusedAsync(lead.PutAsJsonAsync("/api/desk/absence", new { deputy = portal.Reviewer.Id }), 400, "absence-wrong");
        foreach (var nobody in new[] { portal.Lead.Id, portal.Admin.Id, default })
            await RefusedAsync(lead.PutAsJsonAsync("/api/desk/absence", new { until = today + 3, deputy = nobody }), 400, "person-unknown");
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync("/api/desk/absence", new { until = today + 3, deputy = portal.Reviewer.Id }, TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(1, await PresentAsync());
        var away = Assert.Single((await JsonAsync(me, $"/api/desk/cases/{key.Id}")).GetProperty("people").EnumerateArray(), p => p.TryGetProperty("away", out JsonElement _));
        Assert.Equal((portal.Lead.Id.ToString(), today + 3, portal.Reviewer.Id.ToString()), (away.GetProperty("id").GetString(), away.GetProperty("away").GetInt32(), away.GetProperty("deputy").GetString()));
        Assert.Equal(today + 3, (await JsonAsync(lead, "/api/desk/session")).GetProperty("away").GetProperty("until").GetInt32());
        // Nobody else hears of it, and a deputy has no key by being one.
        Assert.DoesNotContain("away", await portal.Other.Http.GetStringAsync("/api/desk/cases", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync("/api/desk/absence", new { }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(2, await PresentAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await lead.PutAsJsonAsync("/api/desk/absence", new { until = today }, TestContext.Current.CancellationToken)).StatusCode);
        server.Clock.Advance(TimeSpan.FromDays(1));
        (await server.SignInAsync(portal.Reviewer)).EnsureSuccessStatusCode();
        Assert.Equal(2, await PresentAsync());

        async Task<int> PresentAsync()
        {
            var list = Assert.Single((await JsonAsync(me, "/api/desk/cases")).GetProperty("cases").EnumerateArray()).GetProperty("present").GetInt32();
            Assert.Equal(list, (await JsonAsync(me, $"/api/desk/cases/{key.Id}")).GetProperty("case").GetProperty("present").GetInt32());
            return list;
        }
    }

    [Fact]
    public async Task Who_steps_back_leaves_a_reason_for_those_who_stay_and_has_no_access_from_then_on()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Lead, key, "claim")).StatusCode);
        var reason = new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) };

        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Reviewer, key, "recuse", reason: reason)).StatusCode);

        await RefusedAsync(portal.Reviewer.Http.GetAsync($"/api/desk/cases/{key.Id}"), 404, "not-found");
        var note = Assert.Single((await JsonAsync(portal.Lead.Http, $"/api/desk/cases/{key.Id}")).GetProperty("notes").EnumerateArray());
        Assert.Equal((portal.Reviewer.Id.ToString(), reason.ciphertext), (note.GetProperty("author").GetString(), note.GetProperty("ciphertext").GetString()));
    }

    [Fact]
    public async Task Of_two_devices_that_keep_a_keyring_the_second_is_told()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        var me = portal.Reviewer.Http;
        var file = Random((int)WireLengths.AgeFile(1, 65_536));

        var none = await JsonAsync(me, "/api/desk/keyring");
        Assert.Equal(0, none.GetProperty("version").GetInt32());
        Assert.False(none.TryGetProperty("ciphertext", out _));
        await RefusedAsync(me.PutAsJsonAsync("/api/desk/keyring", new { version = 2, ciphertext = file }), 409, "stale");
        await RefusedAsync(me.PutAsJsonAsync("/api/desk/keyring", new { version = 1, ciphertext = Random(70_000) }), 400, "ciphertext-length");
        Assert.Equal(HttpStatusCode.OK, (await me.PutAsJsonAsync("/api/desk/keyring", new { version = 1, ciphertext = file }, TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(me.PutAsJsonAsync("/api/desk/keyring", new { version = 1, ciphertext = Random((int)WireLengths.AgeFile(1, 65_536)) }), 409, "stale");
        // Ten thousand cases with their sheets and pins need 8 MiB; twice that is the most.
        file = Random((int)WireLengths.AgeFile(1, 16 << 20));
        Assert.Equal(HttpStatusCode.OK, (await me.PutAsJsonAsync("/api/desk/keyring", new { version = 2, ciphertext = file }, TestContext.Current.CancellationToken)).StatusCode);
        var mine = await JsonAsync(me, "/api/desk/keyring");
        Assert.Equal((2, file), (mine.GetProperty("version").GetInt32(), mine.GetProperty("ciphertext").GetString()));
        Assert.Equal(0, (await JsonAsync(portal.Lead.Http, "/api/desk/keyring")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Drafts_are_their_authors_own_and_notes_are_everybodys_and_written_once()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Lead, key, "claim")).StatusCode);
        var (me, lead) = (portal.Reviewer.Http, portal.Lead.Http);
        var draft = $"/api/desk/cases/{key.Id}/drafts/reply";
        var text = Random(4096 + WireLengths.NoteOverhead);

        Assert.False((await JsonAsync(me, draft)).TryGetProperty("ciphertext", out JsonElement _));
        Assert.Equal(HttpStatusCode.NoContent, (await me.PutAsJsonAsync(draft, new { ciphertext = text }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(text, (await JsonAsync(me, draft)).GetProperty("ciphertext").GetString());
        Assert.False((await JsonAsync(lead, draft)).TryGetProperty("ciphertext", out JsonElement _));
        Assert.Equal(HttpStatusCode.NoContent, (await lead.DeleteAsync(draft, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(text, (await JsonAsync(me, draft)).GetProperty("ciphertext").GetString());
        Assert.Equal(HttpStatusCode.NoContent, (await me.DeleteAsync(draft, TestContext.Current.CancellationToken)).StatusCode);
        Assert.False((await JsonAsync(me, draft)).TryGetProperty("ciphertext", out JsonElement _));

        var notes = $"/api/desk/cases/{key.Id}/notes";
        var note = new { id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), ciphertext = text };
        Assert.Equal(HttpStatusCode.Created, (await me.PostAsJsonAsync(notes, note, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await me.PostAsJsonAsync(notes, note, TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(me.PostAsJsonAsync(notes, note with { ciphertext = Random(4096 + WireLengths.NoteOverhead) }), 409, "note-differs");
        await RefusedAsync(lead.PostAsJsonAsync(notes, note), 409, "note-differs");
        var read = Assert.Single((await JsonAsync(lead, $"/api/desk/cases/{key.Id}")).GetProperty("notes").EnumerateArray());
        Assert.Equal((portal.Reviewer.Id.ToString(), text), (read.GetProperty("author").GetString(), read.GetProperty("ciphertext").GetString()));
    }

    [Fact]
    public async Task A_reply_a_note_and_a_summary_are_drafted_side_by_side()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        var me = portal.Reviewer.Http;
        var (reply, note, summary) = ($"/api/desk/cases/{key.Id}/drafts/reply", $"/api/desk/cases/{key.Id}/drafts/note", $"/api/desk/cases/{key.Id}/drafts/summary");
        var (toSource, toTeam) = (Random(4096 + WireLengths.NoteOverhead), Random(4096 + WireLengths.NoteOverhead));

        Assert.Equal(HttpStatusCode.NoContent, (await me.PutAsJsonAsync(reply, new { ciphertext = toSource }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await me.PutAsJsonAsync(note, new { ciphertext = toTeam }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(toSource, (await JsonAsync(me, reply)).GetProperty("ciphertext").GetString());
        Assert.Equal(toTeam, (await JsonAsync(me, note)).GetProperty("ciphertext").GetString());
        Assert.False((await JsonAsync(me, summary)).TryGetProperty("ciphertext", out JsonElement _));
        Assert.Equal(HttpStatusCode.NoContent, (await me.DeleteAsync(reply, TestContext.Current.CancellationToken)).StatusCode);
        Assert.False((await JsonAsync(me, reply)).TryGetProperty("ciphertext", out JsonElement _));
        Assert.Equal(toTeam, (await JsonAsync(me, note)).GetProperty("ciphertext").GetString());
        await RefusedAsync(me.GetAsync($"/api/desk/cases/{key.Id}/drafts/letter", TestContext.Current.CancellationToken), 404, "not-found");
    }

    [Fact]
    public async Task Sheets_and_assignments_raise_the_version_and_the_stale_hand_is_told()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Lead, key, "claim")).StatusCode);
        var (me, lead) = (portal.Reviewer.Http, portal.Lead.Http);
        var version = await VersionAsync(me, key);
        var sheet = Random(WireLengths.SheetFile);

        foreach (var wrong in (int[])[1, 3])
            await RefusedAsync(me.PutAsJsonAsync($"/api/desk/cases/{key.Id}/sheet", new { version = wrong, ciphertext = sheet }), 409, "stale");
        Assert.Equal(HttpStatusCode.NoContent, (await me.PutAsJsonAsync($"/api/desk/cases/{key.Id}/sheet", new { version = 2, ciphertext = sheet }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(sheet, (await JsonAsync(lead, $"/api/desk/cases/{key.Id}")).GetProperty("sheet").GetString());
        Assert.Equal(version + 1, await VersionAsync(me, key));

        var assignee = $"/api/desk/cases/{key.Id}/assignee";
        await RefusedAsync(me.PutAsJsonAsync(assignee, new { version = version + 1, person = portal.Lead.Id.ToString() }), 404, "not-found");
        await RefusedAsync(lead.PutAsJsonAsync(assignee, new { version = version + 1, person = portal.Other.Id.ToString() }), 409, "assignee-without-claim");
        await RefusedAsync(lead.PutAsJsonAsync(assignee, new { version, person = portal.Reviewer.Id.ToString() }), 409, "stale");
        Assert.Equal(HttpStatusCode.OK, (await lead.PutAsJsonAsync(assignee, new { version = version + 1, person = portal.Reviewer.Id.ToString() }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await me.PutAsJsonAsync(assignee, new { version = version + 2, person = portal.Reviewer.Id.ToString() }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Reviewer, key, "recuse")).StatusCode);
        var after = (await JsonAsync(lead, $"/api/desk/cases/{key.Id}")).GetProperty("case");
        Assert.False(after.TryGetProperty("assignee", out var _));
    }

    [Fact]
    public async Task A_proof_of_possession_serves_once_and_only_the_person_it_names()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        var proof = await ProofAsync(portal.Reviewer, key);
        var spent = await ProofAsync(portal.Reviewer, key);
        var claim = $"/api/desk/cases/{key.Id}/claim";

        await RefusedAsync(portal.Lead.Http.PostAsJsonAsync(claim, spent), 404, "not-found");
        await RefusedAsync(portal.Reviewer.Http.PostAsJsonAsync(claim, spent), 404, "not-found");
        Assert.Equal(HttpStatusCode.OK, (await portal.Reviewer.Http.PostAsJsonAsync(claim, proof, TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(portal.Reviewer.Http.PostAsJsonAsync(claim, proof), 404, "not-found");
        await RefusedAsync(portal.Reviewer.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/recuse", proof), 404, "not-found");
        var late = await ProofAsync(portal.Lead, key);
        server.Clock.Advance(TimeSpan.FromSeconds(61));
        await RefusedAsync(portal.Lead.Http.PostAsJsonAsync(claim, late), 404, "not-found");
    }

    [Fact]
    public async Task A_disabled_member_is_out_in_the_middle_of_a_session()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        using var nobody = server.Browser();
        string[] addresses = ["/api/desk/cases", $"/api/desk/cases/{key.Id}", "/api/desk/inbox", $"/api/desk/channels/{portal.Channel}/stream"];

        await DisableAsync(portal, portal.Reviewer, "disabled");
        foreach (var address in addresses)
            await RefusedAsync(portal.Reviewer.Http.GetAsync(address), 401, "signed-out");
        Assert.Equal(
            await (await nobody.GetAsync(addresses[1], TestContext.Current.CancellationToken)).WholeAsync(),
            await (await nobody.GetAsync("/api/desk/cases/" + new string('a', 32), TestContext.Current.CancellationToken)).WholeAsync());

        // Active again is not signed in again; the claim is still there after signing in.
        await DisableAsync(portal, portal.Reviewer, "active");
        await RefusedAsync(portal.Reviewer.Http.GetAsync(addresses[0]), 401, "signed-out");
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(portal.Reviewer)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await portal.Reviewer.Http.GetAsync(addresses[1], TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_list_names_versions_of_sheets_and_they_are_fetched_by_whoever_holds_the_cases()
    {
        using var server = WhistleServer.WithQuickBatches();
        var (portal, tip, key) = await OpenAsync(server);
        using var _ = tip;
        var (me, sheet) = (portal.Reviewer.Http, Random(WireLengths.SheetFile));
        var listed = Assert.Single((await JsonAsync(me, "/api/desk/cases")).GetProperty("cases").EnumerateArray());
        Assert.Equal((1, false), (listed.GetProperty("sheetVersion").GetInt32(), listed.TryGetProperty("sheet", out JsonElement _)));
        Assert.Equal(HttpStatusCode.NoContent, (await me.PutAsJsonAsync($"/api/desk/cases/{key.Id}/sheet", new { version = 2, ciphertext = sheet }, TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(2, Assert.Single((await JsonAsync(me, "/api/desk/cases")).GetProperty("cases").EnumerateArray()).GetProperty("sheetVersion").GetInt32());
        var address = $"/api/desk/sheets?case={key.Id}&case={new string('a', 32)}";
        var found = Assert.Single((await JsonAsync(me, address)).GetProperty("sheets").EnumerateArray());
        Assert.Equal((key.Id.ToString(), 2, sheet), (found.GetProperty("case").GetString(), found.GetProperty("version").GetInt32(), found.GetProperty("ciphertext").GetString()));
        // Who has not claimed it, and who stepped back, get what they would get of a case that never was.
        Assert.Equal(
            await (await portal.Lead.Http.GetAsync($"/api/desk/sheets?case={new string('a', 32)}", TestContext.Current.CancellationToken)).WholeAsync(),
            await (await portal.Lead.Http.GetAsync(address, TestContext.Current.CancellationToken)).WholeAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(portal.Reviewer, key, "recuse")).StatusCode);
        Assert.Empty((await JsonAsync(me, address)).GetProperty("sheets").EnumerateArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await me.GetAsync("/api/desk/sheets?" + string.Join('&', Enumerable.Repeat($"case={key.Id}", 33)), TestContext.Current.CancellationToken)).StatusCode);
    }

    /// <summary>A case that the reviewer has claimed.</summary>
    private static async Task<(WhistleServer.Portal Portal, Protocol.Tips.SealedTip Tip, CaseKey Key)> OpenAsync(WhistleServer server, bool excludesOther = false)
    {
        var portal = await server.OpenPortalAsync();
        var tip = await server.SubmitTipAsync(portal, excludesOther ? [portal.Other.Id] : []);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        return (portal, tip, key);
    }

    private static async Task<object> ProofAsync(WhistleServer.Account person, CaseKey key)
    {
        var challenge = await person.Http.PostAsJsonAsync("/api/desk/challenge", new { });
        var nonce = WhistleServer.Bytes((await challenge.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("nonce"));
        return new
        {
            nonce = StrictBase64Url.Encode(nonce),
            signature = StrictBase64Url.Encode(key.Access.Sign(
                PossessionProofs.Claim(WhistleServer.Origin, key.Id, person.Signing!.Public, nonce))),
        };
    }

    private static Task<HttpResponseMessage> GrantAsync(HttpClient desk, CaseKey key, object grant) =>
        desk.PostAsJsonAsync($"/api/desk/cases/{key.Id}/grants", grant);

    private static async Task DisableAsync(WhistleServer.Portal portal, WhistleServer.Account person, string state) =>
        Assert.Equal(HttpStatusCode.NoContent, (await portal.Admin.Http.PutAsJsonAsync($"/api/desk/people/{person.Id}/state", new { state })).StatusCode);

    private static async Task<int> VersionAsync(HttpClient desk, CaseKey key) =>
        (await JsonAsync(desk, $"/api/desk/cases/{key.Id}")).GetProperty("case").GetProperty("version").GetInt32();

    private static Task<JsonElement> JsonAsync(HttpClient http, string address) => http.GetFromJsonAsync<JsonElement>(address);

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        Assert.Equal((status, code), ((int)answer.StatusCode, await answer.CodeAsync()));
    }
}
