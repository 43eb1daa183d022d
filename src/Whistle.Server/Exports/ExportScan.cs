using System.Text.Json;
using CsvHelper;
using Whistle.Server.Summaries;

namespace Whistle.Server.Exports;

/// <summary>
/// Opens a finished export as a stranger would and compares all that can be read from it with the released texts.
/// One character, column, member, property or object more or less, and the file does not leave.
/// </summary>
internal static class ExportScan
{
    /// <summary>True only where the file holds exactly the allow-listed text of <paramref name="rows"/>.</summary>
    public static bool IsClean(string format, byte[] file, IReadOnlyList<ReleasedText> rows)
    {
        try
        {
            return format switch
            {
                "csv" => CsvIsClean(file, rows),
                "json" => JsonIsClean(file, rows),
                "pdf" => PdfScan.IsClean(file, rows),
                _ => false,
            };
        }
        // A file that its own reader cannot open is not a file we know the content of, whatever the reader throws.
        catch (Exception)
        {
            return false;
        }
    }

    private static bool CsvIsClean(byte[] file, IReadOnlyList<ReleasedText> rows)
    {
        using var csv = CsvReader.Create(file, CsvExportWriter.ReadStrictly);
        if (!csv.Read() || !Record(csv).SequenceEqual(ReleasedText.Fields.Select(f => f.Name), StringComparer.Ordinal)) return false;
        foreach (var row in rows)
        {
            if (!csv.Read()) return false;
            var cells = Record(csv);
            if (cells.Length != ReleasedText.Fields.Count) return false;
            for (var i = 0; i < cells.Length; i++)
            {
                var expected = ReleasedText.Fields[i].Read(row);
                if (CsvExportWriter.IsFormula(cells[i])) return false;
                if (!string.Equals(cells[i], expected, StringComparison.Ordinal)
                    && !string.Equals(cells[i], "'" + expected, StringComparison.Ordinal)) return false;
            }
        }
        return !csv.Read();
    }

    private static string[] Record(CsvReader csv) => [.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)];

    private static bool JsonIsClean(byte[] file, IReadOnlyList<ReleasedText> rows)
    {
        using var json = JsonDocument.Parse(file, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 4 });
        var members = json.RootElement.EnumerateObject().ToList();
        if (members is not [{ Name: "v" } version, { Name: "summaries" }] || !version.Value.TryGetInt32(out var v) || v != 1) return false;
        var summaries = members[1].Value.EnumerateArray().ToList();
        if (summaries.Count != rows.Count) return false;
        for (var i = 0; i < rows.Count; i++)
        {
            var fields = summaries[i].EnumerateObject().ToList();
            if (fields.Count != ReleasedText.Fields.Count) return false;
            for (var f = 0; f < fields.Count; f++)
            {
                var (name, read) = ReleasedText.Fields[f];
                if (!string.Equals(fields[f].Name, name, StringComparison.Ordinal)
                    || !string.Equals(fields[f].Value.GetString(), read(rows[i]), StringComparison.Ordinal)) return false;
            }
        }
        // White space between tokens could carry a message of its own.
        return file.All(b => b is not ((byte)'\n' or (byte)'\r' or (byte)'\t')) && !file.AsSpan().EndsWith(" "u8);
    }
}
