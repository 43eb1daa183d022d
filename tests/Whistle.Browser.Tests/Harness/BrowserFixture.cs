using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

[assembly: AssemblyFixture(typeof(BrowserFixture))]
[assembly: AssemblyFixture(typeof(ServerFixture))]

namespace Whistle.Browser.Tests.Harness;

/// <summary>One Chromium for the whole run. Each <see cref="Visitor"/> has a context of its own in it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] s_arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        // A page whose answers a test gives counts as none of this machine's, and may then not speak to a mirror that is.
        "--disable-features=LocalNetworkAccessChecks",
    ];

    private readonly SemaphoreSlim _once = new(1, 1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Starts the browser at its first use, so that a run without browser tests starts none.</summary>
    internal async Task<IBrowser> BrowserAsync()
    {
        await _once.WaitAsync();
        try
        {
            if (_browser is null)
            {
                _playwright = await Playwright.CreateAsync();
                // Where two cores run everything at once a page is slow, not wrong: what waits long costs only a test that fails.
                Assertions.SetDefaultExpectTimeout(Visitor.Patience);
                _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
                {
                    ExecutablePath = Chromium.FindOrInstall(_playwright.Chromium.ExecutablePath),
                    Args = s_arguments,
                });
                ContactSheet.Clear();
            }
            return _browser;
        }
        finally
        {
            _once.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await ContactSheet.MakeAsync();
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        _once.Dispose();
    }
}
