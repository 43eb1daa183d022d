using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Directories;

/// <summary>
/// The next directory, waiting for its signatures. Built by an admin, replaced by a newer one (whose text differs, so that
/// signatures do not carry over), gone once enough root holders signed it and it was published.
/// </summary>
internal sealed class DirectoryProposal
{
    private DirectoryProposal()
    {
    }

    public DirectoryProposal(string text)
    {
        Id = 1;
        Text = text;
    }

    public int Id { get; private set; }

    /// <summary>The note's text: what is signed, to the byte.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Signature lines of the note, each with its line feed.</summary>
    public string Lines { get; private set; } = "";

    public IReadOnlyList<string> SignatureLines => Lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the text changed; signatures of the earlier one are gone then.</summary>
    public void Replace(string text)
    {
        if (string.Equals(Text, text, StringComparison.Ordinal))
            return;
        Text = text;
        Lines = "";
    }

    public void Add(NoteSignature signature) => Lines += signature + "\n";

    /// <summary>The note with the signatures so far.</summary>
    public SignedNote ToNote() => SignatureLines.Aggregate(
        SignedNote.FromText(Text),
        (note, line) => NoteSignature.TryParse(line, out var signature) ? note.With(signature) : throw new InvalidOperationException("A stored signature is not one."));
}

internal sealed class DirectoryProposalConfiguration : IEntityTypeConfiguration<DirectoryProposal>
{
    public void Configure(EntityTypeBuilder<DirectoryProposal> builder)
    {
        builder.ToTable("DirectoryProposals");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Ignore(p => p.SignatureLines);
    }
}
