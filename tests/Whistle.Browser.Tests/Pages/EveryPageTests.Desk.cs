using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public async Task The_desk_of_a_reviewer_reads_well_on_every_page(string language)
    {
        var lead = await OpenAsync(language);
        lead.ExpectComplaint("Failed to load resource");
        var (page, texts) = (lead.Page, Catalogue.Desk(language));
        await lead.GoToAsync("/desk");
        await LookAsync(lead, "desk-01-sign-in");
        await SubmitAsync(page);
        await page.GetByText(texts["signin.codeMissing"]).WaitForAsync();
        await LookAsync(lead, "desk-01-sign-in-missing");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await LookAsync(lead, "desk-02-queue");
        await page.Locator("#search").FillAsync("no such words");
        await page.GetByText(texts["queue.noMatch"]).WaitForAsync();
        await LookAsync(lead, "desk-02-queue-no-match");
        await page.Locator("#search").FillAsync("");
        if (lead.View.Width == View.Phone.Width)
        {
            await PressAsync(page, texts["filter.open"]);
            await LookAsync(lead, "desk-02-queue-filters");
            await PressAsync(page, texts["filter.open"]);
        }
        await page.Locator("details.menu > summary").ClickAsync();
        await LookAsync(lead, "desk-03-menu");
        await PressAsync(page, texts["keys.title"]);
        await page.Locator("dialog.dialog").WaitForAsync();
        await LookAsync(lead, "desk-03-keys");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("dialog.dialog").WaitForAsync(new() { State = WaitForSelectorState.Detached });

        await page.Locator("[data-case]").Filter(new() { HasText = texts["row.unopened"] }).First.ClickAsync();
        await HeadingAsync(page, texts["conflict.title"]);
        await LookAsync(lead, "desk-04-conflict");
        await PressAsync(page, texts["conflict.leave"]);
        await HeadingAsync(page, texts["conflict.leave.title"]);
        await LookAsync(lead, "desk-04-conflict-leave");
        await CloseCaseAsync(lead, texts);

        await OpenCaseAsync(page, "P40");
        await LookAsync(lead, "desk-05-case");
        foreach (var tab in (string[])["notes", "investigation", "files", "history"])
        {
            await page.Locator("#case-panel-" + tab).ClickAsync();
            await LookAsync(lead, "desk-05-case-" + tab);
        }
        await page.Locator("#case-panel-notes").ClickAsync();
        await page.Locator(".composer-note button[type=submit]").ClickAsync();
        await LookAsync(lead, "desk-06-note-empty");
        await page.Locator("#case-panel-conversation").ClickAsync();
        await page.Locator(".composer-reply button[type=submit]").ClickAsync();
        await LookAsync(lead, "desk-06-reply-empty");
        await PressAsync(page, texts["closing.begin"]);
        await LookAsync(lead, "desk-06-closing");
        await PressAsync(page, texts["closing.propose"]);
        await LookAsync(lead, "desk-06-closing-missing");
        await PressAsync(page, texts["cancel"]);
        await PressAsync(page, texts["grant.open"]);
        await LookAsync(lead, "desk-06-grant");
        await PressAsync(page, texts["identity.ask"]);
        await LookAsync(lead, "desk-06-identity");
        await page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = texts["cancel"], Exact = true }).ClickAsync();
        await LookAtInvestigationAsync(lead, texts);
        await PressAsync(page, texts["summary.open"]);
        await HeadingAsync(page, texts["summary.heading"]);
        await page.GetByLabel(texts["mark.words"], new() { Exact = true }).FillAsync("P40");
        await PressAsync(page, texts["mark.do"]);
        await LookAsync(lead, "desk-07-summary");
        await PressAsync(page, texts["summary.propose"]);
        await LookAsync(lead, "desk-07-summary-missing");
        await PressAsync(page, texts["summary.compare"]);
        await LookAsync(lead, "desk-07-summary-compare");
        await PressAsync(page, texts["summary.back"]);
        await CloseCaseAsync(lead, texts);

        foreach (var tab in (string[])["mine", "waiting", "closed"])
        {
            await GoAsync(page, texts["tab." + tab]);
            await LookAsync(lead, "desk-08-" + tab);
        }
        await GoAsync(page, texts["approvals.title"]);
        await HeadingAsync(page, texts["approvals.title"]);
        await LookAsync(lead, "desk-08-approvals-empty");
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["lock.now"]);
        await HeadingAsync(page, texts["locked.title"]);
        await LookAsync(lead, "desk-09-locked");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    public async Task The_pages_beside_the_cases_read_well(string language)
    {
        var texts = Catalogue.Desk(language);
        var approver = await SignedInAsync(language, "weber");
        await HeadingAsync(approver.Page, texts["approvals.title"]);
        await approver.Page.Locator("main ul.plain-list .card").First.WaitForAsync();
        await LookAsync(approver, "desk-10-approvals");
        await PressAsync(approver.Page, texts["approvals.read"], exact: false);
        await approver.Page.Locator("#approval-heading").WaitForAsync();
        await LookAsync(approver, "desk-10-approval");

        var custodian = await SignedInAsync(language, "fontaine");
        await HeadingAsync(custodian.Page, texts["identities.title"]);
        await LookAsync(custodian, "desk-11-custodian");

        var admin = await SignedInAsync(language, "okafor");
        await admin.Page.Locator("table tbody tr").First.WaitForAsync();
        await LookAsync(admin, "desk-12-people");
        await PressAsync(admin.Page, texts["admin.people.mail"], exact: false);
        await Assertions.Expect(admin.Page.Locator("tbody form input")).ToBeFocusedAsync();
        await SubmitAsync(admin.Page);
        await admin.Page.GetByText(texts["error.mail-missing"]).WaitForAsync();
        await LookAsync(admin, "desk-12-people-mail");
        await PressAsync(admin.Page, texts["admin.people.invite"]);
        await SubmitAsync(admin.Page);
        await LookAsync(admin, "desk-12-people-invite");
        await GoAsync(admin.Page, texts["admin.channels.title"]);
        await admin.Page.Locator("main .card").First.WaitForAsync();
        await LookAsync(admin, "desk-13-channels");
        await PressAsync(admin.Page, texts["admin.channels.add"]);
        await SubmitAsync(admin.Page);
        await LookAsync(admin, "desk-13-channel-missing");
        await GoAsync(admin.Page, texts["directory.title"]);
        await admin.Page.Locator("#current-heading").WaitForAsync();
        await LookAsync(admin, "desk-14-directory");
        await GoAsync(admin.Page, texts["released.title"]);
        await admin.Page.Locator("main ul.plain-list .card").First.WaitForAsync();
        await LookAsync(admin, "desk-15-released");

        var auditor = await SignedInAsync(language, "solberg");
        await auditor.Page.Locator("table tbody tr").First.WaitForAsync();
        await LookAsync(auditor, "desk-16-audit");
        await GoAsync(auditor.Page, texts["exports.title"]);
        await HeadingAsync(auditor.Page, texts["exports.title"]);
        await LookAsync(auditor, "desk-16-exports");
        await GoAsync(auditor.Page, texts["log.title"]);
        await auditor.Page.Locator("table tbody tr").First.WaitForAsync();
        await LookAsync(auditor, "desk-17-log");
    }

    private async Task<Visitor> SignedInAsync(string language, string login)
    {
        var visitor = await OpenAsync(language);
        await visitor.GoToAsync("/desk");
        await SignInAsync(visitor, login);
        return visitor;
    }

    private async Task SignInAsync(Visitor visitor, string login)
    {
        var (page, texts) = (visitor.Page, Catalogue.Desk(visitor.View.Language));
        await page.GetByLabel(texts["signin.login"], new() { Exact = true }).FillAsync(login);
        await page.GetByLabel(texts["signin.passphrase"], new() { Exact = true }).FillAsync(demo.SignInOf(login).Passphrase);
        await page.GetByLabel(texts["signin.code"], new() { Exact = true }).FillAsync(await demo.CodeAsync(login));
        await SubmitAsync(page);
        await Assertions.Expect(page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
    }

    /// <summary>Waits until every blob that has arrived was tried.</summary>
    private static Task SettledAsync(IPage page) => Assertions.Expect(page.Locator(".queue-count")).ToHaveTextAsync(
        new Regex("^[0-9]+ ", RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = 90_000 });

    private static Task GoAsync(IPage page, string view) =>
        page.Locator("nav.bar-nav").GetByRole(AriaRole.Button, new() { Name = view }).First.ClickAsync();

    private static async Task OpenCaseAsync(IPage page, string title)
    {
        await page.Locator("[data-case]").Filter(new() { HasText = title }).First.ClickAsync();
        await Assertions.Expect(page.Locator("#case-panel")).ToBeVisibleAsync(s_patiently);
    }

    /// <summary>On a phone the list is behind the case; on a wide screen both are there.</summary>
    private static async Task CloseCaseAsync(Visitor visitor, Catalogue texts)
    {
        var back = visitor.Page.GetByRole(AriaRole.Button, new() { Name = texts["case.back"], Exact = true });
        if (await back.IsVisibleAsync())
            await back.ClickAsync();
        await visitor.Page.Locator("[data-case]").First.WaitForAsync();
    }
}
