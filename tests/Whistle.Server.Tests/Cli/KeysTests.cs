using System.Text;
using Whistle.Cli;
using Whistle.Cli.Keys;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;

namespace Whistle.Server.Tests.Cli;

public sealed class KeysTests
{
    [Fact]
    public async Task A_new_root_key_lies_locked_in_a_file_of_its_owner_alone()
    {
        using var terminal = new CliTerminal();

        var result = (await terminal.RunAsync("keys", "new", "root", "--name", "ethics", "--out", terminal.Path("root.age"), "--json")).Succeeds();

        var file = await File.ReadAllBytesAsync(terminal.Path("root.age"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("PRIVATE", Encoding.ASCII.GetString(file), StringComparison.Ordinal);
        using var passphrase = new ScryptIdentity(result.Field("passphrase"));
        var text = Encoding.UTF8.GetString(AgeFile.Decrypt(file, passphrase).Value!);
        Assert.StartsWith("PRIVATE+KEY+ethics+", text, StringComparison.Ordinal);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.StartsWith("ethics+", result.Field("publicKey"), StringComparison.Ordinal);
        Assert.Equal(7, result.Field("passphrase").Split(' ').Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(terminal.Path("root.age")));
    }

    [Fact]
    public async Task A_new_recovery_identity_is_a_file_that_age_reads()
    {
        using var terminal = new CliTerminal();

        var result = (await terminal.RunWithInputAsync(
            "my own passphrase\n", "keys", "new", "recovery", "--out", terminal.Path("recovery.age"), "--passphrase", "-", "--json")).Succeeds();

        Assert.False(result.Json.TryGetProperty("passphrase", out _));
        using var passphrase = new ScryptIdentity("my own passphrase");
        var text = Encoding.UTF8.GetString(AgeFile.Decrypt(await File.ReadAllBytesAsync(terminal.Path("recovery.age"), TestContext.Current.CancellationToken), passphrase).Value!);
        Assert.True(HybridIdentity.TryParse(text.TrimEnd('\n'), out var identity));
        Assert.Equal(result.Field("recipient"), identity.Recipient.ToString());
    }

    /// <summary>Seed 00 01 02 … 1f, whose public key RFC 8032's tools give as 03a107bf….</summary>
    [Fact]
    public void The_encoding_of_a_root_key_is_signed_notes_own()
    {
        using var root = new RootKey("ethics", SigningKey.FromSeed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));

        var text = Encoding.UTF8.GetString(RootKeyFile.Encode(root));

        Assert.Equal("PRIVATE+KEY+ethics+acca3fac+AQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n", text);
        Assert.Equal("ethics+acca3fac+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", RootKeyFile.PublicText(root.Public));
        using var read = RootKeyFile.Decode(Encoding.UTF8.GetBytes(text));
        Assert.Equal(root.Public.Hash, read.Public.Hash);
        foreach (var wrong in (string[])[text.Replace("ethics", "ethic", StringComparison.Ordinal), text[..^6], "PRIVATE+KEY+ethics", ""])
            Assert.Equal("root-key-malformed", Assert.Throws<Stop>(() => RootKeyFile.Decode(Encoding.UTF8.GetBytes(wrong))).Code);
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_replaced()
    {
        using var terminal = new CliTerminal();
        var path = terminal.Write("root.age", "the only copy");

        var result = await terminal.RunAsync("keys", "new", "root", "--name", "ethics", "--out", path, "--json");

        result.Fails(1, "file-exists");
        Assert.Equal("the only copy", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_that_signed_notes_do_not_allow_is_refused()
    {
        using var terminal = new CliTerminal();

        (await terminal.RunAsync("keys", "new", "root", "--name", "ethics committee", "--out", terminal.Path("root.age"), "--json"))
            .Fails(2, "key-name-malformed");

        Assert.False(File.Exists(terminal.Path("root.age")));
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    public async Task Words_that_stand_among_the_arguments_are_not_repeated(params string[] more)
    {
        using var terminal = new CliTerminal();

        var result = await terminal.RunAsync(["tip", "read", "--server", "https://report.example", "abandon", "amount", "liar", .. more]);

        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("abandon", result.Output + result.Talk, StringComparison.Ordinal);
        Assert.NotEqual("", result.Output + result.Talk);
    }

    [Fact]
    public async Task Help_names_every_verb_and_the_exit_codes()
    {
        using var terminal = new CliTerminal();

        var help = (await terminal.RunAsync("--help")).Succeeds().Output;

        foreach (var word in (string[])["tip", "open", "keys", "directory", "not verified", "never from arguments"])
            Assert.Contains(word, help, StringComparison.Ordinal);
    }
}
