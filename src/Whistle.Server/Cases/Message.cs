using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;

namespace Whistle.Server.Cases;

internal enum Direction
{
    Source = 1,
    Team = 2,
}

/// <summary>
/// One sealed message of a thread; written once. A source's message is <see cref="Released"/> to the desk by the next batch,
/// so that nobody there learns when the source was at a keyboard.
/// </summary>
internal sealed class Message
{
    private Message()
    {
    }

    public Message(
        CaseId @case, Direction direction, int seq, Day day, Hash32 hash, byte[] wrapped, AttachmentObject? attachment, PersonId? author)
    {
        Case = @case;
        Direction = direction;
        Seq = seq;
        Day = day;
        Hash = hash;
        Ciphertext = wrapped;
        Upload = attachment?.Id;
        UploadCipher = attachment?.Cipher;
        UploadSize = attachment?.Size;
        Author = author;
        Released = direction == Direction.Team;
    }

    public CaseId Case { get; private set; }

    public Direction Direction { get; private set; }

    public int Seq { get; private set; }

    public Day Day { get; private set; }

    /// <summary>The desk sees it from now on.</summary>
    public void Release() => Released = true;

    /// <summary>SHA-256 of the ciphertext as sent.</summary>
    public Hash32 Hash { get; private set; }

    /// <summary>Wrapped under the case's storage key as <see cref="NameOf"/>; empty where it was deleted.</summary>
    public byte[] Ciphertext { get; private set; } = [];

    public UploadId? Upload { get; private set; }

    public Hash32? UploadCipher { get; private set; }

    public long? UploadSize { get; private set; }

    /// <summary>Who of the team wrote it.</summary>
    public PersonId? Author { get; private set; }

    public bool Released { get; private set; }

    public AttachmentObject? Attachment => Upload is { } id ? new(id, UploadCipher!.Value, UploadSize!.Value) : null;

    /// <summary>Two people had it deleted (SPEC 12.2): the place and the hash stay, so that the chain of the thread still closes.</summary>
    public void Purge()
    {
        Ciphertext = [];
        LoseFiles();
    }

    /// <summary>The files that came with it are deleted.</summary>
    public void LoseFiles() => (Upload, UploadCipher, UploadSize) = (null, null, null);

    /// <summary>The ciphertext as it was sent; nothing where it was deleted, here or by whom a backup does not know of.</summary>
    public byte[] Read(StorageKey key)
    {
        var name = NameOf(Direction, Seq);
        return Ciphertext.Length == 0 || key.IsDestroyed(name) ? [] : key.Unwrap(name, Ciphertext);
    }

    /// <summary>The name under which the storage key wraps a message.</summary>
    public static string NameOf(Direction direction, int seq) => $"message/{(int)direction}/{seq}";
}

internal sealed class MessageConfiguration : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> builder)
    {
        builder.ToTable("Messages").IsWithoutRowId();
        builder.HasKey(m => new { m.Case, m.Direction, m.Seq });
        builder.Ignore(m => m.Attachment);
        builder.HasIndex(m => m.Released).HasFilter("\"Released\" = 0");
        // Of thousands of cases their messages are counted without a ciphertext being read over.
        builder.HasIndex(m => new { m.Case, m.Direction, m.Seq, m.Released });
    }
}
