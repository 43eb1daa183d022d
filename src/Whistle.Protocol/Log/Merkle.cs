using System.Security.Cryptography;

namespace Whistle.Protocol.Log;

/// <summary>The hashes of a Merkle tree (RFC 6962 section 2.1), SHA-256.</summary>
public static class Merkle
{
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    /// <summary>The root of the tree without leaves: the hash of nothing.</summary>
    public static Hash32 EmptyRoot { get; } = Hash32.Of([]);

    /// <summary><c>H(0x00 || entry)</c>.</summary>
    public static Hash32 LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(entry);
        Span<byte> result = stackalloc byte[Hash32.Length];
        hash.GetHashAndReset(result);
        return Hash32.FromBytes(result);
    }

    /// <summary><c>H(0x01 || left || right)</c>.</summary>
    public static Hash32 NodeHash(Hash32 left, Hash32 right)
    {
        Span<byte> both = stackalloc byte[1 + (2 * Hash32.Length)];
        both[0] = NodePrefix;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Hash32.Length)..]);
        return Hash32.Of(both);
    }

    /// <summary>The root over full subtrees that stand beside each other, the largest first.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Hash32 Join(ReadOnlySpan<Hash32> subtrees)
    {
        if (subtrees.IsEmpty)
            throw new ArgumentException("Nothing to join.", nameof(subtrees));
        var hash = subtrees[^1];
        for (var i = subtrees.Length - 2; i >= 0; i--)
            hash = NodeHash(subtrees[i], hash);
        return hash;
    }
}
