using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Io;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;

namespace Whistle.Cli.Keys;

/// <summary><c>whistle keys split</c>: the recovery identity in pieces, so that none of its holders has it alone.</summary>
internal static class KeysSplit
{
    public static Command Command(World world)
    {
        var identity = new Option<string>("--identity") { Required = true, HelpName = "FILE", Description = "The recovery identity that `keys new recovery` made." };
        var passphrase = new Option<string?>("--passphrase") { HelpName = "FILE|-", Description = "Read its passphrase from a file or from standard input instead of the terminal." };
        var threshold = new Option<int>("--threshold") { Required = true, HelpName = "M", Description = "How many holders it takes, at least 2." };
        var shares = new Option<int>("--shares") { Required = true, HelpName = "N", Description = "How many holders there are, at most 16." };
        var output = new Option<string>("--out") { Required = true, HelpName = "FOLDER", Description = "A new folder for the pieces, one file for each holder." };
        var command = new Command("split", "Split the recovery identity into pieces: any M of N open what was sealed to it, fewer open nothing.")
            { identity, passphrase, threshold, shares, output };
        command.Run(world, async (parse, report, ct) =>
        {
            var (needed, all) = (parse.GetValue(threshold), parse.GetValue(shares));
            if (needed < 2 || all < needed || all > 16)
                throw Stop.Usage("threshold-wrong");
            using var recovery = await IdentityFile.OpenAsync(world, report, parse.GetValue(identity)!, parse.GetValue(passphrase), ct);
            var fingerprint = ReaderRef.FingerprintOf(recovery.Recipient);
            var folder = CaseFolder.Create(parse.GetValue(output)!, "--out");
            foreach (var share in RecoveryShare.Split(recovery, needed, all, world.Randomness))
                await folder.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"share-{share.Number}.txt"), Encoding.ASCII.GetBytes(share.Export() + "\n"), ct);
            report.Line($"{all} pieces are in the folder; any {needed} of them open what was sealed to {fingerprint}.");
            report.Line("Give one to each holder on a medium of its own. Then destroy the identity file, the folder and whatever was printed of them.");
            report.Json(new JsonObject { ["fingerprint"] = fingerprint.ToString(), ["threshold"] = needed, ["shares"] = all });
        });
        return command;
    }
}
