using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

[CollectionDefinition]
public sealed class JobTests : ICollectionFixture<World>, ICollectionFixture<TheJob>;

/// <summary>
/// The whole main job, once, in real Chromium against a real server: what follows asks what came of it, what was on the
/// wire, and what a seizure would find.
/// </summary>
public sealed partial class TheJob
{
    private bool _tried;

    internal string[] Words { get; private set; } = [];

    internal byte[] Pdf { get; private set; } = [];

    internal string CaseId { get; private set; } = "";

    /// <summary>What the left-out reviewer got for this case, and for one that never was.</summary>
    internal IReadOnlyList<(string Path, string About, string Unknown)> AnswersToTheLeftOut { get; private set; } = [];

    /// <summary>What the pages complained of until the job was done; what comes later, when a server is stopped, is no fault of theirs.</summary>
    internal IReadOnlyList<string> Complaints { get; private set; } = [];

    /// <summary>What pages wrote for people: the text of a template, how and when a report reached the team, why somebody stepped back.</summary>
    internal List<string> Sentences { get; } = [];

    /// <summary>What the browsers of the desk keep of it, once the reviewer had locked theirs.</summary>
    internal List<(string Person, byte[] Bytes)> Kept { get; } = [];

    internal bool IsDone { get; private set; }

    /// <summary>Does it at the first call.</summary>
    internal async Task DoAsync(World world)
    {
        await world.MakeAsync();
        try
        {
            if (IsDone)
                return;
            Assert.False(_tried, "The job broke for an earlier test; see there.");
            _tried = true;
            await RunAsync(world);
            Complaints = [.. world.Complaints];
            IsDone = true;
        }
        catch
        {
            await world.PictureAllAsync("job");
            throw;
        }
    }

    private async Task RunAsync(World world)
    {
        await TellAsync(world);
        await Task.WhenAll(world.Reviewer.SignInAsync(), world.LeftOut.SignInAsync());
        await OpenAndAcknowledgeAsync(world.Reviewer);
        CaseId = world.Proxy.Requests.Select(r => r.Url).First(u => u.EndsWith("/claim", StringComparison.Ordinal)).Split('/')[^2];
        await LookAsLeftOutAsync(world.LeftOut);
        await ComeBackAsync(world);
        await WorkAsync(world.Reviewer);
        await IdentifyAsync(world);
        await ProposeAsync(world.Reviewer);
        await ApproveAsync(world.Approver);
        await ExportAsync(world.Admin);
        await PurgeAsync(world.Reviewer, world.Approver);
        await CloseAsync(world.Reviewer, world.Approver);
        await world.Reviewer.LockAndUnlockAsync();
        foreach (var person in new[] { world.Reviewer, world.LeftOut, world.Approver, world.Admin })
            Kept.Add((person.Name, await person.KeptAsync()));
        await FileAndStepBackAsync(world.Lead);
        Assert.Equal(4, Sentences.Count);
    }

