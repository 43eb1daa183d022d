namespace Whistle.Protocol.Log;

/// <summary>
/// Checks what a log says of itself: that a leaf is in a tree, and that a tree is the beginning of a larger one
/// (RFC 6962 section 2.1). Every answer is a bool: a proof comes from somebody else.
/// </summary>
public static class TreeProof
{
    /// <summary>Hashes in a proof at most: one per level of a tree of 2^63 leaves.</summary>
    public const int MaxHashes = 63;

    /// <summary>Whether the leaf hash is the one at this index of the tree of this size and root.</summary>
    public static bool Includes(long size, Hash32 root, long index, Hash32 leaf, IReadOnlyList<Hash32> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size)
            return false;
        var path = LeafRange.Inclusion(index, size);
        if (path.Count != proof.Count)
            return false;
        var hash = leaf;
        for (var i = 0; i < path.Count; i++)
            hash = path[i].End <= index ? Merkle.NodeHash(proof[i], hash) : Merkle.NodeHash(hash, proof[i]);
        return hash == root;
    }

    /// <summary>
    /// Whether the tree of the second size begins with the tree of the first. The empty tree begins every tree; two of
    /// the same size must have the same root.
    /// </summary>
    public static bool IsConsistent(
        long first, Hash32 firstRoot, long second, Hash32 secondRoot, IReadOnlyList<Hash32> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (first < 0 || first > second)
            return false;
        if (first == 0)
            return proof.Count == 0 && firstRoot == Merkle.EmptyRoot && (second > 0 || secondRoot == Merkle.EmptyRoot);
        if (first == second)
            return proof.Count == 0 && firstRoot == secondRoot;
        var path = LeafRange.Consistency(first, second);
        if (path.Count != proof.Count)
            return false;
        // Where the first tree is a node of the second, the proof does not repeat its hash.
        var from = path[0].End == first ? 1 : 0;
        var old = from == 1 ? proof[0] : firstRoot;
        var grown = old;
        for (var i = from; i < path.Count; i++)
        {
            if (path[i].End <= first)
            {
                old = Merkle.NodeHash(proof[i], old);
                grown = Merkle.NodeHash(proof[i], grown);
            }
            else
            {
                grown = Merkle.NodeHash(grown, proof[i]);
            }
        }
        return old == firstRoot && grown == secondRoot;
    }
}
