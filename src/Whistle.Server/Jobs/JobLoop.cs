using Microsoft.Extensions.Options;
using Whistle.Server.Batches;
using Whistle.Server.Hosting;
using Whistle.Server.Log;

namespace Whistle.Server.Jobs;

/// <summary>Wakes at the end of every interval, whatever happened in it, and runs what is due.</summary>
internal sealed partial class JobLoop(
    BatchJob batches, LogJob log, NightlyJob nightly, IOptions<WhistleOptions> options, TimeProvider clock, ILogger<JobLoop> logger) : BackgroundService
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await RunAsync(batches.RunDueAsync, nameof(BatchJob), stoppingToken);
            await RunAsync(log.RunDueAsync, nameof(LogJob), stoppingToken);
            await RunAsync(nightly.RunDueAsync, nameof(NightlyJob), stoppingToken);
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            long[] intervals = [options.Value.BatchSeconds, options.Value.LogSeconds];
            var untilNext = TimeSpan.FromSeconds(intervals.Min(seconds => seconds - (now % seconds)));
            await Task.Delay(untilNext < LongestSleep ? untilNext : LongestSleep, clock, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunAsync(Func<CancellationToken, Task> job, string name, CancellationToken ct)
    {
        try
        {
            await job(ct);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            if (!ct.IsCancellationRequested)
                Broke(logger, name, e.GetType().FullName ?? "?");
        }
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The job {Job} broke with {ExceptionType}; it runs again when it is next due")]
    private static partial void Broke(ILogger logger, string job, string exceptionType);
}
