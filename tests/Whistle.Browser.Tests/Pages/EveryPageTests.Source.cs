using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    private const string Submission = "**/api/source/tips";

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    public async Task The_way_of_a_report_reads_well_on_every_page(string language)
    {
        var source = await OpenAsync(language);
        source.ExpectComplaint("Failed to load resource|ERR_FAILED");
        var (page, texts) = (source.Page, Catalogue.Source(language));
        await source.GoToAsync("/");
        await LookAsync(source, "source-01-start");
        await page.Locator("button.door").First.ClickAsync();
        await HeadingAsync(page, texts["channels.heading"]);
        await LookAsync(source, "source-02-channels");
        await page.Locator("main .card button.button-main").First.ClickAsync();
        await HeadingAsync(page, texts["read.heading"]);
        await LookAsync(source, "source-03-read");
        await PressAsync(page, texts["read.go"]);

        await page.Locator("#q-what").WaitForAsync();
        await LookAsync(source, "source-04-ask-1");
        await SubmitAsync(page);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-04-ask-1-missing");
        await page.Locator("#q-what").FillAsync("The guard of press 7 was taken off on Monday and has not come back. The shift leader knows.");
        await page.Locator("#q-title").FillAsync("Guard of press 7 was taken off");
        for (var n = 2; ; n++)
        {
            var heading = await page.Locator("h1").InnerTextAsync();
            await SubmitAsync(page);
            await Assertions.Expect(page.Locator("h1")).Not.ToHaveTextAsync(heading);
            if (await page.Locator("#files").CountAsync() > 0)
                break;
            if (await page.Locator("input[value=witnessed]").CountAsync() > 0)
                await page.Locator("input[value=witnessed]").CheckAsync();
            await LookAsync(source, "source-04-ask-" + Number(n));
        }

        await page.Locator("#files").SetInputFilesAsync(
        [
            new FilePayload { Name = "IMG_2031 press hall with a very long name that somebody typed in one breath.jpg", MimeType = "image/jpeg", Buffer = new byte[2048] },
            new FilePayload { Name = "Schichtplan.xlsx", MimeType = "application/octet-stream", Buffer = new byte[512] },
            new FilePayload { Name = "empty.txt", MimeType = "text/plain", Buffer = [] },
        ]);
        await Assertions.Expect(page.Locator("main ul.cards li")).ToHaveCountAsync(2);
        await LookAsync(source, "source-05-files");
        await SubmitAsync(page);

        await HeadingAsync(page, texts["who.heading"]);
        await LookAsync(source, "source-06-who");
        var readers = page.Locator("main fieldset").First.Locator("input[type=checkbox]");
        for (var i = 0; i < await readers.CountAsync(); i++)
            await readers.Nth(i).UncheckAsync();
        await SubmitAsync(page);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-06-who-nobody");
        await readers.First.CheckAsync();
        await LookAsync(source, "source-06-who-alone");
        await readers.Last.CheckAsync();
        await SubmitAsync(page);

        await HeadingAsync(page, texts["me.heading"]);
        await LookAsync(source, "source-07-me");
        await page.Locator("input[value=give]").CheckAsync();
        await SubmitAsync(page);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-07-me-missing");
        await page.Locator("#name").FillAsync("Mira Example");
        await SubmitAsync(page);

        await HeadingAsync(page, texts["check.heading"]);
        await LookAsync(source, "source-08-check");
        await SendAsync(source, texts);
        var words = (await page.Locator("main .words-word").AllInnerTextsAsync()).Select(w => w.Trim()).ToArray();
        Assert.Equal(12, words.Length);
        await LookAsync(source, "source-10-words");
        await PressAsync(page, texts["words.next"]);
        await RepeatWordsAsync(source, texts, words);
        await LookAsync(source, "source-12-done");
        await BurnAsync(source, texts, words);
    }

    /// <summary>The server is away at first; then it takes its time; then it answers.</summary>
    private static async Task SendAsync(Visitor source, Catalogue texts)
    {
        var page = source.Page;
        await page.RouteAsync(Submission, route => route.AbortAsync());
        await SubmitAsync(page);
        await HeadingAsync(page, texts["send.unsure"]);
        await LookAsync(source, "source-09-send-failed");
        await page.UnrouteAsync(Submission);
        var slow = new TaskCompletionSource();
        await page.RouteAsync(Submission, async route =>
        {
            await slow.Task;
            await route.ContinueAsync();
        });
        await PressAsync(page, texts["try-again"]);
        await HeadingAsync(page, texts["send.heading"]);
        await LookAsync(source, "source-09-sending");
        slow.SetResult();
        await HeadingAsync(page, texts["words.heading"]);
    }

    private static async Task RepeatWordsAsync(Visitor source, Catalogue texts, string[] words)
    {
        var page = source.Page;
        await HeadingAsync(page, texts["words.check.heading"]);
        var positions = new List<int>();
        for (var i = 0; i < 2; i++)
        {
            var label = await page.Locator("label[for=word-" + Number(i) + "]").InnerTextAsync();
            positions.Add(int.Parse(Regex.Match(label, "[0-9]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value, CultureInfo.InvariantCulture));
            await page.Locator("#word-" + Number(i)).FillAsync("zebra");
        }
        await PressAsync(page, texts["words.check.go"]);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-11-words-wrong");
        for (var i = 0; i < 2; i++)
            await page.Locator("#word-" + Number(i)).FillAsync(words[positions[i] - 1]);
        await PressAsync(page, texts["words.check.go"]);
        await page.GetByText(texts["done.must"]).WaitForAsync();
    }

    private static async Task BurnAsync(Visitor source, Catalogue texts, string[] words)
    {
        var page = source.Page;
        await source.GoToAsync("/");
        await ComeBackAsync(source, texts, string.Join('\n', words));
        await page.GetByText(texts["mail.unopened"]).WaitForAsync();
        await LookAsync(source, "source-14-mailbox-unopened");
        await PressAsync(page, texts["mail.write.send"]);
        await page.GetByText(texts["mail.write.empty"]).First.WaitForAsync();
        await LookAsync(source, "source-14-mailbox-empty-letter");
        await PressAsync(page, texts["mail.burn"]);
        await HeadingAsync(page, texts["burn.heading"]);
        await PressAsync(page, texts["burn.go"]);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-15-burn");
        await page.Locator("#sure").CheckAsync();
        await PressAsync(page, texts["burn.go"]);
        await HeadingAsync(page, texts["burnt.heading"]);
        await LookAsync(source, "source-16-burnt");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    public async Task Coming_back_reads_well_with_right_and_with_wrong_words(string language)
    {
        var source = await OpenAsync(language);
        var (page, texts) = (source.Page, Catalogue.Source(language));
        // A month later the mailbox asks whether something was done to the source.
        await page.Clock.InstallAsync(new() { TimeDate = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(31) });
        await source.GoToAsync("/");
        await PressAsync(page, texts["start.lost"]);
        await HeadingAsync(page, texts["lost.heading"]);
        await LookAsync(source, "source-17-lost");
        await PressAsync(page, texts["lost.try"]);
        await HeadingAsync(page, texts["return.heading"]);
        await page.Locator("#words").PressSequentiallyAsync("aban");
        await LookAsync(source, "source-13-return");
        await page.Locator("#words").FillAsync("one two three four five sixx seven eight nine ten eleven twelve");
        await SubmitAsync(page);
        await page.Locator(".error-summary").WaitForAsync();
        await LookAsync(source, "source-13-return-wrong");
        await page.Locator("#words").FillAsync(demo.Record.Words![0].Words);
        await SubmitAsync(page);
        await HeadingAsync(page, texts["mail.heading"]);
        await page.Locator("main article, main .letter").First.WaitForAsync();
        await LookAsync(source, "source-14-mailbox");
        await PressAsync(page, texts["mail.meeting"]);
        await page.GetByLabel(texts["mail.meeting.asks"]).WaitForAsync();
        await LookAsync(source, "source-14-meeting");
        await page.GetByLabel(texts["mail.meeting.asks"]).ClickAsync();
        await page.Locator("#letter").FillAsync("");
        await page.GetByRole(AriaRole.Radio, new() { Name = texts["ask.yes"], Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = texts["mail.again"], Exact = true }).WaitForAsync();
        await LookAsync(source, "source-14-checkin");

        // Nobody touches the page for twenty minutes.
        await page.Clock.RunForAsync(500);
        await page.Clock.FastForwardAsync("18:05");
        await page.GetByText(texts["return.soon"]).WaitForAsync();
        await LookAsync(source, "source-19-forgetting-soon");
        await page.Clock.FastForwardAsync("02:00");
        await page.GetByText(texts["return.forgot"]).WaitForAsync();
        await LookAsync(source, "source-19-forgotten");
    }

    [Fact]
    public async Task Whoever_was_harmed_for_a_report_can_tell_others_than_those_who_read_it()
    {
        var source = await OpenAsync("en");
        var (page, texts) = (source.Page, Catalogue.Source("en"));
        await page.Clock.InstallAsync(new() { TimeDate = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(31) });
        await source.GoToAsync("/");
        await PressAsync(page, texts["start.lost"]);
        await PressAsync(page, texts["lost.try"]);
        await page.Locator("#words").FillAsync(demo.Record.Words![0].Words);
        await SubmitAsync(page);
        await HeadingAsync(page, texts["mail.heading"]);
        await page.GetByRole(AriaRole.Radio, new() { Name = texts["ask.yes"], Exact = true }).CheckAsync();
        await PressAsync(page, texts["mail.again"]);
        await HeadingAsync(page, texts["read.heading"]);
        await PressAsync(page, texts["read.go"]);
        await Assertions.Expect(page.Locator("#q-what")).ToHaveValueAsync(new Regex("^Since my earlier report \\([0-9a-f]{32}\\)", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.Locator("#q-title").FillAsync("Moved to the night shift");
        while (await page.Locator("#files").CountAsync() == 0)
        {
            var heading = await page.Locator("h1").InnerTextAsync();
            await SubmitAsync(page);
            await Assertions.Expect(page.Locator("h1")).Not.ToHaveTextAsync(heading);
            if (await page.Locator("input[value=witnessed]").CountAsync() > 0)
                await page.Locator("input[value=witnessed]").CheckAsync();
        }
        await SubmitAsync(page);
        await HeadingAsync(page, texts["who.heading"]);
        var readers = page.Locator("main fieldset").First.Locator("input[type=checkbox]");
        Assert.True(await readers.CountAsync() > 0);
        Assert.Equal(0, await page.Locator("main fieldset").First.Locator("input[type=checkbox]:checked").CountAsync());
        await LookAsync(source, "source-06-who-others");
    }

    /// <summary>Axe is a script, so the page without scripts is judged by its words and its pictures.</summary>
    [Fact]
    public async Task Without_JavaScript_every_language_says_that_nothing_was_sent()
    {
        var source = await OpenAsync(View.Phone, demo.Origin, javaScript: false);
        await source.GoToAsync("/");
        var sections = source.Page.Locator("noscript main > section");
        foreach (var (language, text) in new[]
        {
            ("en", "Nothing was sent"), ("de", "Es wurde nichts gesendet"), ("fr", "Rien n’a été envoyé"), ("ar", "لم يُرسَل أي شيء"),
        })
        {
            await Assertions.Expect(sections.Locator($"xpath=self::*[@lang='{language}']")).ToContainTextAsync(text);
        }
        foreach (var view in s_views["en"])
        {
            await source.LookAsync(view);
            await source.ScreenshotAsync("source-20-no-javascript");
            await source.AssertFitsAsync();
        }
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    public async Task A_refused_list_of_readers_says_so_and_keeps_everything(string language)
    {
        var source = await OpenAsync(language);
        source.ExpectComplaint("Failed to load resource|ERR_FAILED");
        var (page, texts) = (source.Page, Catalogue.Source(language));
        await page.RouteAsync("**/api/source/directory", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("Meridian", "Meridiam", StringComparison.Ordinal) });
        });
        await source.GoToAsync("/");
        await page.Locator("button.door").First.ClickAsync();
        await HeadingAsync(page, texts["directory.problem"]);
        await LookAsync(source, "source-18-directory-refused");
    }

    private static async Task ComeBackAsync(Visitor source, Catalogue texts, string words)
    {
        await source.Page.Locator("button.door").Nth(1).ClickAsync();
        await source.Page.Locator("#words").FillAsync(words);
        await PressAsync(source.Page, texts["return.open"]);
        await HeadingAsync(source.Page, texts["mail.heading"]);
    }
}
