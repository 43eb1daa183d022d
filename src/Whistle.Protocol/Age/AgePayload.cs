using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>
/// The payload of an age v1 file (C2SP <c>age.md</c>, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB sealed
/// with ChaCha20-Poly1305, the last one marked in its nonce.
/// </summary>
public static class AgePayload
{
    /// <summary>Plaintext bytes in every chunk but the last.</summary>
    public const int ChunkLength = 64 * 1024;

    /// <summary>Bytes that sealing adds to a chunk.</summary>
    public const int TagLength = 16;

    /// <summary>Bytes of the nonce before the first chunk.</summary>
    public const int NonceLength = 16;

    internal const int SealedChunkLength = ChunkLength + TagLength;

    /// <summary>Bytes of the payload, its nonce included, of a plaintext of this length.</summary>
    public static long SealedLength(long plaintextLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(plaintextLength);
        var chunks = Math.Max(1, (plaintextLength + ChunkLength - 1) / ChunkLength);
        return NonceLength + plaintextLength + (chunks * TagLength);
    }

    /// <summary>
    /// Bytes of plaintext in a payload of this length, its nonce included, or null when no payload has this length.
    /// Says nothing about whether it opens.
    /// </summary>
    public static long? PlaintextLength(long sealedLength)
    {
        var chunks = sealedLength - NonceLength;
        if (chunks < TagLength)
            return null;
        var full = chunks / SealedChunkLength;
        var last = chunks % SealedChunkLength;
        if (last == 0)
            return chunks - (full * TagLength);
        return last > TagLength || full == 0 && last == TagLength ? chunks - ((full + 1) * TagLength) : null;
    }

    /// <summary>Seals chunk number <paramref name="index"/>; <paramref name="output"/> is 16 bytes longer.</summary>
    internal static void Seal(ChaCha20Poly1305 key, long index, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> output)
    {
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, index, isLast);
        key.Encrypt(nonce, chunk, output[..chunk.Length], output[chunk.Length..]);
    }

    /// <summary>Opens chunk number <paramref name="index"/>; <paramref name="output"/> is 16 bytes shorter.</summary>
    /// <returns>
    /// False when it is not this chunk, not (or wrongly) the last one, altered, or empty without being the only one.
    /// </returns>
    internal static bool TryOpen(ChaCha20Poly1305 key, long index, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> output)
    {
        if (chunk.Length < TagLength || (chunk.Length == TagLength && index > 0))
            return false;
        Span<byte> nonce = stackalloc byte[12];
        WriteNonce(nonce, index, isLast);
        try
        {
            key.Decrypt(nonce, chunk[..^TagLength], chunk[^TagLength..], output);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    /// <summary>Eleven bytes of counter, big-endian, then the mark of the last chunk.</summary>
    private static void WriteNonce(Span<byte> nonce, long index, bool isLast)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt64BigEndian(nonce[3..], index);
        nonce[11] = isLast ? (byte)1 : (byte)0;
    }
}
