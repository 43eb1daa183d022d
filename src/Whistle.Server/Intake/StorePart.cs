using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// Stores parts of announced objects. The file is flushed before the row that names it; repeating is safe. Knowing the
/// random id is the right to fill a source's upload; a member's also wants the member.
/// </summary>
internal sealed class Parts(WhistleDb db)
{
    /// <summary>What is known before the bytes are stored.</summary>
    public sealed record Place(int Length, Hash32? Stored);

    public async Task<Outcome<Place>> LookAsync(UploadId id, int number, PersonId? by, CancellationToken ct)
    {
        var upload = await db.Set<Upload>().FirstOrDefaultAsync(u => u.Id == id, ct);
        if (upload is null || upload.By != by || number < 0 || number >= upload.PartCount)
            return Refusal.NotFound;
        var stored = await db.Set<UploadPart>().Where(p => p.Upload == id && p.Number == number)
            .Select(p => (Hash32?)p.Hash).FirstOrDefaultAsync(ct);
        return new Place(upload.LengthOf(number), stored);
    }

    public async Task<Outcome<Done>> AddAsync(UploadId id, int number, Hash32 hash, PersonId? by, CancellationToken ct)
    {
        var stored = await db.Set<UploadPart>().AsNoTracking().FirstOrDefaultAsync(p => p.Upload == id && p.Number == number, ct);
        if (stored is not null)
            return stored.Hash == hash ? new Done() : Refusal.Conflict("part-differs");
        var isOpen = await db.Set<Upload>().AnyAsync(u => u.Id == id && u.By == by && u.Case == null, ct);
        if (!isOpen)
            return Refusal.NotFound;
        db.Add(new UploadPart(id, number, hash));
        return new Done();
    }

    /// <summary>Looks, stores the file, adds the row; null where the part is kept, or why it is not.</summary>
    public static async Task<Refusal?> KeepAsync(
        IMediator mediator, BlobStore blobs, UploadId id, int number, byte[]? part,
        Func<UploadId, int, IRequest<Outcome<Place>>> look, Func<UploadId, int, Hash32, IRequest<Outcome<Done>>> add, CancellationToken ct)
    {
        var looked = await mediator.Send(look(id, number), ct);
        if (looked.Refusal is { } unknown)
            return unknown;
        if (part is null || part.Length != looked.Value.Length)
            return Refusal.Bad("part-length");
        var hash = Hash32.Of(part);
        if (looked.Value.Stored is { } stored)
            return stored == hash ? null : Refusal.Conflict("part-differs");
        blobs.Write(id, number, hash, part);
        var outcome = await mediator.Send(add(id, number, hash), ct);
        if (outcome.Refusal is not { } refused)
            return null;
        // Of several senders of one part the first wins; what the others stored would lie there for a day.
        var kept = await mediator.Send(look(id, number), ct);
        if (kept.Refusal is not null || kept.Value.Stored != hash)
            blobs.Delete(id, number, hash);
        return refused;
    }

    /// <summary>The endpoint, which stands on both sides.</summary>
    internal static RouteHandlerBuilder Map(
        IEndpointRouteBuilder side,
        Func<UploadId, int, IRequest<Outcome<Place>>> look,
        Func<UploadId, int, Hash32, IRequest<Outcome<Done>>> add) => side
        .MapPut("/uploads/{id}/parts/{number:int}", async Task<Results<NoContent, Problem>> (
            UploadId id, int number, HttpRequest http, IMediator mediator, BlobStore blobs, CancellationToken ct) =>
        {
            if (!string.Equals(http.ContentType, "application/octet-stream", StringComparison.Ordinal))
                return Problem.Of(new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"));
            // Read before anything is refused: an answer over unread bytes cuts the connection under the sender's next request.
            var part = await Bodies.ReadAsync(http, WireLengths.UploadPart, ct);
            var refusal = await KeepAsync(mediator, blobs, id, number, part, look, add, ct);
            return refusal is null ? TypedResults.NoContent() : Problem.Of(refusal);
        })
        .WithMetadata(new BodyLimit(2 * WireLengths.UploadPart))
        .Accepts<byte[]>("application/octet-stream").Answers(400, 404, 409, 413, 415);
}

/// <summary>A part of a source's upload (SPEC 13).</summary>
internal static class StorePart
{
    public sealed record Look(UploadId Upload, int Number) : IRequest<Outcome<Parts.Place>>, IFromSource, IQuery;

    public sealed record Command(UploadId Upload, int Number, Hash32 Hash) : IRequest<Outcome<Done>>, IFromSource;

    internal sealed class LookValidator : AbstractValidator<Look>;

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class LookHandler(Parts parts) : IRequestHandler<Look, Outcome<Parts.Place>>
    {
        public Task<Outcome<Parts.Place>> Handle(Look request, CancellationToken cancellationToken) =>
            parts.LookAsync(request.Upload, request.Number, by: null, cancellationToken);
    }

    internal sealed class Handler(Parts parts) : IRequestHandler<Command, Outcome<Done>>
    {
        public Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken) =>
            parts.AddAsync(request.Upload, request.Number, request.Hash, by: null, cancellationToken);
    }

    internal static void Map(IEndpointRouteBuilder source) =>
        Parts.Map(source, (id, number) => new Look(id, number), (id, number, hash) => new Command(id, number, hash))
            .WithName(nameof(StorePart));
}

/// <summary>Reads bodies that are not JSON.</summary>
internal static class Bodies
{
    /// <returns>The bytes, or null when there are more than <paramref name="most"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest http, int most, CancellationToken ct)
    {
        if (http.ContentLength > most)
        {
            await DrainAsync(http, ct);
            return null;
        }
        if (http.ContentLength is { } length)
        {
            var whole = GC.AllocateUninitializedArray<byte>((int)length);
            await http.Body.ReadExactlyAsync(whole, ct);
            return whole;
        }
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > most)
            {
                await DrainAsync(http, ct);
                return null;
            }
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    /// <summary>
    /// Reads what is left, up to the endpoint's <see cref="BodyLimit"/>: an answer to a body that is still being sent
    /// reaches the sender as a broken connection instead of as "too large".
    /// </summary>
    public static async Task DrainAsync(HttpRequest http, CancellationToken ct)
    {
        try
        {
            await http.Body.CopyToAsync(Stream.Null, ct);
        }
        catch (BadHttpRequestException)
        {
            // Beyond the limit the connection closes; whoever sends that much is none of our clients.
            http.HttpContext.Response.Headers.Connection = "close";
        }
    }
}
