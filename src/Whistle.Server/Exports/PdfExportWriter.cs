using System.Globalization;
using System.Text;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;
using Whistle.Server.Summaries;

namespace Whistle.Server.Exports;

/// <summary>
/// PDF/A-2b (ISO 19005-2), A4, one embedded font, no time, no author, no links, no annotations: the file says what was
/// released and nothing about who made it. Letters stand in the content stream in reading order.
/// Known limits: see <see cref="PdfFont"/>; punctuation beside a right-to-left word stands where left-to-right text has it.
/// </summary>
internal sealed class PdfExportWriter : IExportWriter
{
    internal const string DocumentTitle = "Released summaries";
    internal const string Producer = "Whistle";
    private const double Margin = 56;
    private const double PageWidth = 595;
    private const double PageHeight = 842;
    private const double TextWidth = PageWidth - 2 * Margin;

    public string Format => "pdf";

    public string ContentType => "application/pdf";

    public byte[] Write(IReadOnlyList<ReleasedText> rows)
    {
        using var builder = new PdfDocumentBuilder { ArchiveStandard = PdfAStandard.A2B };
        builder.DocumentInformation.Title = DocumentTitle;
        builder.DocumentInformation.Producer = Producer;
        var sheet = new Sheet(builder);
        foreach (var (text, size) in Lines(rows))
        {
            foreach (var paragraph in PdfFont.Paragraphs(text)) sheet.Write(paragraph, size);
        }
        return builder.Build();
    }

    /// <summary>Everything the document may say, in order; the scan reads the file against exactly this.</summary>
    internal static IEnumerable<(string Text, double Size)> Lines(IReadOnlyList<ReleasedText> rows)
    {
        yield return (DocumentTitle, 17);
        yield return (rows.Count.ToString(CultureInfo.InvariantCulture), 10.5);
        foreach (var row in rows)
        {
            yield return ("", 10.5);
            foreach (var (name, read) in ReleasedText.Fields)
            {
                yield return name switch
                {
                    "title" => (read(row), 13.5),
                    "text" => (read(row), 10.5),
                    _ => ($"{name}: {read(row)}", 9),
                };
            }
        }
    }

    // Places words on pages. A simple TrueType font of the writer holds 255 characters, so characters are
    // dealt out over as many instances of the one font as the text needs.
    private sealed class Sheet(PdfDocumentBuilder builder)
    {
        private const int CharactersPerFont = 250;
        private readonly Dictionary<char, int> _fontOf = [];
        private readonly List<PdfDocumentBuilder.AddedFont> _fonts = [];
        private PdfPageBuilder? _page;
        private double _y;

        public void Write(string paragraph, double size)
        {
            var words = paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(w => Broken(w, size))
                .Select(w => (Text: ArabicShaping.ToDrawn(w), Rtl: w.Any(ArabicShaping.IsRightToLeft)))
                .ToList();
            if (words.Count == 0)
            {
                _y -= size;
                return;
            }
            var rightToLeft = words.FirstOrDefault(w => w.Text.Any(char.IsLetter)).Rtl;
            var line = new List<(string Text, bool Rtl)>();
            var width = 0.0;
            foreach (var word in words)
            {
                var advance = Width(word.Text, size) + Width(" ", size);
                if (line.Count > 0 && width + advance > TextWidth)
                {
                    Draw(line, rightToLeft, size);
                    line.Clear();
                    width = 0;
                }
                line.Add(word);
                width += advance;
            }
            Draw(line, rightToLeft, size);
        }

        private void Draw(List<(string Text, bool Rtl)> line, bool rightToLeft, double size)
        {
            if (_page is null || _y < Margin)
            {
                _page = builder.AddPage(PageWidth, PageHeight);
                _y = PageHeight - Margin - size;
            }
            var space = Width(" ", size);
            var x = rightToLeft ? PageWidth - Margin : Margin;
            for (var start = 0; start < line.Count;)
            {
                var end = start + 1;
                while (end < line.Count && line[end].Rtl == line[start].Rtl) end++;
                var run = line[start..end];
                var runWidth = run.Sum(w => Width(w.Text, size) + space);
                var left = rightToLeft ? x - runWidth : x;
                var at = run[0].Rtl ? left + runWidth : left;
                foreach (var (text, rtl) in run)
                {
                    var advance = Width(text, size) + space;
                    if (rtl) at -= advance;
                    // The space is drawn too: it parts the words for whoever extracts or scans the text.
                    Put(_page, text + " ", size, at);
                    if (!rtl) at += advance;
                }
                x = rightToLeft ? left : left + runWidth;
                start = end;
            }
            _y -= size * 1.45;
        }

        private void Put(PdfPageBuilder page, string text, double size, double x)
        {
            var piece = new StringBuilder();
            var font = -1;
            foreach (var c in text)
            {
                var next = FontOf(c);
                if (next != font && piece.Length > 0) x = Flush();
                font = next;
                piece.Append(c);
            }
            Flush();

            double Flush()
            {
                var drawn = piece.ToString();
                page.AddText(drawn, size, new PdfPoint(x, _y), _fonts[font]);
                piece.Clear();
                return x + Width(drawn, size);
            }
        }

        private int FontOf(char c)
        {
            if (_fontOf.TryGetValue(c, out var font)) return font;
            font = _fontOf.Count / CharactersPerFont;
            if (font == _fonts.Count) _fonts.Add(builder.AddTrueTypeFont(PdfFont.Bytes));
            _fontOf[c] = font;
            return font;
        }

        private static double Width(string text, double size) => text.Sum(PdfFont.Width) * size / 1000;

        // A word wider than the line is cut; it must never run off the page, where a reader would not see it.
        private static IEnumerable<string> Broken(string word, double size)
        {
            var start = 0;
            var width = 0.0;
            for (var i = 0; i < word.Length; i++)
            {
                var advance = PdfFont.Width(word[i]) * size / 1000;
                if (width + advance > TextWidth * 0.95 && i > start)
                {
                    yield return word[start..i];
                    start = i;
                    width = 0;
                }
                width += advance;
            }
            yield return word[start..];
        }
    }
}
