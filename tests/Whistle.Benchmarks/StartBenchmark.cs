using System.Globalization;

namespace Whistle.Benchmarks;

/// <summary>Start-up to the first 200 of <c>/health/ready</c>, and memory when nobody asks.</summary>
internal static class StartBenchmark
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(Plan plan, string temporary, Report report)
    {
        var data = Path.Combine(temporary, "start");
        _ = await Organisation.FoundAsync(data);
        var starts = new List<double>();
        var memory = new List<double>();
        for (var i = 0; i < plan.Starts; i++)
        {
            using var server = await ChildProcess.StartWhistleAsync(data);
            starts.Add(server.StartUp.TotalSeconds);
            await Task.Delay(Settling);
            memory.Add(server.ResidentMebibytes);
        }
        report.Table(
            $"The server process, median of {plan.Starts} starts.",
            ["start-up to ready", "idle memory (RSS)"],
            [[Median(starts).ToString("0.00", CultureInfo.InvariantCulture) + " s", Report.Number(Median(memory)) + " MiB"]]);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
