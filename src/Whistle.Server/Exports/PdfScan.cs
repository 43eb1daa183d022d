using System.Text;
using System.Xml.Linq;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Tokens;
using Whistle.Server.Summaries;

namespace Whistle.Server.Exports;

/// <summary>
/// Reads a PDF back: every letter of every page, the metadata, and every object of the file, including those that no
/// page shows, because an unreferenced object, an old revision or an annotation leaks as well as a visible line.
/// </summary>
internal static class PdfScan
{
    private static readonly string[] MetadataTexts =
        ["application/pdf", PdfExportWriter.DocumentTitle, PdfExportWriter.Producer, "1.7", "2", "B"];

    // The strings a PDF/A output intent consists of (ISO 19005-2, 6.2.3).
    private static readonly string[] OtherTexts =
        [PdfExportWriter.DocumentTitle, PdfExportWriter.Producer, "sRGB IEC61966-2.1", "http://www.color.org"];

    private static readonly string[] ForbiddenKeys =
        ["Annots", "AA", "OpenAction", "JavaScript", "JS", "EmbeddedFiles", "EmbeddedFile", "AcroForm", "Outlines", "XObject", "PieceInfo", "Prev", "AF"];

    public static bool IsClean(byte[] file, IReadOnlyList<ReleasedText> rows)
    {
        var raw = Encoding.Latin1.GetString(file);
        // One revision only, and nothing behind its end: an incremental update keeps what it replaced.
        if (!raw.StartsWith("%PDF-1.7", StringComparison.Ordinal)
            || raw.Split("startxref").Length != 2
            || !raw.TrimEnd('\n', '\r').EndsWith("%%EOF", StringComparison.Ordinal)) return false;

        using var pdf = PdfDocument.Open(file, new ParsingOptions { UseLenientParsing = false });
        return !pdf.IsEncrypted
            && TextIsClean(pdf, rows)
            && InformationIsClean(pdf)
            && MetadataIsClean(pdf)
            && ObjectsAreClean(pdf);
    }

    private static bool TextIsClean(PdfDocument pdf, IReadOnlyList<ReleasedText> rows)
    {
        var drawn = new StringBuilder();
        foreach (var page in pdf.GetPages())
        {
            if (page.NumberOfImages != 0 || page.GetAnnotations().Any() || page.Paths.Count != 0) return false;
            foreach (var letter in page.Letters) drawn.Append(letter.Value);
        }
        var expected = string.Concat(PdfExportWriter.Lines(rows).SelectMany(l => PdfFont.Paragraphs(l.Text)));
        return string.Equals(
            Compact(ArabicShaping.ToLogical(drawn.ToString())),
            Compact(ArabicShaping.ToBase(expected)),
            StringComparison.Ordinal);
    }

    private static string Compact(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static bool InformationIsClean(PdfDocument pdf) =>
        pdf.Information.DocumentInformationDictionary?.Data is { Count: 2 } data
        && data.TryGetValue("Title", out var title) && title is StringToken { Data: PdfExportWriter.DocumentTitle }
        && data.TryGetValue("Producer", out var producer) && producer is StringToken { Data: PdfExportWriter.Producer };

    private static bool MetadataIsClean(PdfDocument pdf)
    {
        if (!pdf.TryGetXmpMetadata(out var metadata)) return false;
        var xml = XDocument.Parse(Encoding.UTF8.GetString(metadata.GetXmlBytes()), LoadOptions.PreserveWhitespace);
        foreach (var node in xml.DescendantNodes())
        {
            var clean = node switch
            {
                XText text => string.IsNullOrWhiteSpace(text.Value) || MetadataTexts.Contains(text.Value, StringComparer.Ordinal),
                XElement element => element.Attributes().All(a => a.IsNamespaceDeclaration || a.Value.Length == 0
                    || string.Equals(a.Name.LocalName, "xmptk", StringComparison.Ordinal) && a.Value.StartsWith("Adobe XMP Core ", StringComparison.Ordinal)),
                XProcessingInstruction { Target: "xpacket" } packet => packet.Data.Length <= 64,
                _ => false,
            };
            if (!clean) return false;
        }
        return true;
    }

    private static bool ObjectsAreClean(PdfDocument pdf)
    {
        var reached = new HashSet<IndirectReference>();
        var open = new Stack<IToken>();
        if (pdf.Structure.Trailer is not { } trailer) return false;
        open.Push(new IndirectReferenceToken(trailer.Root));
        if (trailer.Info is { } information) open.Push(information);
        while (open.TryPop(out var token))
        {
            switch (token)
            {
                case IndirectReferenceToken reference:
                    if (reached.Add(reference.Data)) open.Push(pdf.Structure.GetObject(reference.Data).Data);
                    break;
                case DictionaryToken dictionary:
                    if (dictionary.Data.Keys.Any(k => ForbiddenKeys.Contains(k, StringComparer.Ordinal))) return false;
                    foreach (var value in dictionary.Data.Values) open.Push(value);
                    break;
                case ArrayToken array:
                    foreach (var value in array.Data) open.Push(value);
                    break;
                case StreamToken stream:
                    open.Push(stream.StreamDictionary);
                    break;
                case StringToken text:
                    if (!OtherTexts.Contains(text.Data, StringComparer.Ordinal)) return false;
                    break;
                case HexToken text:
                    if (!OtherTexts.Contains(text.Data, StringComparer.Ordinal)) return false;
                    break;
            }
        }
        return pdf.Structure.CrossReferenceTable.ObjectOffsets.Keys.All(reached.Contains);
    }
}
