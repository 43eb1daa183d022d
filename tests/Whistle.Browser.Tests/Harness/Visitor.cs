using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Whistle.Browser.Tests.Harness;

/// <summary>
/// One person at one device: a browser context of its own (no cookies, no storage shared), its page, what
/// the page complained about and what it sent. Closed by <see cref="BrowserTests"/>, which fails the test
/// where a complaint was not expected.
/// </summary>
public sealed class Visitor
{
    /// <summary>How long anything is waited for, in milliseconds.</summary>
    internal const float Patience = 60_000;

    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<Task<RecordedRequest>> _requests = new();
    private readonly List<Regex> _expected = [];

    private Visitor(IBrowserContext context, IPage page, View view, Uri origin)
    {
        Context = context;
        Page = page;
        View = view;
        Origin = origin;
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    /// <summary>How the page is looked at now; <see cref="LookAsync"/> changes width and scheme.</summary>
    public View View { get; private set; }

    public Uri Origin { get; }

    internal static async Task<Visitor> OpenAsync(
        IBrowser browser, View view, Uri origin, bool javaScript = true, string? userAgent = null)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = origin.ToString(),
            Locale = view.Language,
            ColorScheme = view.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = view.ReducedMotion ? ReducedMotion.Reduce : ReducedMotion.NoPreference,
            ViewportSize = new ViewportSize { Width = view.Width, Height = view.Height },
            JavaScriptEnabled = javaScript,
            AcceptDownloads = true,
            UserAgent = userAgent,
        });
        context.SetDefaultTimeout(Patience);
        var visitor = new Visitor(context, await context.NewPageAsync(), view, origin);
        context.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                visitor._complaints.Enqueue($"console {message.Type}: {message.Text} ({message.Location})");
        };
        context.WebError += (_, error) => visitor._complaints.Enqueue($"page error: {error.Error}");
        context.Request += (_, request) => visitor._requests.Enqueue(RecordedRequest.OfAsync(request));
        return visitor;
    }

    /// <summary>Opens an address under the origin and waits until the page shows its <c>main</c>.</summary>
    public async Task<IResponse> GoToAsync(string path)
    {
        var answer = await Page.GotoAsync(path) ?? throw new InvalidOperationException($"{path} gave no answer.");
        await Page.Locator("main").First.WaitForAsync();
        return answer;
    }

    /// <summary>Lets a complaint that a test provokes pass, for instance the browser's line about a 409.</summary>
    public void ExpectComplaint(string pattern) =>
        _expected.Add(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));

    public IReadOnlyList<string> Complaints => [.. _complaints.Where(c => !_expected.Exists(e => e.IsMatch(c)))];

    /// <summary>Everything that was sent so far, in order.</summary>
    public async Task<IReadOnlyList<RecordedRequest>> RequestsAsync() => await Task.WhenAll(_requests);

    /// <summary>
    /// No request held one of these; see <see cref="RecordedRequest.AssertNoneCarries"/>. Where a page sends Blobs,
    /// which the browser does not show, listen on the server's side: <see cref="ServerFixture.Wire"/>.
    /// </summary>
    public async Task AssertNeverSentAsync(params string[] secrets) =>
        RecordedRequest.AssertNoneCarries(await RequestsAsync(), secrets);

    /// <summary>The page as it is now has no violation that axe knows of.</summary>
    public async Task AssertAccessibleAsync()
    {
        var result = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        Assert.True(result.Passes.Length > 0, "axe checked nothing");
        var text = new StringBuilder();
        foreach (var violation in result.Violations)
        {
            text.AppendLine().Append(violation.Impact).Append(": ").Append(violation.Id).Append(", ").AppendLine(violation.Help);
            foreach (var node in violation.Nodes)
                text.Append("    ").Append(node.Target).Append("  ").AppendLine(node.Html);
        }
        Assert.True(result.Violations.Length == 0, $"{Page.Url} at {View}:{text}");
    }

    /// <summary>Nothing is wider than the window: a page never scrolls sideways.</summary>
    public async Task AssertFitsAsync()
    {
        var wide = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(wide <= 0, $"{Page.Url} at {View} is {wide} px wider than its window");
    }

    /// <summary>Keeps a picture of the whole page as <c>name-width-language-scheme.png</c> for the contact sheet.</summary>
    public async Task ScreenshotAsync(string name)
    {
        await Page.EvaluateAsync("document.fonts.ready.then(() => null)");
        await Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = Path.Combine(ContactSheet.Folder, $"{name}-{View}.png"),
            FullPage = true,
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide,
        });
    }

    /// <summary>Another width or colour scheme for the page as it is; its state stays. The language can't change.</summary>
    public async Task LookAsync(View view)
    {
        if (!string.Equals(view.Language, View.Language, StringComparison.Ordinal) || view.ReducedMotion != View.ReducedMotion)
            throw new ArgumentException("A language or a motion preference belongs to a new visitor.", nameof(view));
        await Page.SetViewportSizeAsync(view.Width, view.Height);
        await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = view.Dark ? ColorScheme.Dark : ColorScheme.Light });
        View = view;
    }

    /// <summary>
    /// Judges the page's present state at every width, light and dark, and comes back to where it was. Axe, the
    /// slow part, looks where its answer can differ: a phone light and dark, and a laptop.
    /// </summary>
    public async Task JudgeEverywhereAsync(string name)
    {
        var before = View;
        foreach (var view in View.All(before.Language).Select(v => v with { ReducedMotion = before.ReducedMotion }))
        {
            await LookAsync(view);
            await ScreenshotAsync(name);
            await AssertFitsAsync();
            if (view.Width == View.Phone.Width || (view.Width == View.Laptop.Width && !view.Dark))
                await AssertAccessibleAsync();
        }
        await LookAsync(before);
    }

    /// <summary>Everything a page is judged by, for each state that a test visits: axe, width, and a picture.</summary>
    public async Task JudgeAsync(string name)
    {
        await ScreenshotAsync(name);
        await AssertFitsAsync();
        await AssertAccessibleAsync();
    }
}
