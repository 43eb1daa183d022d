using System.Security.Cryptography;

namespace Whistle.Protocol.Keys;

/// <summary>
/// Shamir's secret sharing (CACM 22(11), 1979) over GF(2^8) with the polynomial of AES, byte by byte: any <c>threshold</c>
/// shares give the secret, fewer say nothing about it. A share is <c>y (as long as the secret) || x (1 byte, not 0)</c>, as the
/// audited npm package <c>shamir-secret-sharing</c> has it.
/// </summary>
/// <remarks>Without tables and branches on secret bytes. That shares belong together and are not altered, it cannot tell.</remarks>
public static class SecretSharing
{
    /// <summary>Shares, at most, and at least for a threshold.</summary>
    public const int Most = 255;

    /// <summary>Splits a secret. Draws <c>(threshold - 1) * secret.Length</c> bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 2 ≤ threshold ≤ shares ≤ 255.</exception>
    public static IReadOnlyList<byte[]> Split(ReadOnlySpan<byte> secret, int threshold, int shares, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(shares, threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(shares, Most);
        var coefficients = new byte[(threshold - 1) * secret.Length];
        randomness.Fill(coefficients);
        try
        {
            var result = new byte[shares][];
            for (var i = 0; i < shares; i++)
            {
                var x = (byte)(i + 1);
                var share = result[i] = new byte[secret.Length + 1];
                share[^1] = x;
                for (var at = 0; at < secret.Length; at++)
                {
                    // Horner, from the highest coefficient down to the secret byte.
                    byte y = 0;
                    for (var degree = threshold - 2; degree >= 0; degree--)
                        y = (byte)(Multiply(y, x) ^ coefficients[(degree * secret.Length) + at]);
                    share[at] = (byte)(Multiply(y, x) ^ secret[at]);
                }
            }
            return result;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(coefficients);
        }
    }

    /// <summary>The value at 0 of the polynomials through the shares. Null where they are fewer than 2, of different lengths, or two have one number.</summary>
    public static byte[]? Combine(IReadOnlyList<byte[]> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count < 2 || shares.Any(s => s.Length < 2 || s.Length != shares[0].Length || s[^1] == 0) || shares.Select(s => s[^1]).Distinct().Count() != shares.Count)
            return null;
        var secret = new byte[shares[0].Length - 1];
        foreach (var share in shares)
        {
            // Lagrange at 0: the numbers are public, so their inverse need not hide.
            byte weight = 1;
            foreach (var other in shares.Where(s => s[^1] != share[^1]))
                weight = Multiply(weight, Multiply(other[^1], Inverse((byte)(other[^1] ^ share[^1]))));
            for (var at = 0; at < secret.Length; at++)
                secret[at] ^= Multiply(share[at], weight);
        }
        return secret;
    }

    /// <summary>Multiplies modulo x^8 + x^4 + x^3 + x + 1, in as many steps for every byte.</summary>
    private static byte Multiply(byte a, byte b)
    {
        int product = 0, shifted = a;
        for (var bit = 0; bit < 8; bit++)
        {
            product ^= shifted & -((b >> bit) & 1);
            shifted = (shifted << 1) ^ (0x11b & -((shifted >> 7) & 1));
        }
        return (byte)product;
    }

    /// <summary>a^254.</summary>
    private static byte Inverse(byte a)
    {
        byte result = 1;
        for (var i = 0; i < 254; i++)
            result = Multiply(result, a);
        return result;
    }
}
