using System.Globalization;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Pages;

/// <summary>
/// Walks every page and state of both sides in a demo. Axe finds nothing, nothing scrolls sideways, and each state has its
/// pictures on the contact sheet. Each state is seen in each language and at each width; which language comes with which
/// width, light or dark, rotates, so that the walk stays affordable.
/// </summary>
public sealed partial class EveryPageTests(BrowserFixture browser, ServerFixture server, DemoFixture demo)
    : BrowserTests(browser, server), IClassFixture<DemoFixture>
{
    /// <summary>Per language, in this order: the phone that axe looks at, then what only needs a picture and to fit.</summary>
    private static readonly Dictionary<string, View[]> s_views = new(StringComparer.Ordinal)
    {
        ["en"] = [View.Phone, View.Laptop],
        ["de"] = [View.Phone with { Dark = true }, View.Tablet, View.Laptop with { Dark = true }],
        ["ar"] = [View.Phone, View.Tablet with { Dark = true }],
    };

    private static readonly LocatorAssertionsToBeVisibleOptions s_patiently = new() { Timeout = 60_000 };

    private async Task<Visitor> OpenAsync(string language) =>
        await OpenAsync(s_views[language][0] with { Language = language }, demo.Origin);

    /// <summary>Judges what the page shows now.</summary>
    private static async Task LookAsync(Visitor visitor, string name)
    {
        var before = visitor.View;
        var views = s_views[before.Language];
        for (var i = 0; i < views.Length; i++)
        {
            await visitor.LookAsync(views[i] with { Language = before.Language });
            await visitor.ScreenshotAsync(name);
            await visitor.AssertFitsAsync();
            if (i == 0)
                await visitor.AssertAccessibleAsync();
        }
        await visitor.LookAsync(before);
    }

    private static Task PressAsync(IPage page, string name, bool exact = true) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = exact }).First.ClickAsync();

    private static Task SubmitAsync(IPage page) => page.Locator("main form button[type=submit]").First.ClickAsync();

    private static Task HeadingAsync(IPage page, string text) =>
        Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = text, Level = 1 })).ToBeVisibleAsync(s_patiently);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
