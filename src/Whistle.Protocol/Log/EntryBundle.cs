using System.Buffers.Binary;

namespace Whistle.Protocol.Log;

/// <summary>
/// Up to 256 consecutive entries (C2SP tlog-tiles): each <c>u16(length) || entry</c>. The bundle at index n holds the
/// entries whose leaf hashes are the tile <c>0/n</c>.
/// </summary>
public static class EntryBundle
{
    /// <summary>Bytes in an entry at most.</summary>
    public const int MaxEntry = ushort.MaxValue;

    /// <summary>One entry as it stands in a bundle.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public static byte[] Encode(ReadOnlySpan<byte> entry)
    {
        if (entry.Length > MaxEntry)
            throw new ArgumentException("An entry has at most 65535 bytes.", nameof(entry));
        var bytes = new byte[sizeof(ushort) + entry.Length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)entry.Length);
        entry.CopyTo(bytes.AsSpan(sizeof(ushort)));
        return bytes;
    }

    /// <summary>The entries of a bundle, or null where it is cut or has more than 256.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>>? Read(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var rest = bundle; rest.Length > 0;)
        {
            if (rest.Length < sizeof(ushort) || entries.Count == TileId.Width)
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
            if (rest.Length < sizeof(ushort) + length)
                return null;
            entries.Add(rest.Slice(sizeof(ushort), length));
            rest = rest[(sizeof(ushort) + length)..];
        }
        return entries;
    }
}
