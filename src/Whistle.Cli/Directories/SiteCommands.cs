using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Keys;
using Whistle.Cli.Logs;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Directories;

/// <summary>
/// <c>whistle site manifest|sign</c> and <c>whistle verify-site</c>: root holders sign which files the pages consist of, and
/// anybody compares what a portal serves with that (SPEC 6.2).
/// </summary>
internal static class SiteCommands
{
    /// <summary>As for a page that asks about the log of today.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(8);

    public static Command Site(World world)
    {
        var site = new Command("site", "The signed list of the files that the portal's pages consist of.");
        site.Add(Manifest(world));
        site.Add(Sign(world));
        return site;
    }

    public static Command Verify(World world)
    {
        var server = new ServerOptions();
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "Compare the signed list with a client that you built yourself, too." };
        var state = new Option<string?>("--state") { HelpName = "FILE", Description = "The same file as of verify-log: the log must go on from the checkpoint that it remembers." };
        var policy = Vouching.PolicyOption();
        var command = new Command("verify-site", "Fetch every file of the portal's pages and compare it with the list that root holders signed and the log holds. Needs --root.") { folder, state, policy };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var api = server.Connect(world, parse);
            var directory = LogKeys.Signed(await api.DirectoryAsync(ct), server.Root(parse) ?? throw Stop.Usage("root-missing"));
            var manifest = await FetchAsync(api, directory, ct);
            var different = new List<string>();
            foreach (var file in manifest.Files)
            {
                report.Say($"Fetching {SafeText.Line(file.Address)} …");
                if (await BytesAsync(api, file.Address, ct) is not { } bytes || SiteFile.Of(file.Path, bytes) != file)
                    different.Add(file.Path);
            }
            if (different.Count > 0)
                throw Stop.NotVerified("site-differs", [.. different.Select(SafeText.Line)]);
            if (parse.GetValue(folder) is { } path)
                Compare(manifest, FilesOf(path));
            var last = await LogState.ReadAsync(parse.GetValue(state), LogKeys.BackFromAsync(directory, api, ct), ct);
            var head = await VerifyLog.HeadAsync(api, directory.Version.Log, ct);
            await last.RefuseAsync(report, head, ct);
            var audit = await LogAudit.RunAsync((p, token) => LogAudit.FetchAsync(api, p, token), report, head.Checkpoint, [last.Last?.Checkpoint.Size ?? 0], ct);
            if (last.Last is { } earlier && !audit.Continues(earlier.Checkpoint))
                throw await last.AccuseAsync("log-fork", report, head, ct);
            var vouching = await Vouching.ReadAsync(
                world, parse.GetValue(policy), directory.Version.LogPolicy is null ? null : directory.Version.Witnesses, head.Note, directory.Version.Log, Fresh, ct);
            vouching.Require();
            var isLogged = IsLogged(audit, manifest, world.Today);
            await last.KeepAsync(head, ct);
            report.Line($"The portal serves exactly the {manifest.Files.Count} files that root holders signed as version {manifest.Version}.");
            report.Line(isLogged ? "The log shows that they did." : $"The log does not have it yet; it was issued on {manifest.Issued}.");
            report.Line(vouching.Sentence());
            var json = new JsonObject
            {
                ["version"] = manifest.Version,
                ["manifest"] = manifest.Hash.ToString(),
                ["files"] = manifest.Files.Count,
                ["logged"] = isLogged ? "yes" : "not-yet",
                ["root"] = directory.Root.ToString(),
            };
            vouching.AddTo(json);
            report.Json(json);
        });
        return command;
    }

    private static Command Manifest(World world)
    {
        var folder = new Option<string>("--folder") { Required = true, HelpName = "DIR", Description = "The built client: wwwroot beside the server." };
        var root = new Option<string>("--root") { Required = true, HelpName = "FINGERPRINT", Description = "The root whose holders will sign." };
        var version = new Option<int>("--version-number") { Required = true, HelpName = "N", Description = "Higher than the one before." };
        var output = new Option<string>("--out") { Required = true, HelpName = "FILE", Description = "The new file, to be signed." };
        var command = new Command("manifest", "Write the list of a client's files, for root holders to sign.") { folder, root, version, output };
        command.Run(world, async (parse, report, ct) =>
        {
            var number = parse.GetValue(version);
            if (number < 1)
                throw Stop.Usage("site-version");
            var manifest = Of(Fingerprint.Read(parse.GetValue(root))!.Value, number, world.Today, FilesOf(parse.GetValue(folder)!));
            await Files.WriteNewAsync(parse.GetValue(output)!, Encoding.UTF8.GetBytes(manifest.ToText()), "--out", ct);
            report.Line($"{manifest.Files.Count} files, {manifest.Files.Sum(f => f.Size)} bytes; hash {manifest.Hash}.");
            report.Json(new JsonObject { ["version"] = number, ["manifest"] = manifest.Hash.ToString(), ["files"] = manifest.Files.Count });
        });
        return command;
    }

    private static Command Sign(World world)
    {
        var file = new Option<string>("--manifest") { Required = true, HelpName = "FILE", Description = "The list, signed by others or not. Your signature is added to this file." };
        var key = new Option<string>("--key") { Required = true, HelpName = "FILE", Description = "Your root key file." };
        var folder = new Option<string?>("--folder") { HelpName = "DIR", Description = "A client that you built yourself: refuses to sign anything else." };
        var previous = new Option<string?>("--previous") { HelpName = "FILE", Description = "The list before: says which files changed." };
        var passphrase = new Option<string?>("--passphrase") { HelpName = "FILE|-", Description = "Read the key file's passphrase from a file or from standard input instead of the terminal." };
        var plain = new Option<bool>("--plain-key") { Description = "The key file has no passphrase." };
        var yes = new Option<bool>("--yes") { Description = "Sign without asking. Only where somebody has looked before." };
        var command = new Command("sign", "Show what a list of files changes, and sign it with a root key.") { file, key, folder, previous, passphrase, plain, yes };
        command.Run(world, async (parse, report, ct) =>
        {
            var path = parse.GetValue(file)!;
            var (note, manifest) = Read(await Files.BytesAsync(path, "--manifest", ct));
            var before = parse.GetValue(previous) is { } old ? Read(await Files.BytesAsync(old, "--previous", ct)).Manifest : null;
            if (before is not null && (before.Root != manifest.Root || before.Version >= manifest.Version))
                throw Stop.NotVerified("previous-differs");
            if (parse.GetValue(folder) is { } built)
                Compare(manifest, FilesOf(built));
            var changes = Changes(before, manifest).ToList();
            report.Say($"Version {manifest.Version}, {manifest.Files.Count} files, root {Fingerprint.Groups(manifest.Root)}");
            foreach (var change in changes)
                report.Say("  " + SafeText.Line(change));
            using var root = await RootKeyFile.OpenAsync(world, report, parse.GetValue(key)!, parse.GetValue(passphrase), parse.GetValue(plain), ct);
            if (!parse.GetValue(yes) && !Secrets.Agrees(world, $"Sign this as {root.Public.Name}?"))
                throw Stop.Failed("not-confirmed");
            if (!note.IsSignedBy(root.Public))
                note = note.Sign(root.Public.Name, root.Key);
            await Files.ReplaceAsync(path, note.ToBytes(), "--manifest", ct);
            report.Line("Signed. Hand the file to the next root holder, or to the operator.");
            report.Json(new JsonObject
            {
                ["version"] = manifest.Version,
                ["manifest"] = manifest.Hash.ToString(),
                ["signatures"] = note.Signatures.Count,
                ["changes"] = new JsonArray([.. changes.Select(c => (JsonNode)c)]),
            });
        });
        return command;
    }

    private static async Task<SiteManifest> FetchAsync(SourceApi api, VerifiedDirectory directory, CancellationToken ct)
    {
        byte[] note;
        try
        {
            note = await api.AtAsync("/api/source/site", ct);
        }
        catch (Stop stop) when (stop.Code is "not-found" or "http-404")
        {
            throw Stop.Refused("site-missing");
        }
        var manifest = SiteManifest.Verify(note, directory.Version.Root);
        return manifest.IsOk ? manifest.Value : throw Stop.NotVerified(manifest.Code);
    }

    /// <summary>The list must be the newest in the log, and the only one of its version; a new one may still be on its way.</summary>
    private static bool IsLogged(LogAudit audit, SiteManifest manifest, Day today)
    {
        var own = PublicEntry.Site(manifest.Version, manifest.Hash);
        var sites = audit.Public.Select(p => p.Entry).Where(e => string.Equals(e.Kind, own.Kind, StringComparison.Ordinal)).ToList();
        foreach (var other in sites.Where(e => e != own))
        {
            if (string.Equals(other.Id, own.Id, StringComparison.Ordinal))
                throw Stop.NotVerified("site-twice", own.Id);
            if (int.TryParse(other.Id, System.Globalization.CultureInfo.InvariantCulture, out var version) && version > manifest.Version)
                throw Stop.NotVerified("site-older-than-log", SafeText.Line(other.Id));
        }
        if (sites.Contains(own))
            return true;
        return today > manifest.Issued.Plus(VerifyLog.DaysToLog) ? throw Stop.NotVerified("site-not-logged") : false;
    }

    private static async Task<byte[]?> BytesAsync(SourceApi api, string address, CancellationToken ct)
    {
        try
        {
            return await api.AtAsync(address, ct);
        }
        catch (Stop stop) when (stop.ExitCode != Exit.NoNetwork)
        {
            return null;
        }
    }

    private static (SignedNote Note, SiteManifest Manifest) Read(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var note = SignedNote.TryParse(bytes, out var signed) ? signed : text.EndsWith('\n') && !text.Contains('\r', StringComparison.Ordinal) ? SignedNote.FromText(text) : throw Stop.NotVerified("site-malformed");
        var manifest = SiteManifest.ParseText(note.Text);
        return manifest.IsOk ? (note, manifest.Value) : throw Stop.NotVerified(manifest.Code);
    }

    private static SiteManifest Of(Hash32 root, int version, Day issued, IReadOnlyList<SiteFile> files)
    {
        try
        {
            return SiteManifest.Of(root, version, issued, files);
        }
        catch (ArgumentException)
        {
            throw Stop.Failed("site-folder");
        }
    }

    private static IReadOnlyList<SiteFile> FilesOf(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(f => SiteFile.Of("/" + Path.GetRelativePath(folder, f).Replace('\\', '/'), File.ReadAllBytes(f)))
                    .OrderBy(f => f.Path, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unreadable", "--folder");
        }
    }

    private static void Compare(SiteManifest manifest, IReadOnlyList<SiteFile> built)
    {
        var differing = manifest.Files.Except(built).Concat(built.Except(manifest.Files)).Select(f => f.Path).Distinct(StringComparer.Ordinal).ToList();
        if (differing.Count > 0)
            throw Stop.NotVerified("site-differs", [.. differing.Select(SafeText.Line)]);
    }

    private static IEnumerable<string> Changes(SiteManifest? before, SiteManifest after)
    {
        var old = before?.Files.ToDictionary(f => f.Path, StringComparer.Ordinal) ?? [];
        foreach (var file in after.Files)
        {
            if (!old.Remove(file.Path, out var was))
                yield return $"{(before is null ? "Has" : "Adds")} {file.Path}, {file.Size} bytes, {file.Hash}.";
            else if (was != file)
                yield return $"Changes {file.Path}: now {file.Size} bytes, {file.Hash}.";
        }
        foreach (var gone in old.Keys)
            yield return $"Removes {gone}.";
    }
}
