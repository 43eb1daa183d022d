using System.Globalization;
using System.Text;

namespace Whistle.Cli.Io;

/// <summary>
/// Text that somebody else wrote, made harmless for a terminal: an escape sequence in a message could otherwise move
/// the cursor, rewrite lines already shown, or fill the clipboard; marks that reorder text could fake a name.
/// </summary>
internal static class SafeText
{
    /// <summary>The text with line breaks kept and every other control or reordering mark shown as a box.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
            safe.Append(IsHarmless(rune) ? rune.ToString() : "\ufffd");
        return safe.ToString();
    }

    /// <summary>As <see cref="Of"/>, on one line.</summary>
    public static string Line(string text) => Of(text).Replace('\n', ' ');

    /// <summary>
    /// A name for a file that came from somebody else: no path, no control or reordering marks, never hidden, never a
    /// name that means something to a system; at most 120 characters with its ending kept.
    /// </summary>
    public static string FileName(string name)
    {
        var last = name.Split('/', '\\')[^1];
        var safe = new StringBuilder();
        foreach (var rune in last.EnumerateRunes())
        {
            if (IsHarmless(rune) && rune.Value is not ('\n' or '\t' or ':' or '*' or '?' or '"' or '<' or '>' or '|'))
                safe.Append(rune.ToString());
            else
                safe.Append('_');
        }
        var clean = safe.ToString().Trim(' ', '.');
        if (clean.Length == 0)
            return "file";
        if (clean.Length <= 120)
            return clean;
        var ending = Path.GetExtension(clean) is { Length: > 1 and <= 12 } e ? e : "";
        var cut = 120 - ending.Length;
        return (char.IsHighSurrogate(clean[cut - 1]) ? clean[..(cut - 1)] : clean[..cut]) + ending;
    }

    private static bool IsHarmless(Rune rune) =>
        rune.Value is '\n' or '\t' or 0x200c or 0x200d
        || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
