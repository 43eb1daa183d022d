using Whistle.Browser.Tests.Harness;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Tips;

namespace Whistle.Browser.Tests.Pages;

/// <summary>A browser that runs no script, as Tor Browser does at its safest.</summary>
public sealed partial class SourceSideTests
{
    [Fact]
    public async Task Without_a_script_a_sealed_file_is_handed_in_and_any_other_is_refused()
    {
        var (bundle, caseId) = await SealedFileAsync();
        var source = await OpenAsync(View.Phone, demo.Origin, javaScript: false);
        await source.GoToAsync("/");
        await source.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "without JavaScript" }).ClickAsync();
        Assert.EndsWith("/bundle", source.Page.Url, StringComparison.Ordinal);

        source.ExpectComplaint("status of 400");
        await HandInAsync("report.txt", "The guard of press 7 was taken off."u8.ToArray());
        Assert.Equal("Nothing was kept", await source.Page.Locator("h1").InnerTextAsync());
        Assert.Equal("bundle-malformed", await source.Page.Locator("p.code").InnerTextAsync());
        await source.GoToAsync("/bundle");
        await HandInAsync("report.whistle", bundle);

        Assert.Equal("It has arrived", await source.Page.Locator("h1").InnerTextAsync());
        Assert.Contains(caseId, await source.Page.Locator("pre").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(await source.Context.CookiesAsync());

        async Task HandInAsync(string name, byte[] bytes)
        {
            await source.Page.Locator("input[type=file]").SetInputFilesAsync(new Microsoft.Playwright.FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = bytes });
            await source.Page.Locator("button").ClickAsync();
            await source.Page.Locator("p.code, pre").WaitForAsync();
            Assert.EndsWith("/api/source/bundles", source.Page.Url, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_pages_of_that_lane_can_be_read_by_everybody()
    {
        // With scripts, for what judges the pages is one; they run none themselves.
        var source = await OpenAsync(View.Phone, demo.Origin);
        await source.GoToAsync("/bundle");
        await source.JudgeEverywhereAsync("bundle-form");
        var (bundle, _) = await SealedFileAsync();
        await source.Page.Locator("input[type=file]").SetInputFilesAsync(new Microsoft.Playwright.FilePayload { Name = "report.whistle", MimeType = "application/octet-stream", Buffer = bundle });
        await source.Page.Locator("button").ClickAsync();
        await source.Page.Locator("pre").WaitForAsync();
        await source.JudgeEverywhereAsync("bundle-taken");
        source.ExpectComplaint("status of 400");
        await source.GoToAsync("/bundle");
        await source.Page.Locator("input[type=file]").SetInputFilesAsync(new Microsoft.Playwright.FilePayload { Name = "a.txt", MimeType = "text/plain", Buffer = [1] });
        await source.Page.Locator("button").ClickAsync();
        await source.Page.Locator("p.code").WaitForAsync();
        await source.JudgeEverywhereAsync("bundle-refused");
    }

    /// <summary>What the command line would write on a device of its own.</summary>
    private async Task<(byte[] Bundle, string Case)> SealedFileAsync()
    {
        using var http = new HttpClient { BaseAddress = demo.Origin };
        var origin = demo.Origin.GetLeftPart(UriPartial.Authority);
        var today = Day.Of(TimeProvider.System.GetUtcNow());
        var directory = VerifiedDirectory.Verify(
            await http.GetByteArrayAsync("/api/source/directory"), new DirectoryChecks { Today = today, Origin = origin }).Require();
        using var tip = (await TipSealer.SealAsync(
            new TipRequest
            {
                Directory = directory,
                Channel = directory.Version.Channels[0].Id,
                Origin = origin,
                Today = today,
                Lang = "en",
                Title = "Guard of press 7",
                Text = "It has been off since Monday.",
            },
            Randomness.System)).Require();
        return (TipBundle.Encode(tip), tip.Manifest.Case.ToString());
    }
}
