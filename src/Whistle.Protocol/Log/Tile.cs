using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Whistle.Protocol.Log;

/// <summary>
/// The place of a tile (C2SP tlog-tiles): up to 256 consecutive hashes of a level, each over a full tile of the level
/// below. Level 0 holds leaf hashes.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TileId(int Level, long Index)
{
    /// <summary>Hashes in a full tile.</summary>
    public const int Width = 256;

    /// <summary>Binary levels of the tree that a tile spans.</summary>
    public const int Height = 8;

    /// <summary>Bytes in a full tile: 8192.</summary>
    public const int FullLength = Width * Hash32.Length;

    /// <summary>The last level: 256^8 leaves are more than a <see cref="long"/> counts.</summary>
    public const int LastLevel = 7;

    private const int Group = 1000;

    /// <summary>How many hashes it has in a tree of this size, 0 to 256.</summary>
    public int WidthAt(long size)
    {
        var hashes = size >> (Height * Level);
        return (int)Math.Clamp(hashes - (Index * Width), 0, Width);
    }

    /// <summary>The end of its address: <c>0/x001/x234/067</c>, and <c>.p/112</c> after it where it is not full.</summary>
    public string PathAt(int width) => string.Create(CultureInfo.InvariantCulture, $"{Level}/{IndexPath(Index, width)}");

    /// <summary>The path of an index: groups of three digits, all but the last marked with an x.</summary>
    public static string IndexPath(long index, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width);
        var path = (index % Group).ToString("D3", CultureInfo.InvariantCulture);
        for (var rest = index / Group; rest > 0; rest /= Group)
            path = string.Create(CultureInfo.InvariantCulture, $"x{rest % Group:D3}/{path}");
        return width == Width ? path : string.Create(CultureInfo.InvariantCulture, $"{path}.p/{width}");
    }

    /// <summary>Reads an index and a width from their only spelling.</summary>
    public static bool TryParseIndex(string? path, out long index, out int width)
    {
        (index, width) = (0, Width);
        if (path is null)
            return false;
        var mark = path.IndexOf(".p/", StringComparison.Ordinal);
        if (mark >= 0 && (!int.TryParse(path.AsSpan(mark + 3), NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= Width))
            return false;
        var groups = (mark < 0 ? path : path[..mark]).Split('/');
        // Six groups of three digits are more tiles than there can be, and still fit a long.
        if (groups.Length > 6)
            return false;
        for (var i = 0; i < groups.Length; i++)
        {
            var digits = i < groups.Length - 1 ? groups[i] is ['x', .. var rest] ? rest : "" : groups[i];
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            index = (index * Group) + number;
        }
        return string.Equals(IndexPath(index, width), path, StringComparison.Ordinal);
    }
}

/// <summary>Hashes of tiles, wherever they came from, and the tree they make.</summary>
public sealed class Tiles
{
    private readonly Dictionary<TileId, ReadOnlyMemory<byte>> _tiles = [];

    /// <summary>
    /// The tiles that are needed to hash these ranges of a tree of this size, each with its width. Some more may be
    /// needed to check them against the root: ask for the range of the whole tree too.
    /// </summary>
    public static IReadOnlyDictionary<TileId, int> Needed(IEnumerable<LeafRange> ranges, long size)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        var needed = new Dictionary<TileId, int>();
        foreach (var subtree in ranges.SelectMany(r => r.Subtrees()))
        {
            var (id, _, _) = Place(subtree);
            needed[id] = id.WidthAt(size);
        }
        return needed;
    }

    /// <summary>Takes a tile. False when its length is no whole number of hashes, or more than 256 of them.</summary>
    public bool TryAdd(TileId id, ReadOnlyMemory<byte> hashes)
    {
        if (hashes.Length == 0 || hashes.Length > TileId.FullLength || hashes.Length % Hash32.Length != 0)
            return false;
        _tiles[id] = hashes;
        return true;
    }

    /// <summary>The hash over a range of leaves; false where a tile is missing or too narrow.</summary>
    public bool TryHash(LeafRange range, [NotNullWhen(true)] out Hash32? hash)
    {
        hash = null;
        if (range.Start == range.End)
        {
            hash = Merkle.EmptyRoot;
            return true;
        }
        var parts = new List<Hash32>();
        foreach (var subtree in range.Subtrees())
        {
            var (id, offset, count) = Place(subtree);
            if (!_tiles.TryGetValue(id, out var tile) || tile.Length < (offset + count) * Hash32.Length)
                return false;
            parts.Add(Fold(tile.Span.Slice(offset * Hash32.Length, count * Hash32.Length)));
        }
        hash = Merkle.Join([.. parts]);
        return true;
    }

    /// <summary>The root over a power of two of hashes.</summary>
    internal static Hash32 Fold(ReadOnlySpan<byte> hashes) => hashes.Length == Hash32.Length
        ? Hash32.FromBytes(hashes)
        : Merkle.NodeHash(Fold(hashes[..(hashes.Length / 2)]), Fold(hashes[(hashes.Length / 2)..]));

    private static (TileId Id, int Offset, int Count) Place(Subtree subtree)
    {
        var inside = subtree.Level % TileId.Height;
        var first = subtree.Index << inside;
        return (new(subtree.Level / TileId.Height, first / TileId.Width), (int)(first % TileId.Width), 1 << inside);
    }
}
