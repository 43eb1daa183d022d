using System.Buffers.Binary;

namespace Whistle.Protocol;

/// <summary>Fair choices from random bytes (SPEC section 2): other readings of the same bytes would break the vectors.</summary>
public static class RandomnessExtensions
{
    /// <summary>A fair number from 0 to <paramref name="bound"/>-1. Draws 4 bytes, and again for the biased tail.</summary>
    public static int Below(this Randomness randomness, int bound)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        ArgumentOutOfRangeException.ThrowIfLessThan(bound, 1);
        var limit = (1UL << 32) / (uint)bound * (uint)bound;
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        while (true)
        {
            randomness.Fill(bytes);
            var value = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (value < limit)
                return (int)(value % (uint)bound);
        }
    }

    /// <summary>Fisher-Yates: for i from n-1 down to 1, swaps i with a fair choice among 0 to i.</summary>
    public static void Shuffle<T>(this Randomness randomness, Span<T> items)
    {
        for (var i = items.Length - 1; i >= 1; i--)
        {
            var j = randomness.Below(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
