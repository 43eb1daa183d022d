using Microsoft.Playwright;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class SourceSideTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_quick_exit_Back_does_not_lead_here(bool byEscape)
    {
        var source = await SourceAsync();
        var page = source.Page;
        await source.Visitor.GoToAsync("/");
        await source.PressAsync("start.lost");
        await source.PressAsync("lost.try");
        await page.ReloadAsync(); // the entries below belong to the same visit still
        await page.Locator("button.door").First.ClickAsync();
        await page.Locator("main .card button.button-main").First.ClickAsync();
        await source.PressAsync("read.go");
        await page.Locator("#q-what").FillAsync("A text that would be asked about when the tab is closed.");
        var asked = 0;
        page.Dialog += async (_, dialog) =>
        {
            asked++;
            await dialog.DismissAsync();
        };
        if (byEscape)
        {
            await PressEscapeAsync(page);
        }
        else
        {
            await source.PressAsync("exit");
        }
        await AssertGoneAsync(source);
        Assert.Equal(0, asked);
    }

    /// <summary>
    /// All at once, and as somebody in a hurry does again while the page is still there: on a busy machine the presses can
    /// reach it further apart than the 1.5 seconds that count.
    /// </summary>
    private static async Task PressEscapeAsync(IPage page)
    {
        try
        {
            for (var turn = 0; turn < 10 && await page.Locator("main").CountAsync() > 0; turn++)
            {
                await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => page.Keyboard.PressAsync("Escape")));
                await Task.Delay(500, TestContext.Current.CancellationToken);
            }
        }
        catch (PlaywrightException)
        {
            // The page went away while it was asked: that is what was wanted, and what is looked at next.
        }
    }

    [Fact]
    public async Task The_words_asked_back_are_forgotten_and_leaving_quietly_leads_out_of_the_history()
    {
        var source = await SourceAsync();
        var words = await SendAsync(source);
        await source.PressAsync("words.next");
        await source.SeesAsync(source.Texts["words.check.last"]);
        await source.PressAsync("words.again");
        await source.RepeatWordsAsync(words);
        await source.SeesAsync(source.Texts["done.must"]);
        for (var i = 0; i < 3; i++)
        {
            await source.Page.GoBackAsync();
            await source.SeesAsync(source.Texts["done.must"]);
            await AssertShowsNoneAsync(source.Page, words);
        }
        await source.PressAsync("done.leave");
        await AssertGoneAsync(source);
    }

    [Fact]
    public async Task Words_that_were_typed_and_left_alone_are_forgotten_after_twenty_minutes()
    {
        var source = await SourceAsync();
        var page = source.Page;
        await page.Clock.InstallAsync();
        await source.Visitor.GoToAsync("/");
        await page.Locator("button.door").Nth(1).ClickAsync();
        await page.Locator("#words").FillAsync("abandon amount liar");
        await LeaveAloneAsync(page, "18:05");
        await source.SeesAsync(source.Texts["return.soon"]);
        await source.PressAsync("return.stay");
        await LeaveAloneAsync(page, "18:05");
        await source.SeesAsync(source.Texts["return.soon"]);
        await Assertions.Expect(page.Locator("#words")).ToHaveValueAsync("abandon amount liar");
        await LeaveAloneAsync(page, "02:00");
        await source.SeesAsync(source.Texts["return.forgot"]);
        await Assertions.Expect(page.Locator("#words")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task A_report_that_was_sent_and_left_alone_forgets_its_words_after_a_warning()
    {
        var source = await SourceAsync();
        await source.Page.Clock.InstallAsync();
        var words = await SendAsync(source);
        await LeaveAloneAsync(source.Page, "18:05");
        await source.SeesAsync(source.Texts["words.soon"]);
        await LeaveAloneAsync(source.Page, "02:00");
        await source.SeesAsync(source.Texts["return.forgot"]);
        await AssertShowsNoneAsync(source.Page, words);
        await source.Page.GoBackAsync();
        await Assertions.Expect(source.Page.Locator("h1")).Not.ToHaveTextAsync(source.Texts["return.heading"]);
        await AssertShowsNoneAsync(source.Page, words);
    }
}
