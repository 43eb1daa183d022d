using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Server.People;

namespace Whistle.Server.Tests.People;

public sealed class SignInTests
{
    [Fact]
    public async Task Wrong_name_wrong_password_and_wrong_code_answer_alike()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = server.Code(admin.Totp);
        var wrongCode = string.Equals(code, "000000", StringComparison.Ordinal) ? "000001" : "000000";

        string[] answers =
        [
            await (await Try(browser, "nobody", admin.Password, code)).WholeAsync(),
            await (await Try(browser, admin.Login, new string('A', 43), code)).WholeAsync(),
            await (await Try(browser, admin.Login, admin.Password, wrongCode)).WholeAsync(),
        ];

        Assert.StartsWith("401", answers[0], StringComparison.Ordinal);
        Assert.Contains("sign-in-failed", answers[0], StringComparison.Ordinal);
        Assert.Single(answers.Distinct(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await Try(browser, admin.Login, admin.Password, code)).StatusCode);
    }

    [Fact]
    public async Task Who_does_not_have_the_password_locks_nobody_and_leaves_no_trace()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        await server.EndNightAsync(); // nothing else writes from here
        var before = Log(server);

        foreach (var name in new[] { admin.Login, "nobody" })
        {
            for (var i = 0; i < 12; i++)
                Assert.Equal("sign-in-failed", await (await Try(browser, name, new string('A', 43), "123456")).CodeAsync());
        }

        Assert.Equal(before, Log(server));
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(admin, browser)).StatusCode);

        static string Log(WhistleServer server)
        {
            using var log = new FileStream(Path.Combine(server.DataFolder, "whistle.db-wal"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(log));
        }
    }

    [Fact]
    public async Task Guesses_of_the_code_lock_the_account_for_a_while()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        var wrong = string.Equals(server.Code(admin.Totp), "000000", StringComparison.Ordinal) ? "000001" : "000000";
        for (var i = 0; i < 5; i++)
            Assert.Equal("sign-in-failed", await (await Try(browser, admin.Login, admin.Password, wrong)).CodeAsync());
        var locked = await Try(browser, admin.Login, admin.Password, wrong);
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.Equal("sign-in-locked", await locked.CodeAsync());
        Assert.Equal("sign-in-failed", await (await Try(browser, admin.Login, new string('A', 43), wrong)).CodeAsync());

        var right = await server.SignInAsync(admin, browser);
        Assert.Equal(HttpStatusCode.TooManyRequests, right.StatusCode);

        server.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(admin, browser)).StatusCode);
    }

    [Fact]
    public async Task A_code_is_good_once()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        server.Clock.Advance(TimeSpan.FromSeconds(30));
        var code = server.Code(admin.Totp);

        Assert.Equal(HttpStatusCode.OK, (await Try(browser, admin.Login, admin.Password, code)).StatusCode);
        Assert.Equal("sign-in-failed", await (await Try(browser, admin.Login, admin.Password, code)).CodeAsync());
    }

    [Fact]
    public async Task The_salt_of_an_unknown_name_looks_like_one_and_never_changes()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = server.Browser();
        var known = await Salt(browser, admin.Login);
        var unknown = await Salt(browser, "nobody");

        Assert.Equal(known, await Salt(browser, "  ADMIN "));
        Assert.Equal(unknown, await Salt(browser, "nobody"));
        Assert.NotEqual(known, unknown);
        Assert.Equal(known.Length, unknown.Length);
    }

    [Fact]
    public async Task The_cookie_is_for_the_desk_alone_and_no_script_reads_it()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = admin.Http.BaseAddress };
        browser.DefaultRequestHeaders.Add("X-Whistle", "desk");

        var cookie = Assert.Single((await server.SignInAsync(admin, browser)).Headers.GetValues("Set-Cookie"));

        Assert.StartsWith("whistle-desk=", cookie, StringComparison.Ordinal);
        Assert.Contains("path=/api/desk", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("secure", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_an_https_origin_the_cookie_is_secure()
    {
        using var server = new WhistleServer(("Origins:0", WhistleServer.Origin), ("Origins:1", "https://tips.example"));
        Assert.Contains("secure", await CookieOf(server), StringComparison.Ordinal);
        using var secured = new WhistleServer(("Origins:0", "https://tips.example"));
        Assert.Contains("secure", await CookieOf(secured), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_disabled_is_out_at_once_and_an_old_session_does_not_come_back()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var auditor = await server.JoinAsync(admin, Role.Auditor, "U. Auditor");
        Assert.Equal(HttpStatusCode.OK, (await auditor.Http.GetAsync("/api/desk/session")).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await State(admin, auditor, "disabled")).StatusCode);
        var answer = await auditor.Http.GetAsync("/api/desk/session");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("signed-out", await answer.CodeAsync());
        Assert.Equal("sign-in-failed", await (await server.SignInAsync(auditor)).CodeAsync());

        Assert.Equal(HttpStatusCode.NoContent, (await State(admin, auditor, "active")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await auditor.Http.GetAsync("/api/desk/session")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(auditor)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await auditor.Http.GetAsync("/api/desk/session")).StatusCode);
    }

    [Fact]
    public async Task A_session_ends_by_signing_out_by_idleness_and_by_age()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        using var copy = server.Browser();
        await server.SignInAsync(admin, copy);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.Http.DeleteAsync("/api/desk/session")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await copy.GetAsync("/api/desk/session")).StatusCode);

        await server.SignInAsync(admin);
        server.Clock.Advance(TimeSpan.FromHours(9));
        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Http.GetAsync("/api/desk/session")).StatusCode);

        await server.SignInAsync(admin);
        for (var hour = 0; hour < 15; hour += 5)
        {
            server.Clock.Advance(TimeSpan.FromHours(5));
            Assert.Equal(HttpStatusCode.OK, (await admin.Http.GetAsync("/api/desk/session")).StatusCode);
        }
        server.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.Http.GetAsync("/api/desk/session")).StatusCode);
    }

    [Fact]
    public async Task A_change_without_the_desks_header_is_refused()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        admin.Http.DefaultRequestHeaders.Remove("X-Whistle");

        var answer = await admin.Http.PostAsJsonAsync("/api/desk/people", new { name = "X", role = "auditor", place = "inside" });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("header-missing", await answer.CodeAsync());
        var shouted = await admin.Http.PostAsJsonAsync("/API/Desk/people", new { name = "X", role = "auditor", place = "inside" });
        Assert.Equal("header-missing", await shouted.CodeAsync());
        Assert.Equal(HttpStatusCode.OK, (await admin.Http.GetAsync("/api/desk/people")).StatusCode);
    }

    private static Task<HttpResponseMessage> Try(HttpClient browser, string name, string password, string code) =>
        browser.PostAsJsonAsync("/api/desk/session", new { name, password, code });

    private static async Task<string> Salt(HttpClient browser, string name) =>
        (await (await browser.PostAsJsonAsync("/api/desk/session/salt", new { name })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("salt").GetString()!;

    private static Task<HttpResponseMessage> State(WhistleServer.Account admin, WhistleServer.Account who, string state) =>
        admin.Http.PutAsJsonAsync($"/api/desk/people/{who.Id}/state", new { state });

    private static async Task<string> CookieOf(WhistleServer server)
    {
        var setup = await server.Browser().PostAsJsonAsync("/api/desk/setup", new
        {
            token = server.SetupToken(),
            organisation = "Example AG",
            threshold = 1,
            keys = new[] { new { name = "root", key = Protocol.Keys.SigningKey.FromSeed(new byte[32]).Public.ToString() } },
            admin = new { name = "A. Admin" },
        });
        var token = (await setup.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("invitation").GetProperty("token").GetString()!;
        using var browser = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Browser().BaseAddress };
        browser.DefaultRequestHeaders.Add("X-Whistle", "desk");
        var totp = await WhistleServer.OpenInvitationAsync(browser, token);
        var account = new WhistleServer.Account("admin", totp, hasKeys: false) { Http = browser };
        Assert.Equal(HttpStatusCode.Created, (await browser.PostAsJsonAsync("/api/desk/enrolment", account.Enrolment(token, server.Code(totp)))).StatusCode);
        return Assert.Single((await server.SignInAsync(account)).Headers.GetValues("Set-Cookie"));
    }
}
