using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Whistle.Server.Data;

/// <summary>
/// Something to be done after a transaction (a mail, a notification), written in it. A job takes it, does it, deletes it.
/// The payload names ids only.
/// </summary>
internal sealed class OutboxMessage
{
    private OutboxMessage()
    {
    }

    public OutboxMessage(string kind, string payload) => (Id, Kind, Payload) = (NewId.Of<RowId>(), kind, payload);

    public RowId Id { get; private set; }

    public string Kind { get; private set; } = "";

    public string Payload { get; private set; } = "";
}

internal sealed class OutboxMessageConfiguration : IEntityTypeConfiguration<OutboxMessage>
{
    public void Configure(EntityTypeBuilder<OutboxMessage> builder)
    {
        builder.ToTable("Outbox").IsWithoutRowId();
        builder.Property(m => m.Kind).HasMaxLength(64);
    }
}
