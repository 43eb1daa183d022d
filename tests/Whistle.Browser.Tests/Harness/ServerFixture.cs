using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Whistle.Browser.Tests.Harness;

/// <summary>The server in this process, on a real port of the loopback, with a data folder that is gone afterwards.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("whistle-browser-data-");
    private Factory? _factory;

    /// <summary>Where a browser finds it, for instance <c>http://127.0.0.1:40321/</c>.</summary>
    public Uri Origin => _factory?.ClientOptions.BaseAddress ?? throw new InvalidOperationException("The server has not started.");

    /// <summary>What arrives at the server, from every test that runs meanwhile.</summary>
    public Wire Wire { get; } = new();

    public ValueTask InitializeAsync()
    {
        _factory = new Factory(_data.FullName, Wire);
        _factory.UseKestrel(0);
        _factory.StartServer();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_factory is not null)
            await _factory.DisposeAsync();
        _data.Delete(recursive: true);
    }

    private sealed class Factory(string data, Wire wire) : WebApplicationFactory<Whistle.Server.Hosting.WhistleOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
            .UseSetting("Whistle:Data", data)
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .ConfigureServices(services => services.AddSingleton<IStartupFilter>(wire));
    }
}
