using Whistle.Protocol.Json;

namespace Whistle.Protocol.Log;

/// <summary>
/// What stands in the log in the clear (SPEC section 16): canonical JSON, never 32 bytes long, so that it is no blinded
/// leaf. Everything else in the log is 32 bytes that nobody can tell from random ones.
/// </summary>
/// <param name="Kind"><c>directory</c>, <c>export</c> or <c>site</c>.</param>
/// <param name="Id">The version of the directory or of the site manifest, or the export's id.</param>
/// <param name="Hash">The hash of the directory or of the manifest, or the SHA-256 of the exported file.</param>
public sealed record PublicEntry(string Kind, string Id, Hash32 Hash)
{
    /// <summary>Bytes; nothing in a log is longer.</summary>
    public const int MaxLength = 1024;

    /// <summary>The entry of a directory version.</summary>
    public static PublicEntry Directory(int version, Hash32 hash) =>
        new("directory", version.ToString(System.Globalization.CultureInfo.InvariantCulture), hash);

    /// <summary>The entry of an exported file.</summary>
    public static PublicEntry Export(string id, Hash32 file) => new("export", id, file);

    /// <summary>The entry of a site manifest.</summary>
    public static PublicEntry Site(int version, Hash32 hash) => new("site", version.ToString(System.Globalization.CultureInfo.InvariantCulture), hash);

    /// <summary>Reads an entry of the log; null for a blinded one, and for any other bytes.</summary>
    public static PublicEntry? Read(ReadOnlySpan<byte> entry)
    {
        if (entry.Length == Hash32.Length || !Jcs.TryParse(entry, MaxLength, out var json))
            return null;
        var form = new FormReader(json);
        form.Version();
        var read = new PublicEntry(form.OneOf("kind", "directory", "export", "site"), form.Text("id", 40), form.Hash("hash"));
        return form.IsDone ? read : null;
    }

    /// <summary>The bytes that are logged.</summary>
    public byte[] ToBytes() => Jcs.Serialize(new JcsObject { { "v", 1 }, { "kind", Kind }, { "id", Id }, { "hash", Hash } });
}
