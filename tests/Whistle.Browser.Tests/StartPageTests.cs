using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests;

public sealed class StartPageTests(BrowserFixture browser, ServerFixture server) : BrowserTests(browser, server)
{
    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("fr")]
    [InlineData("ar")]
    public async Task The_start_page_shows_two_doors_under_its_policy(string language)
    {
        var source = await OpenAsync(View.Phone with { Language = language });
        var answer = await source.GoToAsync("/");
        Assert.Equal(200, answer.Status);
        Assert.Contains("trusted-types 'none'", await answer.HeaderValueAsync("content-security-policy"), StringComparison.Ordinal);
        Assert.Equal(2, await source.Page.Locator(".door").CountAsync());
        Assert.Equal(language, await source.Page.Locator("html").GetAttributeAsync("lang"));
        await source.JudgeEverywhereAsync("start");
        Assert.Empty(await source.Context.CookiesAsync());
    }

    [Fact]
    public async Task Without_JavaScript_the_page_says_that_nothing_was_sent()
    {
        var source = await OpenAsync(View.Phone, javaScript: false);
        await source.GoToAsync("/");
        Assert.Contains("Nothing was sent", await source.Page.Locator("noscript").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_desk_is_served_under_its_own_policy()
    {
        var reviewer = await OpenAsync(View.Laptop);
        var answer = await reviewer.GoToAsync("/desk");
        var policy = await answer.HeaderValueAsync("content-security-policy");
        Assert.Contains("'wasm-unsafe-eval'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("blob:", policy, StringComparison.Ordinal); // what a stranger sent is saved, never shown
        await reviewer.JudgeAsync("desk-sign-in");
    }
}
