using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Directories;

/// <summary>What a directory is held against. What is null is not checked.</summary>
public sealed record DirectoryChecks
{
    /// <summary>Today, in UTC.</summary>
    public required Day Today { get; init; }

    /// <summary>The pinned root fingerprint.</summary>
    public Hash32? PinnedRoot { get; init; }

    /// <summary>The origin that it came from.</summary>
    public string? Origin { get; init; }

    /// <summary>The highest version seen.</summary>
    public int HighestVersion { get; init; }
}

/// <summary>
/// A directory that enough root keys signed. Only <see cref="Verify"/> makes one, so whoever holds one may seal to the
/// people in it.
/// </summary>
public sealed class VerifiedDirectory
{
    private VerifiedDirectory(SignedNote note, DirectoryVersion version)
    {
        Note = note;
        Version = version;
        Hash = Hash32.Of(note.TextBytes());
    }

    /// <summary>The note as it came.</summary>
    public SignedNote Note { get; }

    /// <summary>What it says.</summary>
    public DirectoryVersion Version { get; }

    /// <summary>The directory hash.</summary>
    public Hash32 Hash { get; }

    /// <summary>The root fingerprint.</summary>
    public Hash32 Root => Version.Root.Fingerprint;

    /// <summary>
    /// Judges a note, in this order: <c>directory-malformed</c>, <c>directory-root-mismatch</c>,
    /// <c>directory-under-signed</c>, <c>directory-rolled-back</c>, <c>directory-expired</c>, <c>directory-origin</c>.
    /// </summary>
    public static Parsed<VerifiedDirectory> Verify(ReadOnlySpan<byte> note, DirectoryChecks checks)
    {
        ArgumentNullException.ThrowIfNull(checks);
        var signed = VerifySignatures(note, checks.PinnedRoot);
        if (!signed.IsOk)
            return signed;
        var version = signed.Value.Version;
        if (version.Version < checks.HighestVersion)
            return new Refusal("directory-rolled-back");
        if (version.Expires < checks.Today)
            return new Refusal("directory-expired");
        return checks.Origin is null || version.Origins.Contains(checks.Origin, StringComparer.Ordinal)
            ? signed
            : new Refusal("directory-origin");
    }

    /// <summary>
    /// The first half of <see cref="Verify"/>: form, root and signatures, for a directory of the past whose signatures
    /// are still to be checked against.
    /// </summary>
    public static Parsed<VerifiedDirectory> VerifySignatures(ReadOnlySpan<byte> note, Hash32? pinnedRoot)
    {
        if (!SignedNote.TryParse(note, out var signed))
            return new Refusal("directory-malformed");
        var parsed = DirectoryVersion.ParseText(signed.Text);
        if (!parsed.IsOk)
            return new Refusal(parsed.Code);
        var version = parsed.Value;
        if (pinnedRoot is { } pinned && version.Root.Fingerprint != pinned)
            return new Refusal("directory-root-mismatch");
        return version.Root.CountSignatures(signed) >= version.Root.Threshold
            ? new VerifiedDirectory(signed, version)
            : new Refusal("directory-under-signed");
    }
}
