using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Mail;

internal enum MessageKind
{
    /// <summary>The mail of every working morning, to one person who works on reports.</summary>
    Morning = 1,

    /// <summary>A directory is about to expire, to one root holder.</summary>
    Expiry = 2,

    /// <summary>The morning's signal to <c>Whistle:Webhook</c>.</summary>
    Webhook = 3,
}

/// <summary>
/// A message in the outbox. Written in the transaction that takes its morning; taken for two minutes at a time by whoever
/// sends it; deleted as soon as the other side has it, or when its day is over. It holds for whom and which day it is and no
/// words: those are the same for everybody.
/// </summary>
internal sealed class OutgoingMessage
{
    /// <summary>As long as a round of sending may take.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private OutgoingMessage()
    {
    }

    public OutgoingMessage(MessageKind kind, string? to, Day day) => (Id, Kind, To, Day) = (NewId.Of<RowId>(), kind, to, day);

    /// <summary>Random; a mail's Message-Id is made of it, so that one which had to be sent twice can be told for one.</summary>
    public RowId Id { get; private set; }

    public MessageKind Kind { get; private set; }

    /// <summary>The address; none for the webhook, whose address is a setting.</summary>
    public string? To { get; private set; }

    /// <summary>The morning's day on the organisation's calendar; of <see cref="MessageKind.Expiry"/> the directory's last day.</summary>
    public Day Day { get; private set; }

    public int Failures { get; private set; }

    /// <summary>Unix seconds before which nobody takes it.</summary>
    public long NotBefore { get; private set; }

    /// <summary>Nobody else takes it for a turn; whoever dies meanwhile leaves it to the next.</summary>
    public void Take(DateTimeOffset now) => NotBefore = (now + Turn).ToUnixTimeSeconds();

    /// <summary>The pause doubles, from two minutes to an hour.</summary>
    public void Fail(DateTimeOffset now)
    {
        var pause = Turn * Math.Pow(2, Failures++);
        NotBefore = (now + (pause < LongestPause ? pause : LongestPause)).ToUnixTimeSeconds();
    }

    public override string ToString() => "message";
}

internal sealed class OutgoingMessageConfiguration : IEntityTypeConfiguration<OutgoingMessage>
{
    public void Configure(EntityTypeBuilder<OutgoingMessage> builder)
    {
        builder.ToTable("Outbox");
        builder.Property(m => m.To).HasMaxLength(MailAddresses.MaxLength);
        builder.Property(m => m.NotBefore).IsConcurrencyToken();
    }
}
