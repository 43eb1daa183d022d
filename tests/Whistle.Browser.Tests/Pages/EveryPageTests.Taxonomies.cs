using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;

namespace Whistle.Browser.Tests.Pages;

public sealed partial class EveryPageTests
{
    private static readonly Dictionary<string, string> s_useChannel = new(StringComparer.Ordinal)
    {
        ["en"] = "Use of our products",
        ["de"] = "Nutzung unserer Produkte",
        ["ar"] = "استخدام منتجاتنا",
    };

    [Theory]
    [InlineData("en", "Cameras sold to a port")]
    [InlineData("de", "Cameras sold to a port")]
    public async Task The_guide_to_severities_stands_at_the_choice_in_the_reader_s_language(string language, string title)
    {
        var taxonomy = Shipped("taxonomy-use.json");
        var texts = Catalogue.Desk(language);
        var lead = await SignedInAsync(language, "moreau");
        lead.ExpectComplaint("Failed to load resource");
        var page = lead.Page;
        await SettledAsync(page);
        await OpenCaseAsync(page, title);
        var severity = page.GetByLabel(texts["labels.severity"], new() { Exact = true });
        await Assertions.Expect(severity).ToHaveValueAsync("critical");
        await Assertions.Expect(severity).ToHaveAccessibleDescriptionAsync(Sentence("attack", "critical"));

        await severity.SelectOptionAsync("high");
        await Assertions.Expect(severity).ToHaveAccessibleDescriptionAsync(Sentence("attack", "high"));
        await page.Locator("details.levels > summary").ClickAsync();
        await Assertions.Expect(page.Locator("details.levels .level-set dd")).ToHaveTextAsync(Sentence("attack", "high"));
        await Assertions.Expect(page.Locator("details.levels")).ToContainTextAsync(taxonomy["guide"]!["about"]![language]!.GetValue<string>());
        await LookAsync(lead, "desk-05-case-levels");

        // Nobody wrote a sentence for "other": what the level says of itself stands there.
        await Assertions.Expect(severity).ToBeEnabledAsync();
        await page.GetByLabel(texts["labels.category"], new() { Exact = true }).SelectOptionAsync("other");
        await Assertions.Expect(severity).ToHaveAccessibleDescriptionAsync(
            taxonomy["severities"]!.AsArray().Single(s => s!["id"]!.GetValue<string>() is "high")!["guide"]![language]!.GetValue<string>());

        await Assertions.Expect(severity).ToBeEnabledAsync();
        await page.GetByLabel(texts["labels.category"], new() { Exact = true }).SelectOptionAsync("attack");
        await Assertions.Expect(severity).ToBeEnabledAsync();
        await severity.SelectOptionAsync("critical");
        await Assertions.Expect(severity).ToHaveAccessibleDescriptionAsync(Sentence("attack", "critical"));
        await Assertions.Expect(severity).ToBeEnabledAsync();

        string Sentence(string category, string level) => taxonomy["guide"]!["sentences"]!.AsArray()
            .Single(s => (s!["category"]!.GetValue<string>(), s["severity"]!.GetValue<string>()) == (category, level))!["text"]![language]!.GetValue<string>();
    }

    [Theory]
    [InlineData("en")]
    [InlineData("de")]
    [InlineData("ar")]
    public async Task Whoever_reports_the_use_of_a_product_is_asked_about_it_and_may_skip_everything_but_the_report(string language)
    {
        var asked = Shipped("questionnaire-use.json")["questions"]!.AsArray().ToDictionary(
            q => q!["id"]!.GetValue<string>(), q => q!["label"]![language]!.GetValue<string>(), StringComparer.Ordinal);
        var visitor = await OpenAsync(language);
        var source = new SourcePerson(visitor);
        await source.StartWritingAsync(s_useChannel[language]);
        await HeadingAsync(source.Page, asked["what"]);
        await source.Page.Locator("#q-what").FillAsync("Our cameras are used to follow people.");
        await source.Page.Locator("#q-title").FillAsync("Cameras used to follow people");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var n = 1; await source.Page.Locator("#files").CountAsync() == 0; n++)
        {
            if (await source.Page.Locator("#q-told").CountAsync() > 0)
                await source.Page.Locator("#q-told input[value=yes], input[name=q-told][value=yes]").First.CheckAsync();
            if (n is 1 or 2 or 4 || await source.Page.GetByText(asked["told-who"]).CountAsync() > 0)
                await LookAsync(visitor, "source-21-use-" + Number(n));
            var text = await source.Page.Locator("main").InnerTextAsync();
            seen.UnionWith(asked.Where(q => text.Contains(q.Value, StringComparison.Ordinal)).Select(q => q.Key));
            var heading = await source.Page.Locator("h1").InnerTextAsync();
            await source.PressAsync("continue");
            await Assertions.Expect(source.Page.Locator("h1")).Not.ToHaveTextAsync(heading);
        }
        Assert.Equal(
            asked.Keys.Except(["consent", "fear-more"], StringComparer.Ordinal).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_admin_sees_by_name_which_taxonomy_a_channel_has()
    {
        var texts = Catalogue.Desk("en");
        var admin = await SignedInAsync("en", "okafor");
        var page = admin.Page;
        await GoAsync(page, texts["admin.channels.title"]);
        var name = texts["admin.taxonomy.named", ("name", Shipped("taxonomy-use.json")["name"]!["en"]!.GetValue<string>())];
        var card = page.Locator("main .card").Filter(new() { HasText = s_useChannel["en"] });
        await Assertions.Expect(card).ToContainTextAsync($"{name}, {texts["admin.taxonomy.guided"]}");
        await LookAsync(admin, "desk-13-channels-taxonomies");

        await card.GetByRole(AriaRole.Button, new() { Name = texts["admin.channels.edit"] }).ClickAsync();
        var field = page.GetByLabel(texts["admin.documents.taxonomy"], new() { Exact = true });
        await Assertions.Expect(field).ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex(
            System.Text.RegularExpressions.Regex.Escape(name), System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await LookAsync(admin, "desk-13-channel-edit");
        admin.ExpectComplaint("status of 400");
        var guide = Shipped("taxonomy-use.json");
        guide["guide"]!["sentences"]![0]!["category"] = "nowhere";
        await field.SetInputFilesAsync(new FilePayload { Name = "taxonomy.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(guide.ToJsonString()) });
        await Assertions.Expect(page.GetByText(texts["error.guide-malformed"])).ToBeVisibleAsync(s_patiently);
    }

    /// <summary>What an organisation can upload, as the demo has it.</summary>
    private static JsonNode Shipped(string file) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "src", "Whistle.Server", "Demo", "documents", file)))!;
}
