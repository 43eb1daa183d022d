using Microsoft.Extensions.Configuration;
using Whistle.Server.Demo;

namespace Whistle.Server.Tests.Demo;

public sealed class DemoRefusalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-demo-refusal");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_folder_that_holds_something_else_is_left_as_it_is()
    {
        var file = Path.Combine(_folder.FullName, "thesis.txt");
        await File.WriteAllTextAsync(file, "years of work", TestContext.Current.CancellationToken);
        var (code, error) = await DemoProcess.RefuseAsync(
            "--demo", "--data", _folder.FullName, "--urls", $"http://localhost:{DemoProcess.FreePort()}");
        Assert.Equal(2, code);
        Assert.Contains(_folder.FullName, error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder.FullName));
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:5080")]
    [InlineData("http://[::]:5080")]
    [InlineData("http://192.0.2.7:5080")]
    [InlineData("http://whistle.example:5080")]
    [InlineData("http://localhost.example:5080")]
    [InlineData("https://localhost:5080")]
    [InlineData("http://localhost:5080;http://0.0.0.0:5080")]
    [InlineData("http://localhost:0")]
    [InlineData("http://localhost:5080/portal")]
    public async Task Only_loopback_addresses_are_listened_on(string urls)
    {
        Assert.NotNull(Plan(("urls", urls)).Problem);
        if (!urls.Contains("0.0.0.0", StringComparison.Ordinal))
            return;
        var (code, error) = await DemoProcess.RefuseAsync("--demo", "--data", _folder.FullName, "--urls", urls);
        Assert.Equal(2, code);
        Assert.Contains("0.0.0.0", error, StringComparison.Ordinal);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080")]
    [InlineData("http://LOCALHOST:5080/", "http://localhost:5080")]
    [InlineData("http://127.0.0.1:6000;http://localhost:6000", "http://127.0.0.1:6000")]
    [InlineData("http://[::1]:6000", "http://[::1]:6000")]
    public void Loopback_addresses_are_taken(string urls, string origin)
    {
        var plan = Plan(("urls", urls));
        Assert.Null(plan.Problem);
        Assert.Equal(origin, plan.Origin);
    }

    [Fact]
    public void Addresses_from_elsewhere_in_the_configuration_are_refused() =>
        Assert.NotNull(Plan(("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:80")).Problem);

    // As a process: inside the test's own, the host's end and the look at its port are a race that either may win.
    [Fact]
    public async Task A_server_that_is_no_demo_is_refused_a_stream_without_noise()
    {
        var (code, error) = await DemoProcess.RefuseAsync(
            "--data", _folder.FullName, "--urls", $"http://localhost:{DemoProcess.FreePort()}", "--Whistle:BatchNoise=0");
        Assert.NotEqual(0, code);
        Assert.Contains("Whistle:BatchNoise is 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_demo_that_was_not_completed_is_thrown_away_and_nothing_else_ever_is()
    {
        var folder = new DemoFolder(_folder.FullName);
        Assert.Throws<InvalidOperationException>(folder.Empty);
        folder.Write(new DemoRecord(DemoRecord.CurrentVersion, "http://localhost:5080"));
        File.WriteAllText(Path.Combine(_folder.FullName, "whistle.db"), "half");
        _folder.CreateSubdirectory("blobs").CreateSubdirectory("00");
        Assert.False(folder.IsForeign);
        folder.Empty();
        Assert.Equal("demo.json", Assert.Single(_folder.EnumerateFileSystemInfos()).Name);
        Assert.Null(folder.Read()!.Built);
    }

    private DemoPlan Plan(params (string Name, string Value)[] settings) => DemoPlan.Of(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Append(("Whistle:Data", _folder.FullName)).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2)))
        .Build());
}
