using System.Buffers.Binary;
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
/// The blobs of a channel after a position (SPEC 14.3). Everyone who reads the channel, or read it when it was dropped,
/// gets the same bytes.
/// </summary>
internal static class ReadStream
{
    private const int Most = 32;

    public sealed record Query(ChannelId Channel, long After) : IRequest<Outcome<byte[]>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.After).GreaterThanOrEqualTo(0).WithErrorCode("position-negative");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, KnownDirectories directories, TimeProvider clock)
        : IRequestHandler<Query, Outcome<byte[]>>
    {
        public async Task<Outcome<byte[]>> Handle(Query request, CancellationToken cancellationToken)
        {
            var listings = await directories.LastListingsAsync(db, cancellationToken);
            if (!listings.TryGetValue(request.Channel, out var channel) || !channel.Readers.Contains(actor.Member.Id))
                return Refusal.NotFound;
            var today = clock.Today();
            var blobs = await db.Set<StreamBlob>()
                .Where(b => b.Channel == request.Channel && b.Position > request.After && b.Expires >= today)
                .OrderBy(b => b.Position).Take(Most).ToListAsync(cancellationToken);
            var answer = new byte[sizeof(uint) + blobs.Sum(b => sizeof(ulong) + b.Blob.Length)];
            var rest = answer.AsSpan();
            BinaryPrimitives.WriteUInt32BigEndian(rest, (uint)blobs.Count);
            rest = rest[sizeof(uint)..];
            foreach (var blob in blobs)
            {
                BinaryPrimitives.WriteUInt64BigEndian(rest, (ulong)blob.Position);
                blob.Blob.CopyTo(rest[sizeof(ulong)..]);
                rest = rest[(sizeof(ulong) + blob.Blob.Length)..];
            }
            return answer;
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/channels/{id}/stream", async Task<IResult> (ChannelId id, long? after, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(id, after ?? 0), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Bytes(outcome.Value, "application/octet-stream");
        })
        .Produces<byte[]>(200, "application/octet-stream").WithName(nameof(ReadStream)).Answers(400, 401, 404);
}
