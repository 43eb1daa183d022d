using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Batches;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Jobs;

namespace Whistle.Server.Log;

/// <summary>
/// Moves what waits into the log once an interval (DESIGN 6, "Pending"): the waiting entries, geometric noise of random
/// ones, filled up to a multiple of N, shuffled, appended, and a checkpoint signed, all in one transaction. kill -9 at any
/// point leaves the log as it was, or as it is next; it never forks, repeats or loses an entry.
/// </summary>
/// <remarks>
/// No parameter depends on what waits: a blinded entry and a random one are 32 bytes that nobody can tell apart, and an
/// interval in which nothing happened grows the log too. What is beyond the most that one interval takes waits for the
/// next, the oldest promise first.
/// </remarks>
internal sealed partial class LogJob(
    IServiceScopeFactory scopes, Writer writer, ServerKeys keys, LastHead last, IOptions<WhistleOptions> options, TimeProvider clock,
    ILogger<LogJob> logger)
{
    private const string Name = "log";

    /// <summary>Runs the current interval unless some node already has.</summary>
    public async Task RunDueAsync(CancellationToken ct)
    {
        var slot = clock.GetUtcNow().ToUnixTimeSeconds() / options.Value.LogSeconds;
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        if (await db.Set<JobRun>().AnyAsync(r => r.Name == Name && r.Slot >= slot, ct))
            return;
        db.ChangeTracker.Clear();
        var head = await writer.RunAsync(
            db, async () => (await SequenceAsync(db, slot, ct), UnitEnd.All), scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
        if (head is not null)
            last.Write(head);
    }

    /// <summary>
    /// Signs the newest checkpoint with the key that is to follow, once: a directory that lists it may come into force before
    /// the interval ends.
    /// </summary>
    public async Task SignNewestAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var log = scope.ServiceProvider.GetRequiredService<LogReader>();
        if (await log.NewestAsync(ct) is not { } newest || !SignedNote.TryParse(newest.Note, out var note) || note.IsSignedBy(keys.LogNoteKey))
            return;
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        await writer.RunAsync(db, async () =>
        {
            if (await db.Set<LogCheckpoint>().FindAsync([newest.Size], ct) is { } stored)
                stored.Note = keys.SignAsLog(note).ToBytes();
            return (true, UnitEnd.All);
        }, scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
    }

    private async Task<Checkpoint?> SequenceAsync(WhistleDb db, long slot, CancellationToken ct)
    {
        // The row is the lock: whoever comes second sees it inside the transaction.
        var run = await db.Set<JobRun>().FirstOrDefaultAsync(r => r.Name == Name, ct);
        if (run is null)
            db.Add(run = new JobRun(Name));
        if (!run.Take(slot))
            return null;
        var newest = await db.Set<LogCheckpoint>().AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(ct);
        if (last.IsAheadOf(newest is null ? null : LogReader.HeadOf(newest)))
        {
            // A database from an older backup: to go on from here would be to sign another log under the same name.
            RolledBack(logger);
            return null;
        }

        var size = newest?.Size ?? 0;
        var edge = await EdgeAsync(db, size, ct);
        var waiting = await db.Set<PendingLeaf>().OrderBy(p => p.Due).ThenBy(p => p.Id).Take(options.Value.LogMost).ToListAsync(ct);
        var total = Math.Max(
            BatchSize.Of(waiting.Count, Noise.Geometric(options.Value.LogNoise), options.Value.LogMultiple), options.Value.LogMultiple);
        byte[][] entries =
        [
            .. waiting.Select(p => p.Entry),
            .. Enumerable.Range(0, total - waiting.Count).Select(_ => RandomNumberGenerator.GetBytes(Hash32.Length)),
        ];
        RandomNumberGenerator.Shuffle(entries.AsSpan());

        foreach (var (id, hashes) in edge.Append(entries.Select(e => Merkle.LeafHash(e))))
            (await FindOrAddAsync(db, () => new LogTile(id.Level, id.Index), ct, id.Level, id.Index)).Hashes = hashes;
        foreach (var (index, added) in entries.Select((entry, i) => (Bundle: (size + i) / TileId.Width, Entry: entry)).GroupBy(e => e.Bundle).Select(g => (g.Key, g)))
        {
            var bundle = await FindOrAddAsync(db, () => new LogBundle(index), ct, index);
            bundle.Entries = [.. bundle.Entries, .. added.SelectMany(e => EntryBundle.Encode(e.Entry))];
        }
        db.RemoveRange(waiting);
        var head = new Checkpoint(keys.LogName, edge.Size, edge.Root());
        db.Add(new LogCheckpoint(edge.Size, clock.Today(), keys.SignAsLog(SignedNote.FromText(head.ToText())).ToBytes()));
        return head;
    }

    private static async Task<TreeEdge> EdgeAsync(WhistleDb db, long size, CancellationToken ct)
    {
        var tiles = new Dictionary<TileId, byte[]>();
        for (var level = 0; size >> (TileId.Height * level) > 0; level++)
        {
            var index = (size >> (TileId.Height * level)) / TileId.Width;
            if (await db.Set<LogTile>().FirstOrDefaultAsync(t => t.Level == level && t.Index == index, ct) is { } tile)
                tiles[new(level, index)] = tile.Hashes;
        }
        return new TreeEdge(size, id => tiles.TryGetValue(id, out var hashes) ? hashes : null);
    }

    private static async Task<T> FindOrAddAsync<T>(WhistleDb db, Func<T> make, CancellationToken ct, params object[] key) where T : class
    {
        if (await db.Set<T>().FindAsync(key, ct) is { } found)
            return found;
        var made = make();
        db.Add(made);
        return made;
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "The database is older than the log that this server has signed: nothing is added to the log until the newest database is restored")]
    private static partial void RolledBack(ILogger logger);
}

/// <summary>
/// The newest tree head that this server published, kept apart from the database: a database that was restored from an
/// older backup is noticed before a second log grows from it.
/// </summary>
internal sealed class LastHead(DataFolder folder)
{
    private readonly string _file = Path.Combine(folder.Secrets, "log-head");

    public bool IsAheadOf(Checkpoint? database)
    {
        if (Read() is not { } known)
            return false;
        var size = database?.Size ?? 0;
        return known.Size > size || (known.Size == size && known.Size > 0 && known.Root != database!.Root);
    }

    /// <summary>After the transaction is on disk: what is here was published, or is about to be.</summary>
    public void Write(Checkpoint head) => DataFolder.Replace(
        _file, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{head.Size} {head.Root}\n")));

    private (long Size, Hash32 Root)? Read()
    {
        if (!File.Exists(_file))
            return null;
        return File.ReadAllText(_file).TrimEnd('\n').Split(' ') is [var sizeText, var rootText]
            && long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && Hash32.TryParse(rootText, out var root)
            ? (size, root)
            : throw new InvalidOperationException("The file log-head is not readable.");
    }
}
