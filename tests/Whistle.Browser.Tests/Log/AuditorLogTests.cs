using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;
using Whistle.Server.Tests;

namespace Whistle.Browser.Tests.Log;

/// <summary>An auditor reads the log in a browser that remembers what it saw, and a portal that shows another one.</summary>
[Collection<LogTests>]
public sealed class AuditorLogTests(BrowserFixture browser, ServerFixture server, LogWorld world) : BrowserTests(browser, server)
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_patiently = new() { Timeout = 30_000 };

    [Fact]
    public async Task The_log_is_read_whole_and_its_witness_named_and_the_next_time_it_went_on()
    {
        var auditor = await AuditorAsync((_, honest) => honest);
        await SeesAsync(auditor, "log.first");
        await Assertions.Expect(auditor.Page.GetByText(Witnessed(auditor))).ToBeVisibleAsync(s_patiently);
        await auditor.Visitor.JudgeAsync("desk-log-witnessed");

        await world.Server.LetWaitAsync(9, Day.Of(world.Now));
        await world.GrowAsync();
        await LookAgainAsync(auditor);

        await Assertions.Expect(auditor.Page.GetByText(auditor.Texts["log.grown.other"].Split(',')[0])).ToBeVisibleAsync(s_patiently);
    }

    [Fact]
    public async Task A_log_that_was_cut_or_split_since_the_last_time_is_refused()
    {
        var shown = "honest";
        var split = await world.ForgeAsync(entries => entries.Select((e, i) => i == 7 ? Hash32.Of("another"u8).ToBytes() : e));
        var grown = await world.ForgeAsync(entries => [.. entries.Select((e, i) => i == 7 ? Hash32.Of("another"u8).ToBytes() : e), Hash32.Of("more"u8).ToBytes()]);
        var auditor = await AuditorAsync((path, honest) => shown switch
        {
            "cut" => Log(world.Earlier, path, honest),
            "split" => Log(split, path, honest),
            "split and grown" => Log(grown, path, honest),
            _ => honest,
        });
        await SeesAsync(auditor, "log.first");
        foreach (var (lie, error) in new[] { ("cut", "error.log-shrunk"), ("split", "error.log-forked"), ("split and grown", "error.log-forked") })
        {
            shown = lie;
            await LookAgainAsync(auditor);
            await SeesAsync(auditor, error);
        }
        // What was seen is still what counts.
        shown = "honest";
        await LookAgainAsync(auditor);
        await Assertions.Expect(auditor.Page.GetByText(auditor.Texts["log.grown.other"].Split(',')[0])).ToBeVisibleAsync(s_patiently);
    }

    [Theory]
    [InlineData("changes an entry", "error.log-malformed")]
    [InlineData("signs with nothing", "error.checkpoint-unsigned")]
    public async Task What_was_changed_is_refused(string lie, string error)
    {
        var auditor = await AuditorAsync((path, honest) => (lie, path) switch
        {
            ("changes an entry", _) when path.StartsWith("/log/tile/entries/001", StringComparison.Ordinal) => [.. honest![..^1], (byte)(honest[^1] ^ 1)],
            // The root's last character but the padding: still Base64, no longer what was signed.
            ("signs with nothing", "/log/checkpoint") => AnotherRoot(honest!),
            _ => honest,
        });

        await SeesAsync(auditor, error);
    }

    [Fact]
    public async Task A_head_that_no_witness_cosigned_is_said_to_be_the_organisations_word()
    {
        var auditor = await AuditorAsync((path, honest) => Log(world.Earlier, path, honest));

        await Assertions.Expect(auditor.Page.GetByText(auditor.Texts["log.unmet", ("names", auditor.Texts["log.unmet.nobody"])])).ToBeVisibleAsync(s_patiently);
    }

    [Fact]
    public async Task Whoever_works_at_the_desk_finds_the_log_in_the_menu_and_by_whom_it_is_witnessed()
    {
        var visitor = await OpenAsync(View.Phone, new Uri(WhistleServer.Origin));
        await world.StandBetweenAsync(visitor.Context, (_, honest) => honest, signedIn: world.Portal.Admin.Id);
        var admin = new DeskPerson("A. Admin", "admin", visitor);
        await SignInAsync(admin);
        await admin.Page.Locator("details.menu > summary").ClickAsync();
        await admin.Visitor.JudgeAsync("desk-menu");

        await admin.PressAsync("log.title");

        await Assertions.Expect(admin.Page.GetByText(Witnessed(admin))).ToBeVisibleAsync(s_patiently);
        Assert.Equal(0, await admin.Page.Locator("details.menu[open]").CountAsync());
        Assert.Equal("main", await admin.Page.EvaluateAsync<string>("document.activeElement.id"));
    }

    private async Task<DeskPerson> AuditorAsync(Func<string, byte[]?, byte[]?> lies)
    {
        var visitor = await OpenAsync(View.Laptop, new Uri(WhistleServer.Origin));
        await world.StandBetweenAsync(visitor.Context, lies, signedIn: world.Auditor);
        var auditor = new DeskPerson("A. Auditor", "auditor", visitor);
        await LookAgainAsync(auditor);
        return auditor;
    }

    private static async Task LookAgainAsync(DeskPerson auditor)
    {
        await SignInAsync(auditor);
        await auditor.GoAsync("log.title");
    }

    private static async Task SignInAsync(DeskPerson auditor)
    {
        await auditor.Visitor.GoToAsync("/desk");
        await auditor.Field("signin.login").FillAsync(auditor.Login);
        await auditor.Field("signin.passphrase").FillAsync("abacus abdomen abdominal abide abiding ability ablaze");
        await auditor.Field("signin.code").FillAsync("123456");
        await auditor.PressAsync("signin.act");
        await Assertions.Expect(auditor.Page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
    }

    private static Task SeesAsync(DeskPerson auditor, string key) => Assertions.Expect(auditor.Page.GetByText(auditor.Texts[key]).First).ToBeVisibleAsync(s_patiently);

    private static string Witnessed(DeskPerson auditor) => auditor.Texts["log.witnessed", ("names", LogWorld.Union)].Split('{')[0].TrimEnd();

    private static byte[]? Log(ForgedLog forged, string path, byte[]? honest) =>
        path.StartsWith("/log/", StringComparison.Ordinal) ? forged.Answer(path) : honest;

    private static byte[] AnotherRoot(byte[] checkpoint)
    {
        var lines = System.Text.Encoding.UTF8.GetString(checkpoint).Split('\n');
        lines[2] = Convert.ToBase64String(Hash32.Of("another"u8).ToBytes());
        return System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
