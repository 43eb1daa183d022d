using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;

namespace Whistle.Server.Log;

/// <summary>Finds entries in the log and proves them from its tiles.</summary>
internal sealed class LogReader(WhistleDb db)
{
    /// <summary>The tree head of a checkpoint that this server stored.</summary>
    public static Checkpoint HeadOf(LogCheckpoint stored) =>
        SignedNote.TryParse(stored.Note, out var note) && Checkpoint.Read(note.Text) is { } head
            ? head
            : throw new InvalidOperationException("A stored checkpoint is not one.");

    public async Task<LogCheckpoint?> NewestAsync(CancellationToken ct) =>
        await db.Set<LogCheckpoint>().AsNoTracking().OrderByDescending(c => c.Size).FirstOrDefaultAsync(ct);

    /// <summary>
    /// The proofs of those of these entries that are in the log, in the intervals of these days. The mapping from a case to
    /// its entries is nowhere stored: it is found anew, by whoever may open the case's promise.
    /// </summary>
    public async Task<IReadOnlyDictionary<Hash32, InclusionProof>> ProveAsync(
        IReadOnlyCollection<Hash32> entries, Day from, Day until, CancellationToken ct)
    {
        var proofs = new Dictionary<Hash32, InclusionProof>();
        if (await NewestAsync(ct) is not { } newest || !SignedNote.TryParse(newest.Note, out var note))
            return proofs;
        var start = await db.Set<LogCheckpoint>().Where(c => c.Day < from).MaxAsync(c => (long?)c.Size, ct) ?? 0;
        var end = await db.Set<LogCheckpoint>().Where(c => c.Day <= until).MaxAsync(c => (long?)c.Size, ct) ?? 0;
        var places = await FindAsync(entries, start, end, ct);
        var tiles = await TilesAsync(places.Values.SelectMany(index => LeafRange.Inclusion(index, newest.Size)), newest.Size, ct);
        foreach (var (entry, index) in places)
        {
            var hashes = LeafRange.Inclusion(index, newest.Size)
                .Select(r => tiles.TryHash(r, out var hash) ? hash.Value : throw new InvalidOperationException("A tile of the log is missing."));
            proofs.Add(entry, new InclusionProof(index, [.. hashes], note));
        }
        return proofs;
    }

    /// <summary>A consistency proof between two sizes of this log.</summary>
    public async Task<IReadOnlyList<Hash32>> ConsistencyAsync(long first, long second, CancellationToken ct)
    {
        var path = LeafRange.Consistency(first, second);
        var tiles = await TilesAsync(path, second, ct);
        return [.. path.Select(r => tiles.TryHash(r, out var hash) ? hash.Value : throw new InvalidOperationException("A tile of the log is missing."))];
    }

    private async Task<Dictionary<Hash32, long>> FindAsync(IReadOnlyCollection<Hash32> entries, long start, long end, CancellationToken ct)
    {
        var found = new Dictionary<Hash32, long>();
        if (entries.Count == 0 || start >= end)
            return found;
        var wanted = entries.ToHashSet();
        var bundles = db.Set<LogBundle>().AsNoTracking()
            .Where(b => b.Index >= start / TileId.Width && b.Index <= (end - 1) / TileId.Width).OrderBy(b => b.Index).AsAsyncEnumerable();
        await foreach (var bundle in bundles.WithCancellation(ct))
        {
            var index = bundle.Index * TileId.Width;
            foreach (var entry in EntryBundle.Read(bundle.Entries) ?? throw new InvalidOperationException("A bundle of the log is cut."))
            {
                if (entry.Length == Hash32.Length && index >= start && index < end && wanted.Contains(Hash32.FromBytes(entry.Span)))
                    found[Hash32.FromBytes(entry.Span)] = index;
                index++;
            }
        }
        return found;
    }

    private async Task<Tiles> TilesAsync(IEnumerable<LeafRange> ranges, long size, CancellationToken ct)
    {
        var tiles = new Tiles();
        foreach (var (id, width) in Tiles.Needed(ranges, size))
        {
            var tile = await db.Set<LogTile>().AsNoTracking().FirstOrDefaultAsync(t => t.Level == id.Level && t.Index == id.Index, ct);
            if (tile is null || !tiles.TryAdd(id, tile.Hashes.AsMemory(0, Math.Min(tile.Hashes.Length, width * Hash32.Length))))
                throw new InvalidOperationException("A tile of the log is missing.");
        }
        return tiles;
    }
}
