namespace Whistle.Protocol.Log;

/// <summary>
/// Reads a log from whoever serves its tiles, for one checkpoint. Knows no network: it is given what fetches the end of an
/// address under <c>/log/</c>, for instance <c>tile/0/x001/x234/067</c>.
/// </summary>
public sealed class LogDownload(Checkpoint head, Func<string, CancellationToken, Task<byte[]>> fetch)
{
    /// <summary>What it is read for.</summary>
    public Checkpoint Head { get; } = head;

    /// <summary>A tile as it was served, not yet held against anything; null where it is not as wide as the size says.</summary>
    public async Task<byte[]?> TileAsync(TileId id, CancellationToken ct)
    {
        var width = id.WidthAt(Head.Size);
        var hashes = await fetch("tile/" + id.PathAt(width), ct).ConfigureAwait(false);
        return hashes.Length == width * Hash32.Length ? hashes : null;
    }

    /// <summary>
    /// Whether the log goes on from an earlier head, by a consistency proof made of its tiles; false too where it does not
    /// give the tiles out.
    /// </summary>
    public async Task<bool> ContinuesAsync(Checkpoint earlier, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        if (earlier.Size > Head.Size)
            return false;
        var ranges = LeafRange.Consistency(earlier.Size, Head.Size);
        var tiles = new Tiles();
        foreach (var id in Tiles.Needed(ranges, Head.Size).Keys)
        {
            if (await TileAsync(id, ct).ConfigureAwait(false) is not { } tile || !tiles.TryAdd(id, tile))
                return false;
        }
        return TreeProof.IsConsistent(
            earlier.Size, earlier.Root, Head.Size, Head.Root, [.. ranges.Select(r => tiles.TryHash(r, out var hash) ? hash.Value : Hash32.Zero)]);
    }

    /// <summary>The entries under the tile <c>0/index</c>, not yet held against anything; null where they are not as many.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>?> BundleAsync(long index, CancellationToken ct)
    {
        var width = new TileId(0, index).WidthAt(Head.Size);
        var bytes = await fetch("tile/entries/" + TileId.IndexPath(index, width), ct).ConfigureAwait(false);
        return EntryBundle.Read(bytes) is { } entries && entries.Count == width ? entries : null;
    }
}
