namespace Whistle.Protocol.Age;

/// <summary>Lengths of X-Wing in bytes, and the check of a public key that came from elsewhere.</summary>
internal static class XWing
{
    public const int SeedLength = 32;
    public const int EncapsulationSeedLength = 64;
    public const int PublicKeyLength = 1216;
    public const int EncapsulatedLength = 1120;
    public const int SharedLength = 32;

    private const int PolynomialsLength = 1152;
    private const int X25519Offset = 1184;
    private const int Modulus = 3329;

    /// <summary>
    /// FIPS 203 section 7.2: every 12-bit coefficient is below the modulus; and the X25519 part is not of low order.
    /// </summary>
    public static bool IsPublicKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != PublicKeyLength)
            return false;
        for (var i = 0; i < PolynomialsLength; i += 3)
        {
            var first = key[i] | ((key[i + 1] & 0x0f) << 8);
            var second = (key[i + 1] >> 4) | (key[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
                return false;
        }
        return !X25519Recipient.IsLowOrder(key[X25519Offset..]);
    }
}
