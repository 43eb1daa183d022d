using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Directories;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary>
/// <c>whistle verify-proof</c>: what a saved proof shows to somebody who has nothing but files (SPEC 16). Never uses a
/// network, so that whoever holds the report tells nobody that they do.
/// </summary>
internal static class VerifyProof
{
    public static Command Command(World world)
    {
        var file = new Argument<string>("FILE") { Description = "A report.tlog-proof, or any C2SP tlog-proof of the log." };
        var log = new Option<string?>("--log") { HelpName = "VKEY", Description = "The log's key: name+hash+base64." };
        var directory = LogKeys.DirectoryOption();
        var root = new Option<string?>("--root") { HelpName = "FINGERPRINT", Description = "The root that the directory must stand under, from a source you trust." };
        var copy = new Option<string?>("--copy") { HelpName = "FILE", Description = "The saved report.json: what was reported, to the byte." };
        var leaf = new Option<string?>("--leaf") { HelpName = "HEX", Description = "The leaf itself, for a proof without a copy." };
        var policy = Vouching.PolicyOption();
        var command = new Command("verify-proof", "Check offline that a report, or any leaf, is in the log. Needs --log or --directory, and --copy or --leaf.")
            { file, log, directory, root, copy, leaf, policy };
        command.Run(world, async (parse, report, ct) =>
        {
            var known = await LogKeys.NamedAsync(parse.GetValue(log), parse.GetValue(directory), Fingerprint.Read(parse.GetValue(root)), ct);
            if (!InclusionProof.TryParse(await Files.BytesAsync(parse.GetValue(file)!, "FILE", ct), out var proof))
                throw Stop.NotVerified("proof-malformed");
            var copyBytes = parse.GetValue(copy) is { } path ? await Files.BytesAsync(path, "--copy", ct) : null;
            var entry = Entry(proof, copyBytes, parse.GetValue(leaf));
            var head = proof.Verify(entry.ToBytes(), known.Key);
            if (!head.IsOk)
                throw Stop.NotVerified(head.Code);
            // A proof holds whoever vouches for the log; that witnesses do is asked for by --policy alone.
            var signed = known.Directory is { Version: { LogPolicy: not null } version } ? version.Witnesses : null;
            var vouching = await Vouching.ReadAsync(world, parse.GetValue(policy), signed, head.Value.Note, known.Key, maxAge: null, ct);
            if (parse.GetValue(policy) is not null)
                vouching.Require();
            Show(report, proof, head.Value.Checkpoint, entry, copyBytes is not null, known.Directory, vouching);
            report.Json(Json(proof, head.Value.Checkpoint, entry, copyBytes, known, vouching));
        });
        return command;
    }

    /// <summary>The leaf that the copy and the proof's blind make together, or the one that was given; the same where both are.</summary>
    private static Hash32 Entry(InclusionProof proof, byte[]? copy, string? leaf)
    {
        Hash32? given = null;
        if (leaf is not null)
            given = Hash32.TryParse(leaf, out var hash) ? hash : throw Stop.Usage("leaf-malformed");
        if (copy is null)
            return given ?? throw Stop.Usage("leaf-missing");
        if (proof.Extra is not { Length: Hash32.Length } blind)
            throw Stop.NotVerified("proof-without-blind");
        var content = Leaves.Content(blind.Span, copy);
        return given is null || given == content ? content : throw Stop.NotVerified("leaf-differs");
    }

    private static void Show(
        Report report, InclusionProof proof, Checkpoint head, Hash32 leaf, bool isContent, VerifiedDirectory? directory, Vouching vouching)
    {
        var log = SafeText.Line(directory is null ? head.Origin : $"{head.Origin} of {directory.Version.Organisation}");
        report.Line(isContent
            ? $"Proved: exactly this copy is what the report said that stands as entry {proof.Index} in the log {log}, signed when it had {head.Size} entries."
            : $"Proved: the leaf {leaf} stands as entry {proof.Index} in the log {log}, signed when it had {head.Size} entries.");
        report.Line(vouching.Sentence());
        if (directory is not null)
            report.Line($"The log's key is the one of directory {directory.Version.Version} under the root {Fingerprint.Groups(directory.Root)}.");
    }

    private static JsonObject Json(
        InclusionProof proof, Checkpoint head, Hash32 leaf, byte[]? copy, (NoteKey Key, VerifiedDirectory? Directory) known, Vouching vouching)
    {
        var json = new JsonObject
        {
            ["proved"] = copy is null ? "leaf" : "content",
            ["leaf"] = leaf.ToString(),
            ["index"] = proof.Index,
            ["log"] = known.Key.ToString(),
            ["size"] = head.Size,
            ["treeRoot"] = head.Root.ToString(),
        };
        if (copy is not null)
            json["copy"] = Hash32.Of(copy).ToString();
        if (known.Directory is { } directory)
        {
            json["root"] = directory.Root.ToString();
            json["directory"] = new JsonObject { ["version"] = directory.Version.Version, ["hash"] = directory.Hash.ToString() };
        }
        vouching.AddTo(json);
        return json;
    }
}
