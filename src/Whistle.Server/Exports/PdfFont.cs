using System.Text;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;

namespace Whistle.Server.Exports;

/// <summary>
/// DejaVu Sans 2.37, embedded in every PDF (its licence stands beside it): Latin, Greek, Cyrillic, Hebrew and Arabic.
/// What it lacks (Chinese, Japanese, Korean, Indic scripts, emoji) is written as its code point, <c>[U+4E2D]</c>:
/// visible and countable, where an empty box could hide anything.
/// </summary>
internal static class PdfFont
{
    private static readonly Lazy<byte[]> File = new(static () =>
    {
        using var stream = typeof(PdfFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")
            ?? throw new InvalidOperationException("The embedded font is missing from the build.");
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    });

    private static readonly Lazy<TrueTypeFont> Font = new(static () => TrueTypeFontParser.Parse(new TrueTypeDataBytes(File.Value)));

    public static ReadOnlyMemory<byte> Bytes => File.Value;

    public static bool Draws(int codePoint) =>
        codePoint <= char.MaxValue
        && Font.Value.TableRegister.CMapTable.TryGetGlyphIndex(codePoint, out var glyph) && glyph > 0;

    /// <summary>Advance width of a character in thousandths of the font size.</summary>
    public static double Width(char c)
    {
        Font.Value.TryGetAdvanceWidth(c, out var width);
        return width * 1000.0 / Font.Value.GetUnitsPerEm();
    }

    /// <summary>The text as it will be drawn: paragraphs split at line ends, white space single, the rest drawable.</summary>
    public static IEnumerable<string> Paragraphs(string text)
    {
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var drawn = new StringBuilder(paragraph.Length);
            foreach (var rune in paragraph.EnumerateRunes())
            {
                if (Rune.IsWhiteSpace(rune)) drawn.Append(' ');
                else if (rune.Value is >= 0x200C and <= 0x200F) continue;
                else if (!Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.Format && Draws(rune.Value)) drawn.Append((char)rune.Value);
                else drawn.Append("[U+").Append(rune.Value.ToString("X4", System.Globalization.CultureInfo.InvariantCulture)).Append(']');
            }
            yield return drawn.ToString();
        }
    }
}
