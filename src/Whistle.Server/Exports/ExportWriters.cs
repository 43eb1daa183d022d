using System.Text;
using System.Text.Json;
using CsvHelper;
using Whistle.Server.Summaries;

namespace Whistle.Server.Exports;

/// <summary>Writes released texts as one file. What it wrote is believed only after <see cref="ExportScan"/> read it back.</summary>
internal interface IExportWriter
{
    /// <summary><c>csv</c>, <c>json</c> or <c>pdf</c>.</summary>
    string Format { get; }

    string ContentType { get; }

    byte[] Write(IReadOnlyList<ReleasedText> rows);
}

/// <summary>
/// RFC 4180 with a byte order mark, so that spreadsheets read UTF-8. A cell that a spreadsheet would calculate
/// (leading <c>= + - @</c>, tab or line end) is given a leading apostrophe: a tip must not run on an admin's machine.
/// </summary>
internal sealed class CsvExportWriter : IExportWriter
{
    internal static CsvReaderOptions ReadStrictly { get; } = new()
    {
        Separator = ',',
        HasHeader = false,
        AllowLineBreaksInQuotes = true,
        SkipEmptyLines = false,
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        IncludeValuesInExceptions = false,
    };

    private static readonly CsvWriterOptions Options = new() { Separator = ',', Quoting = CsvQuoting.Always, NewLine = "\r\n" };

    public string Format => "csv";

    public string ContentType => "text/csv; charset=utf-8";

    public byte[] Write(IReadOnlyList<ReleasedText> rows)
    {
        using var file = new MemoryStream();
        using (var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true))
        using (var csv = CsvWriter.Create(text, Options, true))
        {
            csv.WriteRecord(ReleasedText.Fields.Select(f => f.Name).ToArray());
            foreach (var row in rows) csv.WriteRecord(ReleasedText.Fields.Select(f => Harmless(f.Read(row))).ToArray());
            csv.Flush();
        }
        return file.ToArray();
    }

    /// <summary>True where a spreadsheet may take the cell for a formula, also behind leading white space.</summary>
    internal static bool IsFormula(string cell)
    {
        if (cell.Length > 0 && cell[0] is '\t' or '\r' or '\n') return true;
        var first = cell.AsSpan().TrimStart();
        return !first.IsEmpty && first[0] is '=' or '+' or '-' or '@' or '|' or '%' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20';
    }

    internal static string Harmless(string cell) => IsFormula(cell) ? "'" + cell : cell;
}

/// <summary><c>{"v":1,"summaries":[{…}]}</c> with the members of the allow list, all of them strings.</summary>
internal sealed class JsonExportWriter : IExportWriter
{
    public string Format => "json";

    public string ContentType => "application/json";

    public byte[] Write(IReadOnlyList<ReleasedText> rows)
    {
        using var file = new MemoryStream();
        using (var json = new Utf8JsonWriter(file))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteStartArray("summaries");
            foreach (var row in rows)
            {
                json.WriteStartObject();
                foreach (var (name, read) in ReleasedText.Fields) json.WriteString(name, read(row));
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return file.ToArray();
    }
}
