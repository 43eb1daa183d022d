using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;

namespace Whistle.Cli.Tips;

/// <summary>
/// <c>whistle tip send</c>: hands in a bundle that was sealed without a connection, perhaps by somebody else, and checks the
/// promise. The words stay with whoever sealed it. Sending it again is safe.
/// </summary>
internal static class TipSend
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var file = new Argument<string>("FILE") { Description = "The bundle that `tip new --out` made." };
        var promise = new Option<string?>("--promise") { HelpName = "FILE", Description = "Save the server's signed promise to this new file." };
        var command = new Command("send", "Send a bundle that was sealed without a connection. Needs no words.") { file, promise };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            var parsed = TipBundle.Parse(await Files.BytesAsync(parse.GetValue(file)!, "FILE", ct));
            if (!parsed.IsOk)
                throw Stop.Failed(parsed.Code);
            var bundle = parsed.Value;
            var manifest = bundle.Body.Manifest;
            using var api = server.Connect(world, parse);
            if (!AnswerFile.Is(manifest.Origin, api.Origin))
                throw Stop.Failed("bundle-other-portal", SafeText.Line(manifest.Origin));
            var current = VerifiedDirectory.VerifySignatures(await api.DirectoryAsync(ct), server.Root(parse));
            if (!current.IsOk)
                throw Stop.NotVerified(current.Code);
            var sealedTo = await SealedToAsync(api, manifest.Directory, current.Value, ct);
            if (world.Today > sealedTo.Version.Expires)
                throw Stop.Refused("bundle-expired", sealedTo.Version.Expires.ToString());
            var note = await SendAsync(api, report, bundle, current.Value, ct);
            var kept = Promise.Verify(note, sealedTo.Version.Log);
            if (!kept.IsOk)
                throw Stop.NotVerified(kept.Code);
            if (!kept.Value.IsFor(manifest, sealedTo.Root))
                throw Stop.NotVerified("promise-differs");
            if (parse.GetValue(promise) is { } path)
                await Files.WriteNewAsync(path, note, "--promise", ct);
            report.Line($"{SafeText.Line(sealedTo.Version.Organisation)} promised on {kept.Value.Day}, signed, that it holds the report; it is to stand in the public log by {kept.Value.IncludedBy}.");
            report.Line("Whoever has its twelve words can come back to it. Delete the bundle: whoever finds it, or the promise, can see in the public log whether and when the report was entered.");
            report.Json(new JsonObject
            {
                ["case"] = manifest.Case.ToString(),
                ["promise"] = Encoding.UTF8.GetString(note),
                ["day"] = kept.Value.Day.ToString(),
                ["includedBy"] = kept.Value.IncludedBy.ToString(),
                ["directory"] = manifest.Directory.ToString(),
                ["version"] = sealedTo.Version.Version,
                ["root"] = sealedTo.Root.ToString(),
            });
        });
        return command;
    }

    /// <summary>The version that it was sealed to, under the root of the one in force.</summary>
    private static async Task<VerifiedDirectory> SealedToAsync(SourceApi api, Hash32 hash, VerifiedDirectory current, CancellationToken ct)
    {
        if (hash == current.Hash)
            return current;
        byte[] note;
        try
        {
            note = await api.DirectoryAsync(hash, ct);
        }
        catch (Stop stop) when (AnswerFile.Is(stop.Code, "not-found"))
        {
            throw Stop.Refused("bundle-other-directory");
        }
        var earlier = VerifiedDirectory.VerifySignatures(note, current.Root);
        if (!earlier.IsOk)
            throw Stop.NotVerified(earlier.Code);
        return earlier.Value.Hash == hash ? earlier.Value : throw Stop.NotVerified("directory-differs");
    }

    private static async Task<byte[]> SendAsync(SourceApi api, Report report, TipBundle bundle, VerifiedDirectory current, CancellationToken ct)
    {
        try
        {
            if (bundle.Body.Manifest.Attachments is [var upload])
                await Sending.UploadAsync(api, report, upload, bundle.Attachments, ct);
            var body = bundle.ToBody(await Sending.WorkAsync(api, report, bundle.Body.ManifestBytes.ToArray(), ct));
            byte[] note = [];
            report.Say("Sending …");
            await Sending.AgainAsync(async () => note = await api.TipAsync(body, ct), ct);
            return note;
        }
        catch (Stop stop) when (stop.Code is "directory-superseded" or "directory-expired" or "directory-unknown")
        {
            throw Stop.Refused(
                "bundle-superseded", current.Version.Issued.ToString(), current.Version.Version.ToString(CultureInfo.InvariantCulture));
        }
    }
}
