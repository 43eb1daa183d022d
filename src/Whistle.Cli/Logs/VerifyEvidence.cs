using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Cli.Directories;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary>
/// <c>whistle verify-evidence</c>: what a file of evidence shows to somebody who was not there (SPEC 16). Says no more than
/// follows from signatures of the log: what its holder could have written alone is a claim. Uses no network unless told.
/// </summary>
internal static class VerifyEvidence
{
    private static readonly string[] Kinds =
        ["log-fork", "log-shrunk", "log-promise-broken", "log-proof-wrong", "log-withheld", "log-act-missing"];

    /// <summary>What was found. <c>proved</c> needs nobody's word but the log's own signatures.</summary>
    private sealed record Verdict(string Word, string Sentence)
    {
        public static Verdict Proved(string sentence) => new("proved", sentence);

        /// <summary>Genuine as far as it is signed; the rest is the word of whoever made the file.</summary>
        public static Verdict Claim(string sentence) => new("claim", sentence);

        public static Verdict Refuted(string sentence) => new("refuted", sentence);
    }

    private sealed record Evidence(string Kind, string? Promise, IReadOnlyList<string> Proofs, byte[]? Blind, int? Act, IReadOnlyList<string> Checkpoints);

    public static Command Command(World world)
    {
        var file = new Argument<string>("FILE") { Description = "The evidence that a command or a page saved." };
        var log = new Option<string?>("--log") { HelpName = "VKEY", Description = "The log's key: name+hash+base64." };
        var directory = LogKeys.DirectoryOption();
        var root = new Option<string?>("--root") { HelpName = "FINGERPRINT", Description = "The root that the directory must stand under, from a source you trust." };
        var from = new Option<string?>("--from") { HelpName = "URL", Description = "Read the log there (a portal's address and /log, or a mirror's) and hold the evidence against it. Whoever serves it sees your network address." };
        var proxy = new Option<string?>("--proxy") { HelpName = "URL", Description = "A SOCKS proxy, for Tor: socks5://127.0.0.1:9050." };
        var command = new Command("verify-evidence", "Judge what a file of evidence about the log shows. Needs --log or --directory.") { file, log, directory, root, from, proxy };
        command.Run(world, async (parse, report, ct) =>
        {
            var (key, _) = await LogKeys.NamedAsync(parse.GetValue(log), parse.GetValue(directory), Fingerprint.Read(parse.GetValue(root)), ct);
            var evidence = Read(await Files.BytesAsync(parse.GetValue(file)!, "FILE", ct));
            using var served = MirrorCopy.At(world, Connection.Proxy(parse.GetValue(proxy)), parse.GetValue(from));
            var verdict = evidence.Promise is null
                ? await HeadsAsync(evidence, key, served, report, ct)
                : await PromiseAsync(evidence, key, served, report, world.Today, ct);
            report.Line($"{evidence.Kind}: {verdict.Word}.");
            report.Line(verdict.Sentence);
            report.Json(new JsonObject { ["kind"] = evidence.Kind, ["verdict"] = verdict.Word, ["sentence"] = verdict.Sentence, ["log"] = key.ToString() });
            if (verdict.Word is "refuted")
                throw new Reported(Exit.NotVerified);
        });
        return command;
    }

    /// <summary>Two heads that one key signed. Of one size they speak for themselves; of two sizes only the log can tell.</summary>
    private static async Task<Verdict> HeadsAsync(Evidence evidence, NoteKey key, MirrorCopy? served, Report report, CancellationToken ct)
    {
        if (evidence.Checkpoints.Count != 2)
            throw Stop.NotVerified("evidence-malformed");
        var heads = evidence.Checkpoints.Select(c => Signed(c, key).Checkpoint).OrderBy(h => h.Size).ToArray();
        var (less, more) = (heads[0], heads[1]);
        if (less.Size == more.Size)
        {
            return less.Root == more.Root
                ? Verdict.Refuted("Both heads are the same.")
                : Verdict.Proved($"The log's key signed two logs of {less.Size} entries with different roots. Whoever holds the key showed different people different logs.");
        }
        if (served is null)
            return Verdict.Claim($"The log's key signed both heads, of {less.Size} and {more.Size} entries. Whether one goes on from the other only the log can tell: give --from. That an older one was shown later is the word of whoever made the file.");
        var now = await HeadAsync(served, key, ct);
        if (now.Size < less.Size)
            return Verdict.Claim($"The log at that address has {now.Size} entries only, fewer than either head. The key signed more: ask for the rest.");
        var audit = await LogAudit.RunAsync(served.FetchAsync, report, now, [.. heads.Select(h => h.Size)], ct);
        if (heads.Where(h => h.Size <= now.Size).Any(h => !audit.Continues(h)))
            return Verdict.Proved($"The log at that address, {now.Size} entries under the key's own signature, does not begin with what the key signed before. There are two logs.");
        return now.Size < more.Size
            ? Verdict.Claim($"The log at that address begins with the smaller head and has {now.Size} entries, but the key signed {more.Size}. Ask for the rest.")
            : Verdict.Refuted("Both heads are of one log. That an older one was shown after the newer is the word of whoever made the file.");
    }

