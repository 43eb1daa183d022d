using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Demo;

/// <summary>
/// The demo's root key as the file that desk and command line sign directories with: age under a passphrase, around
/// C2SP signed-note's <c>PRIVATE+KEY+name+hash+base64(0x01 || seed)</c> and a line feed.
/// </summary>
internal static class DemoRootKey
{
    private const byte Ed25519 = 1;

    /// <summary>Not the default of 18: the demo's passphrase stands on the screen, and 18 takes a second more.</summary>
    private const int WorkFactor = 14;

    public static byte[] Seal(SigningKey key, string passphrase)
    {
        using var recipient = new ScryptRecipient(passphrase, WorkFactor);
        var note = new NoteKey(DemoCeremony.RootKeyName, key.Public);
        byte[] tagged = [Ed25519, .. key.ExportSeed()];
        var text = string.Create(CultureInfo.InvariantCulture, $"PRIVATE+KEY+{note.Name}+{note.Hash:x8}+{Convert.ToBase64String(tagged)}\n");
        CryptographicOperations.ZeroMemory(tagged);
        return AgeFile.Encrypt(Encoding.UTF8.GetBytes(text), [recipient], Randomness.System);
    }
}
