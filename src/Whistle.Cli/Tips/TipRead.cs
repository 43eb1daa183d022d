using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Logs;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Tips;

/// <summary><c>whistle tip read</c>: state, deadlines and the conversation, every signature checked.</summary>
internal static class TipRead
{
    /// <summary>Directive 2019/1937, 9(1)(b): the day of receipt not counted.</summary>

    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var words = WordsOption.New();
        var save = new Option<string?>("--save") { HelpName = "FOLDER", Description = "Save the files that can be opened, the proofs of the log and a copy of the report to a new folder." };
        var state = new Option<string?>("--state") { HelpName = "FILE", Description = "Remembers the log's last checkpoint here; the next run proves that the log has only grown since." };
        var evidence = new Option<string?>("--evidence") { HelpName = "FILE", Description = "Where the log does not agree with the server, write what shows it to this new file. It has the blind of the report, never the words." };
        var mirror = MirrorCopy.Option();
        var mark = new Option<bool>("--mark-read") { Description = "Tell the portal that you have read the replies." };
        var command = new Command("read", "Read the answers to a tip with its twelve words.") { words, save, state, evidence, mirror, mark };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var receipt = await Secrets.WordsAsync(world, parse.GetValue(words), firstLineOnly: false, ct);
            using var api = server.Connect(world, parse);
            using var mailbox = await Mailbox.OpenAsync(api, receipt, server.Root(parse), ct);
            var folder = parse.GetValue(save) is { } path ? CaseFolder.Create(path, "--save") : null;
            using var copy = MirrorCopy.Open(world, server.Proxy(parse), parse.GetValue(mirror), mailbox.Directory.Version.LogMirror);
            var log = await MailboxLog.LookAsync(world, api, mailbox, copy, ct);
            var files = folder is null ? [] : await SaveAsync(api, report, mailbox, folder, ct);
            if (folder is not null)
                await log.SaveAsync(folder, mailbox, ct);
            if (log.Head is { } head)
                await GrowthAsync(api, report, await LogState.ReadAsync(parse.GetValue(state), LogKeys.BackFromAsync(mailbox.Directory, api, ct), ct), head, ct);
            if (parse.GetValue(mark) && mailbox.Answer.Messages.LastOrDefault(m => AnswerFile.Is(m.Dir, "team")) is not null)
                await api.SeenAsync(mailbox.Token, CaseThread.Newest(mailbox.Sealed, Direction.Team).Seq, ct);
            var broken = mailbox.Letters.Any(l => l.IsBroken) || files.Any(f => f.Problem is not null);
            Show(report, mailbox, log, files);
            await log.WriteEvidenceAsync(report, parse.GetValue(evidence), ct);
            if ((broken || log.Code is not null) && !report.IsJson)
                throw Stop.NotVerified(broken ? "thread-broken" : log.Code!);
            report.Json(Json(mailbox, log, files));
            if (broken || log.Code is not null)
                throw new Reported(Exit.NotVerified);
        });
        return command;
    }

    /// <summary>The head that proves the report goes on from the last one that was seen, or both are kept against the log.</summary>
    private static async Task GrowthAsync(SourceApi api, Report report, LogState last, SignedCheckpoint head, CancellationToken ct)
    {
        await last.RefuseAsync(report, head, ct);
        if (last.Last is { } earlier && !await new LogDownload(head.Checkpoint, (place, token) => LogAudit.FetchAsync(api, place, token)).ContinuesAsync(earlier.Checkpoint, ct))
            throw await last.AccuseAsync("log-fork", report, head, ct);
        await last.KeepAsync(head, ct);
    }

    private static async Task<IReadOnlyList<SavedFile>> SaveAsync(
        SourceApi api, Report report, Mailbox mailbox, CaseFolder folder, CancellationToken ct)
    {
        var saved = new List<SavedFile>();
        foreach (var letter in mailbox.Letters.Where(l => l.Message?.Value.Attachments.Count > 0))
        {
            if (mailbox.Purged.Contains(letter.Message!.Value.Attachments[0].Cipher))
            {
                report.Line($"The team had the files of message {letter.Seq} deleted, and two people signed for it.");
                continue;
            }
            report.Say("Downloading files …");
            var cipher = await api.AttachmentAsync(mailbox.Token, letter.Message.Value.Attachments[0].Id, ct);
            saved.AddRange(await folder.SaveFilesAsync(letter, cipher, mailbox.Keys.Reply, ct));
        }
        return saved;
    }

    private static void Show(Report report, Mailbox mailbox, MailboxLog log, IReadOnlyList<SavedFile> files)
    {
        var about = mailbox.Answer.Case;
        var promised = mailbox.Promise.Day;
        report.Line(about.Received == promised
            ? $"Received {promised}, as promised."
            : $"Received {promised}, as promised; the server now says {about.Received}.");
        var clocks = mailbox.Directory.Version.Channels.FirstOrDefault(c => c.Id == about.Channel) is { } channel ? ClockPolicy.Of(channel.Policy) : null;
        var (must, tell) = clocks is { IsLaw: false } ? ("They mean to acknowledge", "They mean to tell you the outcome") : ("They have to acknowledge", "They have to tell you the outcome");
        report.Line((about.AcknowledgeBy == clocks?.AcknowledgeBy(promised)
            ? $"{must} by {about.AcknowledgeBy}"
            : $"{must} by {about.AcknowledgeBy}, the server says") + Done(mailbox, about.Acknowledged) + Perhaps(about.AcknowledgeBy, about.Acknowledged));
        report.Line($"{tell} by {about.FeedbackBy}, the server says" + Done(mailbox, about.Feedback) + Perhaps(about.FeedbackBy, about.Feedback));
        report.Line($"The server says: {about.State}." + (AnswerFile.Is(about.Opened, "no") ? " Nobody has opened this yet." : ""));
        if (about.KeepUntil is { } kept)
            report.Line($"The server says that everything about it is deleted after {kept}.");
        report.Line($"Signed promise of {mailbox.Promise.Day}: holds.");
        log.Show(report);
        if (mailbox.Letters.Any(l => l.Problem is null && l.Direction == Direction.Team && l.Message!.Value.Body.Answers.Any(
            a => a.Question is "content" && a.Values.Contains("mismatch", StringComparer.Ordinal))))
            report.Line("WHOEVER OPENED IT SAYS THAT THE CONTENT WAS NOT WHAT THE SERVER HAD PROMISED. Show your copy and the proof to somebody outside whom you trust.");
        foreach (var letter in mailbox.Letters)
        {
            report.Line();
            LetterText.Show(report, letter, isSource: true);
        }
        foreach (var file in files)
            report.Line(file.Problem is null ? $"Saved {file.Name}." : $"Not saved: {file.Name} ({file.Problem}).");

        string Perhaps(Day due, Day? done) =>
            done is null && clocks?.PerhapsUntil(due) is { } until ? $" That is no working day; perhaps the period ends on {until} only." : "";
    }

    /// <summary>
    /// The server alone keeps the clocks, and it could stop them by a lie. A day counts as more than its word where a
    /// letter of the team, signed by somebody of the directory, bears it.
    /// </summary>
    private static string Done(Mailbox mailbox, Day? day) => day is not { } on ? "."
        : mailbox.IsVouched(on) ? $": done on {on}."
        : $". The server says it was done on {on}; NO letter that was signed on that day is here.";

    private static JsonObject Json(Mailbox mailbox, MailboxLog log, IReadOnlyList<SavedFile> files)
    {
        var about = mailbox.Answer.Case;
        var json = new JsonObject
        {
            ["case"] = about.Id.ToString(),
            ["state"] = about.State,
            ["opened"] = about.Opened,
            ["received"] = about.Received.ToString(),
            ["acknowledgeBy"] = about.AcknowledgeBy.ToString(),
            ["feedbackBy"] = about.FeedbackBy.ToString(),
        };
        if (about.Acknowledged is { } acknowledged)
            json["acknowledged"] = acknowledged.ToString();
        if (about.Feedback is { } feedback)
            json["feedback"] = feedback.ToString();
        if (about.Closed is { } closed)
            json["closed"] = closed.ToString();
        if (about.KeepUntil is { } keepUntil)
            json["keepUntil"] = keepUntil.ToString();
        // Whose word each day is: a signed promise, a signed letter, or the server's alone.
        json["vouchedBy"] = new JsonObject
        {
            ["received"] = about.Received == mailbox.Promise.Day ? "promise" : "server",
            ["acknowledged"] = about.Acknowledged is { } a && mailbox.IsVouched(a) ? "letter" : "server",
            ["feedback"] = about.Feedback is { } f && mailbox.IsVouched(f) ? "letter" : "server",
        };
        json["promise"] = mailbox.Answer.Promise;
        json["log"] = log.Json();
        json["root"] = mailbox.State.Root.ToString();
        json["messages"] = new JsonArray([.. mailbox.Letters.Select(l => (JsonNode)LetterText.Json(l))]);
        if (files.Count > 0)
            json["files"] = new JsonArray([.. files.Select(f => (JsonNode)f.Json())]);
        return json;
    }
}
