using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Pages;

/// <summary>A desk with ten thousand held cases: what is drawn is bounded, and every case is still reached.</summary>
public sealed class HeldCasesTests(BrowserFixture browser)
{
    private const int Cases = 10_000;
    private const int OnAPage = 50;

    [Fact]
    public async Task Ten_thousand_held_cases_are_a_page_of_rows_that_keys_and_buttons_turn()
    {
        await using var context = await (await browser.BrowserAsync()).NewContextAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        var desk = await HeldDesk.OpenAsync(await context.NewPageAsync());
        await desk.HoldAsync(Cases);
        await desk.DrawAsync();
        var page = desk.Page;
        var rows = page.Locator(".queue-row");

        Assert.Equal(OnAPage, await rows.CountAsync());
        // Whatever is not a row does not grow with the cases either.
        Assert.InRange(await page.EvaluateAsync<int>("document.querySelectorAll('*').length"), OnAPage, 2000);
        Assert.Equal(("1", "10000"), (await rows.First.GetAttributeAsync("aria-posinset"), await rows.First.GetAttributeAsync("aria-setsize")));
        Assert.Equal("1 to 50 of 10,000", await page.Locator(".queue-pages span").TextContentAsync());
        // Nothing was opened: the keyring knew every sheet.
        Assert.DoesNotContain("GET /api/desk/sheets", await page.EvaluateAsync<string[]>("held.asked()"));
        await ShotAsync(page, "held-cases-first-page");

        // j leads from one page to the next, and the focus goes along.
        for (var i = 0; i <= OnAPage; i++)
            await page.Keyboard.PressAsync("j");
        Assert.Equal(("51", OnAPage), (await FocusedPlaceAsync(page), await rows.CountAsync()));
        await page.Keyboard.PressAsync("k");
        Assert.Equal("50", await FocusedPlaceAsync(page));

        var next = page.GetByRole(AriaRole.Button, new() { Name = "Next" });
        var previous = page.GetByRole(AriaRole.Button, new() { Name = "Previous" });
        Assert.True(await previous.IsDisabledAsync());
        await next.ClickAsync();
        Assert.Equal("51", await FocusedPlaceAsync(page));
        await next.ClickAsync();
        await previous.ClickAsync();
        Assert.Equal(("51", OnAPage), (await FocusedPlaceAsync(page), await rows.CountAsync()));

        // A search looks through all of them, and the last page is as long as it is.
        await page.Locator("#search").FillAsync("plant 999");
        await Assertions.Expect(page.Locator(".queue-count")).ToHaveTextAsync("19 cases");
        Assert.Equal((19, 0), (await rows.CountAsync(), await page.Locator(".queue-pages").CountAsync()));
        await page.Locator("#search").FillAsync("");
        await Assertions.Expect(rows).ToHaveCountAsync(OnAPage);
        await page.SetViewportSizeAsync(390, 844);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await page.Locator(".queue-pages").ScrollIntoViewIfNeededAsync();
        await ShotAsync(page, "held-cases-phone");
    }

    [Fact]
    public async Task A_blob_for_somebody_else_costs_sixteen_unwraps_and_the_page_has_its_turn_in_between()
    {
        await using var context = await (await browser.BrowserAsync()).NewContextAsync();
        var desk = await HeldDesk.OpenAsync(await context.NewPageAsync());

        var misses = await desk.TryOutAsync(24, mine: false);
        Assert.Equal((16.0, 0), (misses.Unwraps, misses.Rows));
        var hits = await desk.TryOutAsync(24, mine: true);
        Assert.Equal(24, hits.Rows);
        Assert.InRange(hits.Unwraps, 1, 15.9);
    }

    /// <summary>RFC 4648, sections 3.5 and 5: one text for each row of bytes, whether the engine decodes it or the page.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_in_text_have_one_form_each_in_a_browser_too(bool byTheEngine)
    {
        await using var context = await (await browser.BrowserAsync()).NewContextAsync();
        var page = await context.NewPageAsync();
        if (!byTheEngine)
            await page.AddInitScriptAsync("delete Uint8Array.fromBase64");
        await HeldDesk.OpenAsync(page);
        Assert.Equal(byTheEngine, await page.EvaluateAsync<bool>("'fromBase64' in Uint8Array"));

        string[] good = ["", "AA", "AAA", "AAAA", "__79", "__79AA", "-_-_-_-_-_8"];
        Assert.Equal(
            good.Select(g => Convert.ToHexStringLower(System.Buffers.Text.Base64Url.DecodeFromChars(g))),
            await page.EvaluateAsync<string?[]>("texts => held.decode(texts)", good));
        // Bits that say nothing, padding, the other alphabet, half a group, white space, and what is no letter of either.
        string[] bad = ["AB", "__79AB", "__79A", "A", "AA==", "__79AA==", "//79AA", "++++", "__79 AA", "__79AA\n", " ", "\tAAAA", "AAA\u00e4", "AA.A"];
        Assert.Equal(new string?[bad.Length], await page.EvaluateAsync<string?[]>("texts => held.decode(texts).map(b => b ?? null)", bad));
    }

    private static Task<string?> FocusedPlaceAsync(IPage page) =>
        page.EvaluateAsync<string?>("document.activeElement?.closest('li')?.getAttribute('aria-posinset') ?? null");

    private static Task<byte[]> ShotAsync(IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Artifacts, "screenshots", name + ".png") });
}
