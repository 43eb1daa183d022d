using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Exports;

/// <summary>The ledger of what left, newest first, for the auditor: the hash says whether a file in the world is that file.</summary>
internal static class ListExports
{
    public sealed record Item(RowId Id, long At, PersonId Actor, string Format, int Rows, Hash32 Sha256);

    public sealed record Answer(IReadOnlyList<Item> Exports);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Auditors;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken) =>
            new Answer(await db.Set<ExportRecord>().OrderByDescending(e => e.At).ThenBy(e => e.Id)
                .Select(e => new Item(e.Id, e.At, e.Actor, e.Format, e.Rows, e.Sha256)).ToListAsync(cancellationToken));
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/exports", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListExports));
}
