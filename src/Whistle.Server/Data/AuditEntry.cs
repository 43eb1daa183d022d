using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;

namespace Whistle.Server.Data;

/// <summary>
/// One act of a member, written in the act's own transaction and never changed. A source's acts are not audited.
/// The key is random, so that entries about a case that a reader may not know leave no gap in the others' numbers.
/// </summary>
internal sealed class AuditEntry
{
    private AuditEntry()
    {
    }

    public AuditEntry(long at, PersonId? actor, string act, CaseId? about, string? subject) =>
        (Id, At, Actor, Act, Case, Subject) = (NewId.Of<RowId>(), at, actor, act, about, subject);

    public RowId Id { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long At { get; private set; }

    /// <summary>Absent for acts of the server and of the set-up.</summary>
    public PersonId? Actor { get; private set; }

    /// <summary>A stable name such as <c>case.claimed</c>.</summary>
    public string Act { get; private set; } = "";

    public CaseId? Case { get; private set; }

    /// <summary>A public name: a person id, a directory version, an export id. Never content, never a title.</summary>
    public string? Subject { get; private set; }
}

internal sealed class AuditEntryConfiguration : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.ToTable("Audit").IsWithoutRowId();
        builder.Property(e => e.Act).HasMaxLength(64);
        builder.Property(e => e.Subject).HasMaxLength(128);
        builder.HasIndex(e => e.Case);
        builder.HasIndex(e => e.At);
    }
}
