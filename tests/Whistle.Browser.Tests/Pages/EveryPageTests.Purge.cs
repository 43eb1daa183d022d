using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task A_letter_that_does_not_belong_into_a_case_goes_by_two_people_and_its_source_is_told()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await OpenCaseAsync(page, "Falsified safety tests");
        var second = page.Locator(".letter-source").Nth(1);
        var words = await second.Locator("p.letter").First.InnerTextAsync();
        Assert.NotEqual("", words);
        await PressAsync(page, texts["purge.begin"]);
        await PressAsync(page, texts["purge.propose"]);
        await page.GetByText(texts["purge.targetMissing"]).WaitForAsync();
        await LookAsync(lead, "desk-18-purge-missing");
        await page.GetByLabel(texts["purge.target"], new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await page.GetByLabel(texts["purge.ground.special-category"]).CheckAsync();
        await page.GetByLabel(texts["purge.text"], new() { Exact = true }).FillAsync("It tells of a colleague's illness.");
        // What was typed outlives a look at another case.
        await OpenCaseAsync(page, "Tender papers");
        await OpenCaseAsync(page, "Falsified safety tests");
        await Assertions.Expect(page.GetByLabel(texts["purge.text"], new() { Exact = true })).ToHaveValueAsync("It tells of a colleague's illness.");
        await page.GetByLabel("Jonas Weber").CheckAsync();
        await LookAsync(lead, "desk-18-purge");
        await PressAsync(page, texts["purge.propose"]);
        await page.GetByText(texts["purge.proposed"]).First.WaitForAsync();
        await LookAsync(lead, "desk-18-purge-waits");
        await page.Locator(".letter-source").Filter(new() { HasText = words[..20] }).First.WaitForAsync();

        var approver = await OpenAsync(View.Laptop, demo.Origin);
        approver.ExpectComplaint("Failed to load resource");
        await approver.GoToAsync("/desk");
        await SignInAsync(approver, "weber");
        await approver.Page.Locator("main ul.plain-list .card").Filter(new() { HasText = texts["approvals.kind.purge"] }).GetByRole(AriaRole.Button).ClickAsync();
        await approver.Page.GetByText("It tells of a colleague's illness.").WaitForAsync();
        Assert.DoesNotContain(words[..20], await approver.Page.ContentAsync(), StringComparison.Ordinal);
        await LookAsync(approver, "desk-10-approval-purge");
        await PressAsync(approver.Page, texts["purge.approve"]);
        await approver.Page.GetByText(texts["purge.approved"]).First.WaitForAsync();

        await OpenCaseAsync(page, "Tender papers");
        await OpenCaseAsync(page, "Falsified safety tests");
        await page.GetByText(texts["letter.purged"]).WaitForAsync();
        await Assertions.Expect(page.GetByText(texts["purge.state.done", ("name", "Rosa Moreau"), ("approver", "Jonas Weber, data protection officer")])).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#case-panel")).Not.ToContainTextAsync(words[..20]);
        await Assertions.Expect(page.GetByText(texts["case.problem.chain-broken"])).ToHaveCountAsync(0);
        await LookAsync(lead, "desk-18-purge-done");

        var source = await OpenAsync("en");
        var told = Catalogue.Source("en");
        await source.GoToAsync("/");
        await PressAsync(source.Page, told["start.lost"]);
        await PressAsync(source.Page, told["lost.try"]);
        await source.Page.Locator("#words").FillAsync(demo.Record.Words![0].Words);
        await SubmitAsync(source.Page);
        await HeadingAsync(source.Page, told["mail.heading"]);
        await source.Page.GetByText("Rosa Moreau, Jonas Weber, data protection officer had this letter deleted").WaitForAsync();
        Assert.DoesNotContain(words[..20], await source.Page.ContentAsync(), StringComparison.Ordinal);
        await LookAsync(source, "source-14-mailbox-purged");
    }
}
