using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>Somebody with an account: their browser, what they wrote down, and the app on their phone.</summary>
internal sealed class DeskPerson
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_patiently = new() { Timeout = 60_000 };
    private Authenticator? _app;

    public DeskPerson(string name, string login, Visitor visitor)
    {
        (Name, Login, Visitor) = (name, login, visitor);
        Texts = Catalogue.Desk(visitor.View.Language);
    }

    public string Name { get; }

    public string Login { get; }

    public Visitor Visitor { get; }

    public IPage Page => Visitor.Page;

    public Catalogue Texts { get; }

    public string Passphrase { get; private set; } = "";

    /// <summary>From a one-time link to an account. Looks at each step where asked to.</summary>
    public async Task EnrolAsync(string link, bool judge = false)
    {
        await Page.GotoAsync("about:blank"); // the link differs after its hash alone, which is no new page by itself
        await Page.GotoAsync(link);
        await Field("signin.login").FillAsync(Login);
        if (judge)
            await Visitor.JudgeAsync("desk-enrol-1-login");
        await PressAsync("next");
        await Page.Locator("ol.words li").First.WaitForAsync();
        Passphrase = string.Join(' ', await Page.Locator("ol.words li").AllInnerTextsAsync()).Trim();
        if (judge)
            await Visitor.JudgeAsync("desk-enrol-2-passphrase");
        await PressAsync("enrol.written");
        await Field("signin.passphrase").FillAsync(Passphrase.ToUpperInvariant().Replace(" ", "  ", StringComparison.Ordinal));
        if (judge)
            await Visitor.JudgeAsync("desk-enrol-3-repeat");
        await PressAsync("next");
        var secret = await Page.Locator(".totp p.code").InnerTextAsync();
        _app = new Authenticator(Regex.Replace(secret, @"\s", "", RegexOptions.None, TimeSpan.FromSeconds(1)));
        if (judge)
            await Visitor.JudgeAsync("desk-enrol-4-code");
        await Field("signin.code").FillAsync(await _app.NextAsync());
        await PressAsync("enrol.finish");
        await Assertions.Expect(Page.GetByText(Texts["enrol.done"])).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.DoesNotContain('#', Page.Url);
    }

    public async Task SignInAsync()
    {
        if (await Field("signin.login").CountAsync() == 0)
            await Visitor.GoToAsync("/desk");
        await Field("signin.login").FillAsync(Login);
        await Field("signin.passphrase").FillAsync(Passphrase);
        await Field("signin.code").FillAsync(await _app!.NextAsync());
        await PressAsync("signin.act");
        await Assertions.Expect(Page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
    }

    /// <summary>Takes the desk off the page and opens it again with the passphrase: everything is read anew.</summary>
    public async Task LockAndUnlockAsync(string? picture = null)
    {
        await Page.Locator("details.menu > summary").ClickAsync();
        await PressAsync("lock.now");
        if (picture is not null)
            await Visitor.JudgeAsync(picture);
        await Field("signin.passphrase").FillAsync(Passphrase);
        await PressAsync("locked.unlock");
        await Assertions.Expect(Page.Locator("header.bar")).ToBeVisibleAsync(s_patiently);
    }

    /// <summary>All that this person's browser keeps of the portal between two openings of the desk: both storages as JSON, then every record of its databases.</summary>
    public async Task<byte[]> KeptAsync()
    {
        var kept = await Page.EvaluateAsync<string[]>("""
            async () => {
              const wait = (request) => new Promise((done, fail) => { request.onsuccess = () => done(request.result); request.onerror = () => fail(request.error); });
              const parts = [btoa(unescape(encodeURIComponent(JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))))];
              for (const { name } of await indexedDB.databases()) {
                const database = await wait(indexedDB.open(name));
                for (const store of database.objectStoreNames) {
                  const records = database.transaction(store).objectStore(store);
                  const [keys, values] = await Promise.all([wait(records.getAllKeys()), wait(records.getAll())]);
                  for (const part of [...keys, ...values]) {
                    if (typeof part !== "string" && !(part instanceof Uint8Array)) throw new Error(`${name} holds something else than names and octets`);
                    const bytes = typeof part === "string" ? new TextEncoder().encode(part) : part;
                    parts.push(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
                  }
                }
                database.close();
              }
              return parts;
            }
            """);
        return [.. kept.SelectMany(part => Convert.FromBase64String(part).Append((byte)'\n'))];
    }

    public Task GoAsync(string view) => Page.Locator("nav.bar-nav").GetByRole(AriaRole.Button, new() { Name = Texts[view] }).ClickAsync();

    /// <summary>Waits until every new blob was tried; locks and unlocks until as many rows are there as expected.</summary>
    public async Task<ILocator> RowsAsync(int expected)
    {
        var rows = Page.Locator("[data-case]");
        for (var turn = 0; ; turn++)
        {
            await SettledAsync();
            if (await rows.CountAsync() == expected || turn == 6)
            {
                await Assertions.Expect(rows).ToHaveCountAsync(expected);
                return rows;
            }
            await Task.Delay(2_000);
            await LockAndUnlockAsync();
        }
    }

    public Task SettledAsync() => Assertions.Expect(Page.Locator(".queue-count")).ToHaveTextAsync(
        new Regex("^[0-9]+ ", RegexOptions.None, TimeSpan.FromSeconds(1)), new() { Timeout = 90_000 });

    public ILocator Field(string label, params ReadOnlySpan<(string Name, string Value)> places) =>
        Page.GetByLabel(Texts[label, places], new() { Exact = true });

    public Task PressAsync(string button, params ReadOnlySpan<(string Name, string Value)> places) =>
        Page.GetByRole(AriaRole.Button, new() { Name = Texts[button, places] }).First.ClickAsync();

    /// <summary>A sentence somewhere on the page.</summary>
    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(s_patiently);
}
