using Whistle.Cli;
using Whistle.Cli.Io;

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
try
{
    return await CommandLine.RunAsync(args, World.OfThisProcess(), interrupted.Token);
}
catch (Exception e) when (e is not OutOfMemoryException)
{
    // A message or a trace could carry a path or a piece of content; the kind of the error cannot.
    await Console.Error.WriteLineAsync($"Something broke in the program itself ({e.GetType().Name}). Nothing that you wrote was changed.");
    return Exit.Failed;
}
