using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Log;

namespace Whistle.Benchmarks;

/// <summary>
/// Lets the server's own job grow its log to ten million entries in its own database, and measures on the way what an
/// interval costs and what two proofs cost: both must stay as they were.
/// </summary>
internal static class LogBenchmark
{
    private const int PerInterval = 4096;
    private const int Looks = 5;

    /// <summary>How much dearer the last measurement may be than the first: a tree that is a hundred times as large is seven levels higher.</summary>
    private const double MostGrowth = 2;

    private sealed record Measured(long Size, double AppendMilliseconds, double ProofMilliseconds, double ConsistencyMilliseconds);

    public static async Task RunAsync(Plan plan, string temporary, Report report)
    {
        var clock = new StepClock();
        await using var services = Open(Path.Combine(temporary, "log"), clock);
        await WhistleHost.MigrateAsync(services);
        var job = services.GetRequiredService<LogJob>();
        var measured = new List<Measured>();
        for (var (size, look) = (0L, plan.LogEntries / Looks); size < plan.LogEntries;)
        {
            var stretch = Stopwatch.StartNew();
            var intervals = 0;
            for (; size < look; intervals++)
            {
                clock.Advance();
                await job.RunDueAsync(CancellationToken.None);
                size += PerInterval;
            }
            var append = stretch.Elapsed.TotalMilliseconds / intervals;
            measured.Add(await MeasureAsync(services, append));
            look += plan.LogEntries / Looks;
        }
        report.Table(
            string.Create(CultureInfo.InvariantCulture, $"The log, grown by the server's own job in intervals of {PerInterval} entries, in its own database; proofs from its tiles, checked."),
            ["entries", "an interval, ms", "inclusion proof, ms", "consistency proof, ms"],
            measured.Select(m => (IReadOnlyList<string>)
                [Report.Number(m.Size), Report.Number(m.AppendMilliseconds), Report.Ratio(m.ProofMilliseconds), Report.Ratio(m.ConsistencyMilliseconds)]));
        var (first, last) = (measured[0], measured[^1]);
        report.Goal($"the log: an interval at {Report.Number(last.Size)} entries costs at most {MostGrowth} times one before {Report.Number(first.Size)}",
            Report.Ratio(last.AppendMilliseconds / first.AppendMilliseconds), last.AppendMilliseconds <= first.AppendMilliseconds * MostGrowth);
        report.Goal($"the log: a proof at {Report.Number(last.Size)} entries costs at most {MostGrowth} times one at {Report.Number(first.Size)}",
            Report.Ratio(last.ProofMilliseconds / first.ProofMilliseconds), last.ProofMilliseconds <= first.ProofMilliseconds * MostGrowth);
    }

    private static async Task<Measured> MeasureAsync(IServiceProvider services, double append)
    {
        const int Proofs = 20;
        await using var scope = services.CreateAsyncScope();
        var log = scope.ServiceProvider.GetRequiredService<LogReader>();
        var newest = await log.NewestAsync(CancellationToken.None) ?? throw new InvalidOperationException("There is no checkpoint.");
        var head = LogReader.HeadOf(newest);
        var earlier = await scope.ServiceProvider.GetRequiredService<WhistleDb>().Set<LogCheckpoint>().AsNoTracking()
            .Where(c => c.Size <= newest.Size / 2).OrderByDescending(c => c.Size).FirstAsync();
        // The entries of the first interval, as a mailbox asks for them years later.
        var bundle = await scope.ServiceProvider.GetRequiredService<WhistleDb>().Set<LogBundle>().AsNoTracking().SingleAsync(b => b.Index == 0);
        var entries = EntryBundle.Read(bundle.Entries)!.Take(Proofs).Select(e => Hash32.FromBytes(e.Span)).ToList();
        var first = await scope.ServiceProvider.GetRequiredService<WhistleDb>().Set<LogCheckpoint>().AsNoTracking().OrderBy(c => c.Size).FirstAsync();
        foreach (var warm in entries)
            await log.ProveAsync([warm], first.Day, first.Day, CancellationToken.None);
        var watch = Stopwatch.StartNew();
        foreach (var entry in entries)
        {
            var proof = (await log.ProveAsync([entry], first.Day, first.Day, CancellationToken.None))[entry];
            if (!TreeProof.Includes(head.Size, head.Root, proof.Index, Merkle.LeafHash(entry.ToBytes()), proof.Hashes))
                throw new InvalidOperationException("A proof of the benchmark does not hold.");
        }
        var inclusion = watch.Elapsed.TotalMilliseconds / Proofs;
        watch.Restart();
        for (var i = 0; i < Proofs; i++)
        {
            var proof = await log.ConsistencyAsync(earlier.Size, head.Size, CancellationToken.None);
            if (!TreeProof.IsConsistent(earlier.Size, LogReader.HeadOf(earlier).Root, head.Size, head.Root, proof))
                throw new InvalidOperationException("A consistency proof of the benchmark does not hold.");
        }
        return new Measured(head.Size, append, inclusion, watch.Elapsed.TotalMilliseconds / Proofs);
    }

    private static ServerServices Open(string data, TimeProvider clock)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args =
            [
                "--Whistle:Data=" + data, "--Whistle:LogSeconds=86400", string.Create(CultureInfo.InvariantCulture, $"--Whistle:LogMultiple={PerInterval}"),
                "--Whistle:LogNoise=1", "--Whistle:InclusionDays=30",
            ],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddWhistle();
        builder.Services.Replace(ServiceDescriptor.Singleton(clock));
        return new ServerServices(builder.Build());
    }

    /// <summary>A day passes when it is told to: each interval of the log has a day of its own, as in production.</summary>
    private sealed class StepClock : TimeProvider
    {
        private DateTimeOffset _now = new(2020, 1, 1, 12, 0, 0, TimeSpan.Zero);

        public void Advance() => _now = _now.AddDays(1);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
