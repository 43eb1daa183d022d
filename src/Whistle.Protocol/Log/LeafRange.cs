using System.Numerics;
using System.Runtime.InteropServices;

namespace Whistle.Protocol.Log;

/// <summary>A full subtree: the leaves from <c>Index · 2^Level</c>, <c>2^Level</c> of them.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Subtree(int Level, long Index);

/// <summary>
/// The leaves from <paramref name="Start"/> up to, not including, <paramref name="End"/>: one node of some tree. The
/// nodes of RFC 6962's proofs are named so, and hashed by whoever has the tiles.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LeafRange(long Start, long End)
{
    /// <summary>The full subtrees it consists of, the largest first; their hashes are joined by <see cref="Merkle.Join"/>.</summary>
    public IEnumerable<Subtree> Subtrees()
    {
        for (var start = Start; start < End;)
        {
            var level = BitOperations.Log2((ulong)(End - start));
            yield return new Subtree(level, start >> level);
            start += 1L << level;
        }
    }

    /// <summary>
    /// The inclusion path of a leaf, from its sibling up to the root's child (RFC 6962 section 2.1.1).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such leaf.</exception>
    public static IReadOnlyList<LeafRange> Inclusion(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<LeafRange>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + Split(end - start);
            if (index < middle)
            {
                path.Add(new(middle, end));
                end = middle;
            }
            else
            {
                path.Add(new(start, middle));
                start = middle;
            }
        }
        path.Reverse();
        return path;
    }

    /// <summary>The consistency path between two sizes (RFC 6962 section 2.1.2). Empty where they are the same, or the first is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The first is negative, or larger than the second.</exception>
    public static IReadOnlyList<LeafRange> Consistency(long first, long second)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        if (first == 0 || first == second)
            return [];
        var path = new List<LeafRange>();
        var (start, end) = (0L, second);
        // SUBPROOF: down to where the first tree ends; its own hash is left out where it is a node of the second.
        while (first != end)
        {
            var middle = start + Split(end - start);
            if (first <= middle)
            {
                path.Add(new(middle, end));
                end = middle;
            }
            else
            {
                path.Add(new(start, middle));
                start = middle;
            }
        }
        if (start != 0)
            path.Add(new(start, end));
        path.Reverse();
        return path;
    }

    /// <summary>The largest power of two below n, for n of 2 and more.</summary>
    internal static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
