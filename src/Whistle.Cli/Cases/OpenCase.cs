using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Cli.Directories;
using Whistle.Cli.Io;
using Whistle.Cli.Keys;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;

namespace Whistle.Cli.Cases;

/// <summary>
/// <c>whistle open</c>: opens a case offline from its files, with a reader's identity, and checks everything in it. For
/// recovery, for auditors of the formats, and for the day when the server is gone.
/// </summary>
internal static class OpenCase
{
    private const string NotChecked = "not-checked";

    private static readonly JsonSerializerOptions Pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Command(World world)
    {
        var identity = new Option<string>("--identity") { Required = true, HelpName = "FILE", Description = "Your identity file: AGE-SECRET-KEY-PQ-1…, in the clear or under a passphrase." };
        var passphrase = new Option<string?>("--passphrase") { HelpName = "FILE|-", Description = "Read the identity file's passphrase from a file or from standard input instead of the terminal." };
        var caseFile = new Option<string>("--case") { Required = true, HelpName = "FILE", Description = "A blob of the channel's stream, or case-key.age." };
        var sheet = new Option<string?>("--sheet") { HelpName = "FILE", Description = "The sealed sheet, where --case is case-key.age alone." };
        var messages = new Option<string[]>("--message") { Required = true, HelpName = "FILE", Description = "A sealed message; may be repeated. The order does not matter.", AllowMultipleArgumentsPerToken = true };
        var attachments = new Option<string[]>("--attachments") { HelpName = "FILE", Description = "A sealed object of attachments; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var directories = new Option<string[]>("--directory") { HelpName = "FILE", Description = "A signed directory, to check the team's signatures with; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var tombstones = new Option<string[]>("--tombstone") { HelpName = "FILE", Description = "What stands where two people had something deleted: one of the case's `purges` as the desk's answer has it; may be repeated.", AllowMultipleArgumentsPerToken = true };
        var root = new Option<string?>("--root") { HelpName = "FINGERPRINT", Description = "The root fingerprint. Needed where no directory is given." };
        var output = new Option<string>("--out") { Required = true, HelpName = "FOLDER", Description = "A new folder for what was opened." };
        var command = new Command("open", "Open a case offline to a folder, and check every signature, hash and number in it.")
            { identity, passphrase, caseFile, sheet, messages, attachments, tombstones, directories, root, output };
        command.Run(world, async (parse, report, ct) =>
        {
            var known = await DirectoriesAsync(parse.GetValue(directories) ?? [], Fingerprint.Read(parse.GetValue(root)), ct);
            var under = Fingerprint.Read(parse.GetValue(root)) ?? (known is [.., var newest] ? newest.Root : throw Stop.Usage("root-missing"));
            using var reader = await IdentityFile.OpenAsync(world, report, parse.GetValue(identity)!, parse.GetValue(passphrase), ct);
            var (key, sealedSheet) = await OpenKeyAsync(parse.GetValue(caseFile)!, parse.GetValue(sheet), reader, ct);
            using (key)
            {
                var letters = new List<SealedLetter>();
                var problems = new List<string>();
                foreach (var path in parse.GetValue(messages)!)
                    Add(letters, problems, await Files.BytesAsync(path, "--message", ct), key);
                var opening = letters.Where(l => l is { Direction: Direction.Source, Seq: 1 })
                    .Select(l => Message.Open(l.Bytes, key.Identity).Value?.Value).FirstOrDefault();
                var first = opening?.Introduction ?? throw Stop.NotVerified("first-message-missing");
                if (first.Excluded.Any(e => e.Key == ReaderRef.FingerprintOf(reader.Recipient)))
                    problems.Add("excluded-myself");
                var context = new ThreadContext
                {
                    Case = key.Id,
                    Root = under,
                    Source = first.Signing,
                    Identity = key.Identity,
                    Directories = known,
                    Excluded = first.Excluded,
                };
                var deletions = await Deletions.ReadAsync(parse.GetValue(tombstones) ?? [], context, opening.Directory, problems, ct);
                var thread = CaseThread.Read([.. letters, .. deletions.Fill(letters, key.Identity)], context);
                var (opened, sheetProblem) = sealedSheet is null ? (null, null) : OpenSheet(sealedSheet, context);
                if (sheetProblem is not null)
                    problems.Add($"sheet: {sheetProblem}");
                var folder = CaseFolder.Create(parse.GetValue(output)!, "--out");
                var files = await SaveFilesAsync(folder, thread, parse.GetValue(attachments) ?? [], key, problems, ct);
                problems.AddRange(thread.Where(l => l.IsBroken).Select(l => $"{(l.Direction == Direction.Source ? "source" : "team")}-{l.Seq}: {l.Problem}"));
                problems.AddRange(files.Where(f => f.Problem is not null).Select(f => $"{f.Name}: {f.Problem}"));

                var json = Json(key, opened, sheetProblem, first, thread, files, problems);
                json["deleted"] = deletions.Json;
                await folder.WriteAsync("case.json", Encoding.UTF8.GetBytes(json.ToJsonString(Pretty) + "\n"), ct);
                await folder.WriteAsync("conversation.txt", Encoding.UTF8.GetBytes(Conversation(opened, thread)), ct);
                report.Line($"Case {key.Id}: {thread.Count} messages, {files.Count} files. Written to the folder.");
                report.Line(problems.Count == 0 ? "Every signature, hash and number holds."
                    : problems.TrueForAll(p => p.EndsWith(": " + NotChecked, StringComparison.Ordinal))
                        ? "What could be checked holds. NOT checked, for want of a directory (--directory):"
                        : "NOT everything holds:");
                foreach (var problem in problems)
                    report.Line("  " + problem);
                report.Json(json);
                if (problems.Count > 0)
                    throw new Reported(Exit.NotVerified);
            }
        });
        return command;
    }

    private static async Task<IReadOnlyList<VerifiedDirectory>> DirectoriesAsync(IReadOnlyList<string> paths, Hash32? pinned, CancellationToken ct)
    {
        var known = new List<VerifiedDirectory>();
        foreach (var path in paths)
        {
            var verified = VerifiedDirectory.VerifySignatures(await Files.BytesAsync(path, "--directory", ct), pinned);
            known.Add(verified.IsOk ? verified.Value : throw Stop.NotVerified(verified.Code));
        }
        if (known.Select(d => d.Root).Distinct().Count() > 1)
            throw Stop.NotVerified("directory-root-mismatch");
        return [.. known.OrderBy(d => d.Version.Version)];
    }

    private static async Task<(CaseKey Key, byte[]? Sheet)> OpenKeyAsync(string path, string? sheetPath, HybridIdentity reader, CancellationToken ct)
    {
        var file = await Files.BytesAsync(path, "--case", ct);
        var isBlob = file.Length == WireLengths.Blob;
        var key = CaseKey.Open(isBlob ? file.AsSpan(0, WireLengths.CaseKeyFile) : file, reader);
        if (!key.IsOk)
            throw Stop.NotVerified(key.Code);
        var sheet = sheetPath is not null ? await Files.BytesAsync(sheetPath, "--sheet", ct) : isBlob ? file[WireLengths.CaseKeyFile..] : null;
        return (key.Value, sheet);
    }

    /// <summary>Direction and number stand inside; a message that does not open has neither, and is reported as it is.</summary>
    private static void Add(List<SealedLetter> letters, List<string> problems, byte[] file, CaseKey key)
    {
        var message = Message.Open(file, key.Identity);
        if (!message.IsOk)
        {
            problems.Add($"message {Hash32.Of(file)}: {message.Code}");
            return;
        }
        if (letters.Any(l => l.Direction == message.Value.Value.Direction && l.Seq == message.Value.Value.Seq))
            problems.Add($"message {Hash32.Of(file)}: message-twice");
        letters.Add(new SealedLetter(message.Value.Value.Direction, message.Value.Value.Seq, file));
    }

    /// <summary>Version 1 is the source's, a later one the team's: each counts under the signature of its author alone.</summary>
    private static (Sheet? Sheet, string? Problem) OpenSheet(byte[] file, ThreadContext context)
    {
        var opened = Sheet.Open(file, context.Identity);
        if (!opened.IsOk)
            return (null, opened.Code);
        var sheet = opened.Value.Value;
        var isBySource = string.Equals(sheet.Author, Sheet.Source, StringComparison.Ordinal);
        if (sheet.Case != context.Case)
            return (sheet, "case-id-differs");
        if (isBySource != (sheet.Version == 1))
            return (sheet, "sheet-malformed");
        return (sheet, isBySource
            ? opened.Value.IsSignedBy(context.Source, context.Root) ? null : "signature-invalid"
            : TeamSignature.Refuse(opened.Value, sheet.Day, TeamSignature.Signer(context, sheet.Author, sheet.Directory), context));
    }

    private static async Task<IReadOnlyList<SavedFile>> SaveFilesAsync(
        CaseFolder folder, IReadOnlyList<Letter> thread, IReadOnlyList<string> paths, CaseKey key, List<string> problems, CancellationToken ct)
    {
        var saved = new List<SavedFile>();
        foreach (var path in paths)
        {
            var cipher = await Files.BytesAsync(path, "--attachments", ct);
            var hash = TreeHash.Of(cipher);
            var owner = thread.FirstOrDefault(l => l.Message?.Value.Attachments is [var entry, ..] && entry.Cipher == hash);
            if (owner is null)
                problems.Add($"attachments {hash}: not named by any message");
            else
                saved.AddRange(await folder.SaveFilesAsync(owner, cipher, key.Identity, ct));
        }
        return saved;
    }

    private static JsonObject Json(
        CaseKey key, Sheet? sheet, string? sheetProblem, SourceIntroduction source, IReadOnlyList<Letter> thread, IReadOnlyList<SavedFile> files, List<string> problems)
    {
        var json = new JsonObject { ["case"] = key.Id.ToString(), ["verified"] = problems.Count == 0 ? "yes" : "no" };
        if (sheet is not null)
        {
            json["sheet"] = new JsonObject
            {
                ["version"] = sheet.Version,
                ["channel"] = sheet.Channel.ToString(),
                ["directory"] = sheet.Directory.ToString(),
                ["day"] = sheet.Day.ToString(),
                ["lang"] = sheet.Lang,
                ["title"] = sheet.Title,
                ["author"] = sheet.Author,
                ["status"] = sheetProblem ?? "verified",
            };
        }
        json["readers"] = new JsonArray([.. source.Readers.Select(r => (JsonNode)r.ToString())]);
        json["excluded"] = new JsonArray([.. source.Excluded.Select(r => (JsonNode)r.ToString())]);
        json["messages"] = new JsonArray([.. thread.Select(l => (JsonNode)LetterText.Json(l))]);
        json["files"] = new JsonArray([.. files.Select(f => (JsonNode)f.Json())]);
        json["problems"] = new JsonArray([.. problems.Select(p => (JsonNode)p)]);
        return json;
    }

    private static string Conversation(Sheet? sheet, IReadOnlyList<Letter> thread)
    {
        var text = new StringBuilder();
        if (sheet is not null)
            text.Append(SafeText.Line(sheet.Title)).Append("\n\n");
        foreach (var letter in thread)
            text.Append(SafeText.Of(string.Join('\n', LetterText.Lines(letter, isSource: false)))).Append("\n\n");
        return text.ToString();
    }
}
