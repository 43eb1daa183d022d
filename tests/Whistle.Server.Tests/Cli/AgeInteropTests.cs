using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Whistle.Server.Tests.Cli;

/// <summary>What the command line seals can be opened without Whistle: here with npm's <c>age-encryption</c>.</summary>
public sealed class AgeInteropTests
{
    [Fact]
    public async Task A_public_tool_opens_the_case_key_with_a_readers_identity_and_a_message_with_the_case_key()
    {
        var team = new CliTeam();
        using var tip = await team.TipAsync("The pressure tests are not run.");

        var caseKey = await DecryptAsync(new { @do = "decrypt", identity = team.Lead.Identity.ExportString(), file = tip.KeyBlob.ToArray() });
        var caseIdentity = Encoding.ASCII.GetString(caseKey);
        var message = Encoding.UTF8.GetString(await DecryptAsync(new { @do = "decrypt", identity = caseIdentity.TrimEnd('\n'), file = tip.Message.ToArray() }));

        Assert.Equal(WireLengths.CaseKeyPlaintext, caseKey.Length);
        Assert.StartsWith("AGE-SECRET-KEY-PQ-1", caseIdentity, StringComparison.Ordinal);
        Assert.Equal("The pressure tests are not run.", JsonDocument.Parse(message).RootElement.GetProperty("body").GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_public_tool_opens_a_root_key_file_with_its_passphrase()
    {
        using var terminal = new CliTerminal();
        var made = (await terminal.RunAsync("keys", "new", "root", "--name", "ethics", "--out", terminal.Path("root.age"), "--json")).Succeeds();

        var text = Encoding.UTF8.GetString(await DecryptAsync(
            new { @do = "decrypt", passphrase = made.Field("passphrase"), file = await File.ReadAllBytesAsync(terminal.Path("root.age"), TestContext.Current.CancellationToken) }));

        Assert.StartsWith("PRIVATE+KEY+ethics+", text, StringComparison.Ordinal);
    }

    private static async Task<byte[]> DecryptAsync(object order)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Whistle.sln")))
            folder = folder.Parent;
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder.FullName, "tests", "Whistle.Protocol.Tests", "Age", "interop.mjs")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(new[] { order }));
        node.StandardInput.Close();
        var errors = node.StandardError.ReadToEndAsync();
        var answer = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return Convert.FromBase64String(JsonSerializer.Deserialize<string[]>(answer)![0]);
    }
}
