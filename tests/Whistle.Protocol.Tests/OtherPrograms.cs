using System.Diagnostics;
using System.Text.Json;
using Whistle.Tests;

namespace Whistle.Protocol.Tests;

/// <summary>Runs the other implementations. One that is missing is installed, or fails the test and says what to install.</summary>
internal static class OtherPrograms
{
    /// <summary>Debian's <c>age</c> or <c>age-keygen</c>.</summary>
    public static byte[] Age(string program, string[] arguments, byte[] input) =>
        Run(NeededProgram.Ensure(program), arguments, input);

    /// <summary>Gives orders to interop.mjs, and returns one answer for each.</summary>
    public static string[] Node(params object[] orders)
    {
        var script = RepositoryFiles.PathOf("tests/Whistle.Protocol.Tests/Age/interop.mjs");
        var answers = Run("node", [script], JsonSerializer.SerializeToUtf8Bytes(orders));
        return JsonSerializer.Deserialize<string[]>(answers)!;
    }

    /// <summary>Gives an order to interop.go, which works with Go's own transparency log packages as Debian ships them.</summary>
    public static JsonElement Go(object order)
    {
        var program = RepositoryFiles.PathOf("tests/Whistle.Protocol.Tests/Log/interop.go");
        var answer = Run(
            NeededProgram.Ensure("go"), ["run", program], JsonSerializer.SerializeToUtf8Bytes(order),
            ("GO111MODULE", "off"), ("GOPATH", "/usr/share/gocode"), ("GOFLAGS", ""));
        return JsonSerializer.Deserialize<JsonElement>(answer);
    }

    private static byte[] Run(string program, string[] arguments, byte[] input, params (string Name, string Value)[] environment)
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
        foreach (var (name, value) in environment)
            process.StartInfo.Environment[name] = value;
        process.Start();
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
