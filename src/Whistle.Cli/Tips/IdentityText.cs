using System.Text.Json;

namespace Whistle.Cli.Tips;

/// <summary>
/// Who a source is, as people write it down: a JSON object <c>{"name", "contact"}</c>, or two lines. It comes from a
/// file or standard input, never from an argument.
/// </summary>
internal static class IdentityText
{
    public static (string Name, string Contact) Parse(string text)
    {
        var (name, contact) = text.TrimStart().StartsWith('{') ? OfJson(text) : OfLines(text);
        // A contact may be missing: some want to be known and not called.
        return name.Trim() is { Length: > 0 } known ? (known, contact.Trim()) : throw Stop.Failed("identity-file-malformed");
    }

    private static (string Name, string Contact) OfLines(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // A third line is a mistake: perhaps the message stands in the wrong file.
        return lines.Length is 1 or 2 ? (lines[0], lines.Length == 2 ? lines[1] : "") : throw Stop.Failed("identity-file-malformed");
    }

    private static (string Name, string Contact) OfJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 2 });
            var (name, contact) = ("", "");
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (member.Value.ValueKind != JsonValueKind.String)
                    throw Stop.Failed("identity-file-malformed");
                switch (member.Name)
                {
                    case "name":
                        name = member.Value.GetString()!;
                        break;
                    case "contact":
                        contact = member.Value.GetString()!;
                        break;
                    default:
                        throw Stop.Failed("identity-file-malformed");
                }
            }
            return (name, contact);
        }
        catch (JsonException)
        {
            throw Stop.Failed("identity-file-malformed");
        }
    }
}
