using System.Diagnostics;
using System.Text;
using System.Text.Json;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;
using Whistle.Server.Exports;
using Whistle.Server.Summaries;
using Whistle.Tests;

namespace Whistle.Server.Tests.Exports;

/// <summary>The three formats, read back by their own readers and, for the PDF, by a tool that is not ours.</summary>
public sealed class ExportFileTests
{
    private static readonly IExportWriter[] Writers = [new CsvExportWriter(), new JsonExportWriter(), new PdfExportWriter()];

    public static TheoryData<string> Formats => [.. Writers.Select(w => w.Format)];

    [Theory, MemberData(nameof(Formats))]
    public void What_a_writer_writes_passes_the_scan(string format)
    {
        var rows = Rows();
        Assert.True(ExportScan.IsClean(format, Writer(format).Write(rows), rows));
        Assert.True(ExportScan.IsClean(format, Writer(format).Write([]), []));
    }

    [Theory, MemberData(nameof(Formats))]
    public void The_scan_refuses_one_word_more_one_word_less_one_row_more_and_one_row_less(string format)
    {
        var rows = Rows();
        var writer = Writer(format);
        Assert.False(ExportScan.IsClean(format, writer.Write([.. rows.Skip(1).Prepend(rows[0] with { Text = rows[0].Text + " Moreau" })]), rows));
        Assert.False(ExportScan.IsClean(format, writer.Write([.. rows.Skip(1).Prepend(rows[0] with { Text = rows[0].Text.Replace("tests", "", StringComparison.Ordinal) })]), rows));
        Assert.False(ExportScan.IsClean(format, writer.Write([.. rows, rows[0]]), rows));
        Assert.False(ExportScan.IsClean(format, writer.Write([.. rows.Skip(1)]), rows));
        Assert.False(ExportScan.IsClean(format, writer.Write([.. rows.Reverse()]), rows));
        Assert.False(ExportScan.IsClean(format, [], rows));
        Assert.False(ExportScan.IsClean(format, Encoding.UTF8.GetBytes("nothing that opens"), rows));
    }

