using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;
using ChaCha20Poly1305 = System.Security.Cryptography.ChaCha20Poly1305;

namespace Whistle.Protocol.Age;

/// <summary>
/// The 16-byte key of one file: it opens this file's payload and proves its header, and is of use for no other file.
/// </summary>
public sealed class AgeFileKey : IDisposable
{
    /// <summary>Bytes in a file key.</summary>
    public const int Length = 16;

    private static readonly KeyDerivationAlgorithm Hkdf = KeyDerivationAlgorithm.HkdfSha256;
    private readonly SharedSecret _secret;

    private AgeFileKey(SharedSecret secret) => _secret = secret;

    internal static AgeFileKey Import(ReadOnlySpan<byte> bytes) =>
        new(SharedSecret.Import(bytes, SharedSecretBlobFormat.RawSharedSecret,
            new SharedSecretCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }));

    /// <summary>The key itself, in a new array that the caller wipes.</summary>
    public byte[] ExportBytes() => _secret.Export(SharedSecretBlobFormat.RawSharedSecret);

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>Never the key.</summary>
    public override string ToString() => "AgeFileKey(redacted)";

    /// <summary>HMAC-SHA-256 over the header up to and including its <c>---</c>.</summary>
    internal byte[] HeaderMac(ReadOnlySpan<byte> header)
    {
        using var key = Hkdf.DeriveKey(_secret, [], "header"u8, MacAlgorithm.HmacSha256);
        return MacAlgorithm.HmacSha256.Mac(key, header);
    }

    internal bool HeaderMacMatches(ReadOnlySpan<byte> header, ReadOnlySpan<byte> mac)
    {
        using var key = Hkdf.DeriveKey(_secret, [], "header"u8, MacAlgorithm.HmacSha256);
        return MacAlgorithm.HmacSha256.Verify(key, header, mac);
    }

    /// <summary>
    /// The key of the payload: one object for the whole file, because making one costs as much as a chunk.
    /// The platform's cipher here, not NSec's: it is about three times as fast (OpenSSL uses the widest vectors).
    /// </summary>
    internal ChaCha20Poly1305 PayloadKey(ReadOnlySpan<byte> nonce)
    {
        Span<byte> key = stackalloc byte[32];
        Hkdf.DeriveBytes(_secret, nonce, "payload"u8, key);
        var cipher = new ChaCha20Poly1305(key);
        SecretBytes.Wipe(key);
        return cipher;
    }
}

/// <summary>How the native stanza types seal a file key: ChaCha20-Poly1305 under a key used once.</summary>
internal static class FileKeyBox
{
    /// <summary>Bytes in the body of every native stanza.</summary>
    public const int Length = AgeFileKey.Length + 16;

    private static readonly AeadAlgorithm Aead = AeadAlgorithm.ChaCha20Poly1305;

    /// <summary>The nonce of the types whose key is derived afresh for every stanza.</summary>
    public static ReadOnlySpan<byte> ZeroNonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Seal(Key key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> fileKey)
    {
        if (fileKey.Length != AgeFileKey.Length)
            throw new ArgumentException("A file key is 16 bytes.", nameof(fileKey));
        return Aead.Encrypt(key, nonce, [], fileKey);
    }

    public static bool TryOpen(Key key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> body, Span<byte> fileKey) =>
        body.Length == Length && Aead.Decrypt(key, nonce, [], body, fileKey[..AgeFileKey.Length]);
}

/// <summary>Secrets that must be held as bytes: pinned, so that the collector leaves no copies, and wiped.</summary>
internal static class SecretBytes
{
    public static byte[] Copy(ReadOnlySpan<byte> bytes)
    {
        var pinned = GC.AllocateArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return pinned;
    }

    public static byte[] FromUtf8(ReadOnlySpan<char> text)
    {
        var pinned = GC.AllocateArray<byte>(Encoding.UTF8.GetByteCount(text), pinned: true);
        Encoding.UTF8.GetBytes(text, pinned);
        return pinned;
    }

    public static void Wipe(Span<byte> bytes) => CryptographicOperations.ZeroMemory(bytes);
}
