using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Whistle.Cli.Io;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Keys;

/// <summary>A root holder's or a witness's key and the name it signs with. Holds a secret: dispose of it.</summary>
internal sealed class RootKey(string name, SigningKey key, NoteAlgorithm algorithm = NoteAlgorithm.Ed25519) : IDisposable
{
    public SigningKey Key { get; } = key;

    public NoteKey Public { get; } = new(name, key.Public, algorithm);

    public void Dispose() => Key.Dispose();

    public override string ToString() => "RootKey(redacted)";
}

/// <summary>
/// Root key files (SPEC 6.1): an age file under a passphrase around the key encoding of C2SP signed-note,
/// <c>PRIVATE+KEY+name+hash+base64(0x01 || seed)</c> and a line feed. <c>age -d</c> and any signed-note tool can use one
/// without Whistle.
/// </summary>
internal static class RootKeyFile
{
    private const string Prefix = "PRIVATE+KEY+";

    /// <summary><c>name+hash+base64(0x01 || public key)</c>: what a holder hands over.</summary>
    public static string PublicText(NoteKey key) => key.ToString();

    /// <summary>The plaintext of a key file, to be wiped by the caller.</summary>
    public static byte[] Encode(RootKey root)
    {
        var seed = root.Key.ExportSeed();
        byte[] tagged = [(byte)root.Public.Algorithm, .. seed];
        try
        {
            return Encoding.UTF8.GetBytes($"{Prefix}{root.Public.Name}+{HashText(root.Public)}+{Convert.ToBase64String(tagged)}\n");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(tagged);
        }
    }

    /// <summary>Opens the file of <c>--key</c>, asking for its passphrase where it has one.</summary>
    public static async Task<RootKey> OpenAsync(
        World world, Report report, string path, string? passphraseFile, bool isPlain, CancellationToken ct)
    {
        var file = await Files.BytesAsync(path, "--key", ct);
        if (isPlain)
            return Decode(file);
        if (!SealedFile.IsAge(file))
            throw Stop.Failed("key-file-not-locked");
        var passphrase = await Secrets.PassphraseAsync(world, passphraseFile, "The passphrase of your key file (it is not shown): ", ct);
        var plaintext = await report.WhileAsync("Opening the key file …", () => Task.Run(() => SealedFile.Open(file, passphrase), ct));
        try
        {
            return Decode(plaintext);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>Reads the plaintext: <c>root-key-malformed</c> where it is not one, is of another kind, or contradicts itself.</summary>
    public static RootKey Decode(ReadOnlySpan<byte> plaintext, NoteAlgorithm algorithm = NoteAlgorithm.Ed25519)
    {
        var text = Encoding.UTF8.GetString(plaintext).Trim();
        // Base64 may itself hold a plus sign: it is all that follows the name and the hash.
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)
            || text[Prefix.Length..].Split('+', 3) is not [var name, var hash, var encoded] || !NoteKey.IsName(name))
            throw Stop.Failed("root-key-malformed");
        var bytes = new byte[encoded.Length];
        try
        {
            if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length != 1 + SigningKey.SeedLength || bytes[0] != (byte)algorithm)
                throw Stop.Failed("root-key-malformed");
            var root = new RootKey(name, SigningKey.FromSeed(bytes.AsSpan(1, SigningKey.SeedLength)), algorithm);
            if (string.Equals(hash, HashText(root.Public), StringComparison.Ordinal))
                return root;
            root.Dispose();
            throw Stop.Failed("root-key-malformed");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static string HashText(NoteKey key) => key.Hash.ToString("x8", CultureInfo.InvariantCulture);
}

/// <summary>Secret files under a passphrase, or in the clear where that was asked for.</summary>
internal static class SealedFile
{
    private const string AgeStart = "age-encryption.org/";

    public static byte[] Seal(ReadOnlySpan<byte> plaintext, string passphrase, World world)
    {
        using var recipient = new ScryptRecipient(passphrase, world.WorkFactor);
        return AgeFile.Encrypt(plaintext, [recipient], world.Randomness);
    }

    /// <summary>Whether the bytes are an age file, armored or not.</summary>
    public static bool IsAge(ReadOnlySpan<byte> bytes) =>
        AgeArmor.IsArmored(bytes) || bytes.StartsWith(Encoding.ASCII.GetBytes(AgeStart));

    /// <summary>
    /// Opens a file under a passphrase: as it was typed, then as generated passphrases are written (lower case, single
    /// spaces). <c>passphrase-wrong</c>, <c>key-file-malformed</c>.
    /// </summary>
    public static byte[] Open(ReadOnlySpan<byte> file, string passphrase)
    {
        var binary = file.ToArray();
        if (AgeArmor.IsArmored(file))
            binary = AgeArmor.Decode(file).Value ?? throw Stop.Failed("key-file-malformed");
        var error = AgeError.NoMatch;
        foreach (var spelling in new[] { passphrase, Passphrase.Normalize(passphrase) }.Distinct(StringComparer.Ordinal))
        {
            using var identity = new ScryptIdentity(spelling);
            var opened = AgeFile.Decrypt(binary, identity);
            if (opened.IsOk)
                return opened.Value;
            error = opened.Error;
        }
        throw Stop.Failed(error == AgeError.NoMatch ? "passphrase-wrong" : "key-file-malformed");
    }
}
