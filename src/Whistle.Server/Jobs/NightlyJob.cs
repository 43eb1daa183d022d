using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Batches;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Intake;
using Whistle.Server.Retention;

namespace Whistle.Server.Jobs;

/// <summary>
/// Once a day: deletes what has expired, rewrites the database so that the order of its pages tells nothing of the day's
/// order, empties the write-ahead log, and levels the inodes and times of the blob files (DESIGN 10).
/// </summary>
/// <remarks>
/// The day counts as done only once all of it is done: a crash, or a reader that held the log, is made up for a quarter of
/// an hour later. Each quarter is one node's.
/// </remarks>
internal sealed class NightlyJob(
    IServiceScopeFactory scopes, Writer writer, StorageKeys keys, BlobStore blobs, IOptions<WhistleOptions> options, TimeProvider clock)
{
    private const string Name = "nightly";
    private const int SweptAtOnce = 200;
    private const string Attempt = "nightly-attempt";
    private const int AttemptSeconds = 900;

    private const int MostCheckpoints = 50;
    private static readonly TimeSpan BetweenCheckpoints = TimeSpan.FromMilliseconds(100);

    public async Task RunDueAsync(CancellationToken ct)
    {
        var today = clock.Today();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        var last = await db.Set<JobRun>().Where(r => r.Name == Name).Select(r => (long?)r.Slot).FirstOrDefaultAsync(ct) ?? -1;
        if (last >= today.Number
            || !await TakeAsync(db, unit, Attempt, clock.GetUtcNow().ToUnixTimeSeconds() / AttemptSeconds, ct))
            return;
        _ = await writer.RunAsync(db, async () => (await DropExpiredAsync(db, unit, scope.ServiceProvider.GetRequiredService<Purges>(), today, ct), UnitEnd.All), unit, ct);
        await SweepAsync(db, today, last, ct);
        await writer.BetweenBatchesAsync(connection =>
        {
            keys.DestroyAllBut(Owners(connection), today);
            SqliteDatabase.Execute(connection, "VACUUM;");
        });
        await EmptyLogAsync(SqliteDatabase.EmptyLog, ct);
        await EmptyLogAsync(_ => keys.Vacuum(), ct);
        await TakeAsync(db, unit, Name, today.Number, ct);
    }

    private async Task<bool> TakeAsync(WhistleDb db, UnitOfWork unit, string name, long slot, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        return await writer.RunAsync(db, async () =>
        {
            var run = await db.Set<JobRun>().FirstOrDefaultAsync(r => r.Name == name, ct);
            if (run is null)
                db.Add(run = new JobRun(name));
            return (run.Take(slot), UnitEnd.All);
        }, unit, ct);
    }

    /// <summary>A reader that is in the middle of something keeps the log as it is: this waits for it, and the writer does not.</summary>
    private async Task EmptyLogAsync(Func<SqliteConnection, bool> empty, CancellationToken ct)
    {
        for (var i = 0; i < MostCheckpoints; i++)
        {
            var done = false;
            await writer.BetweenBatchesAsync(connection => done = empty(connection));
            if (done)
                return;
            await Task.Delay(BetweenCheckpoints, ct);
        }
        throw new TimeoutException("The write-ahead log could not be emptied.");
    }

    private async Task<bool> DropExpiredAsync(WhistleDb db, UnitOfWork unit, Purges purges, Day today, CancellationToken ct)
    {
        await DeleteCases.RunAsync(db, unit, keys, today, ct);
        await purges.RunAsync(ct);
        await db.Set<StreamBlob>().Where(b => b.Expires < today).ExecuteDeleteAsync(ct);
        var oldest = today.Plus(-options.Value.UploadDays);
        var stale = await db.Set<Upload>().Where(u => u.Case == null && u.Day < oldest).Select(u => u.Id).ToListAsync(ct);
        foreach (var id in stale)
        {
            await db.Set<UploadPart>().Where(p => p.Upload == id).ExecuteDeleteAsync(ct);
            await db.Set<Upload>().Where(u => u.Id == id).ExecuteDeleteAsync(ct);
        }
        return true;
    }

    /// <summary>Everybody whose storage key is needed: the cases and the uploads that have rows.</summary>
    private static HashSet<KeyOwner> Owners(SqliteConnection connection)
    {
        var owners = new HashSet<KeyOwner>();
        Read("SELECT Id FROM Cases", id => CaseId.FromBytes(id));
        Read("SELECT Id FROM Uploads", id => UploadId.FromBytes(id));
        return owners;

        void Read(string sql, Func<byte[], KeyOwner> owner)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var rows = command.ExecuteReader();
            while (rows.Read())
                owners.Add(owner((byte[])rows[0]));
        }
    }

    /// <summary>
    /// Deletes files that no row names, and renews those that came since the last run. A part that is on its way has a file
    /// before its row, perhaps over midnight: files of today and yesterday stay. A few rows at a time, so that the memory
    /// this takes does not grow with what is stored.
    /// </summary>
    private async Task SweepAsync(WhistleDb db, Day today, long last, CancellationToken ct)
    {
        var young = new List<string>();
        foreach (var files in blobs.Files().Chunk(SweptAtOnce))
        {
            var uploads = files.Select(BlobStore.UploadOf).OfType<UploadId>().Distinct().ToList();
            var named = (await db.Set<UploadPart>().AsNoTracking().Where(p => uploads.Contains(p.Upload)).ToListAsync(ct))
                .Select(p => blobs.PathOf(p.Upload, p.Number, p.Hash)).ToHashSet(StringComparer.Ordinal);
            foreach (var file in files)
            {
                var day = BlobStore.DayOf(file);
                if (named.Contains(file))
                {
                    if (day.Number >= last)
                        young.Add(file);
                }
                else if (day < today.Plus(-1))
                {
                    File.Delete(file);
                }
            }
        }
        var shuffled = young.ToArray();
        RandomNumberGenerator.Shuffle(shuffled.AsSpan());
        blobs.Renew(shuffled);
    }
}
