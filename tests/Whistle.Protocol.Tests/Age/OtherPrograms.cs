using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Whistle.Protocol.Tests.Age;

/// <summary>Runs the other implementations of age. One that is missing fails the test and says how to install it.</summary>
internal static class OtherPrograms
{
    /// <summary>Debian's <c>age</c> or <c>age-keygen</c>.</summary>
    public static byte[] Age(string program, string[] arguments, byte[] input) =>
        Run(program, arguments, input, "Install it: apt-get install age");

    /// <summary>Gives orders to interop.mjs, and returns one answer for each.</summary>
    public static string[] Node(params object[] orders)
    {
        var script = RepositoryFiles.PathOf("tests/Whistle.Protocol.Tests/Age/interop.mjs");
        var answers = Run("node", [script], JsonSerializer.SerializeToUtf8Bytes(orders), "Install Node.js 20 or later.");
        return JsonSerializer.Deserialize<string[]>(answers)!;
    }

    private static byte[] Run(string program, string[] arguments, byte[] input, string remedy)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException($"{program} could not be started. {remedy}", missing);
        }
        var errors = process.StandardError.ReadToEndAsync();
        var writing = Task.Run(() =>
        {
            using var stdin = process.StandardInput.BaseStream;
            stdin.Write(input);
        });
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} answered {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        writing.GetAwaiter().GetResult();
        return output.ToArray();
    }
}
