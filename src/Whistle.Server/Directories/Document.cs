using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;

namespace Whistle.Server.Directories;

internal enum DocumentKind
{
    Questionnaire = 1,
    Texts = 2,
    Taxonomy = 3,
}

/// <summary>A questionnaire, texts or taxonomy (SPEC 7), named by the hash of its exact bytes. Added once, never changed.</summary>
internal sealed class Document
{
    private Document()
    {
    }

    public Document(Hash32 hash, DocumentKind kind, byte[] bytes) => (Hash, Kind, Bytes) = (hash, kind, bytes);

    public Hash32 Hash { get; private set; }

    public DocumentKind Kind { get; private set; }

    public byte[] Bytes { get; private set; } = [];
}

internal sealed class DocumentConfiguration : IEntityTypeConfiguration<Document>
{
    public void Configure(EntityTypeBuilder<Document> builder)
    {
        builder.ToTable("Documents");
        builder.HasKey(d => d.Hash);
    }
}
