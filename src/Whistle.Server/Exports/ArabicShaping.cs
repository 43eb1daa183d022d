using System.Collections.Frozen;
using System.Text;

namespace Whistle.Server.Exports;

/// <summary>
/// Just enough right-to-left writing for a readable PDF: Arabic letters take the form their neighbours ask for
/// (Unicode chapter 9.2, drawn from the presentation forms B block), and a run of right-to-left letters is drawn
/// in reverse. Both steps can be undone exactly, which is what lets the scan compare letter by letter.
/// </summary>
internal static class ArabicShaping
{
    // Letter, first presentation form, number of forms: 4 joins on both sides, 2 only to the letter before, 1 never.
    private static readonly (char Letter, char Form, int Forms)[] Letters =
    [
        ('\u0621', '\uFE80', 1), ('\u0622', '\uFE81', 2), ('\u0623', '\uFE83', 2), ('\u0624', '\uFE85', 2),
        ('\u0625', '\uFE87', 2), ('\u0626', '\uFE89', 4), ('\u0627', '\uFE8D', 2), ('\u0628', '\uFE8F', 4),
        ('\u0629', '\uFE93', 2), ('\u062A', '\uFE95', 4), ('\u062B', '\uFE99', 4), ('\u062C', '\uFE9D', 4),
        ('\u062D', '\uFEA1', 4), ('\u062E', '\uFEA5', 4), ('\u062F', '\uFEA9', 2), ('\u0630', '\uFEAB', 2),
        ('\u0631', '\uFEAD', 2), ('\u0632', '\uFEAF', 2), ('\u0633', '\uFEB1', 4), ('\u0634', '\uFEB5', 4),
        ('\u0635', '\uFEB9', 4), ('\u0636', '\uFEBD', 4), ('\u0637', '\uFEC1', 4), ('\u0638', '\uFEC5', 4),
        ('\u0639', '\uFEC9', 4), ('\u063A', '\uFECD', 4), ('\u0641', '\uFED1', 4), ('\u0642', '\uFED5', 4),
        ('\u0643', '\uFED9', 4), ('\u0644', '\uFEDD', 4), ('\u0645', '\uFEE1', 4), ('\u0646', '\uFEE5', 4),
        ('\u0647', '\uFEE9', 4), ('\u0648', '\uFEED', 2), ('\u0649', '\uFEEF', 2), ('\u064A', '\uFEF1', 4),
    ];

    private static readonly FrozenDictionary<char, (char Form, int Forms)> Shapes =
        Letters.ToFrozenDictionary(l => l.Letter, l => (l.Form, l.Forms));

    private static readonly FrozenDictionary<char, string> Bases = Letters
        .SelectMany(l => Enumerable.Range(0, l.Forms).Select(i => ((char)(l.Form + i), l.Letter.ToString())))
        .Concat([
            ('\uFEF5', "\u0644\u0622"), ('\uFEF6', "\u0644\u0622"), ('\uFEF7', "\u0644\u0623"), ('\uFEF8', "\u0644\u0623"),
            ('\uFEF9', "\u0644\u0625"), ('\uFEFA', "\u0644\u0625"), ('\uFEFB', "\u0644\u0627"), ('\uFEFC', "\u0644\u0627"),
        ])
        .ToFrozenDictionary(p => p.Item1, p => p.Item2);

    /// <summary>Hebrew, Arabic and the Arabic presentation forms, with their marks; digits run left to right.</summary>
    public static bool IsRightToLeft(char c) =>
        c is >= '\u0590' and <= '\u08FF' and not (>= '\u0660' and <= '\u0669') and not (>= '\u06F0' and <= '\u06F9')
        or >= '\uFB1D' and <= '\uFDFF' or >= '\uFE70' and <= '\uFEFE';

    /// <summary>Arabic letters in the forms of their place, each run of right-to-left letters in drawing order.</summary>
    public static string ToDrawn(string logical) => ReverseRuns(Shape(logical));

    /// <summary>Undoes <see cref="ToDrawn"/>.</summary>
    public static string ToLogical(string drawn) => ToBase(ReverseRuns(drawn));

    /// <summary>Presentation forms as the letters they stand for.</summary>
    public static string ToBase(string shaped)
    {
        var text = new StringBuilder(shaped.Length);
        foreach (var c in shaped)
        {
            if (Bases.TryGetValue(c, out var letters)) text.Append(letters);
            else text.Append(c);
        }
        return text.ToString();
    }

    private static string Shape(string text)
    {
        var shaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var joinsBefore = JoinsForward(text, i, step: -1);
            if (text[i] == '\u0644' && i + 1 < text.Length && LamAlef(text[i + 1]) is { } ligature)
            {
                shaped.Append((char)(ligature + (joinsBefore ? 1 : 0)));
                i++;
            }
            else if (Shapes.TryGetValue(text[i], out var shape))
            {
                var joinsAfter = shape.Forms == 4 && Neighbour(text, i, step: 1) is { } next && Shapes[next].Forms > 1;
                shaped.Append((char)(shape.Form + (joinsBefore && shape.Forms > 1 ? 1 : 0) + (joinsAfter ? 2 : 0)));
            }
            else shaped.Append(text[i]);
        }
        return shaped.ToString();
    }

    private static bool JoinsForward(string text, int at, int step) =>
        Neighbour(text, at, step) is { } letter && Shapes[letter].Forms == 4;

    // The next letter in one direction, over vowel marks; nothing where a word ends.
    private static char? Neighbour(string text, int at, int step)
    {
        for (var i = at + step; i >= 0 && i < text.Length; i += step)
        {
            if (Shapes.ContainsKey(text[i])) return text[i];
            if (text[i] is not ((>= '\u064B' and <= '\u065F') or '\u0670')) return null;
        }
        return null;
    }

    private static char? LamAlef(char alef) => alef switch
    {
        '\u0622' => '\uFEF5',
        '\u0623' => '\uFEF7',
        '\u0625' => '\uFEF9',
        '\u0627' => '\uFEFB',
        _ => null,
    };

    private static string ReverseRuns(string text)
    {
        var all = text.ToCharArray();
        for (var start = 0; start < all.Length; start++)
        {
            if (!IsRightToLeft(all[start])) continue;
            var end = start;
            while (end + 1 < all.Length && IsRightToLeft(all[end + 1])) end++;
            Array.Reverse(all, start, end - start + 1);
            start = end;
        }
        return new string(all);
    }
}
