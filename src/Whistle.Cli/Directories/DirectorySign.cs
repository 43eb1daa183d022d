using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Cli.Keys;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Directories;

/// <summary>
/// <c>whistle directory sign</c>: a root holder reads in sentences what changes and adds one signature, offline. Nobody
/// else can make a person a reader: that is why this step is not the server's.
/// </summary>
internal static class DirectorySign
{
    public static Command Command(World world)
    {
        var directory = new Command("directory", "The signed list of people, channels and keys.");
        directory.Add(DirectoryShow.Command(world));
        directory.Add(Sign(world));
        return directory;
    }

    private static Command Sign(World world)
    {
        var text = new Option<string>("--text")
        {
            Required = true,
            HelpName = "FILE",
            Description = "The directory to sign, as the portal's admin page gives it out.",
        };
        var key = new Option<string>("--key") { Required = true, HelpName = "FILE", Description = "Your root key file." };
        var previous = new Option<string?>("--previous")
        {
            HelpName = "FILE",
            Description = "The version before, signed (needed from version 2 on): GET /api/source/directory.",
        };
        var pin = new Option<string?>("--root")
        {
            HelpName = "FINGERPRINT",
            Description = "The root fingerprint that you wrote down at the ceremony. Another root is refused.",
        };
        var passphrase = new Option<string?>("--passphrase")
        {
            HelpName = "FILE|-",
            Description = "Read the key file's passphrase from a file or from standard input instead of the terminal.",
        };
        var plain = new Option<bool>("--plain-key") { Description = "The key file has no passphrase." };
        var yes = new Option<bool>("--yes") { Description = "Sign without asking. Only where somebody has read the changes before." };
        var command = new Command(
            "sign", "Show what a new directory changes, and sign it with a root key. Prints one signature line to hand back.")
        { text, key, previous, pin, passphrase, plain, yes };
        command.Run(world, async (parse, report, ct) =>
        {
            var raw = await Files.TextAsync(world, parse.GetValue(text)!, "--text", ct);
            var pinned = Fingerprint.Read(parse.GetValue(pin));
            var (noteText, version) = ReadText(raw, pinned);
            var before = await ReadPreviousAsync(parse.GetValue(previous), version, pinned, ct);
            var sentences = DirectorySentences.Of(before?.Version, version);
            if (!report.IsJson)
                Show(report, version, sentences);
            using var root = await RootKeyFile.OpenAsync(world, report, parse.GetValue(key)!, parse.GetValue(passphrase), parse.GetValue(plain), ct);
            if (!version.Root.Keys.Any(k => k.Key.Equals(root.Key.Public) && string.Equals(k.Name, root.Public.Name, StringComparison.Ordinal))
                && before?.Version.Root.Keys.Any(k => k.Key.Equals(root.Key.Public)) != true)
                throw Stop.NotVerified("key-not-in-root");
            if (!parse.GetValue(yes) && !Secrets.Agrees(world, $"Sign this as {root.Public.Name}?"))
                throw Stop.Failed("not-confirmed");
            var line = SignedNote.FromText(noteText).Sign(root.Public.Name, root.Key).Signatures[^1].ToString();
            report.Say("Hand this line to the admin page, or to whoever collects the signatures:");
            report.Line(line);
            report.Json(new JsonObject
            {
                ["signature"] = line,
                ["version"] = version.Version,
                ["directory"] = Hash32.Of(Encoding.UTF8.GetBytes(noteText)).ToString(),
                ["root"] = version.Root.Fingerprint.ToString(),
                ["changes"] = new JsonArray([.. sentences.Select(s => (JsonNode)s)]),
            });
        });
        return command;
    }

    /// <summary>The text to sign: the three lines alone, or a note that others have signed already.</summary>
    private static (string Text, DirectoryVersion Version) ReadText(string raw, Hash32? pinned)
    {
        // A text that went through a mail or an editor may have other line ends, or none at its end. What is signed is
        // always the canonical text, which the reader below insists on.
        var lines = raw.ReplaceLineEndings("\n").TrimStart('\n').Split('\n');
        if (lines.Length < 3)
            throw Stop.NotVerified("directory-malformed");
        var text = string.Join('\n', lines[..3]) + "\n";
        var parsed = DirectoryVersion.ParseText(text);
        if (!parsed.IsOk)
            throw Stop.NotVerified(parsed.Code);
        return pinned is null || parsed.Value.Root.Fingerprint == pinned
            ? (text, parsed.Value)
            : throw Stop.NotVerified("directory-root-mismatch");
    }

    private static async Task<VerifiedDirectory?> ReadPreviousAsync(
        string? path, DirectoryVersion version, Hash32? pinned, CancellationToken ct)
    {
        if (version.Version == 1)
            return path is null ? null : throw Stop.NotVerified("previous-differs");
        if (path is null)
            throw Stop.Usage("previous-missing");
        var verified = VerifiedDirectory.VerifySignatures(await Files.BytesAsync(path, "--previous", ct), pinned);
        if (!verified.IsOk)
            throw Stop.NotVerified(verified.Code);
        return verified.Value.Version.Version == version.Version - 1 && verified.Value.Hash == version.Previous
            ? verified.Value
            : throw Stop.NotVerified("previous-differs");
    }

    private static void Show(Report report, DirectoryVersion version, IReadOnlyList<string> sentences)
    {
        report.Say($"Directory {version.Version} of {SafeText.Line(version.Organisation)}, root {Fingerprint.Groups(version.Root.Fingerprint)}");
        foreach (var sentence in sentences)
            report.Say("  " + SafeText.Line(sentence));
    }
}

/// <summary>Root fingerprints as people write them: 64 hexadecimal digits, in groups or not, in either case.</summary>
internal static class Fingerprint
{
    public static Hash32? Read(string? text)
    {
        if (text is null)
            return null;
        var digits = string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or ':'))).ToLowerInvariant();
        return Hash32.TryParse(digits, out var hash) ? hash : throw Stop.Usage("fingerprint-malformed");
    }

    /// <summary>Groups of four, for comparing by eye; never words, because words are receipts.</summary>
    public static string Groups(Hash32 fingerprint) =>
        string.Join(' ', fingerprint.ToString().Chunk(4).Select(c => new string(c)));
}
