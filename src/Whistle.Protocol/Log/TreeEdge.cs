namespace Whistle.Protocol.Log;

/// <summary>
/// The right edge of a growing tree: the last tile of each level. Takes leaves and gives the tiles that changed; what
/// is left of the edge never changes again.
/// </summary>
public sealed class TreeEdge
{
    private readonly List<List<Hash32>> _levels = [];

    /// <summary>Leaves so far.</summary>
    public long Size { get; private set; }

    /// <summary>An empty tree.</summary>
    public TreeEdge()
    {
    }

    /// <summary>
    /// The edge of a tree of this size, from its last tiles: of every level whose last tile is partial, that one.
    /// </summary>
    /// <exception cref="InvalidDataException">A tile is missing or not as wide as the size says.</exception>
    public TreeEdge(long size, Func<TileId, ReadOnlyMemory<byte>?> tile)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(tile);
        Size = size;
        for (var level = 0; size >> (TileId.Height * level) > 0; level++)
        {
            var hashes = size >> (TileId.Height * level);
            var id = new TileId(level, hashes / TileId.Width);
            var width = id.WidthAt(size);
            var bytes = width == 0 ? ReadOnlyMemory<byte>.Empty : tile(id) ?? ReadOnlyMemory<byte>.Empty;
            if (bytes.Length != width * Hash32.Length)
                throw new InvalidDataException($"The tile {level}/{id.Index} does not have the {width} hashes that a tree of {size} leaves needs.");
            _levels.Add([.. Enumerable.Range(0, width).Select(i => Hash32.FromBytes(bytes.Span.Slice(i * Hash32.Length, Hash32.Length)))]);
        }
    }

    /// <summary>The root (RFC 6962 section 2.1).</summary>
    public Hash32 Root()
    {
        Hash32? root = null;
        foreach (var level in _levels)
        {
            // Full subtrees inside the tile, the smallest first.
            for (int end = level.Count, bit = 1; end > 0; bit <<= 1)
            {
                if ((end & bit) == 0)
                    continue;
                var subtree = Fold(level, end - bit, bit);
                root = root is { } right ? Merkle.NodeHash(subtree, right) : subtree;
                end -= bit;
            }
        }
        return root ?? Merkle.EmptyRoot;
    }

    /// <summary>Adds leaves and returns every tile that changed, whole as it now is; each once.</summary>
    public IReadOnlyDictionary<TileId, byte[]> Append(IEnumerable<Hash32> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var changed = new Dictionary<TileId, byte[]>();
        var touched = 0;
        foreach (var leaf in leaves)
        {
            Size++;
            var hash = leaf;
            for (var level = 0; ; level++)
            {
                if (level == _levels.Count)
                    _levels.Add([]);
                touched = Math.Max(touched, level + 1);
                var tile = _levels[level];
                tile.Add(hash);
                if (tile.Count < TileId.Width)
                    break;
                changed[new(level, ((Size >> (TileId.Height * level)) / TileId.Width) - 1)] = Bytes(tile);
                hash = Fold(tile, 0, TileId.Width);
                tile.Clear();
            }
        }
        for (var level = 0; level < touched; level++)
        {
            if (_levels[level].Count > 0)
                changed[new(level, (Size >> (TileId.Height * level)) / TileId.Width)] = Bytes(_levels[level]);
        }
        return changed;
    }

    private static Hash32 Fold(List<Hash32> hashes, int start, int count) => count == 1
        ? hashes[start]
        : Merkle.NodeHash(Fold(hashes, start, count / 2), Fold(hashes, start + (count / 2), count / 2));

    private static byte[] Bytes(List<Hash32> hashes)
    {
        var bytes = new byte[hashes.Count * Hash32.Length];
        for (var i = 0; i < hashes.Count; i++)
            hashes[i].CopyTo(bytes.AsSpan(i * Hash32.Length));
        return bytes;
    }
}
