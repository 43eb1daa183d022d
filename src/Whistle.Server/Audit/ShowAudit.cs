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
/// as counts by quarter, and a count below five is not told: an auditor may be whom a case is about.
/// </summary>
internal static class ShowAudit
{
    private const int PageLength = 200;
    private const int SmallestTold = 5;

    public sealed record Entry(RowId Id, long At, PersonId? Actor, string Act);

    public sealed record Count(string Act, string Quarter, [property: System.Text.Json.Serialization.JsonPropertyName("count")] string Number);

    public sealed record Answer(IReadOnlyList<Entry> Entries, IReadOnlyList<Count> Counts);

    public sealed record Query(RowId? Before) : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Auditors;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<Answer>>
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
            var acts = await db.Set<AuditEntry>().Where(e => e.Case != null).Select(e => new { e.Act, e.At }).ToListAsync(ct);
            return
            [
                .. acts.GroupBy(a => (a.Act, Quarter: QuarterOf(a.At)))
                    .OrderBy(g => g.Key.Quarter, StringComparer.Ordinal).ThenBy(g => g.Key.Act, StringComparer.Ordinal)
                    .Select(g => new Count(g.Key.Act, g.Key.Quarter, Told(g.Count()))),
            ];
        }

        private static string Told(int count) => count < SmallestTold ? $"<{SmallestTold}" : count.ToString(CultureInfo.InvariantCulture);

        private static string QuarterOf(long at)
        {
            var day = DateTimeOffset.FromUnixTimeSeconds(at);
            return string.Create(CultureInfo.InvariantCulture, $"{day.Year:D4}-Q{(day.Month + 2) / 3}");
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/audit", async Task<Results<Ok<Answer>, Problem>> (RowId? before, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(before), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ShowAudit));
}
