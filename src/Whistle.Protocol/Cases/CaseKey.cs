using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>
/// The key of one case (SPEC section 4): to hold it is the right to the case. Holds secrets: dispose of it.
/// </summary>
public sealed class CaseKey : IDisposable
{
    /// <summary>Stanzas in <c>case-key.age</c>: the number of readers must not show.</summary>
    public const int Stanzas = 16;

    private CaseKey(HybridIdentity identity)
    {
        Identity = identity;
        var seed = identity.ExportSeed();
        Access = Derivation.SigningKey(seed, "whistle/case/v1"u8, "case-access-ed25519");
        CryptographicOperations.ZeroMemory(seed);
        Id = IdOf(identity.Recipient, Access.Public);
    }

    /// <summary>Opens everything of the case.</summary>
    public HybridIdentity Identity { get; }

    /// <summary>What everything of the case is sealed to.</summary>
    public HybridRecipient Recipient => Identity.Recipient;

    /// <summary>Proves possession to the server.</summary>
    public SigningKey Access { get; }

    /// <summary>The case's id, which follows from both keys.</summary>
    public CaseId Id { get; }

    /// <summary>The key of a seed of 32 bytes; the caller wipes its own copy.</summary>
    public static CaseKey FromSeed(ReadOnlySpan<byte> seed) => new(HybridIdentity.FromSeed(seed));

    /// <summary>A new case. Draws 32 bytes.</summary>
    public static CaseKey Generate(Randomness randomness) => new(HybridIdentity.Generate(randomness));

    /// <summary>Reads <c>AGE-SECRET-KEY-PQ-1…</c>; null when it is not one.</summary>
    public static CaseKey? TryParse(string? text) =>
        HybridIdentity.TryParse(text, out var identity) ? new CaseKey(identity) : null;

    /// <summary><c>H("whistle/case-id/v1" || case recipient || access public key)[:16]</c>.</summary>
    public static CaseId IdOf(HybridRecipient recipient, VerifyKey access)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        ArgumentNullException.ThrowIfNull(access);
        return new(Hash32.Of("whistle/case-id/v1"u8, recipient.Bytes.ToArray(), access.Bytes.ToArray()).First16);
    }

    /// <summary><c>case-key.age</c>: sealed to at most 16 readers and throwaways up to 16.</summary>
    public byte[] Seal(IReadOnlyList<HybridRecipient> readers, Randomness randomness)
    {
        var plaintext = Encoding.ASCII.GetBytes(Identity.ExportString() + "\n");
        try
        {
            return Sealing.Seal(plaintext, readers, Stanzas, randomness);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>
    /// Tries to open <c>case-key.age</c>: <c>seal-not-for-you</c> is the usual answer, since most blobs are decoys or
    /// somebody else's; also <c>seal-malformed</c>, <c>seal-damaged</c>, <c>case-key-malformed</c>.
    /// </summary>
    public static Parsed<CaseKey> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        if (file.Length != WireLengths.CaseKeyFile)
            return new Refusal("seal-malformed");
        var opened = Sealing.Open(file, Stanzas, identity);
        if (!opened.IsOk)
            return new Refusal(opened.Code);
        var text = Encoding.ASCII.GetString(opened.Value);
        CryptographicOperations.ZeroMemory(opened.Value);
        return text.EndsWith('\n') && TryParse(text[..^1]) is { } key ? key : new Refusal("case-key-malformed");
    }

    /// <summary>Wipes both keys.</summary>
    public void Dispose()
    {
        Identity.Dispose();
        Access.Dispose();
    }

    /// <summary>Never a key.</summary>
    public override string ToString() => "CaseKey(redacted)";
}
