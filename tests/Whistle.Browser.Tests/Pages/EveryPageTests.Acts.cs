using System.Text;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    private const string Case = "Abwertende Bemerkungen";

    [Fact]
    public async Task What_a_reviewer_does_with_a_case_is_there_again_after_a_reload()
    {
        var texts = Catalogue.Desk("en");
        var reviewer = await OpenAsync(View.Laptop, demo.Origin);
        reviewer.ExpectComplaint("Failed to load resource");
        var page = reviewer.Page;
        await reviewer.GoToAsync("/desk");
        await SignInAsync(reviewer, "haddad");
        await SettledAsync(page);
        await OpenCaseAsync(page, Case);
        await page.GetByLabel(texts["labels.severity"], new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "Critical" });
        await Assertions.Expect(page.Locator("[data-case]").Filter(new() { HasText = Case })).ToContainTextAsync("Critical");
        await page.GetByLabel(texts["labels.category"], new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Index = 2 });
        await PressAsync(page, texts["people.take"], exact: false);
        await Assertions.Expect(page.Locator(".people li").Filter(new() { HasText = texts["people.you"] })).ToContainTextAsync(texts["people.has"]);

        await page.Locator("#case-panel-notes").ClickAsync();
        await page.Locator(".composer-note textarea").FillAsync("Ask the night shift lead for the rota.");
        await page.Locator(".composer-note button[type=submit]").ClickAsync();
        await Assertions.Expect(page.Locator(".note-card").Filter(new() { HasText = "Ask the night shift lead" })).ToHaveCountAsync(1);
        await page.Locator("#case-panel-conversation").ClickAsync();

        // Closing takes a second person; what was written for it is kept until it was sent.
        await PressAsync(page, texts["closing.begin"]);
        await page.GetByLabel(texts["outcome.partly"], new() { Exact = true }).CheckAsync();
        await page.GetByLabel(texts["closing.text"], new() { Exact = true }).FillAsync("The rota was uneven, and is even now.");
        await page.Locator(".closing").GetByText(texts["draft.saved"]).WaitForAsync();
        await OpenCaseAsync(page, "Sick notes");
        await OpenCaseAsync(page, Case);
        await Assertions.Expect(page.GetByLabel(texts["closing.text"], new() { Exact = true })).ToHaveValueAsync("The rota was uneven, and is even now.");
        await page.GetByLabel(texts["outcome.partly"], new() { Exact = true }).CheckAsync();
        await page.GetByLabel(texts["closing.keep.standard"]).CheckAsync();
        await page.GetByLabel("Jonas Weber").CheckAsync();
        await PressAsync(page, texts["closing.propose"]);
        await page.Locator(".closing").GetByText("Jonas Weber").WaitForAsync();
        await LookAsync(reviewer, "desk-06-closing-waits");
        await ApproveClosingAsync(texts, "The rota was uneven");
        await OpenCaseAsync(page, "Sick notes");
        await OpenCaseAsync(page, Case);
        await PressAsync(page, texts["move.closed"]);
        await Assertions.Expect(page.Locator(".state-now")).ToContainTextAsync(texts["state.closed"]);
        await LookAsync(reviewer, "desk-06-closed");
        await page.Locator(".state").GetByRole(AriaRole.Button, new() { Name = texts["move.reopened"], Exact = true }).ClickAsync();
        await page.Locator(".state-ask .button").First.ClickAsync();
        await page.GetByText(texts["move.reasonMissing"]).WaitForAsync();
        await page.Locator("#move-reason").FillAsync("The rota of May is uneven again.");
        await page.Locator(".state-ask .button").First.ClickAsync();
        await Assertions.Expect(page.Locator(".state-now")).ToContainTextAsync(texts["state.reopened"]);

        await page.Locator(".composer-reply textarea").FillAsync("A draft that is not finished");
        await page.GetByText(texts["draft.saved"]).WaitForAsync();
        await reviewer.GoToAsync("/desk");
        await SignInAsync(reviewer, "haddad");
        await SettledAsync(page);
        await OpenCaseAsync(page, Case);
        await Assertions.Expect(page.Locator(".composer-reply textarea")).ToHaveValueAsync("A draft that is not finished");

        // Neither the other draft, nor what was typed a moment ago, nor the chosen file is lost on the way.
        await page.Locator(".composer-reply input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "form.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("a form") });
        await page.Locator("#case-panel-notes").ClickAsync();
        await page.Locator(".composer-note textarea").FillAsync("A note that is not finished");
        await OpenCaseAsync(page, "Sick notes");
        await OpenCaseAsync(page, Case);
        await Assertions.Expect(page.Locator(".composer-reply textarea")).ToHaveValueAsync("A draft that is not finished");
        await Assertions.Expect(page.Locator(".composer-reply .files")).ToContainTextAsync("form.txt");
        await page.Locator("#case-panel-notes").ClickAsync();
        await Assertions.Expect(page.Locator(".composer-note textarea")).ToHaveValueAsync("A note that is not finished");
        await page.Locator(".composer-note textarea").FillAsync("A note, typed just before locking");
        await PressAsync(page, texts["summary.open"]);
        await page.GetByLabel(texts["summary.titleField"], new() { Exact = true }).FillAsync("A summary that is not finished");
        await PressAsync(page, texts["summary.back"]);
        await page.GetByRole(AriaRole.Button, new() { Name = texts["filter.week"], Exact = true }).ClickAsync();

        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["lock.now"]);
        await HeadingAsync(page, texts["locked.title"]);
        Assert.DoesNotContain(Case, await page.ContentAsync(), StringComparison.Ordinal);
        await page.GetByLabel(texts["signin.passphrase"], new() { Exact = true }).FillAsync(demo.SignInOf("haddad").Passphrase);
        await PressAsync(page, texts["locked.unlock"]);
        await Assertions.Expect(page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
        await SettledAsync(page);
        var week = page.GetByRole(AriaRole.Button, new() { Name = texts["filter.week"], Exact = true });
        await Assertions.Expect(week).ToHaveAttributeAsync("aria-pressed", "true");
        await week.ClickAsync();
        await OpenCaseAsync(page, Case);
        await Assertions.Expect(page.Locator(".composer-reply textarea")).ToHaveValueAsync("A draft that is not finished");
        await page.Locator("#case-panel-notes").ClickAsync();
        await Assertions.Expect(page.Locator(".composer-note textarea")).ToHaveValueAsync("A note, typed just before locking");
        await PressAsync(page, texts["summary.open"]);
        await Assertions.Expect(page.GetByLabel(texts["summary.titleField"], new() { Exact = true })).ToHaveValueAsync("A summary that is not finished");
        await PressAsync(page, texts["summary.back"]);
        await Assertions.Expect(page.Locator("[data-case]").Filter(new() { HasText = Case })).ToContainTextAsync("Critical");

        await OpenCaseAsync(page, "Gifts from a forwarding company");
        await PressAsync(page, texts["grant.open"]);
        // Everybody who reads the channel has it already, and nobody else may be given it, though the demo has more people.
        await page.GetByText(texts["grant.nobody"]).WaitForAsync();

        await OpenCaseAsync(page, "Sick notes");
        await page.Locator("#case-panel-files").ClickAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => page.Locator(".files button").First.ClickAsync());
        Assert.True(new FileInfo(await file.PathAsync()).Length > 0);
    }

    [Fact]
    public async Task Nobody_leaves_a_draft_that_the_server_did_not_take_without_being_asked()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await OpenCaseAsync(page, "P40");
        await page.RouteAsync("**/drafts/*", route => string.Equals(route.Request.Method, "PUT", StringComparison.Ordinal) ? route.AbortAsync() : route.ContinueAsync());
        await page.Locator(".composer-reply textarea").FillAsync("Words that must not be lost");
        await page.GetByText(texts["draft.failed"]).WaitForAsync();

        var dialog = page.Locator("dialog.dialog");
        await page.EvaluateAsync("history.back()");
        await dialog.WaitForAsync();
        await LookAsync(lead, "desk-06-draft-unsaved");
        await PressAsync(page, texts["draft.again"]);
        await dialog.GetByText(texts["draft.failed"]).WaitForAsync();
        await PressAsync(page, texts["draft.stay"]);
        await Assertions.Expect(page.Locator(".composer-reply textarea")).ToHaveValueAsync("Words that must not be lost");

        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["signout"]);
        await dialog.WaitForAsync();
        await page.UnrouteAllAsync();
        await PressAsync(page, texts["draft.again"]);
        await HeadingAsync(page, texts["signin.title"]);
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await OpenCaseAsync(page, "P40");
        await Assertions.Expect(page.Locator(".composer-reply textarea")).ToHaveValueAsync("Words that must not be lost");
        await page.Locator(".composer-reply textarea").FillAsync("");
    }

    [Fact]
    public async Task An_approver_sees_what_is_different_from_the_summary_that_was_sent_back()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(lead.Page);
        await OpenCaseAsync(lead.Page, "P40");
        foreach (var (title, text) in ((string, string)[])[("First try", "The valve was not tested in spring."), ("Second try", "The valve was not tested.")])
        {
            await PressAsync(lead.Page, texts["summary.open"]);
            await lead.Page.GetByLabel(texts["summary.titleField"], new() { Exact = true }).FillAsync(title);
            await lead.Page.GetByLabel(texts["summary.textField"], new() { Exact = true }).FillAsync(text);
            await lead.Page.GetByLabel("Jonas Weber").CheckAsync();
            await PressAsync(lead.Page, texts["summary.propose"]);
            await lead.Page.Locator("#case-heading").WaitForAsync();
        }

        var approver = await OpenAsync(View.Laptop, demo.Origin);
        approver.ExpectComplaint("Failed to load resource");
        var page = approver.Page;
        await approver.GoToAsync("/desk");
        await SignInAsync(approver, "weber");
        await ReadAsync("First try");
        Assert.Equal(0, await page.Locator(".diff").CountAsync());
        await PressAsync(page, texts["approvals.refuse"]);
        await page.GetByLabel(texts["refusal.not-accurate"]).CheckAsync();
        await PressAsync(page, texts["approvals.refuseConfirm"]);
        await page.Locator(".notice").GetByText(texts["approvals.state.refused"]).WaitForAsync();
        await PressAsync(page, texts["approvals.back"]);
        await ReadAsync("Second try");
        await Assertions.Expect(page.Locator(".diff del")).ToContainTextAsync("in spring");
        await LookAsync(approver, "desk-10-approval-changes");

        async Task ReadAsync(string title)
        {
            await page.Locator("main ul.plain-list .card").Filter(new() { HasText = title }).GetByRole(AriaRole.Button).ClickAsync();
            await HeadingAsync(page, title);
        }
    }

    [Fact]
    public async Task Who_signs_out_while_the_desk_unlocks_does_not_find_it_open_afterwards()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["lock.now"]);
        await HeadingAsync(page, texts["locked.title"]);

        // The answer to the last question of the unlocking waits until the person has signed out.
        var (asked, leftAlready) = (new TaskCompletionSource(), new TaskCompletionSource());
        await page.RouteAsync("**/api/source/directory", async route =>
        {
            var answer = await route.FetchAsync();
            asked.TrySetResult();
            await leftAlready.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        await page.GetByLabel(texts["signin.passphrase"], new() { Exact = true }).FillAsync(demo.SignInOf("moreau").Passphrase);
        await PressAsync(page, texts["locked.unlock"]);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await PressAsync(page, texts["signout"]);
        await HeadingAsync(page, texts["signin.title"]);
        leftAlready.SetResult();
        await page.WaitForTimeoutAsync(1500);
        Assert.Equal(0, await page.Locator("header.bar").CountAsync());
        await HeadingAsync(page, texts["signin.title"]);
    }

    [Fact]
    public async Task An_admin_changes_a_channel_has_it_signed_and_exports_what_an_auditor_then_sees()
    {
        var texts = Catalogue.Desk("en");
        var admin = await SignedInAsync("en", "okafor");
        var page = admin.Page;
        await GoAsync(page, texts["admin.channels.title"]);
        await PressAsync(page, texts["admin.channels.edit"], exact: false);
        await page.GetByLabel(texts["admin.channels.entity"], new() { Exact = true }).FillAsync("Meridian Holding SE");
        await SubmitAsync(page);
        await page.GetByText(texts["admin.channels.saved"]).WaitForAsync();

        await GoAsync(page, texts["directory.title"]);
        await PressAsync(page, texts["directory.build"]);
        await page.Locator("#next-heading").WaitForAsync();
        await Assertions.Expect(page.Locator("section[aria-labelledby=next-heading]")).ToContainTextAsync("Meridian Holding SE");
        // A browser that nobody compared with paper signs nothing.
        Assert.Equal(0, await page.GetByLabel(texts["directory.keyFile"], new() { Exact = true }).CountAsync());
        await LookAsync(admin, "desk-14-directory-compare");
        await PressAsync(page, texts["directory.compare.same"]);
        await LookAsync(admin, "desk-14-directory-next");
        await page.GetByLabel(texts["directory.keyFile"], new() { Exact = true }).SetInputFilesAsync(demo.RootKeyFile);
        await page.GetByLabel(texts["directory.keyPassphrase"], new() { Exact = true }).FillAsync(demo.Record.RootPassphrase!);
        await PressAsync(page, texts["directory.signAct"]);
        await Assertions.Expect(page.GetByText(texts["directory.published"])).ToBeVisibleAsync(s_patiently);
        await Assertions.Expect(page.Locator("#next-heading")).ToHaveCountAsync(0);

        await GoAsync(page, texts["released.title"]);
        var summary = await page.Locator("main ul.plain-list .card h2").First.InnerTextAsync();
        foreach (var (format, start) in ((string, string)[])[("CSV", ""), ("JSON", "{"), ("PDF", "%PDF-")])
            await ExportAsync(page, texts, format, start, summary);

        var auditor = await SignedInAsync("en", "solberg");
        await Assertions.Expect(auditor.Page.Locator("table").First).ToContainTextAsync(texts["act.export.made"]);
        await GoAsync(auditor.Page, texts["exports.title"]);
        await Assertions.Expect(auditor.Page.Locator("table tbody tr")).ToHaveCountAsync(3);
        await LookAsync(auditor, "desk-16-exports-made");
    }

    /// <summary>The approver reads the closing, and nothing else of the case, and approves it.</summary>
    private async Task ApproveClosingAsync(Catalogue texts, string reason)
    {
        var approver = await OpenAsync(View.Laptop, demo.Origin);
        approver.ExpectComplaint("Failed to load resource");
        await approver.GoToAsync("/desk");
        await SignInAsync(approver, "weber");
        var waiting = approver.Page.Locator("main ul.plain-list .card").Filter(new() { HasText = texts["approvals.kind.closing"] })
            .Filter(new() { HasText = texts["approvals.state.proposed"] });
        await waiting.GetByRole(AriaRole.Button).ClickAsync();
        await approver.Page.GetByText(reason).WaitForAsync();
        await LookAsync(approver, "desk-10-approval-closing");
        await PressAsync(approver.Page, texts["closing.approve"]);
        await approver.Page.GetByText(texts["closing.approved"]).First.WaitForAsync();
    }

    private static async Task ExportAsync(IPage page, Catalogue texts, string format, string start, string summary)
    {
        var file = await page.RunAndWaitForDownloadAsync(() => PressAsync(page, texts["released.exportAs", ("format", format)]));
        var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(await file.PathAsync()));
        Assert.StartsWith(start, text.TrimStart('\u00EF', '\u00BB', '\u00BF'), StringComparison.Ordinal);
        if (format is not "PDF")
            Assert.Contains(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(summary)), text, StringComparison.Ordinal);
    }
}
