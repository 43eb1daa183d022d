using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Directories;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;

namespace Whistle.Cli.Tips;

/// <summary>
/// <c>whistle tip new</c>: seals a tip on this machine, sends it, checks the promise, and only then shows the words
/// (DESIGN 8, Submit).
/// </summary>
internal static class TipNew
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var channel = new Option<string?>("--channel") { HelpName = "ID|NAME", Description = "Who should hear it. Needed where the portal has several channels." };
        var message = new Option<string?>("--message") { HelpName = "FILE|-", Description = "What happened: a text file, or standard input." };
        var title = new Option<string?>("--title") { HelpName = "FILE|-", Description = "A few words on what it is about: the first line of a file or of standard input. May stand among the answers instead." };
        var answers = new Option<string?>("--answers") { HelpName = "FILE|-", Description = "Answers to the channel's questions as JSON: {\"relation\": \"witnessed\", …}." };
        var attach = new Option<string[]>("--attach") { HelpName = "FILE", Description = "A file to seal with it; may be repeated. At most 64 files and 25 MB.", AllowMultipleArgumentsPerToken = true };
        var exclude = new Option<string[]>("--exclude") { HelpName = "NAME|ID|@FILE", Description = "Somebody who must not be able to open it, or \"recovery\"; may be repeated. @FILE reads one name or id a line: arguments can be seen by others on this machine." };
        var copy = new Option<bool>("--keep-copy") { Description = "Let whoever has the twelve words read this tip again. Without it, not even you can." };
        var identity = new Option<string?>("--identity") { HelpName = "FILE|-", Description = "Who you are, for the channel's custodians alone: two lines, name and contact, or JSON {\"name\", \"contact\"}. Without it you stay anonymous." };
        var lang = new Option<string>("--lang") { HelpName = "TAG", Description = "The language that you wrote in.", DefaultValueFactory = _ => "en" };
        var seen = new Option<string?>("--directory") { HelpName = "HASH", Description = "The directory whose list of people you have looked at. Another is refused, and nothing is asked." };
        var output = new Option<string?>("--out") { HelpName = "FILE", Description = "Send nothing: seal to this new file, to be handed in later or elsewhere by `tip send`. Prints the words at once." };
        var from = new Option<string?>("--directory-from") { HelpName = "FOLDER", Description = "Seal by a directory that `directory show --save` kept, without a connection. Only with --out." };
        var yes = new Option<bool>("--yes") { Description = "Send without asking to whomever the portal's directory lists today. For scripts; --directory is safer." };
        var command = new Command("new", "Send a tip. Shows who will be able to open it, asks, and prints the twelve words that bring you back to the answers.")
            { channel, message, title, answers, attach, exclude, copy, identity, lang, seen, output, from, yes };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            // What is read from this machine comes first: a missing file must not cost a visit to the server.
            var text = parse.GetValue(message) is { } m ? (await Files.TextAsync(world, m, "--message", ct)).Trim() : null;
            var given = parse.GetValue(answers) is { } a ? AnswerFile.Parse(await Files.TextAsync(world, a, "--answers", ct)) : [];
            using var files = AttachedFiles.Open(parse.GetValue(attach) ?? []);
            var heading = await TitleAsync(world, parse.GetValue(title), ct);
            var leftOut = await LeftOutAsync(world, parse.GetValue(exclude) ?? [], ct);
            var who = parse.GetValue(identity) is { } i ? IdentityText.Parse(await Files.TextAsync(world, i, "--identity", ct)) : ((string, string)?)null;
            var expected = DirectoryHash(parse.GetValue(seen));
            var bundle = parse.GetValue(output);
            if (bundle is not null && File.Exists(bundle))
                throw Stop.Failed("file-exists", "--out");
            var folder = parse.GetValue(from);
            if (folder is not null && bundle is null)
                throw Stop.Usage("out-missing");
            using var api = server.Connect(world, parse);
            var pinned = server.Root(parse);

            var directory = folder is null
                ? await Trust.DirectoryAsync(api, pinned, world.Today, ct)
                : Trust.Directory(await Files.BytesAsync(Path.Combine(folder, DirectoryShow.NoteName), "--directory-from", ct), api.Origin, pinned, world.Today);
            if (expected is not null && expected != directory.Hash)
                throw Stop.NotVerified("directory-differs");
            // The hash of a directory that was looked at covers the root too.
            if (pinned is null && expected is null)
                ConfirmRoot(world, report, directory);
            var to = Find(directory.Version, parse.GetValue(channel));
            var audience = Audience.Of(directory.Version, to, leftOut, world.Today);
            var questionnaire = Questionnaire.Parse(folder is null
                ? await Trust.DocumentAsync(api, to.Questionnaire, ct)
                : Trust.Document(await Files.BytesAsync(Path.Combine(folder, $"{to.Questionnaire}.json"), "--directory-from", ct), to.Questionnaire));
            if (!questionnaire.IsOk)
                throw Stop.NotVerified(questionnaire.Code);
            var complete = AnswerFile.Complete(questionnaire.Value, given, heading, text);
            if (who is not null && audience.Chosen.Custodians.Count == 0)
                throw Stop.Failed("no-custodians");
            SayWho(report, to, audience, hasIdentity: who is not null);
            if (expected is null && !parse.GetValue(yes))
                ConfirmReaders(world, directory);

            var request = new TipRequest
            {
                Directory = directory,
                Channel = to.Id,
                Origin = api.Origin,
                Today = world.Today,
                Lang = parse.GetValue(lang)!,
                Title = complete.First(Questionnaire.Title),
                Text = complete.First(Questionnaire.What),
                Answers = [.. complete.Where(c => !AnswerFile.Is(c.Question, Questionnaire.What))],
                Files = files.Files,
                Excluded = audience.Excluded,
                ExcludesRecovery = audience.ExcludesRecovery,
                KeepsCopy = parse.GetValue(copy),
                Identity = who,
            };
            using var tip = await SealAsync(world, report, request, ct);
            if (bundle is not null)
            {
                var bytes = await report.WhileAsync("Proving in advance that this is not a flood …", () => Task.Run(() => TipBundle.Encode(tip, ct), ct));
                await Files.WriteNewAsync(bundle, bytes, "--out", ct);
                ShowBundle(world, report, tip, directory.Version, to);
                report.Json(JsonOf(tip, bundle, directory, to, audience, who is not null));
                return;
            }
            var (note, promise) = await SendAsync(api, report, tip, directory, ct);
            Show(world, report, tip, promise, directory.Version, to);
            report.Json(Json(tip, note, promise, directory.Version, to, audience, who is not null));
        });
        return command;
    }

    /// <summary>A title is content, so it comes from a file: arguments stand in the shell's history.</summary>
    private static async Task<string?> TitleAsync(World world, string? path, CancellationToken ct) =>
        path is null ? null
        : Secrets.IsStandardInput(path) ? (await world.In.ReadLineAsync(ct))?.Trim()
        : (await Files.TextAsync(world, path, "--title", ct)).Trim().Split('\n')[0].Trim();

    private static async Task<IReadOnlyList<string>> LeftOutAsync(World world, IReadOnlyList<string> given, CancellationToken ct)
    {
        var all = new List<string>();
        foreach (var one in given)
        {
            if (one.StartsWith('@'))
                all.AddRange((await Files.TextAsync(world, one[1..], "--exclude", ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            else
                all.Add(one);
        }
        return all;
    }

    private static void ConfirmRoot(World world, Report report, VerifiedDirectory directory)
    {
        report.Say($"This portal of {SafeText.Line(directory.Version.Organisation)} stands under the root");
        report.Say("  " + Fingerprint.Groups(directory.Root));
        report.Say("Compare it with a copy that did not come from the same server: a poster, the intranet, a colleague.");
        if (!Secrets.Agrees(world, "Is it the same?"))
            throw Stop.NotVerified("root-not-confirmed", directory.Root.ToString());
    }

    private static DirectoryChannel Find(DirectoryVersion directory, string? asked)
    {
        if (asked is null)
            return directory.Channels.Count == 1 ? directory.Channels[0] : throw Stop.Usage("channel-missing", Names(directory));
        var found = directory.Channels.Where(c => AnswerFile.Is(c.Id.ToString(), asked)
            || c.Name.Values.Any(n => string.Equals(n, asked, StringComparison.OrdinalIgnoreCase))).ToList();
        return found.Count == 1 ? found[0] : throw Stop.Usage(found.Count == 0 ? "channel-unknown" : "channel-ambiguous", Names(directory));
    }

    private static string[] Names(DirectoryVersion directory) =>
        [.. directory.Channels.Select(c => $"{SafeText.Line(DirectorySentences.NameOf(c))} ({c.Id})")];

    private static Hash32? DirectoryHash(string? text) =>
        text is null ? null : Hash32.TryParse(text.Trim().ToLowerInvariant(), out var hash) ? hash : throw Stop.Usage("directory-hash-malformed");

    /// <summary>
    /// A root vouches that a list of people was signed, not that the source wants all of them to read this: somebody
    /// added yesterday may be the very person it is about. So nothing is sealed before somebody has agreed to the names.
    /// </summary>
    private static void ConfirmReaders(World world, VerifiedDirectory directory)
    {
        if (!world.HasTerminal)
            throw Stop.Failed("readers-not-confirmed", directory.Hash.ToString());
        if (!Secrets.Agrees(world, "Send to these people?"))
            throw Stop.Failed("not-confirmed");
    }

    private static void SayWho(Report report, DirectoryChannel channel, Audience audience, bool hasIdentity)
    {
        report.Say($"To “{SafeText.Line(DirectorySentences.NameOf(channel))}” of {SafeText.Line(channel.Entity)}. These people will be able to open it:");
        foreach (var reader in audience.Chosen.Readers)
            report.Say(Line(reader));
        if (audience.Chosen.Recovery is { } recovery)
            report.Say($"  recovery, by {recovery.Threshold} of: {SafeText.Line(string.Join(", ", recovery.Holders.Select(h => h.Name)))}");
        if (audience.Chosen.Later.Count > 0)
        {
            report.Say("These read the channel too. Their key is not valid today; they may be given it later:");
            foreach (var reader in audience.Chosen.Later)
                report.Say(Line(reader));
        }
        if (hasIdentity)
        {
            report.Say("Your name and contact can be opened only by:");
            foreach (var custodian in audience.Chosen.Custodians)
                report.Say(Line(custodian));
        }
        if (audience.Excluded.Count > 0 || audience.ExcludesRecovery)
            report.Say("Whoever is left out does not learn from Whistle that this report exists.");

        static string Line(DirectoryPerson person) => $"  {SafeText.Line(person.Name)}, {person.Role}, {person.Place} the organisation";
    }

    private static async Task<SealedTip> SealAsync(World world, Report report, TipRequest request, CancellationToken ct)
    {
        try
        {
            var tip = await report.WhileAsync("Sealing …", () => Task.Run(() => TipSealer.SealAsync(request, world.Randomness, ct), ct));
            return tip.IsOk ? tip.Value : throw Stop.Failed(tip.Code);
        }
        catch (IOException)
        {
            throw Stop.Failed("file-changed");
        }
    }

    /// <summary>Sends and checks the promise; the signed note and what it says.</summary>
    private static async Task<(byte[] Note, Promise Promise)> SendAsync(
        SourceApi api, Report report, SealedTip tip, VerifiedDirectory directory, CancellationToken ct)
    {
        if (tip.Manifest.Attachments is [var upload])
            await Sending.UploadAsync(api, report, upload, tip.Attachments, ct);
        var body = tip.ToBody(await Sending.WorkAsync(api, report, tip.WorkSubject(), ct));
        byte[] note = [];
        report.Say("Sending …");
        try
        {
            // The same bytes again are the same tip: the server answers with the same promise.
            await Sending.AgainAsync(async () => note = await api.TipAsync(body, ct), ct);
        }
        catch (Stop stop) when (stop.ExitCode == Exit.NoNetwork)
        {
            throw Stop.NoNetwork("answer-lost");
        }
        var promise = Promise.Verify(note, directory.Version.Log);
        if (!promise.IsOk)
            throw Stop.NotVerified(promise.Code);
        return promise.Value.IsFor(tip.Manifest, directory.Root) ? (note, promise.Value) : throw Stop.NotVerified("promise-differs");
    }

    private static void ShowBundle(World world, Report report, SealedTip tip, DirectoryVersion directory, DirectoryChannel channel)
    {
        report.Line($"Nothing was sent. The file holds the report for “{SafeText.Line(DirectorySentences.NameOf(channel))}”, sealed to the people named above, and not the words.");
        report.Line($"It can be handed in through {directory.Expires}, and only while this directory holds: `whistle tip send`.");
        ShowWords(report, tip);
        report.Line("They lead to the mailbox once the file has arrived. Write them down and keep them apart from it.");
        report.Line("Delete the file when it was handed in: whoever finds it knows that there is a report, for whom, and can see in the public log when it was entered.");
        if (world.HasTerminal && !report.IsJson)
            AskBack(world, report, tip.Receipt.ToWords());
    }

    private static void Show(World world, Report report, SealedTip tip, Promise promise, DirectoryVersion directory, DirectoryChannel channel)
    {
        report.Line($"Your report has reached the mailbox of “{SafeText.Line(DirectorySentences.NameOf(channel))}”. Only the people named above can open it.");
        report.Line($"{SafeText.Line(directory.Organisation)} promised on {promise.Day}, signed, that it holds it.");
        ShowWords(report, tip);
        if (ClockPolicy.Of(channel.Policy) is { IsLaw: true } clocks)
            report.Line($"Come back on or after {clocks.AcknowledgeBy(promise.Day).Plus(1)}: by then they must have acknowledged it.");
        report.Line("Write the words down and keep them apart from this machine.");
        if (world.HasTerminal && !report.IsJson)
            AskBack(world, report, tip.Receipt.ToWords());
    }

    private static void ShowWords(Report report, SealedTip tip)
    {
        var words = tip.Receipt.ToWords();
        report.Line();
        report.Line("Your twelve words. They are the only way back, and nobody can give them to you again:");
        report.Line();
        for (var row = 0; row < words.Count; row += 4)
            report.Line("  " + string.Concat(words.Skip(row).Take(4).Select((w, i) => $"{row + i + 1,2}. {w,-10} ")).TrimEnd());
        report.Line();
    }

    /// <summary>Two words asked back: who cannot give them has not written them down.</summary>
    private static void AskBack(World world, Report report, IReadOnlyList<string> words)
    {
        var first = world.Randomness.Below(words.Count / 2);
        foreach (var index in (int[])[first, first + 1 + world.Randomness.Below(words.Count - first - 1)])
        {
            world.Talk.Write(new Spectre.Console.Text($"Word {index + 1}, to be sure: "));
            var word = world.ReadHidden()?.Trim();
            report.Say(string.Equals(word, words[index], StringComparison.OrdinalIgnoreCase)
                ? "Yes."
                : "That is another word. Look again at what you wrote down before you leave.");
        }
    }

    private static JsonObject JsonOf(SealedTip tip, string bundle, VerifiedDirectory directory, DirectoryChannel channel, Audience audience, bool hasIdentity)
    {
        var json = new JsonObject
        {
            ["words"] = string.Join(' ', tip.Receipt.ToWords()),
            ["case"] = tip.Manifest.Case.ToString(),
            ["channel"] = channel.Id.ToString(),
            ["bundle"] = bundle,
            ["expires"] = directory.Version.Expires.ToString(),
            ["directory"] = directory.Hash.ToString(),
            ["version"] = directory.Version.Version,
            ["root"] = directory.Root.ToString(),
        };
        Add(json, tip, audience, hasIdentity, "sealed");
        return json;
    }

    private static JsonObject Json(SealedTip tip, byte[] note, Promise promise, DirectoryVersion directory, DirectoryChannel channel, Audience audience, bool hasIdentity)
    {
        var json = new JsonObject
        {
            ["words"] = string.Join(' ', tip.Receipt.ToWords()),
            ["case"] = promise.Case.ToString(),
            ["channel"] = channel.Id.ToString(),
            ["promise"] = Encoding.UTF8.GetString(note),
            ["day"] = promise.Day.ToString(),
            ["includedBy"] = promise.IncludedBy.ToString(),
            ["directory"] = promise.Directory.ToString(),
            ["version"] = directory.Version,
            ["root"] = promise.Root.ToString(),
        };
        Add(json, tip, audience, hasIdentity, "sent");
        return json;
    }

    private static void Add(JsonObject json, SealedTip tip, Audience audience, bool hasIdentity, string files)
    {
        json["readers"] = new JsonArray([.. audience.Chosen.Readers.Select(r => (JsonNode)new JsonObject
        {
            ["id"] = r.Id.ToString(), ["name"] = r.Name, ["role"] = r.Role, ["place"] = r.Place,
        })]);
        json["later"] = new JsonArray([.. audience.Chosen.Later.Select(r => (JsonNode)r.Id.ToString())]);
        json["recovery"] = audience.Chosen.Recovery is null ? "none" : "kept";
        json["identity"] = hasIdentity ? "sealed" : "none";
        json["files"] = tip.Manifest.Attachments.Count == 0 ? "none" : files;
    }
}
