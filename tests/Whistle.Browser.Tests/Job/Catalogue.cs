using System.Text.Json;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>The words of a page by their key, so that a test finds a button in any language and survives a better wording.</summary>
internal sealed class Catalogue
{
    private readonly Dictionary<string, string> _texts;

    private Catalogue(string side, string language) => _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllText(Path.Combine(Repository.Client, side, "i18n", language + ".json")))!;

    public static Catalogue Source(string language) => new("source", language);

    public static Catalogue Desk(string language) => new("desk", language);

    /// <summary>A text with its places filled in.</summary>
    public string this[string key, params ReadOnlySpan<(string Name, string Value)> places]
    {
        get
        {
            var text = _texts[key];
            foreach (var (name, value) in places)
                text = text.Replace("{" + name + "}", value, StringComparison.Ordinal);
            return text;
        }
    }
}
