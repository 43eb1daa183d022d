using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// Stores one part of an announced object. The file is flushed before the command that names it runs; repeating is safe.
/// Knowing the random id is the right to fill it, for a source; a member's uploads also want the member.
/// </summary>
internal static class StorePart
{
    /// <summary>What is known before the bytes are stored.</summary>
    public sealed record Look(UploadId Upload, int Number) : IRequest<Outcome<Place>>, IFromSource, IQuery;

    public sealed record Place(int Length, Hash32? Stored);

    public sealed record Command(UploadId Upload, int Number, Hash32 Hash) : IRequest<Outcome<Done>>, IFromSource;

    internal sealed class LookValidator : AbstractValidator<Look>
    {
        public LookValidator() => RuleFor(l => l.Number).InclusiveBetween(0, 1 << 16).WithErrorCode("part-unknown");
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class LookHandler(WhistleDb db) : IRequestHandler<Look, Outcome<Place>>
    {
        public async Task<Outcome<Place>> Handle(Look request, CancellationToken cancellationToken)
        {
            var upload = await db.Set<Upload>().FirstOrDefaultAsync(u => u.Id == request.Upload, cancellationToken);
            if (upload is null || request.Number >= upload.PartCount)
                return Refusal.NotFound;
            var stored = await db.Set<UploadPart>()
                .Where(p => p.Upload == request.Upload && p.Number == request.Number)
                .Select(p => (Hash32?)p.Hash).FirstOrDefaultAsync(cancellationToken);
            return new Place(upload.LengthOf(request.Number), stored);
        }
    }

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var stored = await db.Set<UploadPart>().AsNoTracking()
                .FirstOrDefaultAsync(p => p.Upload == request.Upload && p.Number == request.Number, cancellationToken);
            if (stored is not null)
                return stored.Hash == request.Hash ? new Done() : Refusal.Conflict("part-differs");
            var upload = await db.Set<Upload>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == request.Upload, cancellationToken);
            if (upload is null || upload.Case is not null)
                return Refusal.NotFound;
            db.Add(new UploadPart(request.Upload, request.Number, request.Hash));
            return new Done();
        }
    }

    /// <summary>The same endpoint stands on both sides.</summary>
    internal static void Map(IEndpointRouteBuilder side, string name) => side
        .MapPut("/uploads/{id}/parts/{number:int}", async Task<Results<NoContent, Problem>> (
            UploadId id, int number, HttpRequest http, IMediator mediator, BlobStore blobs, CancellationToken ct) =>
        {
            if (!string.Equals(http.ContentType, "application/octet-stream", StringComparison.Ordinal))
                return Problem.Of(new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"));
            var looked = await mediator.Send(new Look(id, number), ct);
            if (looked.Refused(out var unknown))
                return unknown;
            var part = await Bodies.ReadAsync(http, WireLengths.UploadPart, ct);
            if (part is null || part.Length != looked.Value.Length)
                return Problem.Of(Refusal.Bad("part-length"));
            var hash = Hash32.Of(part);
            if (looked.Value.Stored is { } stored)
                return stored == hash ? TypedResults.NoContent() : Problem.Of(Refusal.Conflict("part-differs"));
            blobs.Write(id, number, hash, part);
            var outcome = await mediator.Send(new Command(id, number, hash), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithMetadata(new BodyLimit(WireLengths.UploadPart + 1024))
        .Accepts<byte[]>("application/octet-stream")
        .WithName(name).Answers(400, 404, 409, 413, 415);
}

/// <summary>Reads bodies that are not JSON.</summary>
internal static class Bodies
{
    /// <returns>The bytes, or null when there are more than <paramref name="most"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest http, int most, CancellationToken ct)
    {
        if (http.ContentLength > most)
            return null;
        using var bytes = new MemoryStream((int)(http.ContentLength ?? 0));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await http.Body.ReadAsync(buffer, ct)) > 0)
        {
            if (bytes.Length + read > most)
                return null;
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }
}
