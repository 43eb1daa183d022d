using System.Globalization;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Benchmarks;

/// <summary>
/// The desk of somebody who holds ten thousand cases, in Chromium: the pages' own code, with answers from the page's memory, so
/// that what is measured is the device's work and no network's.
/// </summary>
internal static class DeskBenchmark
{
    private const int Cases = 10_000;
    private const int Unwraps = 16;
    private const double FirstPageGoal = 1000;
    private const double Mebibyte = 1024 * 1024;

    public static async Task RunAsync(Plan plan, Report report)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.FindOrInstall(playwright.Chromium.ExecutablePath),
            Args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        });
        var desk = await HeldDesk.OpenAsync(await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } }));
        var (ring, list) = await desk.HoldAsync(Cases);
        var kept = await desk.HeapAsync();
        var times = new List<(double First, double Settled)>();
        for (var i = 0; i <= plan.DeskDraws; i++)
            times.Add(await desk.DrawAsync());
        var heap = await desk.HeapAsync();
        times.RemoveAt(0); // code that never ran is compiled in it
        var first = Median(times.Select(t => t.First));
        var rows = await desk.Page.Locator(".queue-row").CountAsync();
        var elements = await desk.Page.EvaluateAsync<int>("document.querySelectorAll('*').length");
        report.Table(
            string.Create(CultureInfo.InvariantCulture, $"The desk with {Cases:#,##0} held cases in Chromium, median of {plan.DeskDraws}, without the network: a keyring of {ring / Mebibyte:0.0} MiB and a list of {list / Mebibyte:0.0} MiB are read, checked and drawn."),
            ["first page of rows", "everything looked through", "heap of the open desk", "rows drawn", "elements in the page"],
            [[Milliseconds(first), Milliseconds(Median(times.Select(t => t.Settled))), Report.Number((heap - kept) / Mebibyte) + " MiB", Report.Number(rows), Report.Number(elements)]]);

        var hits = await desk.TryOutAsync(plan.DeskBlobs, mine: true);
        var misses = await desk.TryOutAsync(plan.DeskBlobs, mine: false);
        var sheet = await desk.OpenSheetsAsync(plan.DeskBlobs);
        report.Table(
            $"A device that knows nothing yet, a blob at a time ({plan.DeskBlobs} of each), in the background with its progress shown.",
            ["", "ms each", "unwraps each", "10,000 of them", "longest the page waits for its turn"],
            [
                ["a blob for this person, with its sheet", Report.Number(hits.Milliseconds), Report.Number(hits.Unwraps), Minutes(hits.Milliseconds), Milliseconds(hits.LongestPause)],
                ["a blob for somebody else, or a decoy", Report.Number(misses.Milliseconds), Report.Number(misses.Unwraps), Minutes(misses.Milliseconds), Milliseconds(misses.LongestPause)],
                ["the newest sheet of a held case", Report.Number(sheet), "1.0", Minutes(sheet), ""],
            ]);
        report.Goal($"the desk: the first page of {Cases:#,##0} held cases within a second, warm", Milliseconds(first), first < FirstPageGoal);
        report.Goal($"the desk: a blob for somebody else costs {Unwraps} unwraps and no more", Report.Number(misses.Unwraps), misses.Unwraps == Unwraps);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static string Milliseconds(double value) => Report.Number(value) + " ms";

    private static string Minutes(double milliseconds) => (milliseconds * Cases / 60_000).ToString("0.0", CultureInfo.InvariantCulture) + " min";
}
