using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Exports;

/// <summary>One file that left: who took it, when, how many rows, and its SHA-256. Written before it leaves; never changed.</summary>
internal sealed class ExportRecord
{
    private ExportRecord()
    {
    }

    public ExportRecord(RowId id, long at, PersonId actor, string format, int rows, Hash32 sha256) =>
        (Id, At, Actor, Format, Rows, Sha256) = (id, at, actor, format, rows, sha256);

    public RowId Id { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long At { get; private set; }

    public PersonId Actor { get; private set; }

    public string Format { get; private set; } = "";

    public int Rows { get; private set; }

    public Hash32 Sha256 { get; private set; }
}

internal sealed class ExportRecordConfiguration : IEntityTypeConfiguration<ExportRecord>
{
    public void Configure(EntityTypeBuilder<ExportRecord> builder)
    {
        builder.ToTable("Exports").IsWithoutRowId();
        builder.Property(e => e.Format).HasMaxLength(8);
        builder.HasIndex(e => e.At);
    }
}
