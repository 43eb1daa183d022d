using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

/// <summary>What a source's browser keeps and shows after the source has left, gone away, or changed their mind.</summary>
public sealed partial class SourceSideTests(BrowserFixture browser, ServerFixture server, DemoFixture demo)
    : BrowserTests(browser, server), IClassFixture<DemoFixture>
{
    private const string Before = "https://before.example/";
    private const string Elsewhere = "https://www.wikipedia.org/";

    /// <summary>Somebody who had another page open before; the other sites are played by the test.</summary>
    private async Task<SourcePerson> SourceAsync()
    {
        var visitor = await OpenAsync(View.Phone, demo.Origin);
        foreach (var site in new[] { Before, Elsewhere })
        {
            await visitor.Context.RouteAsync(site, route => route.FulfillAsync(new()
            {
                ContentType = "text/html",
                Body = "<!doctype html><html lang=en><title>Another site</title><main>Another site</main>",
            }));
        }
        await visitor.Page.GotoAsync(Before);
        return new SourcePerson(visitor);
    }

    /// <summary>The name of the first channel, as its button says it.</summary>
    private static async Task<string> ToTheQuestionsAsync(SourcePerson source)
    {
        await source.Visitor.GoToAsync("/");
        await source.Page.Locator("button.door").First.ClickAsync();
        await source.Heading("channels.heading").WaitForAsync();
        var card = source.Page.Locator("main .card").First;
        var name = await card.Locator("h2").InnerTextAsync();
        await card.Locator("button.button-main").ClickAsync();
        await source.PressAsync("read.go");
        return name;
    }

    private static async Task<string[]> SendAsync(SourcePerson source)
    {
        var channel = await ToTheQuestionsAsync(source);
        await source.AnswerAsync("Guard of press 7 was taken off", "It has been off since Monday.");
        await source.ChooseAsync();
        return await source.SendAsync(channel);
    }

    /// <summary>What the browser has behind and at the page that it shows now.</summary>
    private static async Task<string[]> VisitedAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        var history = await session.SendAsync("Page.getNavigationHistory") ?? throw new InvalidOperationException("No history.");
        await session.DetachAsync();
        var present = history.GetProperty("currentIndex").GetInt32();
        return [.. history.GetProperty("entries").EnumerateArray().Take(present + 1).Select(e => e.GetProperty("url").GetString()!)];
    }

    /// <summary>Nobody touches the page; its clock moves on after it has noticed what was done last.</summary>
    private static async Task LeaveAloneAsync(IPage page, string time)
    {
        await page.Clock.RunForAsync(500);
        await page.Clock.FastForwardAsync(time);
    }

    private static async Task AssertGoneAsync(SourcePerson source)
    {
        // Where it is counts, and not when the browser says that it has loaded, which it may have said before it is asked.
        await source.Page.WaitForURLAsync(Elsewhere, new() { WaitUntil = WaitUntilState.Commit });
        Assert.Equal(["about:blank", Before, Elsewhere], await VisitedAsync(source.Page));
        await source.Page.GoBackAsync();
        Assert.Equal(Before, source.Page.Url);
    }

    private static async Task AssertShowsNoneAsync(IPage page, string[] words)
    {
        Assert.Equal(0, await page.Locator(".words-word").CountAsync());
        var html = await page.ContentAsync();
        Assert.DoesNotContain(string.Join(' ', words), html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0, await page.Locator("input, textarea").EvaluateAllAsync<int>("fields => fields.filter((f) => f.value !== '').length"));
    }
}
