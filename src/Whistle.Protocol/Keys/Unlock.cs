using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NSec.Cryptography;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Keys;

/// <summary>
/// What follows from a passphrase (SPEC section 11): a password that the server may see, and an identity that it may
/// not. Neither leads to the other. Holds secrets: dispose of it.
/// </summary>
public sealed partial class Unlock : IDisposable
{
    private const int SaltLength = 16;

    private static readonly PasswordBasedKeyDerivationAlgorithm Argon2id =
        PasswordBasedKeyDerivationAlgorithm.Argon2id(new Argon2Parameters
        {
            DegreeOfParallelism = 1,
            MemorySize = 64 * 1024,
            NumberOfPasses = 3,
        });

    private Unlock(ReadOnlySpan<byte> master)
    {
        var login = Derivation.Derive(master, "whistle/pw/v1"u8, "login");
        Password = StrictBase64Url.Encode(login);
        CryptographicOperations.ZeroMemory(login);
        Identity = Derivation.Identity(master, "whistle/pw/v1"u8, "unlock");
    }

    /// <summary>The password for sign-in: 43 characters.</summary>
    public string Password { get; }

    /// <summary>Opens <c>identity.age</c>.</summary>
    public HybridIdentity Identity { get; }

    /// <summary>Trims and lowers a login name; null when it is not one.</summary>
    public static string? NormalizeLogin(string? name)
    {
        var normal = name?.Trim().ToLowerInvariant();
        return normal is not null && LoginForm().IsMatch(normal) ? normal : null;
    }

    /// <summary><c>HMAC-SHA256(server key, "whistle/salt/v1\0" || login name)</c>, for known and unknown names alike.</summary>
    public static byte[] ServerSalt(ReadOnlySpan<byte> serverKey, string login) =>
        HMACSHA256.HashData(serverKey, [.. "whistle/salt/v1\0"u8, .. Encoding.UTF8.GetBytes(login)]);

    /// <summary>
    /// <c>H("whistle/pw/v1" || lp(directory origin) || lp(login name) || server salt)[:16]</c>: a server that lies about
    /// its salt still gets a password that is of use at this origin and for this name alone.
    /// </summary>
    public static byte[] Salt(string origin, string login, ReadOnlySpan<byte> serverSalt) => Hash32.Of(
        "whistle/pw/v1"u8, LengthPrefix.Of(origin), LengthPrefix.Of(login), serverSalt.ToArray())
        .ToBytes()[..SaltLength];

    /// <summary>Takes 64 MiB of memory and some tenths of a second. The passphrase is normalised first.</summary>
    public static Unlock Derive(string passphrase, string origin, string login, ReadOnlySpan<byte> serverSalt)
    {
        var text = Encoding.UTF8.GetBytes(Passphrase.Normalize(passphrase));
        var master = Argon2id.DeriveBytes(text, Salt(origin, login, serverSalt), Derivation.Length);
        try
        {
            return new Unlock(master);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(master);
        }
    }

    /// <summary>What follows from <c>m</c>, 32 bytes, which the caller wipes.</summary>
    public static Unlock FromMaster(ReadOnlySpan<byte> master) => master.Length == Derivation.Length
        ? new Unlock(master)
        : throw new ArgumentException("The master must be 32 bytes.", nameof(master));

    /// <summary>Forgets the identity.</summary>
    public void Dispose() => Identity.Dispose();

    /// <summary>Never a secret.</summary>
    public override string ToString() => "Unlock(redacted)";

    [GeneratedRegex(@"\A[a-z0-9._@+-]{1,64}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LoginForm();
}

/// <summary>A generated passphrase: 7 words of the EFF large list, 90 bits. Never chosen by people.</summary>
public static class Passphrase
{
    /// <summary>Words in a passphrase.</summary>
    public const int WordCount = 7;

    /// <summary>A new passphrase, joined by single spaces. Draws 4 bytes per word, and again for the biased tail.</summary>
    public static string Generate(Randomness randomness)
    {
        var words = new string[WordCount];
        for (var i = 0; i < WordCount; i++)
            words[i] = WordList.Eff[randomness.Below(WordList.Eff.Count)];
        return string.Join(' ', words);
    }

    /// <summary>Lower case, single spaces: what a passphrase is hashed as, however it was typed.</summary>
    public static string Normalize(string passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        return string.Join(
            ' ', passphrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();
    }
}

/// <summary>
/// What a member of the team opens and signs with (<c>identity.age</c>, SPEC section 11). Holds secrets: dispose of it.
/// </summary>
public sealed class MemberKeys : IDisposable
{
    private MemberKeys(HybridIdentity identity, SigningKey signing)
    {
        Identity = identity;
        Signing = signing;
    }

    /// <summary>Opens what is sealed to the member.</summary>
    public HybridIdentity Identity { get; }

    /// <summary>Signs what the member writes.</summary>
    public SigningKey Signing { get; }

    /// <summary>New keys. Draws 32 bytes for the identity, then 32 for the signing key.</summary>
    public static MemberKeys Generate(Randomness randomness) =>
        new(HybridIdentity.Generate(randomness), SigningKey.Generate(randomness));

    /// <summary><c>identity.age</c>: 2683 bytes.</summary>
    public byte[] Seal(HybridRecipient unlock, Randomness randomness)
    {
        var seed = Signing.ExportSeed();
        var json = new JcsObject { { "v", 1 }, { "identity", Identity.ExportString() }, { "signing", seed } };
        CryptographicOperations.ZeroMemory(seed);
        var padded = Sealing.Pad(Jcs.Serialize(json), WireLengths.IdentityFilePlaintext);
        return Sealing.Seal(padded, [unlock], 1, randomness);
    }

    /// <summary>Opens <c>identity.age</c>: <c>identity-file-malformed</c> and the codes of sealed files.</summary>
    public static Parsed<MemberKeys> Open(ReadOnlySpan<byte> file, HybridIdentity unlock)
    {
        var json = Sealing.OpenObject(
            file, 1, unlock, n => n == WireLengths.IdentityFilePlaintext, "identity-file-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        var identity = form.Parse<HybridIdentity>("identity", HybridIdentity.TryParse);
        var seed = form.Bytes("signing", SigningKey.SeedLength);
        try
        {
            return form.IsDone && identity is not null
                ? new MemberKeys(identity, SigningKey.FromSeed(seed))
                : new Refusal("identity-file-malformed");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Wipes both keys.</summary>
    public void Dispose()
    {
        Identity.Dispose();
        Signing.Dispose();
    }

    /// <summary>Never a key.</summary>
    public override string ToString() => "MemberKeys(redacted)";
}
