using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task What_recovery_can_do_is_said_and_nothing_that_is_none_is_taken()
    {
        var texts = Catalogue.Desk("en");
        var lead = await OpenAsync(View.Laptop, demo.Origin);
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await lead.GoToAsync("/desk");
        await SignInAsync(lead, "moreau");
        await SettledAsync(page);
        await page.Locator("details.menu > summary").ClickAsync();
        await PressAsync(page, texts["recovery.title"]);
        await HeadingAsync(page, texts["recovery.title"]);
        await LookAsync(lead, "desk-19-recovery");

        // The demo's channels have none, and the page says what that means.
        await page.GetByText(texts["recovery.not"]).First.WaitForAsync();
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = texts["recovery.save"], Exact = true }).First.ClickAsync());
        var stream = await File.ReadAllBytesAsync(await file.PathAsync(), TestContext.Current.CancellationToken);
        // As `whistle recover` reads it: pages of a count and as many positions and blobs.
        var (at, blobs) = (0, 0);
        while (at < stream.Length)
        {
            var count = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(stream.AsSpan(at));
            at += 4 + (count * (8 + WireLengths.Blob));
            blobs += count;
        }
        Assert.Equal(stream.Length, at);
        Assert.True(blobs > 1);

        await page.Locator("input[type=file]").SetInputFilesAsync(new FilePayload { Name = "recovered.age", MimeType = "application/octet-stream", Buffer = new byte[70_000] });
        await page.GetByText(texts["error.recovery-malformed"]).WaitForAsync();
        await LookAsync(lead, "desk-19-recovery-wrong");

        var admin = await SignedInAsync("en", "okafor");
        await GoAsync(admin.Page, texts["directory.title"]);
        await PressAsync(admin.Page, texts["recovery.replace"]);
        await PressAsync(admin.Page, texts["recovery.replace.save"]);
        await admin.Page.GetByText(texts["setup.problem.recovery"]).WaitForAsync();
        await LookAsync(admin, "desk-14-recovery-replace");
    }
}
