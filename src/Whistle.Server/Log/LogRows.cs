using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Log;

/// <summary>
/// An entry that was promised and waits for the log: written in the transaction of the act that it is about. No case and
/// no time stands beside it, only the day by which the promise names it.
/// </summary>
internal sealed class PendingLeaf
{
    private PendingLeaf()
    {
    }

    public PendingLeaf(byte[] entry, Day due) => (Id, Entry, Due) = (NewId.Of<RowId>(), entry, due);

    public RowId Id { get; private set; }

    /// <summary>32 bytes for a blinded leaf; canonical JSON for what is public.</summary>
    public byte[] Entry { get; private set; } = [];

    /// <summary>The last day of inclusion.</summary>
    public Day Due { get; private set; }
}

/// <summary>A tile of the log's tree as C2SP tlog-tiles has it; the last of each level grows until it is full.</summary>
internal sealed class LogTile
{
    private LogTile()
    {
    }

    public LogTile(int level, long index) => (Level, Index) = (level, index);

    public int Level { get; private set; }

    public long Index { get; private set; }

    public byte[] Hashes { get; set; } = [];
}

/// <summary>Up to 256 entries, length-prefixed, as they are served.</summary>
internal sealed class LogBundle
{
    private LogBundle()
    {
    }

    public LogBundle(long index) => Index = index;

    public long Index { get; private set; }

    public byte[] Entries { get; set; } = [];
}

/// <summary>A tree head that this log signed. The largest is the log's; earlier ones are kept, for auditors.</summary>
internal sealed class LogCheckpoint
{
    private LogCheckpoint()
    {
    }

    public LogCheckpoint(long size, Day day, byte[] note) => (Size, Day, Note) = (size, day, note);

    public long Size { get; private set; }

    /// <summary>The day of the interval.</summary>
    public Day Day { get; private set; }

    /// <summary>The signed note, with the cosignatures that were gathered.</summary>
    public byte[] Note { get; set; } = [];

    /// <summary>What a time-stamping authority answered about the three lines (RFC 3161, DER); null where none was asked, or none yet.</summary>
    public byte[]? Timestamp { get; set; }
}

internal sealed class LogConfiguration :
    IEntityTypeConfiguration<PendingLeaf>,
    IEntityTypeConfiguration<LogTile>,
    IEntityTypeConfiguration<LogBundle>,
    IEntityTypeConfiguration<LogCheckpoint>
{
    public void Configure(EntityTypeBuilder<PendingLeaf> builder) => builder.ToTable("PendingLeaves").IsWithoutRowId();

    public void Configure(EntityTypeBuilder<LogTile> builder)
    {
        builder.ToTable("LogTiles").IsWithoutRowId();
        builder.HasKey(t => new { t.Level, t.Index });
    }

    public void Configure(EntityTypeBuilder<LogBundle> builder)
    {
        builder.ToTable("LogBundles").IsWithoutRowId();
        builder.HasKey(b => b.Index);
        builder.Property(b => b.Index).ValueGeneratedNever();
    }

    public void Configure(EntityTypeBuilder<LogCheckpoint> builder)
    {
        builder.ToTable("LogCheckpoints").IsWithoutRowId();
        builder.HasKey(c => c.Size);
        builder.Property(c => c.Size).ValueGeneratedNever();
    }
}
