using System.Text;
using System.Text.Json;
using Whistle.Server.Demo;

namespace Whistle.Server.Tests.Demo;

public sealed class DemoCasesTests
{
    private static readonly string File = Encoding.UTF8.GetString(DemoFiles.Cases);

    [Fact]
    public void The_file_is_sound_and_tells_of_everything_that_a_demo_should_show()
    {
        var cases = DemoCases.Load();
        Assert.Equal(14, cases.Cases.Count);
        Assert.Equal(["general", "procurement", "use"], cases.Cases.Select(c => c.Channel).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Equal(2, cases.Channels.Select(c => c.Entity).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(
            ["admin", "approver", "auditor", "custodian", "lead", "reviewer", "reviewer"],
            cases.People.Select(p => p.Role).Order(StringComparer.Ordinal));
        Assert.Equal(2, cases.Cases.Count(c => c.PrintsWords));
        Assert.Equal(2, cases.Cases.Count(c => c.Summary is not null));
        Assert.Contains(cases.Cases, c => c.Files.Count > 0);
        Assert.Contains(cases.Cases, c => c.Excluded.Count > 0);
        Assert.Contains(cases.Cases, c => c.Who is not null);
        Assert.Contains(cases.Cases, c => c.Received > 7 && c.Acts.All(a => a.Counts is null));
        var acts = cases.Cases.SelectMany(c => c.Acts).ToList();
        Assert.Contains(acts, a => a.Questions is not null);
        Assert.Contains(acts, a => a.Answers is not null);
        Assert.Contains(acts, a => a.Ask is not null);
        Assert.Equal(
            ["interview", "protection", "task", "task"],
            acts.Where(a => a.Record is not null).Select(a => a.Record!.Kind).Order(StringComparer.Ordinal));
        Assert.Equal(["ar", "de", "en", "fr"], cases.Cases.Select(c => c.Lang).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"printWords\"", "\"printsWords\"")]
    [InlineData("\"counts\": \"feedback\"", "\"count\": \"feedback\"")]
    [InlineData("\"keep\": \"kept\",", "")]
    public void A_member_that_nobody_reads_or_that_is_missing_is_refused(string old, string @new) =>
        Assert.Throws<JsonException>(() => DemoCases.Parse(Changed(old, @new)));

    [Theory]
    [InlineData("\"told\": \"yes\"", "\"told\": \"perhaps\"")]
    [InlineData("\"category\": \"environment\"", "\"category\": \"weather\"")]
    [InlineData("\"category\": \"attack\"", "\"category\": \"environment\"")]
    [InlineData("\"excluded\": [\"lead\"]", "\"excluded\": [\"leader\"]")]
    [InlineData("\"state\": \"reopened\"", "\"state\": \"in-review\"")]
    [InlineData("\"assign\": \"reviewer-1\"", "\"assign\": \"reviewer-2\"")]
    [InlineData("\"day\": 129,", "\"day\": 12,")]
    [InlineData("\"identity\": \"given\"", "\"identity\": \"none\"")]
    [InlineData("\"by\": \"lead\", \"approve\": \"approver\"", "\"by\": \"lead\", \"approve\": \"lead\"")]
    [InlineData("\"answers\": [\"Bench 3\", \"yes\"]", "\"answers\": [\"Bench 3\"]")]
    [InlineData("\"people\": { \"to\": \"reviewer-1\" }", "\"people\": { \"to\": \"reviewer-9\" }")]
    [InlineData("\"custodian\": \"custodian\"", "\"custodian\": \"approver\"")]
    public void A_file_that_contradicts_itself_is_refused(string old, string @new) =>
        Assert.Throws<InvalidOperationException>(() => DemoCases.Parse(Changed(old, @new)));

    private static byte[] Changed(string old, string @new)
    {
        Assert.Contains(old, File, StringComparison.Ordinal);
        var at = File.IndexOf(old, StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(string.Concat(File.AsSpan(0, at), @new, File.AsSpan(at + old.Length)));
    }
}