    [Theory, MemberData(nameof(Formats))]
    public void The_scan_refuses_bytes_behind_the_end(string format)
    {
        var rows = Rows();
        byte[] file = [.. Writer(format).Write(rows), .. "\nMoreau"u8];
        Assert.False(ExportScan.IsClean(format, file, rows));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://evil\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1")]
    [InlineData("  =1")]
    [InlineData("\r=1")]
    [InlineData("＝1")]
    public void A_cell_that_a_spreadsheet_would_calculate_is_made_harmless(string title)
    {
        ReleasedText[] rows = [Rows()[0] with { Title = title }];
        var file = new CsvExportWriter().Write(rows);
        Assert.Contains("\"'" + title.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
        Assert.True(ExportScan.IsClean("csv", file, rows));
        // And a writer that forgets it is caught.
        var armed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(file).Replace("\"'", "\"", StringComparison.Ordinal));
        Assert.False(ExportScan.IsClean("csv", armed, rows));
    }

    [Fact]
    public void A_json_property_that_is_not_on_the_list_is_caught()
    {
        var rows = Rows();
        var json = Encoding.UTF8.GetString(new JsonExportWriter().Write(rows));
        Assert.False(ExportScan.IsClean("json", Encoding.UTF8.GetBytes(json.Replace("\"v\":1", "\"v\":1,\"case\":\"00\"", StringComparison.Ordinal)), rows));
        Assert.False(ExportScan.IsClean("json", Encoding.UTF8.GetBytes(json.Replace("{\"summary\"", "{\"case\":\"00\",\"summary\"", StringComparison.Ordinal)), rows));
        Assert.False(ExportScan.IsClean("json", Encoding.UTF8.GetBytes("/* Moreau */" + json), rows));
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal(rows.Length, parsed.RootElement.GetProperty("summaries").GetArrayLength());
    }

    [Fact]
    public void A_pdf_whose_metadata_annotations_or_hidden_text_say_more_is_caught()
    {
        var rows = Rows();
        Assert.True(ExportScan.IsClean("pdf", Build(rows, static (_, _) => { }), rows));
        Assert.False(ExportScan.IsClean("pdf", Build(rows, static (b, _) => b.DocumentInformation.Author = "R. Moreau"), rows));
        Assert.False(ExportScan.IsClean("pdf", Build(rows, static (b, _) => b.DocumentInformation.Keywords = "case 00"), rows));
        Assert.False(ExportScan.IsClean("pdf", Build(rows, static (b, _) => b.DocumentInformation.CustomMetadata["case"] = "00"), rows));
        Assert.False(ExportScan.IsClean("pdf", Build(rows, static (_, p) => p.AddLink("http://localhost/desk#case", new PdfRectangle(0, 0, 10, 10))), rows));
        Assert.False(ExportScan.IsClean("pdf", Build(rows, static (b, p) =>
        {
            var font = b.AddTrueTypeFont(PdfFont.Bytes);
            p.SetTextRenderingMode(TextRenderingMode.Neither);
            p.AddText("Moreau", 1, new PdfPoint(1, 1), font);
        }), rows));
    }

    [Fact]
    public async Task An_independent_tool_reads_the_words_of_the_pdf_in_every_script_the_font_has()
    {
        var folder = Directory.CreateTempSubdirectory("whistle-export-");
        try
        {
            var file = Path.Combine(folder.FullName, "export.pdf");
            await File.WriteAllBytesAsync(file, new PdfExportWriter().Write(Rows()), TestContext.Current.CancellationToken);
            var text = await RunAsync("pdftotext", file, "-");
            Assert.Contains("Falsified safety tests", text, StringComparison.Ordinal);
            Assert.Contains("Prüfstände wurden übersprungen", text, StringComparison.Ordinal);
            Assert.Contains("Проверка", text, StringComparison.Ordinal);
            Assert.Contains("[U+4E2D]", text, StringComparison.Ordinal);
            Assert.Contains("substantiated", text, StringComparison.Ordinal);
            // The tool gives presentation forms in reading order; the base letters are what was written.
            Assert.Contains("سلامة", ArabicShaping.ToBase(text), StringComparison.Ordinal);
            await RunAsync("qpdf", "--check", file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_long_word_and_a_long_text_stay_on_the_pages_and_nothing_is_lost()
    {
        ReleasedText[] rows = [Rows()[0] with { Text = new string('W', 400) + "\n\n" + string.Join(' ', Enumerable.Range(0, 3000)) }];
        var file = new PdfExportWriter().Write(rows);
        Assert.True(ExportScan.IsClean("pdf", file, rows));
        using var pdf = UglyToad.PdfPig.PdfDocument.Open(file);
        Assert.True(pdf.NumberOfPages > 3);
        Assert.All(pdf.GetPages().SelectMany(p => p.Letters), l => Assert.InRange(l.StartBaseLine.X, 50, 560));
        Assert.All(pdf.GetPages().SelectMany(p => p.Letters), l => Assert.InRange(l.StartBaseLine.Y, 30, 812));
    }

    [Fact]
    public void Arabic_letters_take_their_forms_and_can_be_read_back()
    {
        foreach (var word in new[] { "سلام", "الإدارة", "لا", "بلا", "قُلْتُ", "שלום", "abc", "رقم٣" })
        {
            Assert.Equal(word, ArabicShaping.ToLogical(ArabicShaping.ToDrawn(word)));
        }
        Assert.Equal("\uFEE1\uFEFC\uFEB3", ArabicShaping.ToDrawn("سلام"));
        Assert.All(Enumerable.Range(0xFE80, 0xFEFC - 0xFE80 + 1), c => Assert.True(PdfFont.Draws(c)));
    }

    private static IExportWriter Writer(string format) => Writers.Single(w => string.Equals(w.Format, format, StringComparison.Ordinal));

    private static ReleasedText[] Rows() =>
    [
        new("00112233445566778899aabbccddeeff", "0123456789abcdef0123456789abcdef", "safety", "high", "substantiated", "2026-Q3", "en",
            "Falsified safety tests", "Results of tests were changed, \"quoted\".\nTwo managers, and a supplier; see (1)."),
        new("10112233445566778899aabbccddeeff", "0123456789abcdef0123456789abcdef", "safety", "low", "partly", "2026-Q3", "de",
            "Prüfstände wurden übersprungen", "Größe, Ελλάδα, Проверка, 中, 😀, \u202Eevil"),
        new("20112233445566778899aabbccddeeff", "1123456789abcdef0123456789abcdef", "gifts", "low", "open", "2026-Q4", "ar",
            "سلامة المنتجات", "تم تغيير نتائج 3 اختبارات (ISO 37002) في المصنع.\nلا شيء آخر."),
    ];

    // The writer's own document with one thing added, as a faulty or bent exporter would.
    private static byte[] Build(IReadOnlyList<ReleasedText> rows, Action<PdfDocumentBuilder, PdfPageBuilder> bend)
    {
        using var good = UglyToad.PdfPig.PdfDocument.Open(new PdfExportWriter().Write(rows));
        using var builder = new PdfDocumentBuilder { ArchiveStandard = PdfAStandard.A2B };
        builder.DocumentInformation.Title = PdfExportWriter.DocumentTitle;
        builder.DocumentInformation.Producer = PdfExportWriter.Producer;
        PdfPageBuilder? page = null;
        for (var i = 1; i <= good.NumberOfPages; i++) page = builder.AddPage(good, i);
        bend(builder, page!);
        return builder.Build();
    }

    private static async Task<string> RunAsync(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(NeededProgram.Ensure(tool), arguments) { UseShellExecute = false, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
