using System.Security.Cryptography;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Keys;

/// <summary>All keys that follow from the twelve words (SPEC section 3). Holds secrets: dispose of it.</summary>
public sealed class SourceKeys : IDisposable
{
    private readonly byte[] _stateKey;
    private readonly byte[] _existenceBlind;
    private readonly byte[] _contentBlind;

    private SourceKeys(ReadOnlySpan<byte> entropy)
    {
        var salt = "whistle/receipt/v1"u8;
        Mailbox = Derivation.SigningKey(entropy, salt, "mailbox-auth-ed25519");
        Signing = Derivation.SigningKey(entropy, salt, "source-sign-ed25519");
        Reply = Derivation.Identity(entropy, salt, "reply-age-identity");
        _stateKey = Derivation.Derive(entropy, salt, "state-key");
        _existenceBlind = Derivation.Derive(entropy, salt, "existence-blind");
        _contentBlind = Derivation.Derive(entropy, salt, "content-blind");
        MailboxId = IdOf(Mailbox.Public);
    }

    /// <summary>Proves the mailbox to the server and signs the manifest of a tip.</summary>
    public SigningKey Mailbox { get; }

    /// <summary>The mailbox's id.</summary>
    public MailboxId MailboxId { get; }

    /// <summary>Signs the source's messages and the first sheet.</summary>
    public SigningKey Signing { get; }

    /// <summary>Opens replies.</summary>
    public HybridIdentity Reply { get; }

    /// <summary>The XChaCha20-Poly1305 key of the state: 32 bytes.</summary>
    internal ReadOnlySpan<byte> StateKey => _stateKey;

    /// <summary>Blinds the leaf that says that the case exists: 32 bytes.</summary>
    public ReadOnlyMemory<byte> ExistenceBlind => _existenceBlind;

    /// <summary>Blinds the leaf that commits to the content: 32 bytes. The team learns it, the server does not.</summary>
    public ReadOnlyMemory<byte> ContentBlind => _contentBlind;

    /// <summary><c>H("whistle/mailbox-id/v1" || mailbox-auth public key)[:16]</c>.</summary>
    public static MailboxId IdOf(VerifyKey mailbox)
    {
        ArgumentNullException.ThrowIfNull(mailbox);
        return new(Hash32.Of("whistle/mailbox-id/v1"u8, mailbox.Bytes.ToArray()).First16);
    }

    /// <summary>Wipes every key.</summary>
    public void Dispose()
    {
        Mailbox.Dispose();
        Signing.Dispose();
        Reply.Dispose();
        CryptographicOperations.ZeroMemory(_stateKey);
        CryptographicOperations.ZeroMemory(_existenceBlind);
        CryptographicOperations.ZeroMemory(_contentBlind);
    }

    /// <summary>Never a key.</summary>
    public override string ToString() => "SourceKeys(redacted)";

    internal static SourceKeys Derive(ReadOnlySpan<byte> entropy) => new(entropy);
}
