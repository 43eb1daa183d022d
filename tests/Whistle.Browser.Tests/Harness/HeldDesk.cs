using System.Text.Json;
using Microsoft.Playwright;

namespace Whistle.Browser.Tests.Harness;

/// <summary>
/// The desk of somebody who holds very many cases: <c>desk/held.testing.tsx</c>, bundled as the pages are, in a page whose
/// server is its own memory. What it measures is the device's work and no network's.
/// </summary>
internal sealed class HeldDesk
{
    private const string Origin = "http://localhost:5080";

    private HeldDesk(IPage page) => Page = page;

    public IPage Page { get; }

    public static async Task<HeldDesk> OpenAsync(IPage page)
    {
        var folder = Directory.CreateTempSubdirectory("whistle-held");
        try
        {
            var script = Path.Combine(folder.FullName, "held.js");
            var built = await Command.RunAsync(
                "node",
                [
                    Path.Combine("node_modules", "esbuild", "bin", "esbuild"), "desk/held.testing.tsx", "--bundle", "--minify", "--format=esm", "--platform=browser",
                    "--target=es2022", "--charset=utf8", "--jsx=automatic", "--jsx-import-source=preact", "--define:process.env.NODE_ENV=\"production\"", "--outfile=" + script,
                ],
                Repository.Client, TimeSpan.FromMinutes(2));
            if (built.ExitCode != 0)
                throw new InvalidOperationException(built.Output);
            var files = new Dictionary<string, (string Type, byte[] Body)>(StringComparer.Ordinal)
            {
                ["/held"] = ("text/html", """<!doctype html><html lang="en"><meta charset="utf-8"><title>Desk</title><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/held.css"><script type="module" src="/held.js"></script><div id="page"></div>"""u8.ToArray()),
                ["/held.js"] = ("text/javascript", await File.ReadAllBytesAsync(script)),
                ["/held.css"] = ("text/css", await File.ReadAllBytesAsync(Path.ChangeExtension(script, ".css"))),
            };
            await page.RouteAsync("**/*", route => files.TryGetValue(new Uri(route.Request.Url).AbsolutePath, out var file)
                ? route.FulfillAsync(new() { ContentType = file.Type, BodyBytes = file.Body })
                : route.AbortAsync());
            await page.GotoAsync(Origin + "/held");
            await page.WaitForFunctionAsync("globalThis.held !== undefined");
            return new HeldDesk(page);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Lets somebody hold so many cases; the sizes of the sealed keyring and of the server's list.</summary>
    public async Task<(double Ring, double List)> HoldAsync(int cases, int unread = 0)
    {
        var sizes = await Page.EvaluateAsync<JsonElement>($"held.hold({cases}, {unread})");
        return (sizes.GetProperty("ringBytes").GetDouble(), sizes.GetProperty("listBytes").GetDouble());
    }

    /// <summary>Draws the desk anew: milliseconds until the first page of rows was painted, and until everything was looked through.</summary>
    public async Task<(double First, double Settled)> DrawAsync()
    {
        var times = await Page.EvaluateAsync<JsonElement>("held.open()");
        return (times.GetProperty("first").GetDouble(), times.GetProperty("settled").GetDouble());
    }

    /// <summary>Tries so many blobs, all of which are for this person or none.</summary>
    public async Task<(double Milliseconds, double Unwraps, int Rows, double LongestPause)> TryOutAsync(int blobs, bool mine)
    {
        var tried = await Page.EvaluateAsync<JsonElement>($"held.tryOut({blobs}, {(mine ? "true" : "false")})");
        return (tried.GetProperty("ms").GetDouble(), tried.GetProperty("unwraps").GetDouble(), tried.GetProperty("rows").GetInt32(), tried.GetProperty("longest").GetDouble());
    }

    public Task<double> OpenSheetsAsync(int sheets) => Page.EvaluateAsync<double>($"held.openSheets({sheets})");

    /// <summary>The page's heap after a collection, in bytes.</summary>
    public async Task<double> HeapAsync()
    {
        var session = await Page.Context.NewCDPSessionAsync(Page);
        await session.SendAsync("HeapProfiler.collectGarbage");
        var usage = await session.SendAsync("Runtime.getHeapUsage");
        await session.DetachAsync();
        return usage!.Value.GetProperty("usedSize").GetDouble() + usage.Value.GetProperty("backingStorageSize").GetDouble();
    }
}
