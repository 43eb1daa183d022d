using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Jobs;
using Whistle.Server.Mailbox;

namespace Whistle.Server.Batches;

/// <summary>
/// Adds a batch to every channel's stream at fixed times (DESIGN 7): the waiting tips, geometric noise, decoys up to a
/// multiple of K, shuffled. The source's follow-ups are released in the same moment, and so is the news that it left.
/// </summary>
/// <remarks>
/// No parameter depends on tips. Intervals that passed while the server was down are skipped, not made up for: the one
/// batch after a pause looks like any other.
/// </remarks>
internal sealed class BatchJob(
    IServiceScopeFactory scopes, Writer writer, IOptions<WhistleOptions> options, TimeProvider clock)
{
    private const string Name = "batch";

    private sealed record Plan(ChannelId Channel, List<RowId> Tips, List<byte[]> Blobs);

    /// <summary>Runs the batch of the current interval unless some node already has.</summary>
    public async Task RunDueAsync(CancellationToken ct)
    {
        var slot = clock.GetUtcNow().ToUnixTimeSeconds() / options.Value.BatchSeconds;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var directories = scope.ServiceProvider.GetRequiredService<KnownDirectories>();
        if (await db.Set<JobRun>().AnyAsync(r => r.Name == Name && r.Slot >= slot, ct))
            return;

        var plans = await PlanAsync(db, directories, ct);
        db.ChangeTracker.Clear();
        await writer.RunAsync(db, async () => (await CommitAsync(db, plans, slot, ct), UnitEnd.All),
            scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
    }

    /// <summary>Decoys cost time, so they are made beside the writer; a tip that arrives meanwhile waits for the next batch.</summary>
    private async Task<List<Plan>> PlanAsync(WhistleDb db, KnownDirectories directories, CancellationToken ct)
    {
        var waiting = (await db.Set<WaitingBlob>().AsNoTracking().ToListAsync(ct)).ToLookup(w => w.Channel);
        // A channel that was dropped gets one more batch, whether or not a tip waits in it.
        var last = await db.Set<JobRun>().Where(r => r.Name == Name).Select(r => (long?)r.Slot).FirstOrDefaultAsync(ct) ?? 0;
        var channels = await directories.ChannelsSinceAsync(db, last * options.Value.BatchSeconds, ct);
        var plans = new List<Plan>();
        foreach (var channel in channels.Union(waiting.Select(w => w.Key)))
        {
            var tips = waiting[channel].ToList();
            var size = BatchSize.Of(tips.Count, Noise.Geometric(options.Value.BatchNoise), options.Value.BatchMultiple);
            // As many decoys as the batch has blobs, then tips in place of some: what a batch costs says nothing of tips.
            List<byte[]> blobs = [.. Enumerable.Range(0, size).Select(_ => Protocol.Cases.StreamBlob.Decoy(Randomness.System))];
            for (var i = 0; i < tips.Count; i++)
                blobs[i] = tips[i].Blob;
            RandomNumberGenerator.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(blobs));
            plans.Add(new(channel, [.. tips.Select(t => t.Id)], blobs));
        }
        return plans;
    }

    private async Task<bool> CommitAsync(WhistleDb db, List<Plan> plans, long slot, CancellationToken ct)
    {
        // The row is the lock: whoever comes second sees it inside the transaction.
        var run = await db.Set<JobRun>().FirstOrDefaultAsync(r => r.Name == Name, ct);
        if (run is null)
            db.Add(run = new JobRun(Name));
        if (!run.Take(slot))
            return false;
        var expires = clock.Today().Plus(options.Value.StreamDays);
        foreach (var plan in plans)
        {
            var head = await db.Set<StreamHead>().FirstOrDefaultAsync(h => h.Channel == plan.Channel, ct);
            if (head is null)
                db.Add(head = new StreamHead(plan.Channel));
            foreach (var blob in plan.Blobs)
                db.Add(new StreamBlob(plan.Channel, head.Next(), blob, expires));
            foreach (var tip in plan.Tips)
                await db.Set<WaitingBlob>().Where(w => w.Id == tip).ExecuteDeleteAsync(ct);
        }
        await db.Set<Message>().Where(m => !m.Released).ExecuteUpdateAsync(set => set.SetProperty(m => m.Released, true), ct);
        await db.Set<Case>().Where(c => !c.SourceGone && !db.Set<SourceMailbox>().Any(m => m.Case == c.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.SourceGone, true), ct);
        return true;
    }
}

/// <summary>How many blobs a batch has: a multiple of K that hides the tips in the noise.</summary>
internal static class BatchSize
{
    public static int Of(int tips, int noise, int multiple)
    {
        var least = tips + noise;
        return (least + multiple - 1) / multiple * multiple;
    }
}

internal static class Noise
{
    private const double Resolution = 1L << 53;

    /// <summary>A draw from the geometric distribution on 0, 1, 2, … with the given mean.</summary>
    public static int Geometric(int mean)
    {
        var uniform = ((BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 11) + 1) / Resolution;
        return (int)Math.Floor(Math.Log(uniform) / Math.Log(mean / (1.0 + mean)));
    }
}
