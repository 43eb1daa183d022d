using System.ComponentModel;
using System.Diagnostics;

namespace Whistle.Browser.Tests.Harness;

/// <summary>Runs another program to its end.</summary>
public static class Command
{
    /// <param name="ExitCode">The program's own, or 127 where it could not be started.</param>
    /// <param name="Output">Standard output and error, each whole, one after the other.</param>
    public sealed record Ended(int ExitCode, string Output);

    public static async Task<Ended> RunAsync(
        string program, IEnumerable<string> arguments, string folder, TimeSpan limit, CancellationToken ct = default)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // A parent's coverage or debug settings would change what the child prints.
        start.Environment.Remove("NODE_OPTIONS");
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            return new Ended(127, $"{program}: {missing.Message}");
        }

        using (process)
        {
            process.StandardInput.Close();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
            deadline.CancelAfter(limit);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
                var error = process.StandardError.ReadToEndAsync(deadline.Token);
                await process.WaitForExitAsync(deadline.Token);
                return new Ended(process.ExitCode, await output + await error);
            }
            catch (OperationCanceledException late) when (!ct.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{program} did not end within {limit}.", late);
            }
        }
    }
}
