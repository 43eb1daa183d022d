using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Log;

/// <summary>The log as static resources (C2SP tlog-tiles): everybody gets the same bytes, and may keep them.</summary>
internal static class ServeLog
{
    private const string Forever = "public, max-age=31536000, immutable";
    private const string Shortly = "public, max-age=5";

    /// <summary>The newest checkpoint with its cosignatures.</summary>
    public sealed record Head : IRequest<Outcome<byte[]>>, IAnonymous, IQuery;

    /// <summary>A tile of hashes, or of entries where <see cref="Level"/> is null.</summary>
    public sealed record Tile(int? Level, string Path) : IRequest<Outcome<byte[]>>, IAnonymous, IQuery;

    /// <summary>The three lines of the newest checkpoint that an authority stamped; with a size, its answer about them.</summary>
    public sealed record Stamped(long? Size) : IRequest<Outcome<byte[]>>, IAnonymous, IQuery;

    internal sealed class StampedValidator : AbstractValidator<Stamped>;

    internal sealed class StampedHandler(WhistleDb db) : IRequestHandler<Stamped, Outcome<byte[]>>
    {
        public async Task<Outcome<byte[]>> Handle(Stamped request, CancellationToken cancellationToken)
        {
            var stamped = db.Set<LogCheckpoint>().AsNoTracking().Where(c => c.Timestamp != null);
            if (request.Size is { } size)
                return await stamped.Where(c => c.Size == size).Select(c => c.Timestamp).FirstOrDefaultAsync(cancellationToken) is { } answer ? answer : Refusal.NotFound;
            return await stamped.OrderByDescending(c => c.Size).FirstOrDefaultAsync(cancellationToken) is { } newest
                ? System.Text.Encoding.UTF8.GetBytes(LogReader.HeadOf(newest).ToText())
                : Refusal.NotFound;
        }
    }

    internal sealed class HeadValidator : AbstractValidator<Head>;

    internal sealed class TileValidator : AbstractValidator<Tile>;

    internal sealed class HeadHandler(LogReader log) : IRequestHandler<Head, Outcome<byte[]>>
    {
        public async Task<Outcome<byte[]>> Handle(Head request, CancellationToken cancellationToken) =>
            await log.NewestAsync(cancellationToken) is { } newest ? newest.Note : Refusal.NotFound;
    }

    internal sealed class TileHandler(WhistleDb db, LogReader log) : IRequestHandler<Tile, Outcome<byte[]>>
    {
        public async Task<Outcome<byte[]>> Handle(Tile request, CancellationToken cancellationToken)
        {
            if (!TileId.TryParseIndex(request.Path, out var index, out var width) || request.Level is < 0 or > TileId.LastLevel
                || await log.NewestAsync(cancellationToken) is not { } newest
                || new TileId(request.Level ?? 0, index).WidthAt(newest.Size) < width)
                return Refusal.NotFound;
            if (request.Level is { } level)
            {
                var tile = await db.Set<LogTile>().AsNoTracking().SingleAsync(t => t.Level == level && t.Index == index, cancellationToken);
                return tile.Hashes[..(width * Hash32.Length)];
            }
            var bundle = await db.Set<LogBundle>().AsNoTracking().SingleAsync(b => b.Index == index, cancellationToken);
            var length = EntryBundle.Read(bundle.Entries)!.Take(width).Sum(e => sizeof(ushort) + e.Length);
            return bundle.Entries[..length];
        }
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        var log = app.MapGroup("/log");
        log.MapGet("/checkpoint", async Task<IResult> (IMediator mediator, HttpContext http, CancellationToken ct) =>
            {
                var outcome = await mediator.Send(new Head(), ct);
                return Answer(outcome, http, Shortly, "text/plain; charset=utf-8");
            })
            .Produces<string>(200, "text/plain").WithName("LogCheckpoint").Answers(404);
        log.MapGet("/timestamp", async Task<IResult> (IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(await mediator.Send(new Stamped(Size: null), ct), http, Shortly, "text/plain; charset=utf-8"))
            .Produces<string>(200, "text/plain").WithName("LogTimestamped").Answers(404);
        log.MapGet("/timestamp/{size:long}", async Task<IResult> (long size, IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(await mediator.Send(new Stamped(size), ct), http, Forever, "application/timestamp-reply"))
            .Produces<byte[]>(200, "application/timestamp-reply").WithName("LogTimestamp").Answers(404);
        log.MapGet("/tile/entries/{**path}", async Task<IResult> (string path, IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(await mediator.Send(new Tile(Level: null, path), ct), http, Forever, "application/octet-stream"))
            .Produces<byte[]>(200, "application/octet-stream").WithName("LogEntries").Answers(404);
        log.MapGet("/tile/{level}/{**path}", async Task<IResult> (string level, string path, IMediator mediator, HttpContext http, CancellationToken ct) =>
                Answer(
                    level is [>= '0' and <= '9'] ? await mediator.Send(new Tile(level[0] - '0', path), ct) : Refusal.NotFound,
                    http, Forever, "application/octet-stream"))
            .Produces<byte[]>(200, "application/octet-stream").WithName("LogTile").Answers(404);
    }

    private static IResult Answer(Outcome<byte[]> outcome, HttpContext http, string caching, string type)
    {
        if (outcome.Refused(out var problem))
            return problem;
        http.Response.Headers.CacheControl = caching;
        return TypedResults.Bytes(outcome.Value, type);
    }
}
