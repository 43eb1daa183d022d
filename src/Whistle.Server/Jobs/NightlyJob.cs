using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Batches;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Intake;

namespace Whistle.Server.Jobs;

/// <summary>
/// Once a day: deletes what has expired, rewrites the database so that the order of its pages tells nothing of the day's
/// order, empties the write-ahead log, and levels the times of the blob files (DESIGN 10).
/// </summary>
internal sealed class NightlyJob(
    IServiceScopeFactory scopes, Writer writer, StorageKeys keys, BlobStore blobs, IOptions<WhistleOptions> options, TimeProvider clock)
{
    private const string Name = "nightly";
    private const int SweptAtOnce = 200;

    public async Task RunDueAsync(CancellationToken ct)
    {
        var today = clock.Today();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        if (await db.Set<JobRun>().AnyAsync(r => r.Name == Name && r.Slot >= today.Number, ct))
            return;
        _ = await writer.RunAsync(db, async () => (await DropExpiredAsync(db, today, ct), UnitEnd.All),
            scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
        await SweepAsync(db, today, ct);
        await writer.BetweenBatchesAsync(connection =>
        {
            keys.DestroyAllBut(Owners(connection));
            SqliteDatabase.Execute(connection, "VACUUM; PRAGMA wal_checkpoint(TRUNCATE);");
            keys.Vacuum();
        });
    }

    private async Task<bool> DropExpiredAsync(WhistleDb db, Day today, CancellationToken ct)
    {
        var run = await db.Set<JobRun>().FirstOrDefaultAsync(r => r.Name == Name, ct);
        if (run is null)
            db.Add(run = new JobRun(Name));
        if (!run.Take(today.Number))
            return false;
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
    /// Deletes files that no row names. A part that is on its way has a file before its row: today's files stay. A few
    /// files at a time, so that the memory this takes does not grow with what is stored.
    /// </summary>
    private async Task SweepAsync(WhistleDb db, Day today, CancellationToken ct)
    {
        foreach (var files in blobs.Files().Chunk(SweptAtOnce))
        {
            var uploads = files.Select(BlobStore.UploadOf).OfType<UploadId>().Distinct().ToList();
            var named = (await db.Set<UploadPart>().AsNoTracking().Where(p => uploads.Contains(p.Upload)).ToListAsync(ct))
                .Select(p => blobs.PathOf(p.Upload, p.Number, p.Hash)).ToHashSet(StringComparer.Ordinal);
            foreach (var file in files)
            {
                if (named.Contains(file))
                    blobs.SetTime(file);
                else if (Day.Of(new DateTimeOffset(File.GetLastWriteTimeUtc(file))) < today)
                    File.Delete(file);
            }
        }
    }
}
