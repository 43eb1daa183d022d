using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol.Cases;

namespace Whistle.Cli.Tips;

/// <summary><c>whistle tip read</c>: state, deadlines and the conversation, every signature checked.</summary>
internal static class TipRead
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var words = WordsOption.New();
        var save = new Option<string?>("--save") { HelpName = "FOLDER", Description = "Save the files that can be opened to a new folder." };
        var mark = new Option<bool>("--mark-read") { Description = "Tell the portal that you have read the replies." };
        var command = new Command("read", "Read the answers to a tip with its twelve words.") { words, save, mark };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var receipt = await Secrets.WordsAsync(world, parse.GetValue(words), firstLineOnly: false, ct);
            using var api = server.Connect(world, parse);
            using var mailbox = await Mailbox.OpenAsync(api, receipt, server.Root(parse), ct);
            var files = parse.GetValue(save) is { } folder
                ? await SaveAsync(api, report, mailbox, CaseFolder.Create(folder, "--save"), ct)
                : [];
            if (parse.GetValue(mark) && mailbox.Answer.Messages.LastOrDefault(m => AnswerFile.Is(m.Dir, "team")) is not null)
                await api.SeenAsync(mailbox.Token, CaseThread.Newest(mailbox.Sealed, Direction.Team).Seq, ct);
            var broken = mailbox.Letters.Any(l => l.IsBroken) || files.Any(f => f.Problem is not null);
            Show(report, mailbox, files);
            if (broken && !report.IsJson)
                throw Stop.NotVerified("thread-broken");
            report.Json(Json(mailbox, files));
            if (broken)
                throw new Reported(Exit.NotVerified);
        });
        return command;
    }

    private static async Task<IReadOnlyList<SavedFile>> SaveAsync(
        SourceApi api, Report report, Mailbox mailbox, CaseFolder folder, CancellationToken ct)
    {
        var saved = new List<SavedFile>();
        foreach (var letter in mailbox.Letters.Where(l => l.Message?.Value.Attachments.Count > 0))
        {
            report.Say("Downloading files …");
            var cipher = await api.AttachmentAsync(mailbox.Token, letter.Message!.Value.Attachments[0].Id, ct);
            saved.AddRange(await folder.SaveFilesAsync(letter, cipher, mailbox.Keys.Reply, ct));
        }
        return saved;
    }

    private static void Show(Report report, Mailbox mailbox, IReadOnlyList<SavedFile> files)
    {
        var about = mailbox.Answer.Case;
        report.Line($"Received {about.Received}. " + (about.Acknowledged is { } acknowledged
            ? $"They had to acknowledge by {about.AcknowledgeBy}: done on {acknowledged}."
            : $"They must acknowledge by {about.AcknowledgeBy}."));
        report.Line(about.Feedback is { } feedback
            ? $"They had to tell you the outcome by {about.FeedbackBy}: done on {feedback}."
            : $"They must tell you the outcome by {about.FeedbackBy}.");
        report.Line($"State: {about.State}." + (AnswerFile.Is(about.Opened, "no") ? " Nobody has opened this yet." : ""));
        report.Line($"Signed promise of {mailbox.Promise.Day}: holds.");
        foreach (var letter in mailbox.Letters)
        {
            report.Line();
            LetterText.Show(report, letter, isSource: true);
        }
        foreach (var file in files)
            report.Line(file.Problem is null ? $"Saved {file.Name}." : $"Not saved: {file.Name} ({file.Problem}).");
    }

    private static JsonObject Json(Mailbox mailbox, IReadOnlyList<SavedFile> files)
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
        json["promise"] = mailbox.Answer.Promise;
        json["root"] = mailbox.State.Root.ToString();
        json["messages"] = new JsonArray([.. mailbox.Letters.Select(l => (JsonNode)LetterText.Json(l))]);
        if (files.Count > 0)
            json["files"] = new JsonArray([.. files.Select(f => (JsonNode)f.Json())]);
        return json;
    }
}