    private async Task TellAsync(World world)
    {
        var source = await world.SourceAsync(View.Phone);
        await source.StartWritingAsync(World.Channel, judge: true);
        await source.AnswerAsync(Sentinels.Title, Sentinels.Report, Sentinels.Where, judge: true);
        await source.Page.Locator("#files").SetInputFilesAsync(new FilePayload
        {
            Name = Sentinels.FileName,
            MimeType = "text/csv",
            Buffer = System.Text.Encoding.UTF8.GetBytes(Sentinels.FileContent),
        });
        await source.SeesAsync(Sentinels.FileName);
        await source.Visitor.JudgeAsync("source-5-files");
        await source.ChooseAsync(without: world.LeftOut.Name, identity: (Sentinels.GivenName, Sentinels.Contact), judge: true);
        await source.SeesAsync(Sentinels.Secret);
        await source.Page.Locator("#copy").CheckAsync();
        await source.Visitor.JudgeAsync("source-8-check");
        Words = await source.SendAsync(World.Channel);
        await source.Visitor.JudgeAsync("source-10-words");
        await source.RepeatWordsAsync(Words, judge: true);
        await source.SeesAsync(source.Texts["done.how"]);
        await source.Visitor.JudgeAsync("source-12-done");
        Assert.Empty(await source.Visitor.Context.CookiesAsync());
        Assert.Equal(0, await source.Page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
        await source.Visitor.Context.CloseAsync();
    }

    private async Task OpenAndAcknowledgeAsync(DeskPerson reviewer)
    {
        var rows = await reviewer.RowsAsync(1);
        await reviewer.SeesAsync(Sentinels.Title);
        await reviewer.Visitor.JudgeAsync("desk-queue");
        await rows.First.ClickAsync();
        await reviewer.SeesAsync(reviewer.Texts["conflict.title"]);
        Assert.Equal(0, await reviewer.Page.GetByText(Sentinels.Named).CountAsync());
        await reviewer.Visitor.JudgeAsync("desk-conflict");
        await reviewer.PressAsync("conflict.none");
        await reviewer.SeesAsync(Sentinels.Secret);
        await reviewer.SeesAsync(Sentinels.Where);
        await reviewer.Visitor.JudgeAsync("desk-case");

        var file = await reviewer.Page.RunAndWaitForDownloadAsync(() => reviewer.Page.GetByRole(
            AriaRole.Button, new() { Name = $"{reviewer.Texts["file.save"]} {Sentinels.FileName}" }).First.ClickAsync());
        Assert.Equal(Sentinels.FileName, file.SuggestedFilename);
        Assert.Equal(Sentinels.FileContent, await File.ReadAllTextAsync((await file.PathAsync())!));

        var letter = reviewer.Page.Locator(".composer-reply textarea").First;
        await reviewer.PressAsync("template.insert");
        var template = await letter.InputValueAsync();
        Assert.True(template.Length > 40);
        Sentences.Add(template);
        await letter.FillAsync($"{Sentinels.Reply}\n\n{template}");
        await reviewer.Page.Locator(".composer-reply summary").ClickAsync();
        await reviewer.PressAsync("questions.add");
        await reviewer.PressAsync("reply.send");
        await reviewer.SeesAsync(reviewer.Texts["questions.wrong"]);
        await reviewer.Field("questions.label").FillAsync(Sentinels.Question);
        await reviewer.Field("questions.type").SelectOptionAsync("choice");
        await reviewer.Field("questions.options").FillAsync($"{Sentinels.Option}\nsomebody else");
        await reviewer.SeesAsync(reviewer.Texts["draft.saved"]);
        await reviewer.Visitor.JudgeAsync("desk-questions");
        await reviewer.PressAsync("reply.send");
        await reviewer.SeesAsync(reviewer.Texts["reply.sent"]);
        await Assertions.Expect(reviewer.Page.Locator(".state-now")).ToContainTextAsync(reviewer.Texts["state.acknowledged"]);
    }

    private async Task LookAsLeftOutAsync(DeskPerson leftOut)
    {
        await leftOut.LockAndUnlockAsync("desk-locked");
        await leftOut.RowsAsync(0);
        await leftOut.SeesAsync(leftOut.Texts["empty.queue.title"]);
        await leftOut.Visitor.JudgeAsync("desk-queue-empty");
        Assert.Equal(0, await leftOut.Page.GetByText(Sentinels.Title).CountAsync());
        var never = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        var answers = new List<(string, string, string)>();
        foreach (var path in new[] { "/api/desk/cases/{0}", "/api/desk/cases/{0}/drafts/reply", "/api/desk/cases/{0}/attachments/" + never })
            answers.Add((path, await WholeAsync(leftOut, path.Replace("{0}", CaseId, StringComparison.Ordinal)), await WholeAsync(leftOut, path.Replace("{0}", never, StringComparison.Ordinal))));
        AnswersToTheLeftOut = answers;
    }

    /// <summary>Status, headers but Date, and body.</summary>
    private static async Task<string> WholeAsync(DeskPerson person, string path)
    {
        var answer = await person.Visitor.Context.APIRequest.GetAsync(path, new() { Headers = [new("X-Whistle", "desk")] });
        var headers = answer.Headers.Where(h => !string.Equals(h.Key, "date", StringComparison.OrdinalIgnoreCase)).Select(h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal);
        return $"{answer.Status}\n{string.Join('\n', headers)}\n{await answer.TextAsync()}";
    }

    private async Task ComeBackAsync(World world)
    {
        var source = await world.SourceAsync(View.Phone with { Language = "ar" });
        // As it was copied from paper: capitals, numbers and line breaks.
        await source.ComeBackAsync(string.Join('\n', Words.Select((w, i) => $"{i + 1}. {w.ToUpperInvariant()}")));
        await source.SeesAsync(Sentinels.Reply);
        await source.SeesAsync(source.Texts["letter.verified"]);
        await source.SeesAsync(Sentinels.Secret);
        await source.SeesAsync(source.Texts["letter.match"]);
        await source.SeesAsync(source.Texts["log.logged"]);
        Assert.Equal(0, await source.Page.GetByText(source.Texts["log.broken"]).CountAsync());
        Assert.Equal(0, await source.Page.GetByText(source.Texts["letter.unverified"]).CountAsync());
        Assert.Equal(0, await source.Page.GetByText(source.Texts["mail.gap"]).CountAsync());
        await source.Visitor.JudgeAsync("source-13-mailbox");
        await source.SeesAsync(Sentinels.Question);
        await source.Page.GetByLabel(Sentinels.Option, new() { Exact = true }).CheckAsync();
        await source.Page.Locator("#letter").FillAsync(Sentinels.Answer);
        await source.Page.Locator(".write details > summary").ClickAsync();
        await source.Page.Locator("#letter-files").SetInputFilesAsync(new FilePayload
        {
            Name = Sentinels.LetterFile,
            MimeType = "text/plain",
            Buffer = System.Text.Encoding.UTF8.GetBytes(Sentinels.LetterFileContent),
        });
        await source.SeesAsync(Sentinels.LetterFile);
        await source.PressAsync("mail.write.send");
        await source.SeesAsync(source.Texts["mail.write.sent"]);
        await source.Visitor.JudgeAsync("source-14-answered");
        await source.Visitor.Context.CloseAsync();
    }

    private static async Task WorkAsync(DeskPerson reviewer)
    {
        for (var turn = 0; ; turn++)
        {
            await reviewer.LockAndUnlockAsync();
            await (await reviewer.RowsAsync(1)).First.ClickAsync();
            await reviewer.SeesAsync(Sentinels.Reply);
            if (await reviewer.Page.GetByText(Sentinels.Answer).CountAsync() > 0 || turn == 4)
                break;
            await Task.Delay(1_500); // a follow-up comes with the next batch
        }
        await reviewer.SeesAsync(Sentinels.Answer);
        await reviewer.SeesAsync(Sentinels.LetterFile);
        await Assertions.Expect(reviewer.Page.Locator(".letter-source .answers dd").GetByText(Sentinels.Option, new() { Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(reviewer.Page.Locator(".letter-team").First).ToContainTextAsync(reviewer.Texts["letter.received"].Split('{')[0]);
        await reviewer.Page.Locator(".letter-source .translations button").Last.ClickAsync();
        await reviewer.Field("translation.text").FillAsync(Sentinels.Translation);
        await reviewer.PressAsync("translation.save");
        await Assertions.Expect(reviewer.Page.Locator(".translation")).ToContainTextAsync(Sentinels.Translation);
        await reviewer.Visitor.JudgeAsync("desk-translation");

        await reviewer.Page.GetByRole(AriaRole.Tab, new() { Name = reviewer.Texts["case.notes"] }).ClickAsync();
        await reviewer.Page.Locator(".composer-note textarea").FillAsync(Sentinels.Note);
        await reviewer.PressAsync("note.save");
        await Assertions.Expect(reviewer.Page.Locator(".note-card")).ToContainTextAsync(Sentinels.Note);
        await reviewer.Visitor.JudgeAsync("desk-notes");

        await reviewer.Page.GetByRole(AriaRole.Tab, new() { Name = reviewer.Texts["case.investigation"] }).ClickAsync();
        await reviewer.PressAsync("interview.add");
        await reviewer.Page.GetByLabel(reviewer.Texts["interview.who"], new() { Exact = true }).FillAsync(Sentinels.Interviewee);
        await reviewer.Page.GetByLabel(reviewer.Texts["interview.role"], new() { Exact = true }).SelectOptionAsync("witness");
        await reviewer.Page.GetByLabel(reviewer.Texts["interview.text"], new() { Exact = true }).FillAsync(Sentinels.Interview);
        await reviewer.Page.Locator(".record-form input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = Sentinels.EvidenceFile, MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(Sentinels.EvidenceFileContent) });
        await reviewer.Page.Locator(".record-form button[type=submit]").ClickAsync();
        await Assertions.Expect(reviewer.Page.Locator(".records .files")).ToContainTextAsync(Sentinels.EvidenceFile);
        await reviewer.Visitor.JudgeAsync("desk-investigation");

        await reviewer.PressAsync("move.in-review");
        await reviewer.Page.Locator(".state-ask").GetByRole(AriaRole.Button, new() { Name = reviewer.Texts["move.in-review"] }).ClickAsync();
        await Assertions.Expect(reviewer.Page.Locator(".state-now")).ToContainTextAsync(reviewer.Texts["state.in-review"]);

        await reviewer.PressAsync("people.take");
        await reviewer.SeesAsync(reviewer.Texts["people.has"]);

        foreach (var label in new[] { "labels.severity", "labels.category" })
        {
            var field = reviewer.Field(label);
            var chosen = await field.Locator("option").Nth(2).GetAttributeAsync("value");
            await field.SelectOptionAsync(chosen!);
            await Assertions.Expect(field).ToBeEnabledAsync();
            await Assertions.Expect(field).ToHaveValueAsync(chosen!);
        }
        await reviewer.Page.GetByRole(AriaRole.Tab, new() { Name = reviewer.Texts["case.history"] }).ClickAsync();
        await reviewer.SeesAsync(reviewer.Texts["act.note.added"]);
        await reviewer.Visitor.JudgeAsync("desk-history");
    }

    /// <summary>The reviewer asks who it was, the source is told, and the custodian gives the name without being shown it.</summary>
    private static async Task IdentifyAsync(World world)
    {
        var (reviewer, custodian) = (world.Reviewer, world.Custodian);
        Assert.Equal(0, await reviewer.Page.GetByText(Sentinels.GivenName).CountAsync());
        await reviewer.PressAsync("identity.ask");
        await reviewer.Field("identity.reason.label").FillAsync(Sentinels.WhoIsIt);
        await Assertions.Expect(reviewer.Field("identity.letter")).ToHaveValueAsync(new Regex(Regex.Escape(Sentinels.WhoIsIt), RegexOptions.None, TimeSpan.FromSeconds(1)));
        await reviewer.Visitor.JudgeAsync("desk-identity-ask");
        await reviewer.PressAsync("identity.send.tell");
        await reviewer.SeesAsync(reviewer.Texts["identity.state.waiting"]);

        await custodian.SignInAsync();
        await custodian.SeesAsync(Sentinels.WhoIsIt);
        await custodian.Visitor.JudgeAsync("desk-identities");
        await custodian.PressAsync("identities.release");
        await custodian.PressAsync("identities.release.confirm");
        await custodian.SeesAsync(custodian.Texts["identities.done.released"]);
        Assert.Equal(0, await custodian.Page.GetByText(Sentinels.GivenName).CountAsync());

        await reviewer.LockAndUnlockAsync();
        await (await reviewer.RowsAsync(1)).First.ClickAsync();
        await reviewer.Page.Locator("summary").GetByText(reviewer.Texts["identity.show"]).ClickAsync();
        await reviewer.SeesAsync(Sentinels.GivenName);
        await reviewer.SeesAsync(Sentinels.Contact);
        await reviewer.Visitor.JudgeAsync("desk-identity-given");
    }

    private static async Task ProposeAsync(DeskPerson reviewer)
    {
        await reviewer.PressAsync("summary.open");
        foreach (var (words, category) in new[] { (Sentinels.Named, "person"), (Sentinels.Secret, "removed") })
        {
            await reviewer.Page.Locator(".mark-bar select").SelectOptionAsync(category);
            await reviewer.Field("mark.words").FillAsync(words);
            await reviewer.PressAsync("mark.do");
        }
        await Assertions.Expect(reviewer.Page.Locator("button.mark")).ToHaveCountAsync(2);
        await reviewer.Field("summary.titleField").FillAsync(Sentinels.SummaryTitle);
        await reviewer.Page.GetByLabel(reviewer.Texts["summary.outcome"]).SelectOptionAsync("partly");
        await reviewer.Page.Locator("label.choice").Filter(new() { HasText = "P. Novak" }).Locator("input").CheckAsync();
        var text = await reviewer.Field("summary.textField").InputValueAsync();
        Assert.Contains(Sentinels.Harmless, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Sentinels.Named, text, StringComparison.Ordinal);
        Assert.DoesNotContain(Sentinels.Secret, text, StringComparison.Ordinal);
        await reviewer.Visitor.JudgeAsync("desk-summary-editor");
        await reviewer.PressAsync("summary.propose");
        await reviewer.SeesAsync(reviewer.Texts["summary.proposed"]);
    }

    private static async Task ApproveAsync(DeskPerson approver)
    {
        await approver.SignInAsync();
        await approver.SeesAsync(Sentinels.SummaryTitle);
        await approver.Visitor.JudgeAsync("desk-approvals");
        await approver.PressAsync("approvals.read");
        await approver.SeesAsync(Sentinels.Harmless);
        await approver.PressAsync("approvals.approve");
        await approver.SeesAsync(approver.Texts["check.missing"]);
        await approver.Visitor.JudgeAsync("desk-approval");
        var checks = approver.Page.Locator("label.choice input");
        for (var i = 0; i < await checks.CountAsync(); i++)
            await checks.Nth(i).CheckAsync();
        await approver.PressAsync("approvals.approve");
        await approver.SeesAsync(approver.Texts["approvals.approved"]);
    }

    private async Task ExportAsync(DeskPerson admin)
    {
        await admin.GoAsync("released.title");
        await admin.SeesAsync(Sentinels.SummaryTitle);
        await admin.Visitor.JudgeAsync("desk-released");
        var saved = await admin.Page.RunAndWaitForDownloadAsync(() => admin.PressAsync("released.exportAs", ("format", "PDF")));
        Pdf = await File.ReadAllBytesAsync((await saved.PathAsync())!);
        Assert.Equal("summaries.pdf", saved.SuggestedFilename);
    }

    /// <summary>A closing that a second person approved, and a hold that keeps the case for a reason.</summary>
    private static async Task CloseAsync(DeskPerson reviewer, DeskPerson approver)
    {
        await reviewer.LockAndUnlockAsync();
        await (await reviewer.RowsAsync(1)).First.ClickAsync();
        await reviewer.PressAsync("closing.begin");
        await reviewer.Page.GetByLabel(reviewer.Texts["outcome.partly"], new() { Exact = true }).CheckAsync();
        await reviewer.Page.GetByLabel(reviewer.Texts["closing.keep.standard"]).CheckAsync();
        await reviewer.Field("closing.text").FillAsync(Sentinels.Closing);
        await reviewer.Page.Locator(".closing").GetByText(reviewer.Texts["draft.saved"]).WaitForAsync();
        await reviewer.Page.GetByLabel(approver.Name).CheckAsync();
        await reviewer.PressAsync("closing.propose");
        await Assertions.Expect(reviewer.Page.Locator(".closing form")).ToHaveCountAsync(0);

        await approver.LockAndUnlockAsync();
        await approver.Page.Locator("main ul.plain-list .card").Filter(new() { HasText = approver.Texts["approvals.kind.closing"] })
            .Filter(new() { HasText = approver.Texts["approvals.state.proposed"] }).GetByRole(AriaRole.Button).ClickAsync();
        await approver.SeesAsync(Sentinels.Closing);
        await approver.PressAsync("closing.approve");
        await approver.SeesAsync(approver.Texts["closing.approved"]);

        await reviewer.LockAndUnlockAsync();
        await (await reviewer.RowsAsync(1)).First.ClickAsync();
        await reviewer.PressAsync("move.closed");
        await Assertions.Expect(reviewer.Page.Locator(".state-now")).ToContainTextAsync(reviewer.Texts["state.closed"]);
        await reviewer.PressAsync("keep.hold");
        await reviewer.Page.Locator("#hold-until").FillAsync(TimeProvider.System.GetUtcNow().AddDays(90).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await reviewer.Page.Locator("#hold-reason").FillAsync(Sentinels.HoldReason);
        await reviewer.Page.Locator("form").Filter(new() { Has = reviewer.Page.Locator("#hold-reason") }).Locator("button[type=submit]").ClickAsync();
        await Assertions.Expect(reviewer.Page.Locator("#hold-reason")).ToHaveCountAsync(0);
        await reviewer.Page.GetByRole(AriaRole.Tab, new() { Name = reviewer.Texts["case.notes"] }).ClickAsync();
        await Assertions.Expect(reviewer.Page.Locator(".note-card").Filter(new() { HasText = Sentinels.HoldReason })).ToHaveCountAsync(1);
    }

    /// <summary>A report that came by telephone three days ago, and the one who filed it steps back.</summary>
    /// <summary>The files of the source's first letter do not belong here: two people have them deleted, and its words stay.</summary>
    private static async Task PurgeAsync(DeskPerson reviewer, DeskPerson approver)
    {
        await reviewer.LockAndUnlockAsync();
        await (await reviewer.RowsAsync(1)).First.ClickAsync();
        await reviewer.PressAsync("purge.begin");
        await reviewer.Field("purge.target").SelectOptionAsync(new SelectOptionValue { Label = reviewer.Texts["purge.what.files", ("n", "1"), ("names", Sentinels.FileName)] });
        await reviewer.Page.GetByLabel(reviewer.Texts["purge.ground.special-category"]).CheckAsync();
        await reviewer.Field("purge.text").FillAsync(Sentinels.PurgeReason);
        await reviewer.Page.GetByLabel(approver.Name).CheckAsync();
        await reviewer.Visitor.JudgeAsync("desk-purge");
        await reviewer.PressAsync("purge.propose");
        await reviewer.SeesAsync(reviewer.Texts["purge.proposed"]);

        await approver.LockAndUnlockAsync();
        await approver.Page.Locator("main ul.plain-list .card").Filter(new() { HasText = approver.Texts["approvals.kind.purge"] }).GetByRole(AriaRole.Button).ClickAsync();
        await approver.SeesAsync(Sentinels.PurgeReason);
        await approver.Visitor.JudgeAsync("desk-approval-purge");
        await approver.PressAsync("purge.approve");
        await approver.SeesAsync(approver.Texts["purge.approved"]);
        // The desk hears of it.
        await reviewer.SeesAsync(reviewer.Texts["file.gone"]);
        await reviewer.SeesAsync(Sentinels.Secret);
    }

    private async Task FileAndStepBackAsync(DeskPerson lead)
    {
        var (page, texts) = (lead.Page, lead.Texts);
        await lead.SignInAsync();
        await lead.SettledAsync();
        await lead.PressAsync("filing.begin");
        await page.GetByLabel(World.Channel).First.CheckAsync();
        await lead.Field("filing.kind.phone").CheckAsync();
        await page.Locator("input[type=date]").First.FillAsync(TimeProvider.System.GetUtcNow().AddDays(-3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await page.Locator("[id$=-q-title]").FillAsync(Sentinels.FiledTitle);
        await page.Locator("[id$=-q-what]").FillAsync(Sentinels.FiledText);
        await page.Locator("[name$=-q-relation]").First.CheckAsync();
        await lead.Field("filing.words.keep").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = texts["filing.file"], Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator("#case-heading")).ToHaveTextAsync(Sentinels.FiledTitle, new() { Timeout = 60_000 });
        await page.GetByRole(AriaRole.Tab, new() { Name = texts["case.notes"] }).ClickAsync();
        var note = page.Locator(".note-card .letter");
        await Assertions.Expect(note).ToHaveCountAsync(1);
        var how = await note.InnerTextAsync();
        Sentences.Add(how);
        // The day on which it reached the team, as the note calls it; the server knows it as the first of the clocks' days.
        var received = Received().Match(how);
        Assert.True(received.Success, how);
        Sentences.Add(received.Value);

        await page.Locator(".step-back summary").ClickAsync();
        await lead.Field("conflict.why.work").CheckAsync();
        await lead.PressAsync("conflict.leave.confirm");
        await Assertions.Expect(page.Locator("[data-case]").Filter(new() { HasText = Sentinels.FiledTitle })).ToHaveCountAsync(0);
        Sentences.Add(texts["conflict.note", ("reason", texts["conflict.why.work"])]);
    }

    [GeneratedRegex("Received on [^.]*[0-9][^.]*", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Received();
}
