using System.Security.Cryptography;
using NSec.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>
/// The key schedule of HPKE in mode base (RFC 9180 section 5.1) for the one suite age uses: KEM 0x647A
/// (MLKEM768-X25519), KDF 0x0001 (HKDF-SHA256), AEAD 0x0003 (ChaCha20-Poly1305), with one message a context.
/// </summary>
internal static class Hpke
{
    private static readonly byte[] Context =
    [
        0x00, // mode base
        .. LabeledExtract("psk_id_hash"u8, []),
        .. LabeledExtract("info_hash"u8, "age-encryption.org/mlkem768x25519"u8),
    ];

    private static ReadOnlySpan<byte> Version => "HPKE-v1"u8;
    private static ReadOnlySpan<byte> Suite => "HPKE\x64\x7a\0\x01\0\x03"u8;

    /// <summary>The key and nonce of the first message, from the KEM's shared secret.</summary>
    public static Key Schedule(ReadOnlySpan<byte> shared, Span<byte> nonce)
    {
        Span<byte> secret = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> key = stackalloc byte[AeadAlgorithm.ChaCha20Poly1305.KeySize];
        HKDF.Extract(HashAlgorithmName.SHA256, [.. Version, .. Suite, .. "secret"u8], shared, secret);
        LabeledExpand(secret, "key"u8, key);
        LabeledExpand(secret, "base_nonce"u8, nonce);
        var imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        SecretBytes.Wipe(secret);
        SecretBytes.Wipe(key);
        return imported;
    }

    private static byte[] LabeledExtract(ReadOnlySpan<byte> label, ReadOnlySpan<byte> input)
    {
        var extracted = new byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, [.. Version, .. Suite, .. label, .. input], [], extracted);
        return extracted;
    }

    private static void LabeledExpand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, output,
            [(byte)(output.Length >> 8), (byte)output.Length, .. Version, .. Suite, .. label, .. Context]);
}
