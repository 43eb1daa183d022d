using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    [Fact]
    public async Task What_a_colleague_does_is_seen_without_asking_and_takes_nothing_that_is_being_typed()
    {
        var texts = Catalogue.Desk("en");
        var lead = await DeskOfAsync("moreau");
        var reviewer = await DeskOfAsync("haddad");
        foreach (var person in new[] { lead, reviewer })
            await OpenCaseAsync(person.Page, "Cameras sold to a port");
        await lead.Page.Locator(".composer-reply textarea").FillAsync("A letter that is not finished");
        await lead.Page.Locator("#case-panel-notes").ClickAsync();
        await lead.Page.Locator(".composer-note textarea").FillAsync("A note that is not finished");
        await lead.Page.Locator(".composer-note textarea").FocusAsync();

        await reviewer.Page.Locator("#case-panel-notes").ClickAsync();
        await reviewer.Page.Locator(".composer-note textarea").FillAsync("The port's contract ends in May.");
        await reviewer.Page.Locator(".composer-note button[type=submit]").ClickAsync();

        await Assertions.Expect(lead.Page.Locator(".note-card").Filter(new() { HasText = "contract ends in May" })).ToHaveCountAsync(1, new() { Timeout = 15_000 });
        await Assertions.Expect(lead.Page.Locator(".composer-note textarea")).ToHaveValueAsync("A note that is not finished");
        await Assertions.Expect(lead.Page.Locator(".composer-note textarea")).ToBeFocusedAsync();
        await lead.Page.Locator("#case-panel-conversation").ClickAsync();
        await Assertions.Expect(lead.Page.Locator(".composer-reply textarea")).ToHaveValueAsync("A letter that is not finished");
        // Locking ends the stream with the rest.
        Assert.Equal(1, await OpenStreamsAsync(lead.Page));

        async Task<Visitor> DeskOfAsync(string login)
        {
            var person = await OpenAsync(View.Laptop, demo.Origin);
            person.ExpectComplaint("Failed to load resource");
            await person.Page.AddInitScriptAsync("""
                window.streams = new Set();
                window.EventSource = class extends EventSource {
                  constructor(url) { super(url); window.streams.add(this); }
                  close() { super.close(); window.streams.delete(this); }
                };
                """);
            await person.GoToAsync("/desk");
            await SignInAsync(person, login);
            await SettledAsync(person.Page);
            return person;
        }

        async Task<int> OpenStreamsAsync(IPage page)
        {
            var open = await page.EvaluateAsync<int>("() => window.streams.size");
            await page.Locator("details.menu > summary").ClickAsync();
            await PressAsync(page, texts["lock.now"]);
            await HeadingAsync(page, texts["locked.title"]);
            await page.WaitForFunctionAsync("() => window.streams.size === 0");
            return open;
        }
    }
}
