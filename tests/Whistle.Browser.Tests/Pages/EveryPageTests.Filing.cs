using System.Globalization;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

/// <summary>A report that reached the team by other ways.</summary>
public sealed partial class EveryPageTests
{
    [Fact]
    public async Task A_report_by_telephone_is_filed_at_the_desk_and_its_reporter_comes_back_with_the_printed_words()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await PressAsync(page, texts["filing.begin"]);
        await HeadingAsync(page, texts["filing.title"]);
        await LookAsync(lead, "desk-11-filing");
        await page.GetByRole(AriaRole.Button, new() { Name = texts["filing.file"], Exact = true }).ClickAsync();
        await page.GetByText(texts["filing.kindMissing"]).WaitForAsync();
        await page.GetByLabel("Ethics and safety").CheckAsync();
        await page.GetByLabel(texts["filing.kind.phone"], new() { Exact = true }).CheckAsync();
        var day = TimeProvider.System.GetUtcNow().AddDays(-2).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await page.Locator("input[type=date]").FillAsync(day);
        await page.Locator("[id$=-q-title]").FillAsync("Ladder without a check");
        await page.Locator("[id$=-q-what]").FillAsync("The caller says that the ladder of hall 2 was never checked.");
        await page.Locator("[name$=-q-relation]").First.CheckAsync();
        await page.GetByLabel("Tomasz Lindqvist").CheckAsync();
        await page.Locator("[id$=-known-yes]").CheckAsync();
        await page.GetByLabel(texts["filing.name"], new() { Exact = true }).FillAsync("Caller Sentinel");
        await page.GetByLabel(texts["filing.words.print"], new() { Exact = true }).CheckAsync();
        await LookAsync(lead, "desk-11-filing-filled");

        // On the way back to the list nothing of it is lost.
        await PressAsync(page, texts["case.back"]);
        await PressAsync(page, texts["filing.begin"]);
        await Assertions.Expect(page.Locator("[id$=-q-title]")).ToHaveValueAsync("Ladder without a check");
        await page.GetByRole(AriaRole.Button, new() { Name = texts["filing.file"], Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = texts["filing.handed.title"] })).ToBeVisibleAsync(s_patiently);
        await LookAsync(lead, "desk-11-filing-words");
        var words = await page.Locator(".twelve li").AllInnerTextsAsync();
        Assert.Equal(12, words.Count);
        await PressAsync(page, texts["filing.handed.done"]);
        await Assertions.Expect(page.Locator("#case-heading")).ToHaveTextAsync("Ladder without a check", new() { Timeout = 30_000 });
        await page.Locator("#case-panel-notes").ClickAsync();
        await Assertions.Expect(page.Locator(".note-card")).ToContainTextAsync(texts["filing.kind.phone"]);
        await Assertions.Expect(page.Locator(".case-aside")).ToContainTextAsync("Tomasz Lindqvist");
        await LookAsync(lead, "desk-11-filed");

        // The only one who holds it is told so, says that she is away, comes back, and steps back for a reason.
        await page.GetByText(texts["people.alone"]).WaitForAsync();
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["away.title"]);
        await page.Locator("#away-deputy").SelectOptionAsync(new SelectOptionValue { Label = "Amina Haddad" });
        await LookAsync(lead, "desk-12-away");
        await PressAsync(page, texts["away.save"]);
        await page.GetByText(texts["away.now"].Split('{')[0]).WaitForAsync();
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["away.change"]);
        await PressAsync(page, texts["away.back"]);
        await Assertions.Expect(page.GetByText(texts["away.now"].Split('{')[0])).ToHaveCountAsync(0);
        await page.Locator(".step-back summary").ClickAsync();
        await PressAsync(page, texts["conflict.leave.confirm"]);
        await page.GetByText(texts["conflict.why.missing"]).WaitForAsync();
        await LookAsync(lead, "desk-12-step-back");
        await page.GetByLabel(texts["conflict.why.work"], new() { Exact = true }).CheckAsync();
        await PressAsync(page, texts["conflict.leave.confirm"]);
        await Assertions.Expect(page.Locator("[data-case]").Filter(new() { HasText = "Ladder without a check" })).ToHaveCountAsync(0);

        // The reporter has nothing but the words.
        var reporter = await OpenAsync(View.Phone, demo.Origin);
        var source = Catalogue.Source("en");
        await reporter.GoToAsync("/");
        await PressAsync(reporter.Page, source["start.return"], exact: false);
        await reporter.Page.Locator("#words").FillAsync(string.Join(' ', words));
        await SubmitAsync(reporter.Page);
        await HeadingAsync(reporter.Page, source["mail.heading"]);
    }
}
