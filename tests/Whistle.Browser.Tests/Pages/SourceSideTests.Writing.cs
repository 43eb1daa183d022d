using Microsoft.Playwright;
using Xunit;

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
}
