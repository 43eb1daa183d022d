using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Server.Exports;
using Whistle.Server.People;
using Whistle.Server.Summaries;
using Whistle.Server.Tests.Summaries;
using Whistle.Tests;

namespace Whistle.Server.Tests.Exports;

/// <summary>Exports over HTTP: what leaves, what is written down, and what is held back.</summary>
public sealed class ExportTests
{
    [Fact]
    public async Task Released_summaries_leave_as_three_formats_with_the_ledger_naming_each_file()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await SummaryTests.Team.MakeAsync(server);
        await team.ReleaseAsync("=HYPERLINK(\"http://evil\")");
        var auditor = await server.JoinAsync(team.Admin, Role.Auditor, "U. Auditor");
        var hashes = new List<string>();
        foreach (var format in new[] { "csv", "json", "pdf" })
        {
            var answer = await team.Admin.Http.PostAsJsonAsync("/api/desk/exports", new { format });
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Matches("^[0-9a-f]{32}$", Assert.Single(answer.Headers.GetValues("X-Whistle-Export")));
            var file = await answer.Content.ReadAsByteArrayAsync();
            hashes.Add(Convert.ToHexStringLower(SHA256.HashData(file)));
            if (format is "csv")
                Assert.Contains("\"'=HYPERLINK", Encoding.UTF8.GetString(file), StringComparison.Ordinal);
            if (format is "pdf")
                Assert.Contains("Test results were changed.", await PdfToTextAsync(file), StringComparison.Ordinal);
            Assert.DoesNotContain(team.Case.ToString(), Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        }

        var ledger = (await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/exports")).GetProperty("exports").EnumerateArray().ToList();
        Assert.Equal(hashes.Order(StringComparer.Ordinal), ledger.Select(e => e.GetProperty("sha256").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(ledger, e => Assert.Equal(1, e.GetProperty("rows").GetInt32()));
        Assert.All(ledger, e => Assert.Equal(team.Admin.Id.ToString(), e.GetProperty("actor").GetString()));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("json")]
    [InlineData("pdf")]
    public async Task A_writer_that_leaks_is_caught_and_nothing_leaves(string format)
    {
        using var server = new WhistleServer(("KeyDelayHours", "0")) { Bend = s => s.AddSingleton<IExportWriter>(new LeakingWriter(format)) };
        var team = await SummaryTests.Team.MakeAsync(server);
        await team.ReleaseAsync("Results changed");
        var auditor = await server.JoinAsync(team.Admin, Role.Auditor, "U. Auditor");

        var answer = await team.Admin.Http.PostAsJsonAsync("/api/desk/exports", new { format });

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("""{"status":409,"title":"Conflict","code":"export-scan-failed"}""", await answer.Content.ReadAsStringAsync());
        Assert.Empty((await auditor.Http.GetFromJsonAsync<JsonElement>("/api/desk/exports")).GetProperty("exports").EnumerateArray());
        Assert.Contains("export.refused", await auditor.Http.GetStringAsync("/api/desk/audit"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_choose_by_quarter_channel_category_and_text()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await SummaryTests.Team.MakeAsync(server);
        await team.ReleaseAsync("Geschenke ÜBERALL");
        await team.ReleaseAsync("Results changed");

        async Task<int> CountAsync(string query) => (await SummaryTests.ReleasedAsync(team.Admin, query)).Count;

        Assert.Equal(2, await CountAsync(""));
        Assert.Equal(1, await CountAsync("?text=geschenke%20%C3%BCberall"));
        Assert.Equal(2, await CountAsync($"?channel={team.Channel}&category=safety&from=2026-Q1&to=2026-Q1"));
        Assert.Equal(0, await CountAsync("?from=2026-Q2"));
        Assert.Equal(0, await CountAsync("?to=2025-Q4"));
        Assert.Equal(0, await CountAsync("?category=gifts"));
        var wrong = await team.Admin.Http.GetAsync("/api/desk/summaries?from=yesterday");
        Assert.Equal("quarter-form", await wrong.CodeAsync());
        Assert.Equal("format-unknown", await (await team.Admin.Http.PostAsJsonAsync("/api/desk/exports", new { format = "xls" })).CodeAsync());
    }

    private static async Task<string> PdfToTextAsync(byte[] file)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, file);
            using var process = Process.Start(new ProcessStartInfo(NeededProgram.Ensure("pdftotext"), [path, "-"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return text;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Puts somebody's name where no scan of the rows alone would see it.</summary>
    private sealed class LeakingWriter(string format) : IExportWriter
    {
        private readonly IExportWriter _inner = format switch
        {
            "csv" => new CsvExportWriter(),
            "json" => new JsonExportWriter(),
            _ => new PdfExportWriter(),
        };

        public string Format => format;

        public string ContentType => _inner.ContentType;

        public byte[] Write(IReadOnlyList<ReleasedText> rows) => _inner.Write([.. rows.Select(r => r with { Severity = r.Severity + " R. Moreau" })]);
    }
}
