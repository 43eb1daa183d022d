using System.Text.RegularExpressions;
using Whistle.Browser.Tests.Harness;
using Xunit;

namespace Whistle.Browser.Tests.Job;

[Collection<JobTests>]
public sealed partial class TheWholeJobTests(World world, TheJob job)
{
    [Fact]
    public async Task From_a_sealed_tip_to_an_exported_summary_everyone_sees_what_is_theirs()
    {
        await job.DoAsync(world);
        Assert.Equal(12, job.Words.Length);
        Assert.NotEmpty(job.Pdf);
        Assert.True(!world.Complaints.Any(), "A page complained:\n" + string.Join('\n', world.Complaints));
    }

    [Fact]
    public async Task Another_program_reads_the_exported_text_back()
    {
        await job.DoAsync(world);
        var file = Path.Combine(Repository.Artifacts, "export.pdf");
        await File.WriteAllBytesAsync(file, job.Pdf);
        var read = await Command.RunAsync("pdftotext", ["-layout", file, "-"], "/", TimeSpan.FromSeconds(30));
        Assert.True(read.ExitCode == 0, read.Output);
        var text = Spaces().Replace(read.Output, " ");
        Assert.Contains(Sentinels.SummaryTitle, text, StringComparison.Ordinal);
        Assert.Contains(Sentinels.Harmless, text, StringComparison.Ordinal);
        foreach (var secret in Sentinels.Content)
            Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task To_the_reviewer_who_was_left_out_the_case_answers_like_one_that_never_was()
    {
        await job.DoAsync(world);
        Assert.NotEmpty(job.AnswersToTheLeftOut);
        foreach (var (path, about, unknown) in job.AnswersToTheLeftOut)
        {
            Assert.StartsWith("404", about, StringComparison.Ordinal);
            Assert.True(string.Equals(about, unknown, StringComparison.Ordinal), $"{path}:\n{about}\n---\n{unknown}");
        }
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}
