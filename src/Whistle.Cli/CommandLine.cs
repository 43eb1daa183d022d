using System.CommandLine;
using System.CommandLine.Invocation;
using Whistle.Cli.Io;

namespace Whistle.Cli;

/// <summary>The command tree, and the one way in: the process and the tests both come through here.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Json = new("--json")
    {
        Recursive = true,
        Description = "Print one JSON object with stable fields instead of sentences, also where a command fails.",
    };

    public static async Task<int> RunAsync(string[] args, World world, CancellationToken ct = default)
    {
        var parse = Parse(args, world);
        var report = new Report(world, parse.GetValue(Json));
        if (parse.Action is ParseErrorAction)
        {
            if (report.IsJson)
                return report.Fail(Stop.Usage("usage"));
            // The parser repeats what it did not understand, which must not be words that somebody put there.
            report.Say(parse.UnmatchedTokens.Count > 0
                ? Sentences.Of("arguments-unknown")
                : string.Join('\n', parse.Errors.Select(e => e.Message)));
            report.Say("Add --help to see what a command takes. (usage)");
            return Exit.Usage;
        }
        return await parse.InvokeAsync(
            new InvocationConfiguration { Output = world.Out, Error = world.Out, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            ct);
    }

    /// <summary>What the command tree makes of arguments, before anything is done. No response files: "@" means our own.</summary>
    public static ParseResult Parse(string[] args, World world) =>
        Root(world).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Gives a command its work. Every end of it is an exit code and, where it failed, a stable code.</summary>
    public static void Run(this Command command, World world, Func<ParseResult, Report, CancellationToken, Task> work) =>
        command.SetAction(async (parse, ct) =>
        {
            var report = new Report(world, parse.GetValue(Json));
            try
            {
                await work(parse, report, ct);
                return Exit.Ok;
            }
            catch (Stop stop)
            {
                return report.Fail(stop);
            }
            catch (Reported reported)
            {
                return reported.ExitCode;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return report.Fail(new Stop("interrupted", Exit.Interrupted));
            }
        });

    private static RootCommand Root(World world)
    {
        var root = new RootCommand(
            "Whistle's command line: send and read tips, open a case, sign a directory, check the log, without a browser.\n\n"
            + "Words, passphrases and keys are read from the terminal, from standard input or from files, never from arguments.\n\n"
            + "Exit codes: 0 done; 1 failed on this machine; 2 not understood; 3 refused by the server; "
            + "4 not verified (a signature, promise, directory, log or proof does not hold); 5 no connection; 130 interrupted.");
        root.Add(Json);
        root.Add(new Command("tip", "Send a tip and come back to it.")
        {
            Tips.TipNew.Command(world), Tips.TipSend.Command(world), Tips.TipRead.Command(world), Tips.TipReply.Command(world), Tips.TipBurn.Command(world),
        });
        root.Add(Cases.OpenCase.Command(world));
        root.Add(Keys.KeysNew.Command(world));
        root.Add(Keys.Recover.Command(world));
        root.Add(Directories.DirectorySign.Command(world));
        root.Add(Directories.SiteCommands.Site(world));
        root.Add(Directories.SiteCommands.Verify(world));
        root.Add(Logs.VerifyLog.Command(world));
        root.Add(Logs.VerifyProof.Command(world));
        root.Add(Logs.VerifyEvidence.Command(world));
        root.Add(Logs.MirrorRun.Command(world));
        root.Add(Witnesses.WitnessRun.Command(world));
        return root;
    }
}
