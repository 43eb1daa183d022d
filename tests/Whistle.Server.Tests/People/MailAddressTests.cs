using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Server.People;

namespace Whistle.Server.Tests.People;

/// <summary>An admin gives people addresses and takes them away.</summary>
public sealed class MailAddressTests
{
    [Fact]
    public async Task An_address_is_set_shown_changed_and_cleared_and_each_change_stands_in_the_trail()
    {
        using var server = new WhistleServer();
        var admin = await server.SetUpAsync();
        var auditor = await server.JoinAsync(admin, Role.Auditor, "U. Auditor");
        var person = await server.JoinAsync(admin, Role.Reviewer, "R. Moreau");
        Assert.Null(await MailOfAsync(admin, person.Id));

        await WhistleServer.SetMailAsync(admin.Http, person.Id, " one@example.org ");
        await WhistleServer.SetMailAsync(admin.Http, person.Id, "one@example.org"); // the same again: no act
        Assert.Equal("one@example.org", await MailOfAsync(admin, person.Id));
        await WhistleServer.SetMailAsync(admin.Http, person.Id, "two@example.org");
        Assert.Equal("two@example.org", await MailOfAsync(admin, person.Id));
        foreach (var _ in new[] { 1, 2 })
            Assert.Equal(HttpStatusCode.NoContent, (await admin.Http.DeleteAsync($"/api/desk/people/{person.Id}/mail", TestContext.Current.CancellationToken)).StatusCode);
        Assert.Null(await MailOfAsync(admin, person.Id));

        var trail = await auditor.Http.GetStringAsync("/api/desk/audit", TestContext.Current.CancellationToken);
        Assert.Equal(2, trail.Split("\"person.mail-set\"").Length - 1);
        Assert.Equal(1, trail.Split("\"person.mail-cleared\"").Length - 1);
        Assert.DoesNotContain("example.org", trail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "mail-missing")]
    [InlineData("  ", "mail-missing")]
    [InlineData("one", "mail-wrong")]
    [InlineData("one@example.org, two@example.org", "mail-wrong")]
    public async Task An_address_that_is_none_is_refused_with_a_code_and_not_repeated(string mail, string code)
    {
        using var server = new WhistleServer();
        var admin = await server.RegisterAsync(Role.Admin);

        var answer = await admin.Http.PutAsJsonAsync($"/api/desk/people/{admin.Id}/mail", new { mail }, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"\"{code}\"", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_255_signs_is_too_long_and_one_of_254_is_not()
    {
        using var server = new WhistleServer();
        var admin = await server.RegisterAsync(Role.Admin);
        var longest = "a@" + string.Join('.', new string('d', 63), new string('d', 63), new string('d', 63), new string('d', 60));
        Assert.Equal(254, longest.Length);

        await WhistleServer.SetMailAsync(admin.Http, admin.Id, longest);
        var answer = await admin.Http.PutAsJsonAsync($"/api/desk/people/{admin.Id}/mail", new { mail = longest + "d" }, TestContext.Current.CancellationToken);

        Assert.Contains("\"mail-too-long\"", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<string?> MailOfAsync(WhistleServer.Account admin, PersonId person)
    {
        var people = (await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/people")).GetProperty("people").EnumerateArray();
        return people.Single(p => p.GetProperty("id").ValueEquals(person.ToString())).TryGetProperty("mail", out var mail) ? mail.GetString() : null;
    }
}
