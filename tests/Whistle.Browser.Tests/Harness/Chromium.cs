using Whistle.Tests;

namespace Whistle.Browser.Tests.Harness;

/// <summary>Finds a Chromium to test with, or installs one.</summary>
internal static class Chromium
{
    /// <summary>The shell first: it opens no window and none of a browser's own pages, and takes half the time.</summary>
    private static readonly string[] s_usual =
    [
        "/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    /// <param name="playwrights">Where Playwright keeps the Chromium of its own, whether it is there or not.</param>
    /// <exception cref="InvalidOperationException">There is none and none could be installed.</exception>
    public static string FindOrInstall(string playwrights)
    {
        if (Environment.GetEnvironmentVariable("WHISTLE_CHROMIUM") is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new InvalidOperationException($"WHISTLE_CHROMIUM names {named}, which is not there.");
        if (Find(playwrights) is { } found)
            return found;

        var tried = NeededProgram.Install("chromium-headless-shell", "fonts-dejavu-core");
        if (Find(playwrights) is null)
            tried += NeededProgram.Install("chromium", "fonts-dejavu-core"); // a distribution without the shell
        if (Find(playwrights) is { } installed)
            return installed;
        if (Microsoft.Playwright.Program.Main(["install", "chromium"]) == 0 && Find(playwrights) is { } own)
            return own;
        throw new InvalidOperationException(
            "The browser tests need Chromium and could not install it. Install it (Debian: apt-get install chromium-headless-shell), "
            + "or name a Chromium or Chrome in the environment variable WHISTLE_CHROMIUM.\n" + tried);
    }

    private static string? Find(string playwrights) => s_usual.Append(playwrights).FirstOrDefault(File.Exists);
}
