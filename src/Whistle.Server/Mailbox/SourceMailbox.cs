using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Mailbox;

/// <summary>
/// The source's way back to a case. Written with the tip; gone when the source burns it, while the case stays. Holds no
/// word of the receipt and no key but the hash of a public one.
/// </summary>
internal sealed class SourceMailbox
{
    /// <summary>The name under which the case's storage key wraps the promise.</summary>
    public const string PromiseName = "promise";

    private SourceMailbox()
    {
    }

    public MailboxId Id { get; private set; }

    public CaseId Case { get; private set; }

    /// <summary>SHA-256 of the manifest: the same one again is answered with the same promise.</summary>
    public Hash32 Manifest { get; private set; }

    /// <summary>
    /// The promise, byte for byte as it was first returned, wrapped: it names the hashes of the key blob and the sheet, and
    /// in clear it would tell the stream's real blobs from its decoys, and outlive the case.
    /// </summary>
    public byte[] Promise { get; private set; } = [];

    /// <summary>The sealed state (SPEC 5.7), wrapped.</summary>
    public byte[] State { get; private set; } = [];

    /// <summary>The last reply that the source has read.</summary>
    public int Seen { get; private set; }

    public void See(int seq) => Seen = Math.Max(Seen, seq);
}

internal sealed class SourceMailboxConfiguration : IEntityTypeConfiguration<SourceMailbox>
{
    public void Configure(EntityTypeBuilder<SourceMailbox> builder)
    {
        builder.ToTable("Mailboxes").IsWithoutRowId();
        builder.HasIndex(m => m.Case).IsUnique();
    }
}
