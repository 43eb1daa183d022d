using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Batches;

/// <summary>
/// The channels that the person reads, and where their streams end (SPEC 14.3). One that the directory dropped stays for its
/// last readers until its blobs expire: what was promised for it is still delivered.
/// </summary>
internal static class ListChannels
{
    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Answer(IReadOnlyList<Item> Channels);

    public sealed record Item(ChannelId Id, long Position);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, KnownDirectories directories, TimeProvider clock) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var directory = await directories.CurrentAsync(db, cancellationToken);
            if (directory is null)
                return new Answer([]);
            var today = clock.Today();
            var alive = await db.Set<StreamBlob>().Where(b => b.Expires >= today).Select(b => b.Channel).Distinct().ToListAsync(cancellationToken);
            var heads = await db.Set<StreamHead>().ToDictionaryAsync(h => h.Channel, h => h.Position, cancellationToken);
            return new Answer([.. (await directories.LastListingsAsync(db, cancellationToken)).Values
                .Where(c => c.Readers.Contains(actor.Member.Id) && (directory.Channels.ContainsKey(c.Id) || alive.Contains(c.Id)))
                .Select(c => new Item(c.Id, heads.GetValueOrDefault(c.Id)))
                .OrderBy(c => c.Id.ToString(), StringComparer.Ordinal)]);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/channels", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListChannels)).Answers(401, 404);
}
