using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary><c>whistle verify-log</c>: the whole log, checked by somebody who need not trust the server (SPEC 16).</summary>
internal static class VerifyLog
{
    /// <summary>Whoever is added to a directory can be sealed to 72 hours after it stood in the log (DESIGN 6).</summary>
    internal const int DaysToLog = 3;

    /// <summary>The longest interval of a log is a week.</summary>
    private const int DefaultMaxAge = 8;

    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var directory = LogKeys.DirectoryOption();
        var state = new Option<string?>("--state") { HelpName = "FILE", Description = "Remembers the last checkpoint here; the next run proves that the log has only grown since." };
        var policy = Vouching.PolicyOption();
        var maxAge = new Option<int>("--max-age") { HelpName = "DAYS", Description = "How old a witness's cosignature may be.", DefaultValueFactory = _ => DefaultMaxAge };
        var mirror = MirrorCopy.Option();
        var command = new Command(
            "verify-log",
            "Download the public log and check all of it: signature, every entry, every tile, and that it only grew. Needs --root or --directory.")
            { directory, state, policy, maxAge, mirror };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var api = server.Connect(world, parse);
            var root = server.Root(parse);
            var file = parse.GetValue(directory);
            if (root is null && file is null)
                throw Stop.Usage("root-missing");
            var signed = file is null ? LogKeys.Signed(await api.DirectoryAsync(ct), root) : await LogKeys.DirectoryAsync(file, root, ct);
            var log = signed.Version.Log;
            var last = await LogState.ReadAsync(parse.GetValue(state), LogKeys.BackFromAsync(signed, api, ct), ct);
            // The copy first: what it has must then be in what the portal shows.
            using var copy = MirrorCopy.Open(world, server.Proxy(parse), parse.GetValue(mirror), signed.Version.LogMirror);
            var copied = copy is null ? null : await CopiedAsync(copy, log, ct);
            var now = await HeadAsync(api, log, ct);
            await last.RefuseAsync(report, now, ct);
            long[] sizes = [last.Last?.Checkpoint.Size ?? 0, copied?.Checkpoint.Size ?? 0];
            var audit = await LogAudit.RunAsync((path, token) => LogAudit.FetchAsync(api, path, token), report, now.Checkpoint, sizes, ct);
            if (last.Last is { } earlier && !audit.Continues(earlier.Checkpoint))
                throw await last.AccuseAsync("log-fork", report, now, ct);
            if (copied is not null && !await IsOneLogAsync(audit, copy!, copied, report, ct))
                throw await last.AccuseAsync("log-fork", report, copied, now, ct);
            var isLogged = IsLogged(audit, signed, isCurrent: file is null, world.Today);
            var vouching = await Vouching.ReadAsync(
                world, parse.GetValue(policy), signed.Version.LogPolicy is null ? null : signed.Version.Witnesses, now.Note, log, TimeSpan.FromDays(parse.GetValue(maxAge)), ct);
            vouching.Require();
            await last.KeepAsync(now, ct);
            Show(report, audit, last, signed, isLogged, vouching, copied);
            report.Json(Json(audit, log, last, signed, isLogged, vouching, copied));
        });
        return command;
    }

    /// <summary>What the copy was signed with; it must be this log's, and may be older or newer than what the server shows.</summary>
    private static async Task<SignedCheckpoint> CopiedAsync(MirrorCopy copy, NoteKey log, CancellationToken ct)
    {
        var head = Checkpoint.Verify(await copy.FetchAsync("checkpoint", ct), log);
        return head.IsOk ? head.Value : throw Stop.NotVerified("mirror-unread", SafeText.Line(copy.Address));
    }

    /// <summary>Whichever goes further must begin with the other; what it is asked with was held against its own signed head.</summary>
    private static async Task<bool> IsOneLogAsync(LogAudit audit, MirrorCopy copy, SignedCheckpoint copied, Report report, CancellationToken ct)
    {
        if (copied.Checkpoint.Size <= audit.Head.Size)
            return audit.Continues(copied.Checkpoint);
        try
        {
            return (await LogAudit.RunAsync(copy.FetchAsync, report, copied.Checkpoint, [audit.Head.Size], ct)).Continues(audit.Head);
        }
        catch (Stop)
        {
            throw Stop.NotVerified("mirror-unread", SafeText.Line(copy.Address));
        }
    }

    internal static async Task<SignedCheckpoint> HeadAsync(SourceApi api, NoteKey log, CancellationToken ct)
    {
        byte[] note;
        try
        {
            note = await api.LogAsync("checkpoint", ct);
        }
        catch (Stop stop) when (stop.Code is "not-found" or "http-404")
        {
            throw Stop.Refused("no-checkpoint");
        }
        var head = Checkpoint.Verify(note, log);
        return head.IsOk ? head.Value : throw Stop.NotVerified(head.Code);
    }

    /// <summary>
    /// The people who can be sealed to must be the same for everybody: the directory has to be in the log, alone under its
    /// number, and it must be the newest there where the server says that it is the current one.
    /// </summary>
    private static bool IsLogged(LogAudit audit, VerifiedDirectory directory, bool isCurrent, Day today)
    {
        var own = PublicEntry.Directory(directory.Version.Version, directory.Hash);
        var versions = audit.Public.Select(p => p.Entry).Where(e => string.Equals(e.Kind, own.Kind, StringComparison.Ordinal)).Distinct().ToList();
        if (versions.GroupBy(v => v.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Stop.NotVerified("directory-twice", SafeText.Line(twice.Key));
        if (versions.Exists(v => string.Equals(v.Id, own.Id, StringComparison.Ordinal) && v != own))
            throw Stop.NotVerified("directory-twice", own.Id);
        if (isCurrent && versions.Exists(v => int.TryParse(v.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > directory.Version.Version))
            throw Stop.NotVerified("directory-older-than-log");
        if (versions.Contains(own))
            return true;
        return today > directory.Version.Issued.Plus(DaysToLog) ? throw Stop.NotVerified("directory-not-logged") : false;
    }

    private static void Show(Report report, LogAudit audit, LogState last, VerifiedDirectory directory, bool isLogged, Vouching vouching, SignedCheckpoint? copied)
    {
        var head = audit.Head;
        report.Line($"The log {SafeText.Line(head.Origin)} holds: {head.Size} entries, root {head.Root}.");
        if (last.Last is { } earlier)
            report.Line($"It begins with the {earlier.Checkpoint.Size} entries of the last time.");
        report.Line(vouching.Sentence());
        if (copied is not null)
        {
            report.Line($"The copy at {SafeText.Line(directory.Version.LogMirror!)} is the same log; it has {copied.Checkpoint.Size} entries.");
            if (copied.Checkpoint.Size > head.Size)
                report.Line("THE PORTAL SHOWS YOU AN OLDER LOG THAN THE COPY HAS.");
        }
        report.Line($"{audit.Blinded} entries are blinded: whose they are, or whether they are random, nobody can tell.");
        if (audit.Unknown > 0)
            report.Line($"{audit.Unknown} entries are of a kind that this program does not know.");
        report.Line(isLogged
            ? $"Directory {directory.Version.Version} is in it."
            : $"Directory {directory.Version.Version} is not in it yet; it was issued on {directory.Version.Issued}.");
        foreach (var (index, entry) in audit.Public)
            report.Line($"  {index,8}  {entry.Kind,-9}  {SafeText.Line(entry.Id)}  {entry.Hash}");
    }

    private static JsonObject Json(LogAudit audit, NoteKey log, LogState last, VerifiedDirectory directory, bool isLogged, Vouching vouching, SignedCheckpoint? copied)
    {
        var json = new JsonObject
        {
            ["log"] = log.ToString(),
            ["size"] = audit.Head.Size,
            ["treeRoot"] = audit.Head.Root.ToString(),
            ["blinded"] = audit.Blinded,
            ["unknown"] = audit.Unknown,
            ["public"] = new JsonArray([.. audit.Public.Select(p => (JsonNode)new JsonObject
            {
                ["index"] = p.Index, ["kind"] = p.Entry.Kind, ["id"] = p.Entry.Id, ["hash"] = p.Entry.Hash.ToString(),
            })]),
            ["root"] = directory.Root.ToString(),
            ["directory"] = new JsonObject
            {
                ["version"] = directory.Version.Version,
                ["hash"] = directory.Hash.ToString(),
                ["logged"] = isLogged ? "yes" : "not-yet",
            },
        };
        if (last.Last is { } earlier)
            json["continues"] = new JsonObject { ["size"] = earlier.Checkpoint.Size, ["treeRoot"] = earlier.Checkpoint.Root.ToString() };
        if (copied is not null)
            json["mirror"] = new JsonObject { ["size"] = copied.Checkpoint.Size, ["treeRoot"] = copied.Checkpoint.Root.ToString() };
        vouching.AddTo(json);
        return json;
    }
}
