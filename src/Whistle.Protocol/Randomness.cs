using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Whistle.Protocol;

/// <summary>
/// Where random bytes come from. Everything in this assembly that makes bytes a test vector must reproduce takes one
/// of these as a parameter and draws from it in an order that its documentation states.
/// </summary>
public abstract class Randomness
{
    /// <summary>The operating system's generator. The only one outside tests and vectors; safe for many threads.</summary>
    public static Randomness System { get; } = new SystemRandomness();

    /// <summary>
    /// A reproducible stream for test vectors, never for real keys. The stream is the concatenation of the blocks
    /// <c>SHA-256("whistle/test-randomness/v1" || seed || i)</c> for i = 0, 1, 2 … with <c>i</c> as 8 bytes, big-endian, and
    /// the label as 26 ASCII bytes without a terminator. Each draw takes the next bytes of the stream; what is left of
    /// a block is used by the next draw. Not safe for many threads.
    /// </summary>
    /// <param name="seed">32 bytes.</param>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static Randomness FromSeed(ReadOnlySpan<byte> seed) => new SeededRandomness(seed);

    /// <summary>Fills the whole of <paramref name="destination"/> with the next bytes.</summary>
    public abstract void Fill(Span<byte> destination);

    /// <summary>The next <paramref name="count"/> bytes in a new array.</summary>
    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private sealed class SystemRandomness : Randomness
    {
        public override void Fill(Span<byte> destination) => RandomNumberGenerator.Fill(destination);
    }

    private sealed class SeededRandomness : Randomness
    {
        private const int SeedLength = 32;
        private static ReadOnlySpan<byte> Label => "whistle/test-randomness/v1"u8;

        private readonly byte[] _input;
        private readonly byte[] _block = new byte[SHA256.HashSizeInBytes];
        private ulong _counter;
        private int _left;

        public SeededRandomness(ReadOnlySpan<byte> seed)
        {
            if (seed.Length != SeedLength)
                throw new ArgumentException("The seed must be 32 bytes.", nameof(seed));
            _input = [.. Label, .. seed, .. stackalloc byte[sizeof(ulong)]];
        }

        public override void Fill(Span<byte> destination)
        {
            while (!destination.IsEmpty)
            {
                if (_left == 0)
                {
                    BinaryPrimitives.WriteUInt64BigEndian(_input.AsSpan(Label.Length + SeedLength), _counter++);
                    SHA256.HashData(_input, _block);
                    _left = _block.Length;
                }
                var taken = Math.Min(_left, destination.Length);
                _block.AsSpan(_block.Length - _left, taken).CopyTo(destination);
                destination = destination[taken..];
                _left -= taken;
            }
        }
    }
}
