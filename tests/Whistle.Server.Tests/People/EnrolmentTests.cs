using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Whistle.Server.Tests.People;

public sealed class EnrolmentTests
{
    [Fact]
    public async Task An_invitation_serves_once()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var token = await InviteAsync(admin, "lead", "L. Lead");
        var lead = await server.EnrolAsync(token, "lead", hasKeys: true);

        using var browser = server.Browser();
        var again = await browser.PostAsJsonAsync("/api/desk/enrolment", lead.Enrolment(token, server.Code(lead.Totp)));
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal("invitation-unknown", await again.CodeAsync());
        Assert.Equal("invitation-unknown", await (await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token })).CodeAsync());
        Assert.Equal("invitation-unknown", await (await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token = "nothing" })).CodeAsync());
    }

    [Fact]
    public async Task An_invitation_expires_and_a_newer_one_ends_the_earlier()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var answer = await (await admin.Http.PostAsJsonAsync("/api/desk/people", new { name = "L. Lead", role = "lead", place = "inside" })).Content.ReadFromJsonAsync<JsonElement>();
        var first = answer.GetProperty("token").GetString()!;
        var renewed = await admin.Http.PostAsJsonAsync($"/api/desk/people/{answer.GetProperty("id").GetString()}/invitation", new { });
        var second = (await renewed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        Assert.StartsWith("http://localhost:5080/desk#enrol=", answer.GetProperty("link").GetString(), StringComparison.Ordinal);

        using var browser = server.Browser();
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token = first })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token = second })).StatusCode);
        server.Clock.Advance(TimeSpan.FromDays(8));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.PostAsJsonAsync("/api/desk/enrolment/open", new { token = second })).StatusCode);
    }

    [Fact]
    public async Task A_proof_by_another_key_a_wrong_code_and_missing_keys_are_refused_and_the_invitation_lives_on()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var token = await InviteAsync(admin, "reviewer", "R. Reviewer");
        using var browser = server.Browser();
        var totp = await WhistleServer.OpenInvitationAsync(browser, token);
        var person = new WhistleServer.Account("reviewer", totp, hasKeys: true) { Http = browser };
        var other = new WhistleServer.Account("other", totp, hasKeys: true) { Http = browser };
        var code = server.Code(totp);

        var forged = person.Enrolment(token, code);
        forged["proof"] = other.Enrolment(token, code)["proof"];
        var elsewhere = person.Enrolment(token, code);
        elsewhere["proof"] = person.Enrolment(token + "x", code)["proof"];
        var keyless = person.Enrolment(token, code);
        keyless.Remove("recipient");
        foreach (var body in new[] { forged, elsewhere, keyless })
        {
            var answer = await browser.PostAsJsonAsync("/api/desk/enrolment", body);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("proof-wrong", await answer.CodeAsync());
        }
        var late = await browser.PostAsJsonAsync("/api/desk/enrolment", person.Enrolment(token, Wrong(code)));
        Assert.Equal("code-wrong", await late.CodeAsync());

        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsJsonAsync("/api/desk/enrolment", person.Enrolment(token, code))).StatusCode);
    }

    [Fact]
    public async Task A_taken_login_name_is_said_and_an_admin_brings_no_keys()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        var token = await InviteAsync(admin, "auditor", "U. Auditor");
        var totp = await WhistleServer.OpenInvitationAsync(browser, token);

        var taken = new WhistleServer.Account("ADMIN", totp, hasKeys: false) { Http = browser };
        Assert.Equal("login-taken", await (await browser.PostAsJsonAsync("/api/desk/enrolment", taken.Enrolment(token, server.Code(totp)))).CodeAsync());
        var keyed = new WhistleServer.Account("auditor", totp, hasKeys: true) { Http = browser };
        Assert.Equal("proof-wrong", await (await browser.PostAsJsonAsync("/api/desk/enrolment", keyed.Enrolment(token, server.Code(totp)))).CodeAsync());
    }

    [Fact]
    public async Task Nobody_reads_cases_and_also_administers_or_audits()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();

        var reader = await admin.Http.PostAsJsonAsync("/api/desk/people", new { name = "a. admin", role = "reviewer", place = "inside" });
        Assert.Equal(HttpStatusCode.Conflict, reader.StatusCode);
        Assert.Equal("roles-apart", await reader.CodeAsync());
        Assert.Equal(HttpStatusCode.Created, (await admin.Http.PostAsJsonAsync("/api/desk/people", new { name = "A. Admin", role = "approver", place = "outside" })).StatusCode);
    }

    [Fact]
    public async Task The_last_admin_cannot_be_disabled()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var answer = await admin.Http.PutAsJsonAsync($"/api/desk/people/{admin.Id}/state", new { state = "disabled" });
        Assert.Equal("last-admin", await answer.CodeAsync());
        Assert.Equal(HttpStatusCode.OK, (await admin.Http.GetAsync("/api/desk/session")).StatusCode);
    }

    [Fact]
    public async Task The_set_up_token_serves_once_and_says_nothing_to_who_guesses()
    {
        using var server = new WhistleServer();
        var token = server.SetupToken();
        using var browser = server.Browser();
        var opened = await (await browser.PostAsJsonAsync("/api/desk/setup/open", new { token })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(WhistleServer.Origin, opened.GetProperty("origins")[0].GetString());
        var guess = await (await browser.PostAsJsonAsync("/api/desk/setup/open", new { token = "guess" })).WholeAsync();
        Assert.Contains("setup-unknown", guess, StringComparison.Ordinal);

        await server.SetUpAsync();

        Assert.Equal(guess, await (await browser.PostAsJsonAsync("/api/desk/setup/open", new { token })).WholeAsync());
    }

    [Fact]
    public async Task Nothing_of_a_password_a_totp_secret_or_a_token_lies_in_the_data_folder()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var token = await InviteAsync(admin, "auditor", "U. Auditor");
        var secret = Convert.ToHexString(admin.Totp);
        var files = Directory.GetFiles(server.DataFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            var bytes = Convert.ToHexString(copy.ToArray());
            Assert.DoesNotContain(secret, bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(token)), bytes, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(admin.Password)), bytes, StringComparison.Ordinal);
        }
    }

    private static string Wrong(string code) => code[..^1] + (code[^1] == '9' ? '0' : (char)(code[^1] + 1));

    private static async Task<string> InviteAsync(WhistleServer.Account admin, string role, string name)
    {
        var answer = await admin.Http.PostAsJsonAsync("/api/desk/people", new { name, role, place = "inside" });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
