using System.Text;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task An_investigation_is_kept_with_its_files_and_a_report_leaves_the_source_out()
    {
        var texts = Catalogue.Desk("en");
        var reviewer = await OpenAsync(View.Laptop, demo.Origin);
        reviewer.ExpectComplaint("Failed to load resource");
        var page = reviewer.Page;
        await reviewer.GoToAsync("/desk");
        await SignInAsync(reviewer, "haddad");
        await SettledAsync(page);
        await OpenCaseAsync(page, "Sick notes");
        var words = await page.Locator(".letter-source .letter").First.InnerTextAsync();
        await page.Locator("#case-panel-investigation").ClickAsync();

        await PressAsync(page, texts["task.add"]);
        await page.GetByLabel(texts["task.what"], new() { Exact = true }).FillAsync("Ask payroll for the sick notes of May");
        // What is being typed outlives another tab and another case.
        await page.Locator("#case-panel-notes").ClickAsync();
        await OpenCaseAsync(page, Case);
        await OpenCaseAsync(page, "Sick notes");
        await page.Locator("#case-panel-investigation").ClickAsync();
        await Assertions.Expect(page.GetByLabel(texts["task.what"], new() { Exact = true })).ToHaveValueAsync("Ask payroll for the sick notes of May");
        await page.Locator(".record-form button[type=submit]").ClickAsync();
        await PressAsync(page, texts["task.done"], exact: false);
        await Assertions.Expect(page.Locator(".record-done")).ToContainTextAsync("Ask payroll");
        // One that is due stands in the list, and narrows it.
        await PressAsync(page, texts["task.add"]);
        await page.GetByLabel(texts["task.what"], new() { Exact = true }).FillAsync("Compare them with the rota");
        await page.GetByLabel(texts["task.due"], new() { Exact = true }).FillAsync(TimeProvider.System.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
        await page.Locator(".record-form button[type=submit]").ClickAsync();
        var due = page.Locator("[data-case]").Filter(new() { HasText = "Sick notes" });
        await Assertions.Expect(due).ToContainTextAsync(texts["duty.task"].Replace("{left}", "", StringComparison.Ordinal).Trim());
        await PressAsync(page, texts["filter.duty"], exact: false);
        await Assertions.Expect(page.Locator("[data-case]")).ToHaveCountAsync(1);
        await Assertions.Expect(due).ToBeVisibleAsync();
        await LookAsync(reviewer, "desk-03-tasks-due");
        await PressAsync(page, texts["filter.duty"], exact: false);

        await PressAsync(page, texts["evidence.add"]);
        await page.GetByLabel(texts["evidence.what"], new() { Exact = true }).FillAsync("Payroll export");
        await page.GetByLabel(texts["evidence.origin"], new() { Exact = true }).FillAsync("Payroll system");
        await page.Locator(".record-form input[type=file]").SetInputFilesAsync(new FilePayload { Name = "may.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("abc") });
        await page.Locator(".record-form button[type=submit]").ClickAsync();
        // The sum of "abc" from FIPS 180-4.
        await Assertions.Expect(page.Locator(".hashes code")).ToHaveTextAsync("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        var file = await page.RunAndWaitForDownloadAsync(() => page.Locator(".records .files button").First.ClickAsync());
        Assert.Equal("abc", await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken));
        await OpenCaseAsync(page, Case);
        await OpenCaseAsync(page, "Sick notes");
        await page.Locator("#case-panel-investigation").ClickAsync();
        await page.GetByText(texts["custody.file"].Replace("{names}", "may.csv", StringComparison.Ordinal)).First.WaitForAsync();

        await PressAsync(page, texts["report.open"]);
        await page.GetByLabel(texts["report.audience"], new() { Exact = true }).SelectOptionAsync("counsel");
        await page.GetByLabel(texts["report.recipient"], new() { Exact = true }).FillAsync("Chambers of A. Advocate");
        await page.GetByLabel(texts["report.ground"], new() { Exact = true }).FillAsync("Retainer of 3 March");
        // Recording is in the history itself: what is printed is what was recorded.
        await page.GetByLabel(texts["report.part.history"]).CheckAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = texts["report.print"], Exact = true })).ToHaveCountAsync(0);
        await PressAsync(page, texts["report.record"]);
        await page.GetByRole(AriaRole.Button, new() { Name = texts["report.print"], Exact = true }).WaitForAsync();
        await LookAsync(reviewer, "desk-14-report");
        var pdf = Pdf(await page.PdfAsync());
        Assert.Contains("Payroll export", pdf, StringComparison.Ordinal);
        Assert.Contains("Chambers of A. Advocate", pdf, StringComparison.Ordinal);
        Assert.DoesNotContain("Sick notes", pdf, StringComparison.Ordinal);
        Assert.DoesNotContain(string.Join(' ', words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Take(4)), pdf, StringComparison.Ordinal);
        await PressAsync(page, texts["report.done"]);
        await page.GetByText("Chambers of A. Advocate").First.WaitForAsync();
        await page.Locator("#case-panel-history").ClickAsync();
        await page.Locator(".timeline .timeline-ahead").First.WaitForAsync();
        await LookAsync(reviewer, "desk-05-case-timeline");

        // Words that stand in no title, in a case that was opened.
        await page.Locator("#search").FillAsync("payroll export");
        await page.Locator(".queue-line bdi").GetByText("Payroll export").First.WaitForAsync();
        await PressAsync(page, texts["search.read"]);
        await page.GetByText(texts["search.all"]).WaitForAsync(new() { Timeout = 60_000 });
        await CloseCaseAsync(reviewer, texts);
        await LookAsync(reviewer, "desk-03-search");
        // What this device has read is found again after the desk was locked, and no more once it is forgotten.
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["lock.now"]);
        await page.GetByLabel(texts["signin.passphrase"], new() { Exact = true }).FillAsync(demo.SignInOf("haddad").Passphrase);
        await PressAsync(page, texts["locked.unlock"]);
        await Assertions.Expect(page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
        await SettledAsync(page);
        await page.Locator("#search").FillAsync("payroll export");
        await page.Locator(".queue-line bdi").GetByText("Payroll export").First.WaitForAsync();
        await page.GetByText(texts["search.all"]).WaitForAsync();
        await PressAsync(page, texts["search.forget"]);
        await Assertions.Expect(page.Locator(".queue-line bdi")).ToHaveCountAsync(0);
        await PressAsync(page, texts["search.read"]);
        await page.GetByText(texts["search.all"]).WaitForAsync(new() { Timeout = 60_000 });
        await page.Locator("#search").FillAsync("");

        await PressAsync(page, texts["filter.unassigned"], exact: false);
        await PressAsync(page, texts["filter.save"]);
        await PressAsync(page, texts["filter.keep"]);
        await page.GetByText(texts["filter.name.wrong"].Replace("{max}", "60", StringComparison.Ordinal)).WaitForAsync();
        await page.GetByLabel(texts["filter.name"], new() { Exact = true }).FillAsync("Nobody's yet");
        await PressAsync(page, texts["filter.keep"]);
        var saved = page.GetByRole(AriaRole.Button, new() { Name = "Nobody's yet", Exact = true });
        await Assertions.Expect(saved).ToHaveAttributeAsync("aria-pressed", "true");
        await LookAsync(reviewer, "desk-03-filter-saved");
        await saved.ClickAsync();
        await Assertions.Expect(saved).ToHaveAttributeAsync("aria-pressed", "false");

        await PressAsync(page, texts["bulk.begin"]);
        // Two that no other test judges by their labels.
        string[] two = ["Sick notes", "Gifts from a forwarding"];
        foreach (var title in two)
            await Pick(title).CheckAsync();
        await page.GetByText(texts["bulk.chosen.other"].Replace("{count}", "2", StringComparison.Ordinal)).WaitForAsync();
        await LookAsync(reviewer, "desk-03-several");
        foreach (var (act, choice) in ((string, int)[])[("severity", 3), ("category", 2), ("assign", 1)])
        {
            if (await page.Locator(".queue-pick input:checked").CountAsync() == 0)
            {
                foreach (var title in two)
                    await Pick(title).CheckAsync();
            }
            await page.GetByLabel(texts["bulk.act"], new() { Exact = true }).SelectOptionAsync(act);
            await page.Locator(".bulk select").Last.SelectOptionAsync(new SelectOptionValue { Index = choice });
            await LookAsync(reviewer, "desk-03-several-" + act);
            await PressAsync(page, texts["bulk." + act]);
            await Assertions.Expect(page.Locator(".queue-pick input:checked")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
            await page.GetByText(texts["bulk.done"].Replace("{done}", "2", StringComparison.Ordinal).Replace("{of}", "2", StringComparison.Ordinal)).WaitForAsync(s_patientlyWait);
        }
        // Both say so now: how grave they are, and whose.
        await Assertions.Expect(page.Locator("[data-case]").Filter(new() { HasText = $"· {texts["people.you"]}" }).Filter(new() { Has = page.Locator(".severity").GetByText("Medium") })).ToHaveCountAsync(2);
        await PressAsync(page, texts["bulk.end"]);

        ILocator Pick(string title) => page.Locator(".queue-row").Filter(new() { HasText = title }).Locator(".queue-pick input");
    }

    private static readonly LocatorWaitForOptions s_patientlyWait = new() { Timeout = 60_000 };

    private static string Pdf(byte[] bytes)
    {
        using var document = UglyToad.PdfPig.PdfDocument.Open(bytes);
        return string.Join(' ', document.GetPages().SelectMany(page => page.GetWords()).Select(word => word.Text));
    }

    private static async Task LookAtInvestigationAsync(Visitor lead, Catalogue texts)
    {
        var page = lead.Page;
        await page.Locator("#case-panel-investigation").ClickAsync();
        foreach (var form in (string[])["task", "interview", "evidence", "link", "protection"])
        {
            await PressAsync(page, texts[form + ".add"]);
            await page.Locator(".record-form button[type=submit]").ClickAsync();
            await page.Locator(".record-form .field-error").First.WaitForAsync();
            await LookAsync(lead, "desk-06-" + form);
            await page.Locator(".record-form").GetByRole(AriaRole.Button, new() { Name = texts["cancel"], Exact = true }).ClickAsync();
        }
        await PressAsync(page, texts["report.open"]);
        await HeadingAsync(page, texts["report.title"]);
        await page.GetByText(texts["report.why.letters"]).WaitForAsync();
        await PressAsync(page, texts["report.record"]);
        await LookAsync(lead, "desk-14-report-missing");
        await PressAsync(page, texts["summary.back"]);
        await PressAsync(page, texts["access.open"]);
        await HeadingAsync(page, texts["access.title"]);
        await page.GetByLabel(texts["access.names"], new() { Exact = true }).FillAsync("P40");
        await PressAsync(page, texts["access.useTemplate"]);
        await PressAsync(page, texts["access.save"]);
        await LookAsync(lead, "desk-15-access");
        await PressAsync(page, texts["summary.back"]);
        await page.Locator("#case-panel-conversation").ClickAsync();
    }
}
