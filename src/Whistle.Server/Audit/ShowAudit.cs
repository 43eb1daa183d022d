using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Audit;

/// <summary>
/// The trail for the auditor (SPEC 14.6). Acts about people, directory and exports stand one by one; acts on cases only
/// as counts, of closed quarters alone, every act in every quarter, and a count below five, be it none, is not told: an
/// auditor may be whom a case is about, and neither a number that moves nor a line that appears may say so.
/// </summary>
internal static class ShowAudit
{
    private const int PageLength = 200;
    private const int SmallestTold = 5;

    /// <summary>Every act on a case.</summary>
    internal static IReadOnlyList<string> CaseActs { get; } =
    [
        "case.acknowledged", "case.assigned", "case.claimed", "case.closed", "case.feedback-given", "case.filed", "case.held",
        "case.hold-ended", "case.in-review", "case.read", "case.reclocked", "case.recovery-read", "case.recused", "case.reopened", "case.shared",
        "closing.approved", "closing.proposed", "closing.refused", "file.opened", "identity.answered", "identity.fetched",
        "identity.requested", "identity.requested-untold", "identity.withdrawn", "message.sent", "note.added", "purge.done", "purge.proposed", "purge.refused",
        "sheet.changed", "summary.proposed", "summary.refused", "summary.released",
    ];

    public sealed record Entry(RowId Id, long At, PersonId? Actor, string Act);

    public sealed record Count(string Act, string Quarter, [property: System.Text.Json.Serialization.JsonPropertyName("count")] string Number);

    public sealed record Answer(IReadOnlyList<Entry> Entries, IReadOnlyList<Count> Counts);

    public sealed record Query(RowId? Before) : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Auditors;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, TimeProvider clock) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var entries = db.Set<AuditEntry>().Where(e => e.Case == null);
            if (request.Before is { } before)
            {
                // An id of an entry about a case is as unknown as one that never was.
                var last = await entries.Where(e => e.Id == before).Select(e => new { e.At }).FirstOrDefaultAsync(cancellationToken);
                if (last is null)
                    return Refusal.NotFound;
                var earlier = await entries.Where(e => e.At <= last.At).OrderByDescending(e => e.At).ThenBy(e => e.Id)
                    .Take(PageLength * 5).Select(e => new Entry(e.Id, e.At, e.Actor, e.Act)).ToListAsync(cancellationToken);
                return new Answer([.. earlier.SkipWhile(e => e.Id != before).Skip(1).Take(PageLength)], await CountsAsync(cancellationToken));
            }
            return new Answer(
                await entries.OrderByDescending(e => e.At).ThenBy(e => e.Id).Take(PageLength)
                    .Select(e => new Entry(e.Id, e.At, e.Actor, e.Act)).ToListAsync(cancellationToken),
                await CountsAsync(cancellationToken));
        }

        private async Task<IReadOnlyList<Count>> CountsAsync(CancellationToken ct)
        {
            // From the quarter of the set-up, whose entry is the first, to the last that is over.
            var first = await db.Set<AuditEntry>().Where(e => e.Case == null).MinAsync(e => (long?)e.At, ct);
            var now = Quarter.Of(clock.GetUtcNow());
            if (first is null)
                return [];
            var counted = (await db.Set<AuditEntry>().Where(e => e.Case != null).Select(e => new { e.Act, e.At }).ToListAsync(ct))
                .CountBy(a => (a.Act, Quarter.Of(DateTimeOffset.FromUnixTimeSeconds(a.At)))).ToDictionary();
            var counts = new List<Count>();
            for (var quarter = Quarter.Of(DateTimeOffset.FromUnixTimeSeconds(first.Value)); quarter.Number < now.Number; quarter = new(quarter.Number + 1))
                counts.AddRange(CaseActs.Select(act => new Count(act, quarter.ToString(), Told(counted.GetValueOrDefault((act, quarter))))));
            return counts;
        }

        private static string Told(int count) => count < SmallestTold ? $"<{SmallestTold}" : count.ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="Number">Quarters since the year 0.</param>
    private readonly record struct Quarter(int Number)
    {
        public static Quarter Of(DateTimeOffset time) => new((time.UtcDateTime.Year * 4) + ((time.UtcDateTime.Month - 1) / 3));

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number / 4:D4}-Q{(Number % 4) + 1}");
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/audit", async Task<Results<Ok<Answer>, Problem>> (RowId? before, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(before), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ShowAudit));
}
