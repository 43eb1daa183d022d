using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol.Age;

/// <summary>
/// The age recipient of type <c>mlkem768x25519</c>, <c>age1pq1…</c>: what Whistle encrypts everything to. It stays
/// closed while either ML-KEM-768 or X25519 holds.
/// </summary>
public sealed class HybridRecipient : IAgeRecipient, IEquatable<HybridRecipient>
{
    /// <summary>Bytes in a public key: X-Wing, ML-KEM-768 then X25519.</summary>
    public const int Length = XWing.PublicKeyLength;

    /// <summary>The first argument of its stanzas.</summary>
    public const string StanzaType = "mlkem768x25519";

    private const string Prefix = "age1pq";
    private readonly byte[] _key;

    internal HybridRecipient(byte[] key) => _key = key;

    /// <inheritdoc/>
    public AgeRecipientGroup Group => AgeRecipientGroup.PostQuantum;

    /// <summary>The X-Wing public key: 1216 bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _key;

    /// <summary>Reads <c>age1pq1…</c> in lower case (1959 characters). False when it is not a valid public key.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HybridRecipient? recipient)
    {
        recipient = null;
        return text is not null && Bech32.Decode(Prefix, text) is { } bytes && TryFromBytes(bytes, out recipient);
    }

    /// <summary>Takes 1216 bytes. False when they are not a valid public key.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out HybridRecipient? recipient)
    {
        recipient = XWing.IsPublicKey(bytes) ? new HybridRecipient(bytes.ToArray()) : null;
        return recipient is not null;
    }

    /// <summary>Draws 64 bytes: the seed of X-Wing's derandomised encapsulation.</summary>
    /// <inheritdoc/>
    public AgeStanza Wrap(ReadOnlySpan<byte> fileKey, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        Span<byte> seed = stackalloc byte[XWing.EncapsulationSeedLength];
        Span<byte> shared = stackalloc byte[XWing.SharedLength];
        Span<byte> encapsulated = stackalloc byte[XWing.EncapsulatedLength];
        Span<byte> nonce = stackalloc byte[12];
        randomness.Fill(seed);
        try
        {
            if (!Sodium.TryXWingEncapsulate(_key, seed, encapsulated, shared))
                throw new InvalidOperationException("An invalid recipient passed its own check.");
            using var key = Hpke.Schedule(shared, nonce);
            return new AgeStanza(
                [StanzaType, AgeBase64.Encode(encapsulated)], FileKeyBox.Seal(key, nonce, fileKey));
        }
        finally
        {
            SecretBytes.Wipe(seed);
            SecretBytes.Wipe(shared);
        }
    }

    /// <summary>The recipient as <c>age1pq1…</c>.</summary>
    public override string ToString() => Bech32.Encode(Prefix, _key);

    /// <inheritdoc/>
    public bool Equals(HybridRecipient? other) => other is not null && _key.AsSpan().SequenceEqual(other._key);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HybridRecipient);

    /// <inheritdoc/>
    public override int GetHashCode() => BitConverter.ToInt32(_key, Length - sizeof(int));
}

/// <summary>
/// The age identity of type <c>mlkem768x25519</c>, <c>AGE-SECRET-KEY-PQ-1…</c>: a seed of 32 bytes, from which
/// everything else follows.
/// </summary>
public sealed class HybridIdentity : IAgeIdentity
{
    /// <summary>Bytes in a seed.</summary>
    public const int SeedLength = XWing.SeedLength;

    private const string Prefix = "AGE-SECRET-KEY-PQ-";
    private readonly byte[] _seed;
    private bool _disposed;

    private HybridIdentity(ReadOnlySpan<byte> seed)
    {
        _seed = SecretBytes.Copy(seed);
        Recipient = new HybridRecipient(Sodium.XWingPublicKey(seed));
    }

    /// <summary>Whom to encrypt to, so that this identity opens it.</summary>
    public HybridRecipient Recipient { get; }

    /// <summary>The identity of a seed of 32 bytes; the caller wipes its own copy.</summary>
    /// <exception cref="ArgumentException">The seed is not 32 bytes.</exception>
    public static HybridIdentity FromSeed(ReadOnlySpan<byte> seed) => seed.Length == SeedLength
        ? new HybridIdentity(seed)
        : throw new ArgumentException("The seed must be 32 bytes.", nameof(seed));

    /// <summary>A new identity. Draws 32 bytes: the seed.</summary>
    public static HybridIdentity Generate(Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        Span<byte> seed = stackalloc byte[SeedLength];
        randomness.Fill(seed);
        var identity = new HybridIdentity(seed);
        SecretBytes.Wipe(seed);
        return identity;
    }

    /// <summary>Reads <c>AGE-SECRET-KEY-PQ-1…</c> in upper case.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out HybridIdentity? identity)
    {
        identity = null;
        if (text is null || Bech32.Decode(Prefix, text) is not { } seed)
            return false;
        if (seed.Length == SeedLength)
            identity = new HybridIdentity(seed);
        SecretBytes.Wipe(seed);
        return identity is not null;
    }

    /// <inheritdoc/>
    public AgeError Unwrap(IReadOnlyList<AgeStanza> stanzas, Span<byte> fileKey)
    {
        ArgumentNullException.ThrowIfNull(stanzas);
        ObjectDisposedException.ThrowIf(_disposed, this);
        Span<byte> shared = stackalloc byte[XWing.SharedLength];
        Span<byte> nonce = stackalloc byte[12];
        try
        {
            foreach (var stanza in stanzas)
            {
                if (!stanza.Is(HybridRecipient.StanzaType))
                    continue;
                if (stanza.Arguments.Count != 2 || stanza.Body.Length != FileKeyBox.Length
                    || AgeBase64.Decode(stanza.Arguments[1])
                        is not { Length: XWing.EncapsulatedLength } encapsulated
                    || !Sodium.TryXWingDecapsulate(_seed, encapsulated, shared))
                    return AgeError.HeaderFailure;
                using var key = Hpke.Schedule(shared, nonce);
                if (FileKeyBox.TryOpen(key, nonce, stanza.Body.Span, fileKey))
                    return AgeError.None;
            }
            return AgeError.NoMatch;
        }
        finally
        {
            SecretBytes.Wipe(shared);
        }
    }

    /// <summary>The secret as <c>AGE-SECRET-KEY-PQ-1…</c>: whoever reads it opens every file of this identity.</summary>
    public string ExportString()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Bech32.Encode("age-secret-key-pq-", _seed).ToUpperInvariant();
    }

    /// <summary>The seed, 32 bytes, in a new array that the caller wipes.</summary>
    public byte[] ExportSeed()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _seed];
    }

    /// <summary>Wipes the seed.</summary>
    public void Dispose()
    {
        SecretBytes.Wipe(_seed);
        _disposed = true;
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => "HybridIdentity(redacted)";
}
