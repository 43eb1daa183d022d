using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;

namespace Whistle.Server.Intake;

/// <summary>
/// An object of attachments on its way in: announced, filled part by part, then taken by exactly one message of one case;
/// deleted with its parts when no message takes it. Kept by the day.
/// </summary>
internal sealed class Upload
{
    private readonly List<UploadPart> _parts = [];

    private Upload()
    {
    }

    public Upload(UploadId id, long size, Day day, PersonId? by) => (Id, Size, Day, By) = (id, size, day, by);

    public UploadId Id { get; private set; }

    /// <summary>Bytes of ciphertext.</summary>
    public long Size { get; private set; }

    public Day Day { get; private set; }

    /// <summary>The member who sends it; absent for a source.</summary>
    public PersonId? By { get; private set; }

    /// <summary>The case whose message took it.</summary>
    public CaseId? Case { get; private set; }

    public IReadOnlyList<UploadPart> Parts => _parts;

    public int PartCount => (int)((Size + WireLengths.UploadPart - 1) / WireLengths.UploadPart);

    public int LengthOf(int part) =>
        (int)(part == PartCount - 1 ? Size - ((long)part * WireLengths.UploadPart) : WireLengths.UploadPart);

    /// <summary>Gives the object to a message, once everything that was announced is here and hashes as promised.</summary>
    /// <returns>Why not, or nothing.</returns>
    public Refusal? Take(CaseId @case, AttachmentObject announced, PersonId? by)
    {
        if (Case is not null || By != by)
            return Refusal.Bad("attachment-unknown");
        if (_parts.Count != PartCount)
            return Refusal.Bad("attachment-incomplete");
        var tree = Hash32.Of([.. _parts.OrderBy(p => p.Number).SelectMany(p => p.Hash.ToBytes())]);
        if (tree != announced.Cipher || Size != announced.Size)
            return Refusal.Bad("attachment-differs");
        Case = @case;
        return null;
    }
}

/// <summary>One stored part: its file is named by upload, number and hash, and was flushed before this row.</summary>
internal sealed class UploadPart
{
    private UploadPart()
    {
    }

    public UploadPart(UploadId upload, int number, Hash32 hash) => (Upload, Number, Hash) = (upload, number, hash);

    public UploadId Upload { get; private set; }

    public int Number { get; private set; }

    public Hash32 Hash { get; private set; }
}

internal sealed class UploadConfiguration : IEntityTypeConfiguration<Upload>, IEntityTypeConfiguration<UploadPart>
{
    public void Configure(EntityTypeBuilder<Upload> builder)
    {
        builder.ToTable("Uploads").IsWithoutRowId();
        builder.HasMany(u => u.Parts).WithOne().HasForeignKey(p => p.Upload);
        builder.HasIndex(u => u.Case);
    }

    public void Configure(EntityTypeBuilder<UploadPart> builder)
    {
        builder.ToTable("UploadParts").IsWithoutRowId();
        builder.HasKey(p => new { p.Upload, p.Number });
    }
}
