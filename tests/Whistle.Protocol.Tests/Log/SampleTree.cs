using System.Globalization;
using System.Text;
using Whistle.Protocol.Log;

namespace Whistle.Protocol.Tests.Log;

/// <summary>A tree of numbered entries, with its tiles.</summary>
internal sealed class SampleTree
{
    private readonly Tiles _tiles = new();

    public SampleTree(int size)
    {
        Leaves = [.. Enumerable.Range(0, size).Select(Leaf)];
        foreach (var (id, bytes) in new TreeEdge().Append(Leaves))
        {
            Tiles[id] = bytes;
            Assert.True(_tiles.TryAdd(id, bytes));
        }
    }

    public IReadOnlyList<Hash32> Leaves { get; }

    public Dictionary<TileId, byte[]> Tiles { get; } = [];

    public static byte[] Entry(int index) => Encoding.ASCII.GetBytes(index.ToString(CultureInfo.InvariantCulture));

    public static Hash32 Leaf(int index) => Merkle.LeafHash(Entry(index));

    /// <summary>RFC 6962 section 2.1, word for word.</summary>
    public static Hash32 Definition(IReadOnlyList<Hash32> leaves)
    {
        if (leaves.Count == 0)
            return Hash32.Of([]);
        if (leaves.Count == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Count)
            split *= 2;
        return Hash32.Of([1, .. Definition([.. leaves.Take(split)]).ToBytes(), .. Definition([.. leaves.Skip(split)]).ToBytes()]);
    }

    public Hash32 RootAt(long size) => Hash(new(0, size));

    public IReadOnlyList<Hash32> Inclusion(long index, long size) => [.. LeafRange.Inclusion(index, size).Select(Hash)];

    public IReadOnlyList<Hash32> Consistency(long first, long second) => [.. LeafRange.Consistency(first, second).Select(Hash)];

    private Hash32 Hash(LeafRange range) =>
        _tiles.TryHash(range, out var hash) ? hash.Value : throw new InvalidOperationException($"No tile for {range}.");
}
