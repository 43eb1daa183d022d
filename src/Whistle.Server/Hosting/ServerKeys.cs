using System.Security.Cryptography;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Hosting;

/// <summary>The server's own keys, made at the first start: the log key signs promises, the MAC key makes challenges and salts.</summary>
internal sealed class ServerKeys : IDisposable
{
    public ServerKeys(DataFolder folder)
    {
        var seed = folder.Secret("log-ed25519.key", SigningKey.SeedLength);
        Log = SigningKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        // Named after itself: the directory pins it, and a name of the host would change when the host does.
        LogName = "log-" + Convert.ToHexStringLower(SHA256.HashData(Log.Public.Bytes.Span)[..4]);
        Mac = folder.Secret("mac.key", 32);
    }

    public SigningKey Log { get; }

    public string LogName { get; }

    /// <summary>The key as the directory lists it.</summary>
    public NoteKey LogNoteKey => new(LogName, Log.Public);

    /// <summary>HMAC-SHA256 key of challenges (SPEC 8.3) and salts (SPEC 11). Never rotated: salts follow from it.</summary>
    public byte[] Mac { get; }

    public void Dispose()
    {
        Log.Dispose();
        CryptographicOperations.ZeroMemory(Mac);
    }

    public override string ToString() => "(keys)";
}
