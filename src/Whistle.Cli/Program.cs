using Whistle.Cli;
using Whistle.Cli.Io;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
return await CommandLine.RunAsync(args, World.OfThisProcess(), interrupted.Token);
