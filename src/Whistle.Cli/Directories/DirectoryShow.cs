using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Directories;

namespace Whistle.Cli.Directories;

/// <summary>
/// <c>whistle directory show</c>: who would read what, from the signed list and not from a page; and the list with its
/// documents in a folder, to seal from without a connection.
/// </summary>
internal static class DirectoryShow
{
    /// <summary>The name of the signed list in a folder that <c>--save</c> made; documents are <c>&lt;hash&gt;.json</c>.</summary>
    public const string NoteName = "directory.note";

    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var save = new Option<string?>("--save") { HelpName = "FOLDER", Description = "Save the signed directory and every document that it names to a new folder, for `tip new --directory-from`." };
        var previous = new Option<string?>("--previous") { HelpName = "FILE", Description = "A version that you kept: says what has changed since." };
        var command = new Command("show", "Show the signed directory: who reads which channel, who answers for it, until when it holds.") { save, previous };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var api = server.Connect(world, parse);
            var pinned = server.Root(parse);
            var note = await api.DirectoryAsync(ct);
            var verified = VerifiedDirectory.VerifySignatures(note, pinned);
            if (!verified.IsOk)
                throw Stop.NotVerified(verified.Code);
            var directory = verified.Value;
            if (!directory.Version.Origins.Contains(api.Origin, StringComparer.Ordinal))
                throw Stop.NotVerified("directory-origin");
            var since = parse.GetValue(previous) is { } path ? Kept(await Files.BytesAsync(path, "--previous", ct), directory) : null;
            var documents = await DocumentsAsync(api, directory.Version, ct);
            if (parse.GetValue(save) is { } folder)
                await SaveAsync(CaseFolder.Create(folder, "--save"), note, documents, ct);
            var isExpired = world.Today > directory.Version.Expires;
            Show(report, directory, since, isExpired, isPinned: pinned is not null);
            report.Json(Json(directory, since, isExpired));
        });
        return command;
    }

    /// <summary>Under the same root, and not newer: otherwise the portal shows an old one.</summary>
    private static VerifiedDirectory Kept(byte[] note, VerifiedDirectory now)
    {
        var kept = VerifiedDirectory.VerifySignatures(note, now.Root);
        if (!kept.IsOk)
            throw Stop.NotVerified(kept.Code);
        var isOlder = kept.Value.Version.Version < now.Version.Version || kept.Value.Hash == now.Hash;
        return isOlder ? kept.Value : throw Stop.NotVerified("directory-rolled-back");
    }

    private static async Task<IReadOnlyDictionary<Hash32, byte[]>> DocumentsAsync(SourceApi api, DirectoryVersion version, CancellationToken ct)
    {
        var documents = new Dictionary<Hash32, byte[]>();
        foreach (var hash in version.Channels.SelectMany(c => new[] { c.Questionnaire, c.Texts, c.Taxonomy }).Distinct())
            documents[hash] = await Trust.DocumentAsync(api, hash, ct);
        return documents;
    }

    private static async Task SaveAsync(CaseFolder folder, byte[] note, IReadOnlyDictionary<Hash32, byte[]> documents, CancellationToken ct)
    {
        await folder.WriteAsync(NoteName, note, ct);
        foreach (var (hash, bytes) in documents)
            await folder.WriteAsync($"{hash}.json", bytes, ct);
    }

    private static void Show(Report report, VerifiedDirectory directory, VerifiedDirectory? since, bool isExpired, bool isPinned)
    {
        var version = directory.Version;
        report.Line($"Directory {version.Version} of {SafeText.Line(version.Organisation)}, issued on {version.Issued}, "
            + (isExpired ? $"EXPIRED on {version.Expires}: nothing is to be sealed to it." : $"usable through {version.Expires}."));
        report.Line($"{version.Root.Threshold} of {version.Root.Keys.Count} root keys must sign it: {SafeText.Line(string.Join(", ", version.Root.Keys.Select(k => k.Name)))}.");
        report.Line("Root: " + Fingerprint.Groups(directory.Root));
        if (!isPinned)
            report.Line("Compare it with a copy that did not come from the same server: nothing else here is worth more than that.");
        foreach (var channel in version.Channels)
        {
            report.Line();
            report.Line($"“{SafeText.Line(DirectorySentences.NameOf(channel))}” of {SafeText.Line(channel.Entity)} ({channel.Id}) is read by:");
            People(report, version, channel.Readers);
            if (channel.OffersRecovery && version.Recovery is { } recovery)
                report.Line($"  recovery, by {recovery.Threshold} of: {SafeText.Line(string.Join(", ", recovery.Holders.Select(h => $"{h.Name} ({h.Place})")))}");
            if (channel.Custodians.Count > 0)
                report.Line("  An identity that a source gives is kept by:");
            People(report, version, channel.Custodians);
            if (channel.Approvers.Count > 0)
                report.Line("  Summaries may be approved, without the case, by:");
            People(report, version, channel.Approvers);
        }
        report.Line();
        report.Line($"Promises and the log are signed by {version.Log}.");
        report.Line(version.Witnesses.NeedsWitnesses
            ? $"The log is to be witnessed by: {SafeText.Line(string.Join(", ", version.Witnesses.Witnesses.Select(w => w.Name)))}."
            : "No witness of the log is named: only the organisation vouches for it.");
        if (since is null)
            return;
        report.Line();
        report.Line($"Since version {since.Version.Version}:");
        foreach (var sentence in DirectorySentences.Of(since.Version, version))
            report.Line("  " + SafeText.Line(sentence));
    }

    private static void People(Report report, DirectoryVersion version, IReadOnlyList<PersonId> ids)
    {
        foreach (var person in ids.Select(id => version.Person(id)!))
            report.Line($"  {SafeText.Line(person.Name)}, {person.Role}, {person.Place} the organisation, from {person.From} until {person.Until}");
    }

    private static JsonObject Json(VerifiedDirectory directory, VerifiedDirectory? since, bool isExpired)
    {
        var version = directory.Version;
        var json = new JsonObject
        {
            ["version"] = version.Version,
            ["directory"] = directory.Hash.ToString(),
            ["root"] = directory.Root.ToString(),
            ["threshold"] = version.Root.Threshold,
            ["rootKeys"] = new JsonArray([.. version.Root.Keys.Select(k => (JsonNode)k.Name)]),
            ["organisation"] = version.Organisation,
            ["origins"] = new JsonArray([.. version.Origins.Select(o => (JsonNode)o)]),
            ["issued"] = version.Issued.ToString(),
            ["expires"] = version.Expires.ToString(),
            ["state"] = isExpired ? "expired" : "usable",
            ["log"] = version.Log.ToString(),
            ["people"] = new JsonArray([.. version.People.Select(p => (JsonNode)new JsonObject
            {
                ["id"] = p.Id.ToString(), ["name"] = p.Name, ["role"] = p.Role, ["place"] = p.Place, ["from"] = p.From.ToString(), ["until"] = p.Until.ToString(),
            })]),
            ["channels"] = new JsonArray([.. version.Channels.Select(c => (JsonNode)new JsonObject
            {
                ["id"] = c.Id.ToString(), ["name"] = DirectorySentences.NameOf(c), ["entity"] = c.Entity,
                ["readers"] = Ids(c.Readers), ["approvers"] = Ids(c.Approvers), ["custodians"] = Ids(c.Custodians),
                ["recovery"] = c.OffersRecovery ? "offered" : "none", ["policy"] = c.Policy,
            })]),
        };
        if (version.LogPolicy is not null)
            json["policy"] = version.LogPolicy;
        if (version.Recovery is { } recovery)
        {
            json["recovery"] = new JsonObject
            {
                ["threshold"] = recovery.Threshold,
                ["holders"] = new JsonArray([.. recovery.Holders.Select(h => (JsonNode)new JsonObject { ["name"] = h.Name, ["place"] = h.Place })]),
            };
        }
        if (since is not null)
            json["changes"] = new JsonArray([.. DirectorySentences.Of(since.Version, version).Select(s => (JsonNode)s)]);
        return json;
    }

    private static JsonArray Ids(IReadOnlyList<PersonId> ids) => new([.. ids.Select(id => (JsonNode)id.ToString())]);
}
