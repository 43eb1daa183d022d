using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class SourceSideTests
{
    [Fact]
    public async Task A_name_that_is_to_be_given_and_is_empty_keeps_the_report_from_being_sent()
    {
        var source = await SourceAsync();
        var page = source.Page;
        var channel = await ToTheQuestionsAsync(source);
        await source.AnswerAsync("Guard of press 7 was taken off", "It has been off since Monday.");
        await source.ChooseAsync();
        await page.Locator("#check-me").ClickAsync();
        await page.Locator("input[value=give]").CheckAsync();
        await page.GoBackAsync();
        await source.Heading("check.heading").WaitForAsync();
        await source.PressAsync("check.send", ("name", channel));
        var summary = page.Locator(".error-summary").GetByRole(AriaRole.Link, new() { Name = source.Texts["me.name.missing"] });
        await summary.ClickAsync();
        await Assertions.Expect(page.Locator("#check-me")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#name").FillAsync("Mira Example");
        await source.PressAsync("continue");
        await source.SeesAsync("Mira Example");
        Assert.Equal(12, (await source.SendAsync(channel)).Length);
    }

    [Fact]
    public async Task A_letter_whose_answer_was_lost_is_not_called_unsent_and_a_changed_text_becomes_the_next_one()
    {
        const string messages = "**/api/source/mailbox/messages";
        const string first = "The guard is still off.";
        const string second = "The guard is still off, and somebody was hurt.";
        var source = await SourceAsync();
        source.Visitor.ExpectComplaint("Failed to load resource");
        var words = await SendAsync(source);
        await source.PressAsync("words.next");
        await source.PressAsync("words.again");
        await source.RepeatWordsAsync(words);
        await source.SeesAsync(source.Texts["done.must"]);

        var page = source.Page;
        await source.ComeBackAsync(string.Join(' ', words));
        await source.SeesAsync(source.Texts["mail.letters"]);
        var letters = page.Locator("main article.paper");
        await Assertions.Expect(letters).ToHaveCountAsync(1);
        await page.RouteAsync(messages, async route =>
        {
            await route.FetchAsync(); // the server has it
            await route.AbortAsync();
        });
        await page.Locator("#letter").FillAsync(first);
        await source.PressAsync("mail.write.send");
        await source.SeesAsync(source.Texts["mail.write.unsure"]);
        await Assertions.Expect(page.GetByText(source.Texts["mail.write.failed"])).ToHaveCountAsync(0);
        await page.UnrouteAsync(messages);

        await page.Locator("#letter").FillAsync(second);
        await source.PressAsync("mail.write.send");
        await source.SeesAsync(source.Texts["mail.write.earlier"]);
        await Assertions.Expect(letters).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#letter")).ToHaveValueAsync(second);
        await source.PressAsync("mail.write.send");
        await source.SeesAsync(source.Texts["mail.write.sent"]);
        await Assertions.Expect(letters).ToHaveCountAsync(3, new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task Without_its_words_the_page_says_in_every_language_that_nothing_was_sent()
    {
        var visitor = await OpenAsync(View.Phone, demo.Origin);
        visitor.ExpectComplaint("Failed to load resource");
        await visitor.Page.RouteAsync("**/assets/i18n/**", route => route.AbortAsync());
        await visitor.GoToAsync("/");
        var texts = visitor.Page.Locator("main.fallback > p");
        await Assertions.Expect(texts).ToHaveCountAsync(4);
        Assert.Equal(["en", "de", "fr", "ar"], await texts.EvaluateAllAsync<string[]>("texts => texts.map((text) => text.lang)"));
        Assert.Equal("rtl", await texts.Last.EvaluateAsync<string>("text => getComputedStyle(text).direction"));
        await visitor.AssertFitsAsync();
    }

    [Fact]
    public async Task The_note_on_the_servers_promise_stands_at_its_button_and_not_at_the_one_that_burns()
    {
        var source = await SourceAsync();
        var words = await SendAsync(source);
        await source.RepeatWordsAsync(words);
        await source.SeesAsync(source.Texts["done.must"]);
        await source.ComeBackAsync(string.Join(' ', words));
        await source.SeesAsync(source.Texts["mail.save.note"]);
        var order = await source.Page.Locator("button[aria-describedby='mail.save'], [id='mail.save'], .button-warn")
            .EvaluateAllAsync<string[]>("parts => parts.map((part) => part.id || part.className)");
        Assert.Equal(["button", "mail.save", "button button-warn"], order);
    }
}
