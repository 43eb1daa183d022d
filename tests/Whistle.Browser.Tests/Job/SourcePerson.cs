using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>Somebody who has something to tell, at their own device.</summary>
internal sealed class SourcePerson(Visitor visitor)
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_patiently = new() { Timeout = 60_000 };

    public Visitor Visitor { get; } = visitor;

    public IPage Page => Visitor.Page;

    public Catalogue Texts { get; } = Catalogue.Source(visitor.View.Language);

    /// <summary>From the first page to the questionnaire of a channel.</summary>
    public async Task StartWritingAsync(string channel, bool judge = false)
    {
        await Visitor.GoToAsync("/");
        await Page.Locator("button.door").First.ClickAsync();
        await Heading("channels.heading").WaitForAsync();
        if (judge)
            await Visitor.JudgeAsync("source-2-channels");
        await PressAsync("channels.choose", ("name", channel));
        await Heading("read.heading").WaitForAsync();
        if (judge)
            await Visitor.JudgeAsync("source-3-read");
        await PressAsync("read.go");
    }

    /// <summary>Answers what must be answered, and the place; ends at the files.</summary>
    public async Task AnswerAsync(string title, string what, string? where = null, bool judge = false)
    {
        await Page.Locator("#q-what").FillAsync(what);
        await Page.Locator("#q-title").FillAsync(title);
        for (var page = 1; await Page.Locator("#files").CountAsync() == 0; page++)
        {
            var witnessed = Page.Locator("input[value=witnessed]");
            if (await witnessed.CountAsync() > 0)
                await witnessed.CheckAsync();
            if (where is not null && await Page.Locator("#q-where").CountAsync() > 0)
                await Page.Locator("#q-where").FillAsync(where);
            if (judge)
                await Visitor.JudgeAsync($"source-4-ask-{page.ToString(CultureInfo.InvariantCulture)}");
            var heading = await Page.Locator("h1").InnerTextAsync();
            await PressAsync("continue");
            await Assertions.Expect(Page.Locator("h1")).Not.ToHaveTextAsync(heading);
        }
    }

    /// <summary>From the files to the last look.</summary>
    public async Task ChooseAsync(string? without = null, (string Name, string Contact)? identity = null, bool judge = false)
    {
        await PressAsync("continue");
        await Heading("who.heading").WaitForAsync();
        if (without is not null)
            await Page.Locator("label.choice").Filter(new() { HasText = without }).Locator("input").UncheckAsync();
        if (judge)
            await Visitor.JudgeAsync("source-6-who");
        await PressAsync("continue");
        await Heading("me.heading").WaitForAsync();
        if (judge)
            await Visitor.JudgeAsync("source-7-me");
        if (identity is var (name, contact))
        {
            await Page.Locator("input[value=give]").CheckAsync();
            await Page.Locator("#name").FillAsync(name);
            await Page.Locator("#contact").FillAsync(contact);
            if (judge)
                await Visitor.JudgeAsync("source-7-me-given");
        }
        await PressAsync("continue");
        await Heading("check.heading").WaitForAsync();
    }

    /// <summary>Sends, and reads the twelve words.</summary>
    public async Task<string[]> SendAsync(string channel)
    {
        await PressAsync("check.send", ("name", channel));
        return await ReadWordsAsync();
    }

    public async Task<string[]> ReadWordsAsync()
    {
        await Assertions.Expect(Heading("words.heading")).ToBeVisibleAsync(s_patiently);
        return [.. (await Page.Locator("main .words-word").AllInnerTextsAsync()).Select(w => w.Trim())];
    }

    /// <summary>Types the two words that are asked back.</summary>
    public async Task RepeatWordsAsync(string[] words, bool judge = false)
    {
        await PressAsync("words.next");
        await Heading("words.check.heading").WaitForAsync();
        for (var i = 0; i < 2; i++)
        {
            var label = await Page.Locator($"label[for=word-{i.ToString(CultureInfo.InvariantCulture)}]").InnerTextAsync();
            var position = int.Parse(Regex.Match(label, "[0-9]+", RegexOptions.None, TimeSpan.FromSeconds(1)).Value, CultureInfo.InvariantCulture);
            await Page.Locator($"#word-{i.ToString(CultureInfo.InvariantCulture)}").FillAsync(words[position - 1]);
        }
        if (judge)
            await Visitor.JudgeAsync("source-11-words-check");
        await PressAsync("words.check.go");
    }

    /// <summary>Types the words at the second door.</summary>
    public async Task ComeBackAsync(string words)
    {
        await Visitor.GoToAsync("/");
        await Page.Locator("button.door").Nth(1).ClickAsync();
        await OpenMailboxAsync(words);
    }

    public async Task OpenMailboxAsync(string words)
    {
        await Page.Locator("#words").FillAsync(words);
        await PressAsync("return.open");
    }

    public ILocator Heading(string key) => Page.GetByRole(AriaRole.Heading, new() { Name = Texts[key], Level = 1 });

    public Task PressAsync(string button, params ReadOnlySpan<(string Name, string Value)> places) =>
        Page.GetByRole(AriaRole.Button, new() { Name = Texts[button, places], Exact = true }).ClickAsync();

    public Task SeesAsync(string text) => Assertions.Expect(Page.GetByText(text).First).ToBeVisibleAsync(s_patiently);
}
