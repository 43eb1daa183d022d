using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Keys;

/// <summary><c>HKDF(ikm, salt, info)</c> of SPEC section 1: HKDF-SHA256 (RFC 5869), 32 bytes of output.</summary>
internal static class Derivation
{
    public const int Length = 32;

    /// <summary>32 bytes in a pinned array that the caller wipes.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> ikm, ReadOnlySpan<byte> salt, string info)
    {
        var output = GC.AllocateArray<byte>(Length, pinned: true);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, output, salt, Encoding.ASCII.GetBytes(info));
        return output;
    }

    /// <summary>The Ed25519 key whose seed is derived so.</summary>
    public static SigningKey SigningKey(ReadOnlySpan<byte> ikm, ReadOnlySpan<byte> salt, string info)
    {
        var seed = Derive(ikm, salt, info);
        try
        {
            return Keys.SigningKey.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The hybrid identity whose seed is derived so.</summary>
    public static HybridIdentity Identity(ReadOnlySpan<byte> ikm, ReadOnlySpan<byte> salt, string info)
    {
        var seed = Derive(ikm, salt, info);
        try
        {
            return HybridIdentity.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }
}
