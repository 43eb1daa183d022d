using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task A_custodian_gives_a_name_that_the_source_left_and_is_shown_it_on_no_page()
    {
        const string name = "Nadia Brandt";
        var texts = Catalogue.Desk("en");
        var reviewer = await OpenAsync(View.Laptop, demo.Origin);
        reviewer.ExpectComplaint("Failed to load resource");
        var page = reviewer.Page;
        await reviewer.GoToAsync("/desk");
        await SignInAsync(reviewer, "lindqvist");
        await SettledAsync(page);
        await OpenCaseAsync(page, "Pressure to sign");
        await PressAsync(page, texts["identity.ask"]);
        await page.GetByLabel(texts["identity.letter"], new() { Exact = true }).FillAsync("");
        await PressAsync(page, texts["identity.send.tell"]);
        await page.GetByText(texts["identity.letter.missing"]).WaitForAsync();
        await LookAsync(reviewer, "desk-17-identity-missing");
        await page.GetByLabel(texts["identity.reason.label"], new() { Exact = true }).FillAsync("The works council needs a witness.");
        await page.GetByLabel(texts["identity.letter"], new() { Exact = true }).FillAsync("We ask the notary for your name, since we need a witness.");
        await LookAsync(reviewer, "desk-17-identity-ask");
        await PressAsync(page, texts["identity.send.tell"]);
        await page.GetByText(texts["identity.state.waiting"]).WaitForAsync();
        await Assertions.Expect(page.Locator("#case-panel")).ToContainTextAsync("We ask the notary for your name");
        await LookAsync(reviewer, "desk-17-identity-waiting");

        var custodian = await CustodianAsync();
        await custodian.Page.GetByText("The works council needs a witness.").WaitForAsync();
        await custodian.Page.GetByText("We ask the notary for your name").WaitForAsync();
        await LookAsync(custodian, "desk-11-identity");
        await PressInAsync(custodian.Page, "works council", texts["identities.refuse"]);
        await PressAsync(custodian.Page, texts["identities.refuse.confirm"]);
        await custodian.Page.GetByText(texts["identities.refuse.missing"]).WaitForAsync();
        await LookAsync(custodian, "desk-11-identity-refuse");
        await custodian.Page.GetByLabel(texts["identities.refuse.reason"], new() { Exact = true }).FillAsync("Ask the source itself.");
        await PressAsync(custodian.Page, texts["identities.refuse.confirm"]);
        await custodian.Page.Locator(".notice-title").GetByText(texts["identities.done.refused"]).WaitForAsync();
        await Assertions.Expect(custodian.Page.GetByText("The works council needs a witness.")).ToHaveCountAsync(0);

        await AgainAsync();
        await page.GetByText("Ask the source itself.").WaitForAsync();
        await PressAsync(page, texts["identity.again"]);
        await page.GetByLabel(texts["identity.reason.label"], new() { Exact = true }).FillAsync("A court asks for the witness.");
        await page.GetByLabel(texts["identity.way.override"]).CheckAsync();
        await page.GetByLabel(texts["identity.ground.label"], new() { Exact = true }).FillAsync("The accused reads the source's screen.");
        await LookAsync(reviewer, "desk-17-identity-override");
        await PressAsync(page, texts["identity.send.override"]);
        await page.GetByText(texts["identity.state.waiting"]).WaitForAsync();

        custodian = await CustodianAsync();
        await custodian.Page.GetByText("The accused reads the source's screen.").WaitForAsync();
        await PressInAsync(custodian.Page, "A court asks", texts["identities.release"]);
        await custodian.Page.GetByText(texts["identities.release.effect"]).WaitForAsync();
        await LookAsync(custodian, "desk-11-identity-untold");
        await PressAsync(custodian.Page, texts["identities.release.confirm"]);
        await custodian.Page.Locator(".notice-title").GetByText(texts["identities.done.released"]).WaitForAsync();
        Assert.DoesNotContain(name, await custodian.Page.ContentAsync(), StringComparison.Ordinal);

        await AgainAsync();
        await page.Locator("summary").GetByText(texts["identity.show"]).ClickAsync();
        await page.GetByText(name, new() { Exact = true }).WaitForAsync();
        await LookAsync(reviewer, "desk-17-identity-given");
        await page.Locator("#case-panel-history").ClickAsync();
        await page.GetByText(texts["act.identity.requested-untold"]).WaitForAsync();
        await page.GetByText(texts["act.identity.answered"]).First.WaitForAsync();

        async Task AgainAsync()
        {
            // One that this person has not opened.
            await page.Locator("[data-case]").Filter(new() { HasText = "Sick notes" }).First.ClickAsync();
            await HeadingAsync(page, texts["conflict.title"]);
            await OpenCaseAsync(page, "Pressure to sign");
        }

        async Task<Visitor> CustodianAsync()
        {
            var visitor = await OpenAsync("en");
            visitor.ExpectComplaint("Failed to load resource");
            await visitor.GoToAsync("/desk");
            await SignInAsync(visitor, "fontaine");
            await HeadingAsync(visitor.Page, texts["identities.title"]);
            return visitor;
        }
    }

    /// <summary>The demo has a request of its own, which stays.</summary>
    private static Task PressInAsync(IPage page, string request, string button) =>
        page.Locator("article.card").Filter(new() { HasText = request }).GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
}
