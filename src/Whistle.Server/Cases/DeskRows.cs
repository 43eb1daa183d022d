using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;

namespace Whistle.Server.Cases;

/// <summary>An internal note, sealed to the case (SPEC 5.4). Written once.</summary>
internal sealed class Note
{
    private Note()
    {
    }

    public Note(NoteId id, CaseId @case, PersonId author, long at, byte[] wrapped, AttachmentObject? attachment)
    {
        (Id, Case, Author, At, Ciphertext) = (id, @case, author, at, wrapped);
        (Upload, UploadCipher, UploadSize) = (attachment?.Id, attachment?.Cipher, attachment?.Size);
    }

    public NoteId Id { get; private set; }

    public CaseId Case { get; private set; }

    public PersonId Author { get; private set; }

    /// <summary>Unix seconds.</summary>
    public long At { get; private set; }

    /// <summary>Wrapped under the case's storage key.</summary>
    public byte[] Ciphertext { get; private set; } = [];

    public UploadId? Upload { get; private set; }

    public Hash32? UploadCipher { get; private set; }

    public long? UploadSize { get; private set; }

    public AttachmentObject? Attachment => Upload is { } id ? new(id, UploadCipher!.Value, UploadSize!.Value) : null;

    /// <summary>The files that hang on it are deleted.</summary>
    public void LoseFiles() => (Upload, UploadCipher, UploadSize) = (null, null, null);

    public static string NameOf(NoteId id) => $"note/{id}";
}

/// <summary>What a draft is to become. No two kinds share a place: a note must not come back as a reply.</summary>
internal enum DraftKind
{
    Reply = 0,
    Note = 1,
    Summary = 2,
    Closing = 3,
}

/// <summary>
/// What a person was writing, sealed to that person (SPEC 11). One of each kind for each case, replaced and deleted at will.
/// </summary>
internal sealed class Draft
{
    private Draft()
    {
    }

    public Draft(CaseId @case, PersonId member, DraftKind kind) => (Case, Member, Kind) = (@case, member, kind);

    public CaseId Case { get; private set; }

    public PersonId Member { get; private set; }

    public DraftKind Kind { get; private set; }

    public byte[] Ciphertext { get; private set; } = [];

    public void Write(byte[] wrapped) => Ciphertext = wrapped;

    public static string NameOf(PersonId member, DraftKind kind) => $"draft/{member}/{Wire(kind)}";

    public static string Wire(DraftKind kind) => kind switch
    {
        DraftKind.Reply => "reply",
        DraftKind.Note => "note",
        DraftKind.Summary => "summary",
        DraftKind.Closing => "closing",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}

/// <summary>A case key on its way to one person (SPEC 11). Deleted when that person has taken it.</summary>
internal sealed class InboxItem
{
    private InboxItem()
    {
    }

    public InboxItem(RowId id, PersonId to, PersonId from, CaseId @case, byte[] wrapped) =>
        (Id, To, From, Case, Ciphertext) = (id, to, from, @case, wrapped);

    public RowId Id { get; private set; }

    public PersonId To { get; private set; }

    public PersonId From { get; private set; }

    public CaseId Case { get; private set; }

    public byte[] Ciphertext { get; private set; } = [];

    public static string NameOf(RowId id) => $"grant/{id}";
}

/// <summary>A person's sealed cache of case keys (SPEC 11); it can be rebuilt from the stream and the inbox.</summary>
internal sealed class Keyring
{
    private Keyring()
    {
    }

    public Keyring(PersonId member) => Member = member;

    public PersonId Member { get; private set; }

    public int Version { get; private set; }

    public byte[] Ciphertext { get; private set; } = [];

    /// <param name="version">The previous and one.</param>
    /// <param name="ciphertext">As sealed by its owner.</param>
    public Refusal? Replace(int version, byte[] ciphertext)
    {
        if (version != Version + 1)
            return Refusal.Stale;
        (Version, Ciphertext) = (version, ciphertext);
        return null;
    }
}

internal sealed class DeskRowsConfiguration :
    IEntityTypeConfiguration<Note>,
    IEntityTypeConfiguration<Draft>,
    IEntityTypeConfiguration<InboxItem>,
    IEntityTypeConfiguration<Keyring>
{
    public void Configure(EntityTypeBuilder<Note> builder)
    {
        builder.ToTable("Notes").IsWithoutRowId();
        builder.Ignore(n => n.Attachment);
        builder.HasIndex(n => n.Case);
    }

    public void Configure(EntityTypeBuilder<Draft> builder)
    {
        builder.ToTable("Drafts").IsWithoutRowId();
        builder.HasKey(d => new { d.Case, d.Member, d.Kind });
    }

    public void Configure(EntityTypeBuilder<InboxItem> builder)
    {
        builder.ToTable("Inbox").IsWithoutRowId();
        builder.HasIndex(i => i.To);
    }

    public void Configure(EntityTypeBuilder<Keyring> builder)
    {
        builder.ToTable("Keyrings").IsWithoutRowId();
        builder.HasKey(k => k.Member);
        builder.Property(k => k.Version).IsConcurrencyToken();
    }
}