    private static async Task<Verdict> PromiseAsync(Evidence evidence, NoteKey key, MirrorCopy? served, Report report, Day today, CancellationToken ct)
    {
        var read = Promise.Verify(Encoding.UTF8.GetBytes(evidence.Promise!), key);
        if (!read.IsOk)
            throw Stop.NotVerified(read.Code);
        var promise = read.Value;
        Hash32? act = evidence is { Blind: { } blind, Act: { } n } ? Leaves.Act(blind, n) : null;
        if (evidence.Kind is "log-withheld" or "log-act-missing" && act is null)
            throw Stop.NotVerified("evidence-malformed");
        if (evidence.Kind is "log-promise-broken" && today <= promise.IncludedBy)
            return Verdict.Refuted($"The promise is genuine, and its day, {promise.IncludedBy}, has not passed.");
        if (evidence.Kind is "log-proof-wrong" && Hold(evidence.Proofs, promise, key))
            return Verdict.Refuted("Both proofs in the file hold: the report is in the log. If a tile was wrong, it is not in the file.");
        if (served is null)
            return Verdict.Claim(evidence.Kind is "log-promise-broken"
                ? $"The promise is genuine: the report was to be in the log by {promise.IncludedBy}. Whether it is, only the log can tell: give --from."
                : "The promise is genuine. The rest of the file could have been made by whoever has it: a reason to ask. With --from it is held against the log.");

        var head = await HeadAsync(served, key, ct);
        var wanted = new HashSet<Hash32> { promise.Existence, promise.Content };
        if (act is { } leaf)
            wanted.Add(leaf);
        var audit = await LogAudit.RunAsync(served.FetchAsync, report, head, [], ct, wanted);
        var isIn = audit.Found.Contains(promise.Existence) && audit.Found.Contains(promise.Content);
        if (act is { } searched)
        {
            // Whoever has the blind can have such a leaf entered, as another tip's: neither answer proves anything to others.
            var isThere = audit.Found.Contains(searched);
            return isThere == (evidence.Kind is "log-withheld")
                ? Verdict.Claim(isThere
                    ? "The promise is genuine, and the log has the line that a further message of the team leaves. A reason to ask: whoever has the blind can enter such a line, too."
                    : "The promise is genuine, and the log has no line of that message. A reason to ask: that the message was given out, and when, is the word of whoever made the file.")
                : Verdict.Refuted(isThere ? "The log has the line of that message." : "The log has no line of a further message.");
        }
        if (isIn)
            return Verdict.Refuted("The report is in the log.");
        return today > promise.IncludedBy
            ? Verdict.Proved($"The log's key promised to enter the report by {promise.IncludedBy}. The log at that address, {head.Size} entries under the same key, does not have it.")
            : Verdict.Claim($"The report is not in the log yet; its day, {promise.IncludedBy}, has not passed.");
    }

    private static bool Hold(IReadOnlyList<string> proofs, Promise promise, NoteKey key) =>
        proofs.Count == 2 && proofs.Zip([promise.Existence, promise.Content]).All(pair =>
            InclusionProof.TryParse(Encoding.UTF8.GetBytes(pair.First), out var proof) && proof.Verify(pair.Second.ToBytes(), key).IsOk);

    private static async Task<Checkpoint> HeadAsync(MirrorCopy served, NoteKey key, CancellationToken ct)
    {
        var head = Checkpoint.Verify(await served.FetchAsync("checkpoint", ct), key);
        return head.IsOk ? head.Value.Checkpoint : throw Stop.NotVerified("mirror-unread", SafeText.Line(served.Address));
    }

    private static SignedCheckpoint Signed(string note, NoteKey key)
    {
        var head = Checkpoint.Verify(Encoding.UTF8.GetBytes(note), key);
        return head.IsOk ? head.Value : throw Stop.NotVerified(head.Code);
    }

    /// <summary>Members as SPEC 16 has them; a file of another form is none.</summary>
    private static Evidence Read(byte[] bytes)
    {
        try
        {
            if (JsonNode.Parse(bytes) is not JsonObject json || (int?)json["v"] != 1 || (string?)json["kind"] is not { } kind || !Kinds.Contains(kind, StringComparer.Ordinal))
                throw Stop.NotVerified("evidence-malformed");
            byte[]? blind = null;
            if ((string?)json["contentBlind"] is { } text && !StrictBase64Url.TryDecode(text, Hash32.Length, out blind))
                throw Stop.NotVerified("evidence-malformed");
            var isOfHeads = kind is "log-fork" or "log-shrunk";
            if ((string?)json["promise"] is null != isOfHeads || (int?)json["act"] is < 1)
                throw Stop.NotVerified("evidence-malformed");
            return new Evidence(kind, (string?)json["promise"], Texts(json["proofs"]), blind, (int?)json["act"], Texts(json["checkpoints"]));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException or DecoderFallbackException)
        {
            throw Stop.NotVerified("evidence-malformed");
        }
    }

    private static IReadOnlyList<string> Texts(JsonNode? node) => node is null ? [] : [.. node.AsArray().Select(n => (string?)n ?? throw new FormatException())];
}
