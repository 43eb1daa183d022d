using System.Globalization;
using NSec.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>
/// The age recipient of type <c>scrypt</c>: a passphrase, alone in its file. Whistle's own secrets are random keys;
/// this is for root keys on paper or a stick, which people move by hand.
/// </summary>
public sealed class ScryptRecipient : IAgeRecipient, IDisposable
{
    /// <summary>About a second, and 256 MiB.</summary>
    public const int DefaultWorkFactor = 18;

    internal const string StanzaType = "scrypt";
    internal const int SaltLength = 16;
    internal const int HighestWorkFactor = 22;

    private readonly byte[] _passphrase;
    private readonly int _workFactor;
    private bool _disposed;

    /// <summary>Encrypts to a passphrase, taken as UTF-8 and not otherwise changed.</summary>
    /// <param name="passphrase">Not empty.</param>
    /// <param name="workFactor">Base-two logarithm of scrypt's N: 1 to 22.</param>
    public ScryptRecipient(ReadOnlySpan<char> passphrase, int workFactor = DefaultWorkFactor)
    {
        if (passphrase.IsEmpty)
            throw new ArgumentException("The passphrase is empty.", nameof(passphrase));
        ArgumentOutOfRangeException.ThrowIfLessThan(workFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(workFactor, HighestWorkFactor);
        _passphrase = SecretBytes.FromUtf8(passphrase);
        _workFactor = workFactor;
    }

    /// <inheritdoc/>
    public AgeRecipientGroup Group => AgeRecipientGroup.Passphrase;

    /// <summary>Draws 16 bytes: the salt.</summary>
    /// <inheritdoc/>
    public AgeStanza Wrap(ReadOnlySpan<byte> fileKey, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var salt = randomness.Bytes(SaltLength);
        using var key = WrapKey(_passphrase, salt, _workFactor);
        return new AgeStanza(
            [StanzaType, AgeBase64.Encode(salt), _workFactor.ToString(CultureInfo.InvariantCulture)],
            FileKeyBox.Seal(key, FileKeyBox.ZeroNonce, fileKey));
    }

    /// <summary>Wipes the passphrase.</summary>
    public void Dispose()
    {
        SecretBytes.Wipe(_passphrase);
        _disposed = true;
    }

    /// <summary>Never the passphrase.</summary>
    public override string ToString() => "ScryptRecipient(redacted)";

    internal static Key WrapKey(ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, int workFactor)
    {
        Span<byte> key = stackalloc byte[AeadAlgorithm.ChaCha20Poly1305.KeySize];
        Sodium.Scrypt(passphrase, [.. "age-encryption.org/v1/scrypt"u8, .. salt], workFactor, key);
        var imported = Key.Import(AeadAlgorithm.ChaCha20Poly1305, key, KeyBlobFormat.RawSymmetricKey);
        SecretBytes.Wipe(key);
        return imported;
    }
}

/// <summary>The age identity of type <c>scrypt</c>: a passphrase.</summary>
public sealed class ScryptIdentity : IAgeIdentity
{
    private readonly byte[] _passphrase;
    private readonly int _maxWorkFactor;
    private bool _disposed;

    /// <summary>Decrypts with a passphrase, taken as UTF-8 and not otherwise changed.</summary>
    /// <param name="passphrase">Not empty.</param>
    /// <param name="maxWorkFactor">
    /// The file chooses how much work to do; above this, 1 to 22, it is refused. The default takes 1 GiB.
    /// </param>
    public ScryptIdentity(ReadOnlySpan<char> passphrase, int maxWorkFactor = 20)
    {
        if (passphrase.IsEmpty)
            throw new ArgumentException("The passphrase is empty.", nameof(passphrase));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWorkFactor, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxWorkFactor, ScryptRecipient.HighestWorkFactor);
        _passphrase = SecretBytes.FromUtf8(passphrase);
        _maxWorkFactor = maxWorkFactor;
    }

    /// <inheritdoc/>
    public AgeError Unwrap(IReadOnlyList<AgeStanza> stanzas, Span<byte> fileKey)
    {
        ArgumentNullException.ThrowIfNull(stanzas);
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (var stanza in stanzas)
        {
            if (!stanza.Is(ScryptRecipient.StanzaType))
                continue;
            if (stanzas.Count != 1 || stanza.Arguments.Count != 3 || stanza.Body.Length != FileKeyBox.Length
                || AgeBase64.Decode(stanza.Arguments[1])
                    is not { Length: ScryptRecipient.SaltLength } salt
                || stanza.Arguments[2].StartsWith('0')
                || !int.TryParse(stanza.Arguments[2], NumberStyles.None, CultureInfo.InvariantCulture, out var factor)
                || factor > _maxWorkFactor)
                return AgeError.HeaderFailure;
            using var key = ScryptRecipient.WrapKey(_passphrase, salt, factor);
            return FileKeyBox.TryOpen(key, FileKeyBox.ZeroNonce, stanza.Body.Span, fileKey)
                ? AgeError.None
                : AgeError.NoMatch;
        }
        return AgeError.NoMatch;
    }

    /// <summary>Wipes the passphrase.</summary>
    public void Dispose()
    {
        SecretBytes.Wipe(_passphrase);
        _disposed = true;
    }

    /// <summary>Never the passphrase.</summary>
    public override string ToString() => "ScryptIdentity(redacted)";
}
