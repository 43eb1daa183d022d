namespace Whistle.Browser.Tests.Harness;

/// <summary>
/// What a class of browser tests derives from. It closes whatever a test opened, fails the test where a page
/// complained (console error or warning, uncaught error), and keeps a picture of each page of a failed test.
/// </summary>
public abstract class BrowserTests(BrowserFixture browser, ServerFixture server) : IAsyncLifetime
{
    private readonly List<Visitor> _visitors = [];

    protected ServerFixture Server { get; } = server;

    /// <summary>A new person at a new device, at no page yet.</summary>
    /// <param name="origin">Another server than the shared one.</param>
    protected async Task<Visitor> OpenAsync(View view, Uri? origin = null, bool javaScript = true)
    {
        var visitor = await Visitor.OpenAsync(await browser.BrowserAsync(), view, origin ?? Server.Origin, javaScript);
        _visitors.Add(visitor);
        return visitor;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        foreach (var visitor in _visitors)
        {
            if (failed)
                await visitor.ScreenshotAsync($"failed-{TestContext.Current.TestMethod?.MethodName}");
            await visitor.Context.CloseAsync();
        }
        var complaints = _visitors.SelectMany(v => v.Complaints).ToList();
        Assert.True(complaints.Count == 0, "A page complained:\n" + string.Join('\n', complaints));
    }
}
