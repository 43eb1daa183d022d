using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Directories;

public sealed class DirectoryTests
{
    [Fact]
    public async Task A_directory_is_published_only_with_enough_signatures_of_different_pinned_keys()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync(threshold: 2, keys: 3);
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        var text = await WhistleServer.ProposeDirectoryAsync(admin);
        var lines = server.RootSignatures(text, 2);

        Assert.Equal(1, await MissingAsync(admin, lines[0]));
        Assert.Equal(1, await MissingAsync(admin, lines[0]));
        Assert.Equal(HttpStatusCode.NotFound, (await server.Source().GetAsync("/api/source/directory")).StatusCode);
        Assert.Equal(0, await MissingAsync(admin, lines[1]));

        var note = await server.Source().GetByteArrayAsync("/api/source/directory");
        Assert.True(SignedNote.TryParse(note, out var parsed));
        Assert.Equal(text, parsed.Text);
        Assert.Equal(2, parsed.Signatures.Count);
    }

    [Fact]
    public async Task A_foreign_key_and_a_signature_over_another_text_are_refused()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        var text = await WhistleServer.ProposeDirectoryAsync(admin);
        using var foreign = SigningKey.FromSeed(new byte[32]);

        foreach (var line in new[]
        {
            SignedNote.FromText(text).Sign("root-1", foreign).Signatures[0].ToString(),
            server.RootSignatures(text.Replace("Example AG", "Other AG", StringComparison.Ordinal), 1)[0],
        })
        {
            var answer = await SignAsync(admin, line);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("signature-invalid", await answer.CodeAsync());
        }
        Assert.Equal("signature-malformed", await (await SignAsync(admin, "no signature")).CodeAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await server.Source().GetAsync("/api/source/directory")).StatusCode);
    }

    [Fact]
    public async Task A_signature_of_an_earlier_proposal_publishes_nothing_after_a_newer_one()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var second = await server.JoinAsync(admin, Role.Admin, "B. Admin");
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        var first = await WhistleServer.ProposeDirectoryAsync(admin);
        await WhistleServer.DraftChannelAsync(second, [lead.Id]);
        var newer = await WhistleServer.ProposeDirectoryAsync(second);
        Assert.NotEqual(first, newer);

        Assert.Equal("signature-invalid", await (await SignAsync(admin, server.RootSignatures(first, 1)[0])).CodeAsync());

        // Two admins hand in the same signature at once: one publication, and the other hears that it is over.
        var line = server.RootSignatures(newer, 1)[0];
        var answers = await Task.WhenAll(SignAsync(admin, line), SignAsync(second, line));
        Assert.Single(answers, a => a.StatusCode == HttpStatusCode.OK);
        Assert.Equal("proposal-missing", await Assert.Single(answers, a => a.StatusCode == HttpStatusCode.Conflict).CodeAsync());
        Assert.Equal("proposal-missing", await (await SignAsync(admin, server.RootSignatures(first, 1)[0])).CodeAsync());
    }

    [Fact]
    public async Task Every_published_version_stays_readable_by_its_hash()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        await server.PublishDirectoryAsync(admin);
        using var source = server.Source();
        var first = await source.GetByteArrayAsync("/api/source/directory", TestContext.Current.CancellationToken);
        var hash = Whistle.Protocol.Directories.VerifiedDirectory.VerifySignatures(first, null).Require().Hash;
        await server.JoinAsync(admin, Role.Reviewer, "R. Moreau");
        await server.PublishDirectoryAsync(admin);
        server.Clock.Advance(TimeSpan.FromDays(100));

        Assert.NotEqual(first, await source.GetByteArrayAsync("/api/source/directory", TestContext.Current.CancellationToken));
        var earlier = await source.GetAsync($"/api/source/directories/{hash}", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain", earlier.Content.Headers.ContentType?.MediaType);
        Assert.Equal(first, await earlier.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        foreach (var unknown in (string[])[Hash32.Zero.ToString(), "no-hash"])
            Assert.Equal("not-found", await (await source.GetAsync($"/api/source/directories/{unknown}", TestContext.Current.CancellationToken)).CodeAsync());
    }

    [Fact]
    public async Task Versions_chain_and_a_known_key_keeps_its_first_day_while_a_new_one_waits()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        await server.PublishDirectoryAsync(admin);
        var one = await DirectoryAsync(server);
        Assert.Equal(1, one.GetProperty("version").GetInt32());
        var today = (int)(server.Clock.GetUtcNow().ToUnixTimeSeconds() / 86_400);
        var from = one.GetProperty("people")[0].GetProperty("from").GetInt32();
        Assert.True(from >= today + 4);

        server.Clock.Advance(TimeSpan.FromDays(10));
        await server.SignInAsync(admin);
        var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Reviewer");
        await server.PublishDirectoryAsync(admin);
        var two = await DirectoryAsync(server);
        Assert.Equal(2, two.GetProperty("version").GetInt32());
        Assert.NotEqual(new string('0', 64), two.GetProperty("previous").GetString());
        var people = two.GetProperty("people").EnumerateArray().ToDictionary(p => p.GetProperty("id").GetString()!, p => p.GetProperty("from").GetInt32());
        Assert.Equal(from, people[lead.Id.ToString()]);
        Assert.True(people[reviewer.Id.ToString()] >= today + 14);
    }

    [Fact]
    public async Task A_proposal_that_waited_too_long_for_its_new_keys_or_lost_a_person_is_outdated()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Reviewer");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        var text = await WhistleServer.ProposeDirectoryAsync(admin);
        server.Clock.Advance(TimeSpan.FromDays(4));
        await server.SignInAsync(admin);
        Assert.Equal("proposal-outdated", await (await SignAsync(admin, server.RootSignatures(text, 1)[0])).CodeAsync());

        text = await WhistleServer.ProposeDirectoryAsync(admin);
        await admin.Http.PutAsJsonAsync($"/api/desk/people/{reviewer.Id}/state", new { state = "disabled" });
        Assert.Equal("proposal-outdated", await (await SignAsync(admin, server.RootSignatures(text, 1)[0])).CodeAsync());

        await server.PublishDirectoryAsync(admin);
    }

    [Fact]
    public async Task People_whose_role_does_not_fit_and_documents_that_are_not_there_are_refused()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        var approver = await server.JoinAsync(admin, Role.Approver, "D. Approver");
        var id = Whistle.Protocol.ChannelId.From(Whistle.Protocol.Id128.FromBytes(new byte[16]));

        async Task<string?> Try(object channel) => await (await admin.Http.PutAsJsonAsync($"/api/desk/channels/drafts/{id}", channel)).CodeAsync();

        Assert.Equal("role-unfit", await Try(await WhistleServer.ChannelAsync(admin, id, [approver.Id])));
        Assert.Equal("role-unfit", await Try(await WhistleServer.ChannelAsync(admin, id, [lead.Id], approvers: [lead.Id])));
        Assert.Equal("role-unfit", await Try(await WhistleServer.ChannelAsync(admin, id, [lead.Id], custodians: [approver.Id])));
        Assert.Equal("readers-missing", await Try(await WhistleServer.ChannelAsync(admin, id, [])));
        Assert.Equal("person-unknown", await Try(await WhistleServer.ChannelAsync(admin, id, [Whistle.Protocol.PersonId.From(Whistle.Protocol.Id128.FromBytes(new byte[16]))])));
        var json = JsonSerializer.SerializeToNode(await WhistleServer.ChannelAsync(admin, id, [lead.Id]))!;
        json["texts"] = new string('a', 64);
        Assert.Equal("document-unknown", await Try(json));
    }

    /// <summary>The faults themselves are the protocol's to tell apart; here is that an admin learns the code, and nothing is kept.</summary>
    [Fact]
    public async Task A_taxonomy_whose_guide_does_not_hold_is_refused_at_upload_with_a_code_of_its_own()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(WhistleServer.Repository, "tests", "vectors", "by-hand", "taxonomies.json"))).RootElement;
        var taxonomy = vectors.GetProperty("taxonomy").GetString()!;

        async Task<HttpResponseMessage> AddAsync(string text) =>
            await admin.Http.PostAsync("/api/desk/documents", new StringContent(text, System.Text.Encoding.UTF8, "application/json"));

        foreach (var code in (string[])["guide-malformed", "document-malformed"])
        {
            var fault = vectors.GetProperty("faults").EnumerateArray().First(f => f.GetProperty("code").ValueEquals(code));
            var changed = taxonomy.Replace(fault.GetProperty("from").GetString()!, fault.GetProperty("to").GetString()!, StringComparison.Ordinal);
            using var answer = await AddAsync(changed);
            Assert.Equal((HttpStatusCode.BadRequest, code), (answer.StatusCode, await answer.CodeAsync()));
            using var asked = await admin.Http.GetAsync($"/api/source/documents/{Whistle.Protocol.Hash32.Of(System.Text.Encoding.UTF8.GetBytes(changed))}");
            Assert.Equal(HttpStatusCode.NotFound, asked.StatusCode);
        }
        using var taken = await AddAsync(taxonomy);
        Assert.Equal("taxonomy", (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("kind").GetString());
    }

    [Fact]
    public async Task What_changes_is_told_as_data()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        await server.PublishDirectoryAsync(admin);
        var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Reviewer");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id, reviewer.Id]);
        await WhistleServer.ProposeDirectoryAsync(admin);

        var shown = await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/directory");
        var changes = shown.GetProperty("proposed").GetProperty("changes").EnumerateArray()
            .Select(c => $"{c.GetProperty("kind").GetString()} {c.GetProperty("name").GetString()} {c.GetProperty("detail").GetString()}").ToList();

        Assert.Contains("person-added R. Reviewer reviewer", changes);
        Assert.Contains("channel-added General Example AG", changes);
        Assert.Contains("channel-reader-added General R. Reviewer", changes);
        Assert.DoesNotContain(changes, c => c.StartsWith("person-added L. Lead", StringComparison.Ordinal));
        Assert.Equal(1, shown.GetProperty("proposed").GetProperty("missing").GetInt32());
        var people = await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/people");
        Assert.Equal("yes", people.GetProperty("people").EnumerateArray().Single(p => p.GetProperty("name").GetString() is "L. Lead").GetProperty("inDirectory").GetString());
        Assert.Equal("no", people.GetProperty("people").EnumerateArray().Single(p => p.GetProperty("name").GetString() is "R. Reviewer").GetProperty("inDirectory").GetString());
    }

    [Fact]
    public async Task What_runs_out_soon_is_said_ahead()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
        await WhistleServer.DraftChannelAsync(admin, [lead.Id]);
        await server.PublishDirectoryAsync(admin);
        Assert.Empty((await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/directory")).GetProperty("warnings").EnumerateArray());

        server.Clock.Advance(TimeSpan.FromDays(50));
        await server.SignInAsync(admin);

        var warning = Assert.Single((await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/directory")).GetProperty("warnings").EnumerateArray());
        Assert.Equal("directory-expires", warning.GetProperty("kind").GetString());
    }

    private static Task<HttpResponseMessage> SignAsync(WhistleServer.Account admin, string signature) =>
        admin.Http.PostAsJsonAsync("/api/desk/directory/proposal/signatures", new { signature });

    private static async Task<int> MissingAsync(WhistleServer.Account admin, string signature)
    {
        var answer = await SignAsync(admin, signature);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("missing").GetInt32();
    }

    private static async Task<JsonElement> DirectoryAsync(WhistleServer server)
    {
        var note = await server.Source().GetStringAsync("/api/source/directory");
        return JsonDocument.Parse(note.Split('\n')[2]).RootElement;
    }
}
