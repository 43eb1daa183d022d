using System.Buffers.Binary;
using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;

namespace Whistle.Cli.Keys;

/// <summary>
/// <c>whistle recover</c>: the holders of recovery give the cases that nobody is left to read to one person of the team. Of each
/// case the source's first letter is read before, and only so far: whom the source left out, be it recovery, gets nothing.
/// </summary>
internal static class Recover
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var shares = new Option<string[]>("--share") { Required = true, HelpName = "FILE", Description = "A holder's piece; as many as it takes.", AllowMultipleArgumentsPerToken = true };
        var stream = new Option<string>("--stream") { Required = true, HelpName = "FILE", Description = "The sealed stream of a channel, as the desk saves it under Recovery." };
        var channel = new Option<string>("--channel") { Required = true, HelpName = "ID", Description = "The channel whose stream it is: its name or its id." };
        var to = new Option<string>("--to") { Required = true, HelpName = "PERSON", Description = "Who gets the cases: name or id of a lead or reviewer who reads the channel." };
        var output = new Option<string>("--out") { Required = true, HelpName = "FILE", Description = "Where to write the file for that person. It must not exist." };
        var command = new Command("recover", "Give the cases of a channel that nobody is left to read to another reader, with the holders' pieces of the recovery identity.")
            { shares, stream, channel, to, output };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var api = server.Connect(world, parse);
            var pinned = server.Root(parse) ?? throw Stop.Usage("root-missing");
            var directory = await Trust.DirectoryAsync(api, pinned, world.Today, ct);
            var (about, person) = Find(directory.Version, parse.GetValue(channel)!, parse.GetValue(to)!, world.Today);
            if (File.Exists(parse.GetValue(output)!))
                throw Stop.Failed("file-exists", "--out"); // before any letter is read, which stands in the history of its case
            using var recovery = await CombineAsync(parse.GetValue(shares)!, ct);
            var fingerprint = ReaderRef.FingerprintOf(recovery.Recipient);
            var blobs = Blobs(await Files.BytesAsync(parse.GetValue(stream)!, "--stream", ct));

            var found = new Counts();
            var given = new Dictionary<CaseId, string>();
            foreach (var blob in blobs)
            {
                found.Tried++;
                report.Say($"Trying {found.Tried} of {blobs.Count} …");
                var opened = CaseKey.Open(blob.AsSpan(0, WireLengths.CaseKeyFile), recovery);
                if (!opened.IsOk)
                    continue;
                using var key = opened.Value;
                found.Opened++;
                switch (await JudgeAsync(api, key, blob.AsMemory(WireLengths.CaseKeyFile), about, directory.Root, recovery, person, ct))
                {
                    case null:
                        given[key.Id] = key.Identity.ExportString();
                        break;
                    case "not-found":
                        found.Gone++;
                        break;
                    case "excluded":
                        found.LeftOut++;
                        break;
                    default:
                        found.Doubtful++;
                        break;
                }
            }
            if (given.Count > 0)
            {
                var sealedCases = new RecoveredCases { To = person.Id, Recovery = fingerprint, Keys = [.. given.Values] }.Seal(person.Recipient, world.Randomness);
                await Files.WriteNewAsync(parse.GetValue(output)!, sealedCases.IsOk ? sealedCases.Value : throw Stop.Failed(sealedCases.Code), "--out", ct);
            }
            Show(report, found, given.Count, person);
            if (given.Count == 0)
                throw new Reported(Exit.Failed);
        });
        return command;
    }

    private static (ChannelId Channel, DirectoryPerson Person) Find(DirectoryVersion directory, string channel, string to, Day today)
    {
        var channels = directory.Channels.Where(c => ChannelId.TryParse(channel, out var id) ? c.Id == id : c.Name.Values.Contains(channel.Trim(), StringComparer.OrdinalIgnoreCase)).ToList();
        if (channels is not [var about])
            throw Stop.Failed("channel-unknown");
        var people = directory.People.Where(p => PersonId.TryParse(to, out var id) ? p.Id == id : string.Equals(p.Name, to.Trim(), StringComparison.OrdinalIgnoreCase)).ToList();
        if (people is not [var person])
            throw Stop.Failed("person-unknown");
        // Those whom the source of a report to this channel is shown and can leave out.
        if (!about.Readers.Contains(person.Id) || today < person.From || today > person.Until)
            throw Stop.Failed("person-unfit");
        return (about.Id, person);
    }

    private static async Task<HybridIdentity> CombineAsync(IReadOnlyList<string> files, CancellationToken ct)
    {
        var shares = new List<RecoveryShare>();
        foreach (var path in files)
        {
            var share = RecoveryShare.Parse(System.Text.Encoding.UTF8.GetString(await Files.BytesAsync(path, "--share", ct)));
            shares.Add(share.IsOk ? share.Value : throw Stop.Failed(share.Code, path));
        }
        var identity = RecoveryShare.Combine(shares);
        return identity.IsOk ? identity.Value : throw Stop.Failed(identity.Code);
    }

    /// <summary>The answers of the stream (SPEC 14.3), one after the other.</summary>
    private static List<byte[]> Blobs(ReadOnlySpan<byte> file)
    {
        const int position = sizeof(ulong);
        var blobs = new List<byte[]>();
        while (file.Length > 0)
        {
            if (file.Length < sizeof(uint))
                throw Stop.Failed("stream-malformed");
            var count = BinaryPrimitives.ReadUInt32BigEndian(file);
            file = file[sizeof(uint)..];
            for (; count > 0; count--)
            {
                if (file.Length < position + WireLengths.Blob)
                    throw Stop.Failed("stream-malformed");
                blobs.Add(file.Slice(position, WireLengths.Blob).ToArray());
                file = file[(position + WireLengths.Blob)..];
            }
        }
        return blobs;
    }

    /// <summary>
    /// Null where the source's own first letter lets recovery and this person read; <c>excluded</c>, <c>not-found</c> (deleted
    /// since), or why the letter is not to be relied on.
    /// </summary>
    private static async Task<string?> JudgeAsync(
        SourceApi api, CaseKey key, ReadOnlyMemory<byte> sealedSheet, ChannelId channel, Hash32 root, HybridIdentity recovery, DirectoryPerson person, CancellationToken ct)
    {
        var fingerprint = ReaderRef.FingerprintOf(recovery.Recipient);
        var challenge = await ChallengeAsync(api, fingerprint, ct);
        var secret = AgeFile.Decrypt(challenge.SealedBytes(), recovery);
        if (!secret.IsOk)
            throw Stop.NotVerified("answer-malformed");
        byte[] file;
        try
        {
            var nonce = challenge.NonceBytes();
            file = await api.RecoveryAsync(key.Id, fingerprint, nonce, secret.Value, key.Access.Sign(PossessionProofs.Recovery(api.Origin, key.Id, nonce)), ct);
        }
        catch (Stop stop) when (AnswerFile.Is(stop.Code, "not-found"))
        {
            return stop.Code;
        }
        var opened = Message.Open(file, key.Identity);
        if (!opened.IsOk)
            return opened.Code;
        var first = opened.Value.Value;
        if (first.Case != key.Id || first.Direction != Direction.Source || first.Seq != 1 || first.Introduction is not { } source)
            return "first-message-missing";
        if (!opened.Value.IsSignedBy(source.Signing, root))
            return "signature-invalid";
        // The stream is a file from somebody else: of another channel, its sources were never shown this person.
        var sheet = Sheet.Open(sealedSheet.Span, key.Identity);
        if (!sheet.IsOk || sheet.Value.Value.Case != key.Id || sheet.Value.Value.Channel != channel || !sheet.Value.IsSignedBy(source.Signing, root))
            return "channel-differs";
        var isRead = source.Readers.Any(r => r.Person is null && r.Key == fingerprint);
        return isRead && !source.Excluded.Any(e => e.Person is null || e.IsSameAs(person.Reader)) ? null : "excluded";
    }

    private static async Task<RecoveryChallenge> ChallengeAsync(SourceApi api, KeyFingerprint recovery, CancellationToken ct)
    {
        try
        {
            return await api.RecoveryChallengeAsync(recovery, ct);
        }
        catch (Stop stop) when (AnswerFile.Is(stop.Code, "not-found"))
        {
            throw Stop.Failed("recovery-unlisted");
        }
    }

    private static void Show(Report report, Counts found, int given, DirectoryPerson person)
    {
        report.Line($"{found.Tried} sealed blobs tried, {found.Opened} opened with the recovery identity.");
        if (found.Gone > 0)
            report.Line($"{found.Gone} of them are cases that were deleted since.");
        if (found.LeftOut > 0)
            report.Line($"{found.LeftOut} of them are not given: their source left out this person or recovery.");
        if (found.Doubtful > 0)
            report.Line($"{found.Doubtful} of them are not given: their first letter does not hold.");
        report.Line(given > 0
            ? $"{given} cases are in the file, which {Io.SafeText.Line(person.Name)} alone can open, at the desk under Recovery. Each source is told of the new reader."
            : "There is nothing to give: no file was written.");
        report.Line("The recovery identity was whole on this machine. Replace it now: make a new one, split it, and have it put into the next directory.");
        report.Json(new JsonObject
        {
            ["tried"] = found.Tried,
            ["opened"] = found.Opened,
            ["gone"] = found.Gone,
            ["leftOut"] = found.LeftOut,
            ["doubtful"] = found.Doubtful,
            ["given"] = given,
            ["person"] = person.Id.ToString(),
        });
    }

    private sealed class Counts
    {
        public int Tried { get; set; }

        public int Opened { get; set; }

        public int Gone { get; set; }

        public int LeftOut { get; set; }

        public int Doubtful { get; set; }
    }
}
