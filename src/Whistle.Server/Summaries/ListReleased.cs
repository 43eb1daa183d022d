using FluentValidation;
using MediatR;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Summaries;

/// <summary>The released summaries, filtered, for the admin. Nothing here tells of a case that was not released.</summary>
internal static class ListReleased
{
    public sealed record Item(
        int V, string Summary, string Channel, string Category, string Severity, string Outcome, string Quarter, string Lang, string Title, string Text)
    {
        public override string ToString() => "(released text)";
    }

    public sealed record Answer(IReadOnlyList<Item> Summaries);

    public sealed record Query(SummaryFilter Filter) : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Filter).SetValidator(new SummaryFilter.Validator());
    }

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var rows = await request.Filter.FindAsync(db, cancellationToken);
            return new Answer([.. rows.Select(r => new Item(1, r.Summary, r.Channel, r.Category, r.Severity, r.Outcome, r.Quarter, r.Lang, r.Title, r.Text))]);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/summaries", async Task<Results<Ok<Answer>, Problem>> (
            string? from, string? to, string? channel, string? category, string? text, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(new SummaryFilter(from, to, channel, category, text)), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListReleased));
}
