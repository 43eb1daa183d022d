namespace Whistle.Server.Tests.Cli;

public sealed class AddressTests
{
    [Theory]
    [InlineData("http://report.example.org", "https-needed")]
    [InlineData("http://abcdefghijklmnop.onion", "onion-needs-proxy")]
    [InlineData("https://report.example.org/path", "server-malformed")]
    [InlineData("https://rep\u043ert.example.org", "server-malformed")]
    [InlineData("https://user@report.example.org", "server-malformed")]
    [InlineData("ftp://report.example.org", "server-malformed")]
    public async Task An_address_that_would_betray_somebody_is_refused_before_it_is_looked_up(string server, string code)
    {
        using var terminal = new CliTerminal();

        (await terminal.RunAsync("tip", "new", "--server", server, "--message", terminal.Write("m", "x"), "--json")).Fails(2, code);
    }
}
