using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;

namespace Whistle.Cli.Tips;

/// <summary><c>whistle tip reply</c>: writes more to a tip, with the twelve words.</summary>
internal static class TipReply
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var words = WordsOption.New();
        var message = new Option<string>("--message")
        {
            Required = true,
            HelpName = "FILE|-",
            Description = "What you want to say: a text file, or standard input. Where the words come from standard input too, they are its first line.",
        };
        var attach = new Option<string[]>("--attach") { HelpName = "FILE", Description = "A file to seal with it; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var lang = new Option<string>("--lang") { HelpName = "TAG", Description = "The language that you wrote in.", DefaultValueFactory = _ => "en" };
        var about = new Option<int?>("--about")
        {
            HelpName = "N",
            Description = "The number of the team's message that this answers.",
        };
        var answers = new Option<string>("--answers")
        {
            HelpName = "FILE",
            Description = "Answers by the number of their question, as JSON: {\"1\": \"line 2\"}; {\"transcript\": \"confirmed\"} signs a transcript, \"corrected\" sends it corrected. With --about.",
        };
        var command = new Command("reply", "Write more to a tip with its twelve words.") { words, message, attach, lang, about, answers };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            var path = parse.GetValue(message)!;
            using var receipt = await Secrets.WordsAsync(world, parse.GetValue(words), Secrets.IsStandardInput(path), ct);
            var text = (await Files.TextAsync(world, path, "--message", ct)).Trim();
            if (text.Length == 0)
                throw Stop.Failed("text-missing");
            var given = parse.GetValue(answers) is { } answersPath ? AnswerFile.Parse(await Files.TextAsync(world, answersPath, "--answers", ct)) : [];
            var asked = parse.GetValue(about);
            if (given.Count > 0 && asked is null)
                throw Stop.Failed("answers-without-about");
            using var files = AttachedFiles.Open(parse.GetValue(attach) ?? []);
            using var api = server.Connect(world, parse);
            using var mailbox = await Mailbox.OpenAsync(api, receipt, server.Root(parse), ct);
            // Writing into a thread that was tampered with would vouch for what the source has seen of it.
            if (mailbox.Letters.Any(l => l.IsBroken))
                throw Stop.NotVerified("reply-not-verified");

            var target = mailbox.Letters.SingleOrDefault(l => l.Direction == Direction.Team && l.Seq == asked);
            if (asked is not null && target is null)
                throw Stop.Failed("about-unknown");
            if (target is not null)
                CheckAnswers(target.Message!.Value.Body, given);

            using var cipher = new MemoryStream();
            var attachments = files.Files.Count == 0 ? null : await SealFilesAsync(world, report, mailbox, files.Files, cipher, ct);
            var last = CaseThread.Newest(mailbox.Sealed, Direction.Source);
            var sealedMessage = Message.Seal(
                new Message
                {
                    Case = mailbox.State.Case,
                    Direction = Direction.Source,
                    Seq = last.Seq + 1,
                    Previous = last.Hash,
                    Seen = CaseThread.Newest(mailbox.Sealed, Direction.Team),
                    Day = world.Today,
                    Lang = parse.GetValue(lang)!,
                    Signer = Sheet.Source,
                    Directory = mailbox.Directory.Hash,
                    Body = new MessageBody(MessageBody.Plain, text, given) { About = target is null ? null : new Seen(target.Seq, target.Hash) },
                    Attachments = attachments?.Entries ?? [],
                }.Sign(mailbox.Keys.Signing, mailbox.State.Root),
                mailbox.State.Recipient, Reply(mailbox), world.Randomness);
            if (!sealedMessage.IsOk)
                throw Stop.Failed(sealedMessage.Code);
            await SendAsync(api, report, mailbox, last.Seq + 1, sealedMessage.Value, attachments?.Upload, cipher.ToArray(), ct);
            report.Line("Sent. The team sees it after the next batch, so that nobody learns when you were at a keyboard.");
            report.Json(new JsonObject
            {
                ["case"] = mailbox.State.Case.ToString(),
                ["seq"] = last.Seq + 1,
                ["hash"] = Hash32.Of(sealedMessage.Value).ToString(),
            });
        });
        return command;
    }

    /// <summary>Answers that the desk could not set beside their questions (SPEC section 5.3.1) are not sent.</summary>
    private static void CheckAnswers(MessageBody asked, IReadOnlyList<Protocol.Documents.Answer> given)
    {
        var isTranscript = string.Equals(asked.Kind, MessageBody.Transcript, StringComparison.Ordinal);
        foreach (var answer in given)
        {
            var fits = answer.Values is [var value] && (isTranscript
                ? AnswerFile.Is(answer.Question, MessageBody.Transcript) && value is "confirmed" or "corrected"
                : Enumerable.Range(0, asked.Questions.Count).Any(n =>
                    AnswerFile.Is(answer.Question, Invariant(n + 1)) && asked.Questions[n].Takes(value)));
            if (!fits)
                throw Stop.Failed("answers-unfit");
        }
    }

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Protocol.Age.HybridRecipient? Reply(Mailbox mailbox) =>
        mailbox.State.KeepsCopy ? mailbox.Keys.Reply.Recipient : null;

    private static async Task<SealedAttachments> SealFilesAsync(
        World world, Report report, Mailbox mailbox, IReadOnlyList<AttachmentFile> files, Stream cipher, CancellationToken ct)
    {
        try
        {
            var result = await report.WhileAsync(
                "Sealing the files …",
                () => Task.Run(() => Attachments.SealAsync(files, mailbox.State.Recipient, Reply(mailbox), world.Randomness, cipher, ct), ct));
            return result.IsOk ? result.Value : throw Stop.Failed(result.Code);
        }
        catch (IOException)
        {
            throw Stop.Failed("file-changed");
        }
    }

    private static async Task SendAsync(
        SourceApi api, Report report, Mailbox mailbox, int seq, byte[] ciphertext, AttachmentObject? upload, byte[] cipher, CancellationToken ct)
    {
        if (upload is not null)
            await Sending.UploadAsync(api, report, upload, cipher, ct);
        report.Say("Sending …");
        // The same bytes under the same number are answered alike, so a lost answer is no second message.
        await Sending.AgainAsync(
            async () =>
            {
                var sent = await api.MessageAsync(mailbox.Token, seq, ciphertext, upload, ct);
                if (sent.Seq != seq || sent.Hash != Hash32.Of(ciphertext))
                    throw Stop.NotVerified("answer-malformed");
            },
            ct);
    }
}
