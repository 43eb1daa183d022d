using System.Text;
using System.Text.RegularExpressions;
using Whistle.Protocol.Json;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Directories;

/// <summary>A file of the pages as it is served.</summary>
/// <param name="Path">From the root of the site, for instance <c>/assets/source.js</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">SHA-256 of the bytes.</param>
public sealed record SiteFile(string Path, long Size, Hash32 Hash)
{
    /// <summary>A file by its bytes.</summary>
    public static SiteFile Of(string path, ReadOnlySpan<byte> bytes) => new(path, bytes.Length, Hash32.Of(bytes.ToArray()));

    /// <summary>Where a browser asks for it: a page is asked for by its folder.</summary>
    public string Address => Path switch
    {
        "/index.html" => "/",
        _ when Path.EndsWith("/index.html", StringComparison.Ordinal) => Path[..^"/index.html".Length],
        _ => Path,
    };
}

/// <summary>
/// Every file of the pages that root holders looked at and signed (SPEC section 6.2): whoever fetches the site can tell
/// whether it is the one that everybody should get.
/// </summary>
public sealed class SiteManifest
{
    /// <summary>Files, at most.</summary>
    public const int MaxFiles = 1000;

    private const string Label = "whistle/site/v1";
    private const int MaxPath = 200;

    private static readonly Regex Path = new(
        @"^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private SiteManifest(Hash32 root, int version, Day issued, IReadOnlyList<SiteFile> files) => (Root, Version, Issued, Files) = (root, version, issued, files);

    /// <summary>The fingerprint of the root keys that sign it.</summary>
    public Hash32 Root { get; }

    /// <summary>Starts at 1 and grows.</summary>
    public int Version { get; }

    /// <summary>The day of issue: some days later the list is in the log, or somebody keeps it from being seen.</summary>
    public Day Issued { get; }

    /// <summary>In the order of their paths.</summary>
    public IReadOnlyList<SiteFile> Files { get; }

    /// <summary><c>H(note text)</c>, without signatures.</summary>
    public Hash32 Hash => Hash32.Of(Encoding.UTF8.GetBytes(ToText()));

    /// <summary>The manifest of files in any order.</summary>
    /// <exception cref="ArgumentException">A path is none, or stands twice; there is no file, or there are too many.</exception>
    public static SiteManifest Of(Hash32 root, int version, Day issued, IEnumerable<SiteFile> files)
    {
        var sorted = files.OrderBy(f => f.Path, StringComparer.Ordinal).ToList();
        return version >= 1 && AreSound(sorted) ? new(root, version, issued, sorted) : throw new ArgumentException("Not the files of a site.", nameof(files));
    }

    /// <summary>The three lines that are signed.</summary>
    public string ToText()
    {
        var json = new JcsObject
        {
            { "v", 1 },
            { "version", Version },
            { "issued", Issued.Number },
            { "files", new JcsArray(Files.Select(f => new JcsObject { { "path", f.Path }, { "size", f.Size }, { "sha256", f.Hash } })) },
        };
        return $"{Label}\n{Root}\n{Encoding.UTF8.GetString(Jcs.Serialize(json))}\n";
    }

    /// <summary>Reads the text of a note, whoever signed it: <c>site-malformed</c>.</summary>
    public static Parsed<SiteManifest> ParseText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('\n') is not [Label, var rootText, var jcs, ""]
            || !Hash32.TryParse(rootText, out var root)
            || !Jcs.TryParse(Encoding.UTF8.GetBytes(jcs), SignedNote.MaxLength, out var json))
            return new Refusal("site-malformed");
        var form = new FormReader(json);
        form.Version();
        var version = (int)form.Integer("version", 1, int.MaxValue);
        var issued = form.Day("issued");
        var files = form.Objects("files", MaxFiles, f => new SiteFile(f.Text("path", MaxPath), f.Integer("size", 0, 1L << 40), f.Hash("sha256")));
        return form.IsDone && AreSound(files) ? new SiteManifest(root, version, issued, files) : new Refusal("site-malformed");
    }

    /// <summary>
    /// Reads a note and counts its signatures: <c>site-malformed</c>; <c>site-root-mismatch</c> where it stands under another
    /// root; <c>site-under-signed</c>.
    /// </summary>
    public static Parsed<SiteManifest> Verify(ReadOnlySpan<byte> note, RootKeys root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (!SignedNote.TryParse(note, out var signed))
            return new Refusal("site-malformed");
        var manifest = ParseText(signed.Text);
        if (!manifest.IsOk)
            return manifest;
        if (manifest.Value.Root != root.Fingerprint)
            return new Refusal("site-root-mismatch");
        return root.CountSignatures(signed) >= root.Threshold ? manifest : new Refusal("site-under-signed");
    }

    private static bool AreSound(IReadOnlyList<SiteFile> files)
    {
        for (var i = 1; i < files.Count; i++)
        {
            if (string.CompareOrdinal(files[i - 1].Path, files[i].Path) >= 0)
                return false;
        }
        return files.Count is >= 1 and <= MaxFiles && files.All(f => f.Path.Length <= MaxPath && Path.IsMatch(f.Path) && f.Size >= 0);
    }
}
