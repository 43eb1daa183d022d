using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Summaries;

/// <summary>
/// A released text in the clear, for admins to list and export. Added once by an approval, never changed. No case, no
/// person and no time stand beside it, and rows lie in the order of random ids: which case it came from, and when, is
/// said by the proposal alone.
/// </summary>
internal sealed class ReleasedSummary
{
    private ReleasedSummary()
    {
    }

    public ReleasedSummary(ProposalId id, ReleasedText text)
    {
        Id = id;
        (Channel, Category, Severity, Outcome) = (text.Channel, text.Category, text.Severity, text.Outcome);
        (Quarter, Lang, Title, Text) = (text.Quarter, text.Lang, text.Title, text.Text);
    }

    public ProposalId Id { get; private set; }

    public string Channel { get; private set; } = "";

    public string Category { get; private set; } = "";

    public string Severity { get; private set; } = "";

    public string Outcome { get; private set; } = "";

    public string Quarter { get; private set; } = "";

    public string Lang { get; private set; } = "";

    public string Title { get; private set; } = "";

    public string Text { get; private set; } = "";

    public ReleasedText ToText() => new(Id.ToString(), Channel, Category, Severity, Outcome, Quarter, Lang, Title, Text);

    public override string ToString() => "released summary";
}

internal sealed class ReleasedSummaryConfiguration : IEntityTypeConfiguration<ReleasedSummary>
{
    public void Configure(EntityTypeBuilder<ReleasedSummary> builder)
    {
        builder.ToTable("ReleasedSummaries").IsWithoutRowId();
        builder.HasIndex(s => s.Quarter);
    }
}
