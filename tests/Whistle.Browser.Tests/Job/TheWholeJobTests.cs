using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Whistle.Browser.Tests.Harness;
using Whistle.Tests;

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
        Assert.True(job.Complaints.Count == 0, "A page complained:\n" + string.Join('\n', job.Complaints));
    }

    [Fact]
    public async Task Another_program_reads_the_exported_text_back()
    {
        await job.DoAsync(world);
        var file = Path.Combine(Repository.Artifacts, "export.pdf");
        await File.WriteAllBytesAsync(file, job.Pdf);
        var read = await Command.RunAsync(NeededProgram.Ensure("pdftotext"), ["-layout", file, "-"], "/", TimeSpan.FromSeconds(30));
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

    /// <summary>A malicious server in between: what the page is told of the log is the log's own, what it is told of letters is not.</summary>
    [Fact]
    public async Task A_server_that_keeps_a_reply_back_or_shows_another_log_is_noticed_and_the_evidence_holds_no_words()
    {
        await job.DoAsync(world);
        foreach (var (code, lie) in new (string Code, Func<SourcePerson, Task> Lie)[]
        {
            ("log.fault.log-withheld", source => source.Page.RouteAsync("**/api/source/mailbox", async route =>
            {
                var answer = await route.FetchAsync();
                var json = JsonNode.Parse(await answer.TextAsync())!.AsObject();
                if (json["messages"] is JsonArray messages)
                    json["messages"] = new JsonArray([.. messages.Where(m => m!["dir"]!.GetValue<string>() is "source" && m["seq"]!.GetValue<int>() == 1).Select(m => m!.DeepClone())]);
                await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
            })),
            ("log.fault.log-proof-wrong", source => source.Page.RouteAsync("**/log/tile/entries/**", async route =>
            {
                var answer = await route.FetchAsync();
                var bytes = await answer.BodyAsync();
                bytes[^1] ^= 1;
                await route.FulfillAsync(new() { Response = answer, BodyBytes = bytes });
            })),
        })
        {
            var source = await world.SourceAsync(View.Phone);
            await lie(source);
            await source.ComeBackAsync(string.Join(' ', job.Words));
            await source.SeesAsync(source.Texts["log.broken"]);
            await source.SeesAsync(source.Texts[code]);
            var saving = await source.Page.RunAndWaitForDownloadAsync(() => source.PressAsync("log.broken.save"));
            await using var stream = await saving.CreateReadStreamAsync();
            using var reader = new StreamReader(stream);
            var evidence = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Contains("whistle/promise/v1", evidence, StringComparison.Ordinal);
            Assert.Empty(new Secrets.Search(Secrets.Words(job.Words)).In(System.Text.Encoding.UTF8.GetBytes(evidence)));
            await source.Visitor.Context.CloseAsync();
        }
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}
