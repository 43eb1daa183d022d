using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;

namespace Whistle.Server.Summaries;

/// <summary>
/// Which released summaries: quarters <c>YYYY-Qn</c> from and to (both included), a channel id, a category id, and a text
/// that title or text contain, whatever the letter case.
/// </summary>
internal sealed record SummaryFilter(string? From = null, string? To = null, string? Channel = null, string? Category = null, string? Text = null)
{
    public override string ToString() => "(filter)";

    /// <summary>In the order of quarters; within one, of random ids, never of release.</summary>
    public async Task<List<ReleasedText>> FindAsync(WhistleDb db, CancellationToken ct)
    {
        var found = db.Set<ReleasedSummary>().AsNoTracking();
        if (From is not null)
            found = found.Where(s => s.Quarter.CompareTo(From) >= 0);
        if (To is not null)
            found = found.Where(s => s.Quarter.CompareTo(To) <= 0);
        if (Channel is not null)
            found = found.Where(s => s.Channel == Channel);
        if (Category is not null)
            found = found.Where(s => s.Category == Category);
        var rows = await found.OrderBy(s => s.Quarter).ThenBy(s => s.Id).ToListAsync(ct);
        return [.. rows.Where(Contains).Select(s => s.ToText())];
    }

    // Here and not in SQL: SQLite folds the case of ASCII only.
    private bool Contains(ReleasedSummary summary) =>
        Text is null
        || summary.Title.Contains(Text, StringComparison.OrdinalIgnoreCase)
        || summary.Text.Contains(Text, StringComparison.OrdinalIgnoreCase);

    internal sealed class Validator : AbstractValidator<SummaryFilter>
    {
        public Validator()
        {
            RuleFor(f => f.From).Matches(QuarterForm).WithErrorCode("quarter-form");
            RuleFor(f => f.To).Matches(QuarterForm).WithErrorCode("quarter-form");
            RuleFor(f => f.Channel).MaximumLength(64).WithErrorCode("filter-too-long");
            RuleFor(f => f.Category).MaximumLength(64).WithErrorCode("filter-too-long");
            RuleFor(f => f.Text).MaximumLength(200).WithErrorCode("filter-too-long");
        }
    }

    internal const string QuarterForm = "^[0-9]{4}-Q[1-4]$";
}
