using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;

namespace Whistle.Server.Directories;

/// <summary>One published version of the signed directory (SPEC 6). Added once it has k of n signatures; never changed.</summary>
internal sealed class DirectoryVersion
{
    private DirectoryVersion()
    {
    }

    public DirectoryVersion(int version, Hash32 hash, Hash32 root, string note, Day issued, Day expires) =>
        (Version, Hash, Root, Note, Issued, Expires) = (version, hash, root, note, issued, expires);

    public int Version { get; private set; }

    /// <summary>The directory hash of SPEC 6: over the note's text, without signatures.</summary>
    public Hash32 Hash { get; private set; }

    /// <summary>The root fingerprint.</summary>
    public Hash32 Root { get; private set; }

    /// <summary>The whole signed note, served byte for byte.</summary>
    public string Note { get; private set; } = "";

    public Day Issued { get; private set; }

    /// <summary>The last day on which it can be sealed to.</summary>
    public Day Expires { get; private set; }
}

internal sealed class DirectoryVersionConfiguration : IEntityTypeConfiguration<DirectoryVersion>
{
    public void Configure(EntityTypeBuilder<DirectoryVersion> builder)
    {
        builder.ToTable("DirectoryVersions");
        builder.HasKey(d => d.Version);
        builder.Property(d => d.Version).ValueGeneratedNever();
        builder.HasIndex(d => d.Hash).IsUnique();
    }
}
