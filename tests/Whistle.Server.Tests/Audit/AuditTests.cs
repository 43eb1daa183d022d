using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Server.Audit;
using Whistle.Server.People;
using Whistle.Server.Tests.Summaries;

namespace Whistle.Server.Tests.Audit;

public sealed class AuditTests
{
    [Fact]
    public async Task Acts_on_cases_are_counts_of_closed_quarters_every_act_in_each_and_below_five_is_not_told()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await SummaryTests.Team.MakeAsync(server);
        var auditor = await server.JoinAsync(team.Admin, Role.Auditor, "U. Auditor");
        for (var i = 0; i < 5; i++)
            await team.ReleaseAsync($"Number {i}");
        Assert.Empty((await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/audit")).GetProperty("counts").EnumerateArray());

        server.Clock.Advance(TimeSpan.FromDays(31 + 91));
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(auditor)).StatusCode);
        Assert.Equal("5", await CountAsync(auditor, "2026-Q1", "summary.released"));
        Assert.Equal("<5", await CountAsync(auditor, "2026-Q1", "case.recused"));
        Assert.Equal("<5", await CountAsync(auditor, "2026-Q2", "summary.released"));
        var counts = (await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/audit")).GetProperty("counts");
        Assert.Equal(2 * ShowAudit.CaseActs.Count, counts.GetArrayLength());
        Assert.Empty((await server.CaseActsAsync()).Except(ShowAudit.CaseActs, StringComparer.Ordinal));

        var trail = await auditor.Http.GetStringAsync("/api/desk/audit");
        Assert.DoesNotContain(team.Case.ToString(), trail, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(trail);
        var acts = json.RootElement.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("act").GetString()).ToList();
        Assert.DoesNotContain(acts, a => a!.StartsWith("summary.", StringComparison.Ordinal));
        foreach (var act in new[] { "setup.done", "person.invited", "person.enrolled", "session.opened", "document.added", "channel.drafted", "directory.proposed", "directory.published" })
            Assert.Contains(act, acts);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gap_and_an_id_of_a_case_act_is_unknown()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var auditor = await server.JoinAsync(admin, Role.Auditor, "U. Auditor");
        var all = (await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/audit")).GetProperty("entries").EnumerateArray()
            .Select(e => e.GetProperty("id").GetString()!).ToList();
        Assert.True(all.Count > 3);

        var rest = (await auditor.Http.GetFromJsonAsync<JsonElement>($"/api/desk/audit?before={all[1]}")).GetProperty("entries").EnumerateArray()
            .Select(e => e.GetProperty("id").GetString()!).ToList();

        Assert.Equal(all[2..], rest);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.Http.GetAsync($"/api/desk/audit?before={new string('0', 32)}")).StatusCode);
    }

    private static async Task<string?> CountAsync(WhistleServer.Account auditor, string quarter, string act) =>
        (await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/audit")).GetProperty("counts").EnumerateArray()
            .Single(c => string.Equals(c.GetProperty("act").GetString(), act, StringComparison.Ordinal)
                && string.Equals(c.GetProperty("quarter").GetString(), quarter, StringComparison.Ordinal)).GetProperty("count").GetString();
}
