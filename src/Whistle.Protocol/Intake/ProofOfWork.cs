using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Whistle.Protocol.Intake;

/// <summary>
/// A counter that was found by trying (SPEC section 8.3). It stands in for limits by address: the same price for
/// everyone, and nothing to remember about anyone.
/// </summary>
public sealed class ProofOfWork
{
    /// <summary>Bytes on the wire: the challenge nonce and the counter.</summary>
    public const int Length = Challenge.Length + sizeof(ulong);

    private readonly byte[] _nonce;

    /// <summary>Takes the challenge nonce, 56 bytes, and the counter.</summary>
    /// <exception cref="ArgumentException">The nonce is not 56 bytes.</exception>
    public ProofOfWork(ReadOnlySpan<byte> nonce, ulong counter)
    {
        if (nonce.Length != Challenge.Length)
            throw new ArgumentException("The nonce must be 56 bytes.", nameof(nonce));
        _nonce = nonce.ToArray();
        Counter = counter;
    }

    /// <summary>The challenge nonce.</summary>
    public ReadOnlyMemory<byte> Nonce => _nonce;

    /// <summary>The counter.</summary>
    public ulong Counter { get; }

    /// <summary>Takes 64 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 64 bytes.</exception>
    public static ProofOfWork FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(bytes[..Challenge.Length], BinaryPrimitives.ReadUInt64BigEndian(bytes[Challenge.Length..]))
        : throw new ArgumentException("A proof of work is 64 bytes.", nameof(bytes));

    /// <summary>Tries counters from 0 until one fits: about 2^bits hashes. The subject is what the work is spent on.</summary>
    public static ProofOfWork Solve(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> subject, int bits, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 64);
        var input = Input(nonce, subject);
        Span<byte> hash = stackalloc byte[Hash32.Length];
        for (ulong counter = 0; ; counter++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(input.AsSpan(input.Length - sizeof(ulong)), counter);
            SHA256.HashData(input, hash);
            if (Hash32.FromBytes(hash).LeadingZeroBits >= bits)
                return new ProofOfWork(nonce, counter);
            if ((counter & 0xfff) == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether the work was done for this subject. Says nothing about the nonce: see <see cref="Challenge"/>.</summary>
    public bool IsFor(ReadOnlySpan<byte> subject, int bits)
    {
        var input = Input(_nonce, subject);
        BinaryPrimitives.WriteUInt64BigEndian(input.AsSpan(input.Length - sizeof(ulong)), Counter);
        return Hash32.Of(input).LeadingZeroBits >= bits;
    }

    /// <summary>The 64 bytes.</summary>
    public byte[] ToBytes() => [.. _nonce, .. BigEndian.U64(Counter)];

    /// <inheritdoc/>
    public override string ToString() => "ProofOfWork";

    private static byte[] Input(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> subject) =>
        [.. "whistle/pow/v1\0"u8, .. nonce, .. Hash32.Of(subject).ToBytes(), .. stackalloc byte[sizeof(ulong)]];
}
