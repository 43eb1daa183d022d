using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace Whistle.Protocol.Keys;

/// <summary>An Ed25519 signing key (RFC 8032). Holds a secret: dispose of it.</summary>
public sealed class SigningKey : IDisposable
{
    /// <summary>Bytes in a seed.</summary>
    public const int SeedLength = 32;

    /// <summary>Bytes in a signature.</summary>
    public const int SignatureLength = 64;

    private readonly Key _key;

    private SigningKey(ReadOnlySpan<byte> seed)
    {
        _key = Key.Import(SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey,
            new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        Public = VerifyKey.Trusted(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>What others check signatures with.</summary>
    public VerifyKey Public { get; }

    /// <summary>The key of a seed of 32 bytes; the caller wipes its own copy.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static SigningKey FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedLength
        ? new SigningKey(seed)
        : throw new ArgumentException("The seed must be 32 bytes.", nameof(seed));

    /// <summary>A new key. Draws 32 bytes.</summary>
    public static SigningKey Generate(Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        var seed = randomness.Bytes(SeedLength);
        var key = new SigningKey(seed);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    /// <summary>The signature, 64 bytes. Deterministic, as RFC 8032 wants it.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => SignatureAlgorithm.Ed25519.Sign(_key, message);

    /// <summary>The seed, 32 bytes, in a new array that the caller wipes.</summary>
    public byte[] ExportSeed() => _key.Export(KeyBlobFormat.RawPrivateKey);

    /// <summary>Forgets the secret.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Never the secret.</summary>
    public override string ToString() => "SigningKey(redacted)";
}

/// <summary>
/// An Ed25519 public key that was checked to be canonical and not of small order: under a key of small order, one
/// signature holds for many messages.
/// </summary>
public sealed class VerifyKey : IEquatable<VerifyKey>
{
    /// <summary>Bytes in a key.</summary>
    public const int Length = 32;

    private readonly byte[] _bytes;
    private readonly PublicKey _key;

    private VerifyKey(byte[] bytes, PublicKey key)
    {
        _bytes = bytes;
        _key = key;
    }

    /// <summary>The key: 32 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Takes 32 bytes. False when they are not a canonical point or one of small order.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out VerifyKey? key)
    {
        key = null;
        if (bytes.Length != Length || !Ed25519Points.IsCanonical(bytes) || Ed25519Points.IsSmallOrder(bytes)
            || !PublicKey.TryImport(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey, out var imported)
            || imported is null)
            return false;
        key = new VerifyKey(bytes.ToArray(), imported);
        return true;
    }

    /// <summary>Reads base64url.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out VerifyKey? key)
    {
        key = null;
        return StrictBase64Url.TryDecode(text, Length, out var bytes) && TryFromBytes(bytes, out key);
    }

    /// <summary>Whether this key signed exactly this message. A signature of another length is simply wrong.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SigningKey.SignatureLength
        && SignatureAlgorithm.Ed25519.Verify(_key, message, signature);

    /// <inheritdoc/>
    public bool Equals(VerifyKey? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VerifyKey);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes, 0);

    /// <summary>The key in base64url: 43 characters.</summary>
    public override string ToString() => StrictBase64Url.Encode(_bytes);

    internal static VerifyKey Trusted(byte[] bytes) =>
        new(bytes, PublicKey.Import(SignatureAlgorithm.Ed25519, bytes, KeyBlobFormat.RawPublicKey));
}

/// <summary>The encodings that no honest key has.</summary>
internal static class Ed25519Points
{
    /// <summary>The y coordinates of the eight points whose order divides the cofactor, sign bit cleared.</summary>
    private static readonly byte[][] SmallOrder =
    [
        Convert.FromHexString("0000000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("0100000000000000000000000000000000000000000000000000000000000000"),
        Convert.FromHexString("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        Convert.FromHexString("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
    ];

    /// <summary>Whether y, without the sign bit, is below 2^255-19.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> point) =>
        (point[31] & 0x7f) != 0x7f || point[1..31].ContainsAnyExcept((byte)0xff) || point[0] < 0xed;

    public static bool IsSmallOrder(ReadOnlySpan<byte> point)
    {
        Span<byte> y = stackalloc byte[VerifyKey.Length];
        point.CopyTo(y);
        y[31] &= 0x7f;
        foreach (var known in SmallOrder)
        {
            if (y.SequenceEqual(known))
                return true;
        }
        return false;
    }
}
