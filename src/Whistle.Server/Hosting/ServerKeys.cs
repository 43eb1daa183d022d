using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Hosting;

/// <summary>
/// The server's own keys, made at the first start: the log key signs promises and checkpoints, the MAC key makes challenges
/// and salts. While a log key is being replaced there are two, and both sign (SPEC 16, "A new log key").
/// </summary>
internal sealed class ServerKeys : IDisposable
{
    private readonly SigningKey[] _log;

    public ServerKeys(DataFolder folder)
    {
        var files = new LogKeyFiles(folder);
        _log = files.Read();
        LogName = files.Name();
        Mac = folder.Secret("mac.key", 32);
    }

    /// <summary>The log's name, and that of its keys: it stays when they are replaced.</summary>
    public string LogName { get; }

    /// <summary>The log key as the next directory lists it: the newest.</summary>
    public NoteKey LogNoteKey => new(LogName, _log[^1].Public);

    /// <summary>HMAC-SHA256 key of challenges (SPEC 8.3) and salts (SPEC 11). Never rotated: salts follow from it.</summary>
    public byte[] Mac { get; }

    /// <summary>The note with the log's signature, by the key in force and the one that is to follow it.</summary>
    public SignedNote SignAsLog(SignedNote note) => _log.Where(key => !note.IsSignedBy(new NoteKey(LogName, key.Public)))
        .Aggregate(note, (signed, key) => signed.Sign(LogName, key));

    public void Dispose()
    {
        foreach (var key in _log)
            key.Dispose();
        CryptographicOperations.ZeroMemory(Mac);
    }

    public override string ToString() => "(keys)";
}

/// <summary>The files of the log's keys.</summary>
internal sealed class LogKeyFiles(DataFolder folder)
{
    private const string InForce = "log-ed25519.key";
    private const string Following = "log-ed25519-next.key";
    private const string NameFile = "log-name";

    /// <summary>Whether there is a key that is to follow the one in force.</summary>
    public bool HasNext => File.Exists(PathOf(Following));

    /// <summary>The key in force, made where there is none, and the next one where there is one.</summary>
    public SigningKey[] Read() => HasNext ? [Key(InForce), Key(Following)] : [Key(InForce)];

    /// <summary>What was written when the key was first replaced; till then the key is named after itself.</summary>
    public string Name()
    {
        // The directory pins it, and a name of the host would change when the host does.
        if (File.Exists(PathOf(NameFile)))
            return File.ReadAllText(PathOf(NameFile)).TrimEnd('\n');
        using var key = Key(InForce);
        return "log-" + Convert.ToHexStringLower(SHA256.HashData(key.Public.Bytes.Span)[..4]);
    }

    /// <summary>Makes the next key. Whatever happens meanwhile, the log keeps its name.</summary>
    public void MakeNext()
    {
        DataFolder.Replace(PathOf(NameFile), Encoding.ASCII.GetBytes(Name() + "\n"));
        Key(Following).Dispose();
    }

    /// <summary>Puts the next key in the place of the one in force, which is gone then.</summary>
    public void TakeNext()
    {
        File.Move(PathOf(Following), PathOf(InForce), overwrite: true);
        DataFolder.FlushFolder(folder.Secrets);
    }

    private SigningKey Key(string name)
    {
        var seed = folder.Secret(name, SigningKey.SeedLength);
        var key = SigningKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    private string PathOf(string name) => Path.Combine(folder.Secrets, name);
}
