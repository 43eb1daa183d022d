using System.Diagnostics.CodeAnalysis;
using NSec.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>The age recipient of type X25519, <c>age1…</c>: classical, for files of the outside world.</summary>
public sealed class X25519Recipient : IAgeRecipient, IEquatable<X25519Recipient>
{
    internal const string StanzaType = "X25519";
    private const string Prefix = "age";
    private const int KeyLength = 32;

    private static readonly KeyAgreementAlgorithm X25519 = KeyAgreementAlgorithm.X25519;
    private readonly PublicKey _key;
    private readonly byte[] _bytes;

    internal X25519Recipient(PublicKey key)
    {
        _key = key;
        _bytes = key.Export(KeyBlobFormat.RawPublicKey);
    }

    private static ReadOnlySpan<byte> Info => "age-encryption.org/v1/X25519"u8;

    /// <inheritdoc/>
    public AgeRecipientGroup Group => AgeRecipientGroup.Classical;

    /// <summary>Reads <c>age1…</c> in lower case. False when it is malformed or a point of low order.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out X25519Recipient? recipient)
    {
        recipient = text is not null && Bech32.Decode(Prefix, text) is { Length: KeyLength } bytes
            && !IsLowOrder(bytes) && PublicKey.TryImport(X25519, bytes, KeyBlobFormat.RawPublicKey, out var key) && key is not null
                ? new X25519Recipient(key)
                : null;
        return recipient is not null;
    }

    /// <summary>Draws 32 bytes: the ephemeral secret.</summary>
    /// <inheritdoc/>
    public AgeStanza Wrap(ReadOnlySpan<byte> fileKey, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        Span<byte> secret = stackalloc byte[KeyLength];
        randomness.Fill(secret);
        using var ephemeral = Key.Import(X25519, secret, KeyBlobFormat.RawPrivateKey);
        SecretBytes.Wipe(secret);
        var share = ephemeral.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        using var wrapKey = WrapKey(ephemeral, _key, share, _bytes)
            ?? throw new InvalidOperationException("A recipient of low order passed its own check.");
        return new AgeStanza([StanzaType, AgeBase64.Encode(share)], FileKeyBox.Seal(wrapKey, FileKeyBox.ZeroNonce, fileKey));
    }

    /// <summary>The recipient as <c>age1…</c>.</summary>
    public override string ToString() => Bech32.Encode(Prefix, _bytes);

    /// <inheritdoc/>
    public bool Equals(X25519Recipient? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as X25519Recipient);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_bytes);

    /// <summary>The key that wraps a file key, or null when the shared secret is all zero.</summary>
    internal static Key? WrapKey(Key own, PublicKey other, ReadOnlySpan<byte> share, ReadOnlySpan<byte> recipient)
    {
        using var shared = X25519.Agree(own, other);
        return shared is null
            ? null
            : KeyDerivationAlgorithm.HkdfSha256.DeriveKey(shared, [.. share, .. recipient], Info,
                AeadAlgorithm.ChaCha20Poly1305);
    }

    /// <summary>
    /// Whether every secret agrees with this public key on zero. A trial with any secret tells: the cofactor divides
    /// every clamped scalar.
    /// </summary>
    internal static bool IsLowOrder(ReadOnlySpan<byte> publicKey)
    {
        Span<byte> anyScalar = stackalloc byte[KeyLength];
        anyScalar.Fill(0x40);
        using var trial = Key.Import(X25519, anyScalar, KeyBlobFormat.RawPrivateKey);
        using var shared = X25519.Agree(trial, PublicKey.Import(X25519, publicKey, KeyBlobFormat.RawPublicKey));
        return shared is null;
    }
}

/// <summary>The age identity of type X25519, <c>AGE-SECRET-KEY-1…</c>.</summary>
public sealed class X25519Identity : IAgeIdentity
{
    private const string Prefix = "AGE-SECRET-KEY-";
    private const int KeyLength = 32;

    private static readonly KeyAgreementAlgorithm X25519 = KeyAgreementAlgorithm.X25519;
    private readonly Key _key;
    private readonly byte[] _public;

    private X25519Identity(ReadOnlySpan<byte> secret)
    {
        _key = Key.Import(X25519, secret, KeyBlobFormat.RawPrivateKey,
            new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        _public = _key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
    }

    /// <summary>Whom to encrypt to, so that this identity opens it.</summary>
    public X25519Recipient Recipient => new(_key.PublicKey);

    /// <summary>A new identity. Draws 32 bytes.</summary>
    public static X25519Identity Generate(Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        Span<byte> secret = stackalloc byte[KeyLength];
        randomness.Fill(secret);
        var identity = new X25519Identity(secret);
        SecretBytes.Wipe(secret);
        return identity;
    }

    /// <summary>Reads <c>AGE-SECRET-KEY-1…</c> in upper case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out X25519Identity? identity)
    {
        identity = null;
        if (text is null || Bech32.Decode(Prefix, text) is not { } bytes)
            return false;
        if (bytes.Length == KeyLength)
            identity = new X25519Identity(bytes);
        SecretBytes.Wipe(bytes);
        return identity is not null;
    }

    /// <inheritdoc/>
    public AgeError Unwrap(IReadOnlyList<AgeStanza> stanzas, Span<byte> fileKey)
    {
        ArgumentNullException.ThrowIfNull(stanzas);
        foreach (var stanza in stanzas)
        {
            if (!stanza.Is(X25519Recipient.StanzaType))
                continue;
            if (stanza.Arguments.Count != 2 || stanza.Body.Length != FileKeyBox.Length
                || AgeBase64.Decode(stanza.Arguments[1]) is not { Length: KeyLength } share
                || !PublicKey.TryImport(X25519, share, KeyBlobFormat.RawPublicKey, out var ephemeral)
                || ephemeral is null)
                return AgeError.HeaderFailure;
            using var wrapKey = X25519Recipient.WrapKey(_key, ephemeral, share, _public);
            if (wrapKey is null)
                return AgeError.HeaderFailure;
            if (FileKeyBox.TryOpen(wrapKey, FileKeyBox.ZeroNonce, stanza.Body.Span, fileKey))
                return AgeError.None;
        }
        return AgeError.NoMatch;
    }

    /// <summary>The secret as <c>AGE-SECRET-KEY-1…</c>: whoever reads it opens every file of this identity.</summary>
    public string ExportString()
    {
        var secret = _key.Export(KeyBlobFormat.RawPrivateKey);
        var text = Bech32.Encode("age-secret-key-", secret).ToUpperInvariant();
        SecretBytes.Wipe(secret);
        return text;
    }

    /// <summary>Forgets the secret.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Never the secret.</summary>
    public override string ToString() => "X25519Identity(redacted)";
}
