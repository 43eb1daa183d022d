using System.CommandLine;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;

namespace Whistle.Cli.Tips;

/// <summary>
/// <c>whistle tip burn</c>: ends a mailbox for good, so that whoever finds the twelve words finds nothing. Works also
/// where what the server shows of the mailbox does not hold.
/// </summary>
internal static class TipBurn
{
    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var words = WordsOption.New();
        var yes = new Option<bool>("--yes") { Description = "Burn without asking." };
        var command = new Command("burn", "Burn the mailbox of a tip: its words open nothing any more. The team keeps the tip.") { words, yes };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var receipt = await Secrets.WordsAsync(world, parse.GetValue(words), firstLineOnly: false, ct);
            report.Say("Burning ends this mailbox for good: replies, state and proofs are gone, and the words open nothing any more.");
            report.Say("The team keeps the tip and sees that nobody reads its answers any more.");
            if (!parse.GetValue(yes) && !Secrets.Agrees(world, "Burn it?"))
                throw Stop.Failed("not-confirmed");
            using var api = server.Connect(world, parse);
            using var keys = receipt.DeriveKeys();
            await api.BurnAsync(await Mailbox.SignInAsync(api, keys, ct), ct);
            report.Line("Burnt. The twelve words open nothing any more: destroy them.");
            report.Json(new JsonObject { ["mailbox"] = "burnt" });
        });
        return command;
    }
}
