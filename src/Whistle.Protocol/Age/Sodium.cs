using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>
/// What NSec does not offer of the libsodium 1.0.22 that it ships: X-Wing (draft-connolly-cfrg-xwing-kem, which is
/// MLKEM768-X25519 of draft-ietf-hpke-pq) and scrypt with a salt of any length.
/// </summary>
internal static partial class Sodium
{
    static Sodium()
    {
        if (sodium_init() < 0)
            throw new CryptographicException("libsodium could not be initialised.");
    }

    /// <summary>The public key, 1216 bytes, of a 32-byte seed.</summary>
    public static byte[] XWingPublicKey(ReadOnlySpan<byte> seed)
    {
        var publicKey = new byte[XWing.PublicKeyLength];
        Span<byte> secretKey = stackalloc byte[XWing.SeedLength];
        var result = crypto_kem_xwing_seed_keypair(publicKey, secretKey, seed);
        SecretBytes.Wipe(secretKey);
        return result == 0 ? publicKey : throw new CryptographicException("X-Wing key generation failed.");
    }

    /// <summary>False when the public key is not one.</summary>
    public static bool TryXWingEncapsulate(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> seed, Span<byte> encapsulated, Span<byte> shared) =>
        crypto_kem_xwing_enc_deterministic(encapsulated, shared, publicKey, seed) == 0;

    /// <summary>
    /// False only when the X25519 part is a point of low order. A ciphertext of another key gives another secret.
    /// </summary>
    public static bool TryXWingDecapsulate(
        ReadOnlySpan<byte> seed, ReadOnlySpan<byte> encapsulated, Span<byte> shared) =>
        crypto_kem_xwing_dec(shared, encapsulated, seed) == 0;

    /// <summary>scrypt (RFC 7914) with r = 8 and p = 1, which takes 2^(logN + 10) bytes of memory.</summary>
    public static void Scrypt(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int logN, Span<byte> key)
    {
        var result = crypto_pwhash_scryptsalsa208sha256_ll(
            passphrase, (nuint)passphrase.Length, salt, (nuint)salt.Length, 1UL << logN, 8, 1, key, (nuint)key.Length);
        if (result != 0)
            throw new CryptographicException("scrypt failed: there is not enough memory for this work factor.");
    }

    private const string Library = "libsodium";

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int crypto_kem_xwing_seed_keypair(
        Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int crypto_kem_xwing_enc_deterministic(
        Span<byte> encapsulated, Span<byte> shared, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int crypto_kem_xwing_dec(
        Span<byte> shared, ReadOnlySpan<byte> encapsulated, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int crypto_pwhash_scryptsalsa208sha256_ll(
        ReadOnlySpan<byte> passphrase, nuint passphraseLength, ReadOnlySpan<byte> salt, nuint saltLength,
        ulong n, uint r, uint p, Span<byte> key, nuint keyLength);
}
