using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Net.Http.Headers;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// Takes a bundle (SPEC 8.5) from a plain form, for browsers that run no script. Nothing is kept before form, hashes,
/// signature and work of the tip hold; whatever is no bundle is not kept at all, and its name is never looked at.
/// </summary>
internal static class HandInBundle
{
    /// <summary>The field of the form.</summary>
    public const string Field = "bundle";

    private const int LongestBoundary = 200;

    /// <summary>The day that matters of a directory that is not in force: its last, or that on which the next one was published.</summary>
    public sealed record OldDirectory(Hash32 Directory, bool IsExpired) : IRequest<Outcome<DayOf>>, IFromSource, IQuery;

    public sealed record DayOf(Day? Day);

    internal sealed class OldDirectoryValidator : AbstractValidator<OldDirectory>;

    internal sealed class OldDirectoryHandler(WhistleDb db, KnownDirectories directories) : IRequestHandler<OldDirectory, Outcome<DayOf>>
    {
        public async Task<Outcome<DayOf>> Handle(OldDirectory request, CancellationToken cancellationToken)
        {
            if (request.IsExpired)
                return new DayOf((await directories.FindAsync(db, request.Directory, cancellationToken))?.Expires);
            var current = await directories.CurrentAsync(db, cancellationToken);
            return new DayOf(current is null ? null : Day.Of(DateTimeOffset.FromUnixTimeSeconds(current.Published)));
        }
    }

    /// <summary>Drops an upload of a source that no message has taken.</summary>
    public sealed record Forget(UploadId Upload) : IRequest<Outcome<Forgotten>>, IFromSource;

    public sealed record Forgotten(IReadOnlyList<UploadPart> Stored);

    internal sealed class ForgetValidator : AbstractValidator<Forget>;

    internal sealed class ForgetHandler(WhistleDb db) : IRequestHandler<Forget, Outcome<Forgotten>>
    {
        public async Task<Outcome<Forgotten>> Handle(Forget request, CancellationToken cancellationToken)
        {
            var upload = await db.Set<Upload>().Include(u => u.Parts)
                .FirstOrDefaultAsync(u => u.Id == request.Upload && u.By == null && u.Case == null, cancellationToken);
            if (upload is null)
                return Refusal.NotFound;
            var stored = upload.Parts.ToArray();
            db.Remove(upload);
            return new Forgotten(stored);
        }
    }

    internal static void Map(IEndpointRouteBuilder app, IEndpointRouteBuilder source)
    {
        app.MapGet("/bundle", (HttpContext http) => BundlePage.Form(http)).WithName("BundleForm").ExcludeFromDescription();
        source.MapPost("/bundles", async Task<IResult> (HttpContext http, IMediator mediator, BlobStore blobs, CancellationToken ct) =>
        {
            var (promise, refusal, day) = await TakeAsync(http.Request, mediator, blobs, ct);
            if (refusal is null)
                return BundlePage.Taken(http, promise!);
            // An answer over unread bytes reaches a browser as a broken connection.
            await Bodies.DrainAsync(http.Request, ct);
            return BundlePage.Refused(http, refusal, day);
        })
        .WithMetadata(new BodyLimit(TipBundle.MaxLength + (64 << 10)))
        .Produces<string>(200, "text/html")
        .DisableAntiforgery().WithName(nameof(HandInBundle)).Answers(400, 409, 413, 415);
    }

    private static async Task<(byte[]? Promise, Refusal? Refusal, Day? Day)> TakeAsync(
        HttpRequest http, IMediator mediator, BlobStore blobs, CancellationToken ct)
    {
        if (!MediaTypeHeaderValue.TryParse(http.ContentType, out var type)
            || !string.Equals(type.MediaType.Value, "multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= LongestBoundary } boundary)
            return (null, new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"), null);
        try
        {
            var parts = new MultipartReader(boundary, http.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 4096 };
            if (await parts.ReadNextSectionAsync(ct) is not { } section
                || section.GetContentDispositionHeader() is not { } about || !about.IsFileDisposition()
                || !string.Equals(HeaderUtilities.RemoveQuotes(about.Name).Value, Field, StringComparison.Ordinal))
                return (null, Refusal.Bad("bundle-missing"), null);
            var head = new byte[TipBundle.HeadLength];
            var read = await section.Body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct);
            if (read == 0)
                return (null, Refusal.Bad("bundle-missing"), null);
            if (read < head.Length || TipBundle.BodyLength(head) is not { } length)
                return (null, Refusal.Bad("bundle-malformed"), null);
            var body = new byte[length];
            await section.Body.ReadExactlyAsync(body, ct);
            var tip = TipBundle.ParseBody(body);
            if (!tip.IsOk)
                return (null, Refusal.Bad(tip.Code), null);
            var prepared = await mediator.Send(new SubmitTip.Preparation(tip, IsBundle: true), ct);
            if (prepared.Refusal is { } misdirected)
                return (null, misdirected, null);
            if (prepared.Value.Place is not null || prepared.Value.Work is not null)
            {
                // Nothing of it is stored, unless it is here already: then it gets its promise again. A browser shows the
                // answer only after it has sent the whole file.
                await section.Body.CopyToAsync(Stream.Null, ct);
                return await SubmitAsync(tip, prepared.Value, mediator, ct);
            }
            // Paid for by now. A part is stored as it comes, as one that a script sends: a slow sender holds no more than that.
            var wrong = await StoreAsync(section.Body, tip.Value.Manifest, mediator, blobs, ct)
                ?? (await parts.ReadNextSectionAsync(ct) is null ? null : Refusal.Bad("bundle-malformed"));
            if (wrong is null)
                return await SubmitAsync(tip, prepared.Value, mediator, ct);
            if (tip.Value.Manifest.Attachments is [var upload])
                await ForgetAsync(upload.Id, mediator, blobs, ct);
            return (null, wrong, null);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return (null, Refusal.Bad("bundle-malformed"), null);
        }
    }

    private static async Task<(byte[]? Promise, Refusal? Refusal, Day? Day)> SubmitAsync(
        Parsed<TipBody> tip, SubmitTip.Prepared prepared, IMediator mediator, CancellationToken ct)
    {
        var outcome = await mediator.Send(new SubmitTip.Command(prepared), ct);
        if (outcome.Refusal is not { } refusal)
            return (outcome.Value.Promise, null, null);
        if (refusal.Code is not ("directory-expired" or "directory-superseded"))
            return (null, refusal, null);
        var day = await mediator.Send(new OldDirectory(tip.Require().Manifest.Directory, refusal.Code is "directory-expired"), ct);
        return (null, refusal, day.Refusal is null ? day.Value.Day : null);
    }

    /// <summary>
    /// Stores the object that the manifest names where uploads lie, part by part; its work is that of the tip. What is
    /// another, or is followed by more, is refused.
    /// </summary>
    private static async Task<Refusal?> StoreAsync(Stream bundle, TipManifest manifest, IMediator mediator, BlobStore blobs, CancellationToken ct)
    {
        var prefix = new byte[LengthPrefix.Length];
        await bundle.ReadExactlyAsync(prefix, ct);
        var size = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(prefix);
        if (manifest.Attachments.Count > 1 || size > TipBundle.MaxLength || size != (manifest.Attachments is [var named] ? named.Size : 0))
            return Refusal.Bad("attachment-differs");
        if (manifest.Attachments is [var upload])
        {
            var announced = await mediator.Send(new AnnounceUpload.Command(upload.Id, upload.Size, new byte[Challenge.Length], "0", Work: null), ct);
            if (announced.Refusal is { } refused)
                return refused;
            using var hash = new TreeHash();
            for (var (left, number) = ((int)size, 0); left > 0; number++)
            {
                var part = new byte[Math.Min(WireLengths.UploadPart, left)];
                await bundle.ReadExactlyAsync(part, ct);
                hash.Append(part);
                left -= part.Length;
                var kept = await Parts.KeepAsync(
                    mediator, blobs, upload.Id, number, part,
                    static (id, n) => new StorePart.Look(id, n), static (id, n, hash) => new StorePart.Command(id, n, hash), ct);
                // One that a tip took is closed; the tip itself then says whether it is this one again.
                if (kept is not null && kept.Status != StatusCodes.Status404NotFound)
                    return string.Equals(kept.Code, "part-differs", StringComparison.Ordinal) ? Refusal.Bad("attachment-differs") : kept;
            }
            if (upload.Cipher != hash.Finish())
                return Refusal.Bad("attachment-differs");
        }
        return await bundle.ReadAsync(new byte[1], ct) == 0 ? null : Refusal.Bad("bundle-malformed");
    }

    /// <summary>Deletes what was stored of an object before its end showed that it is no such object.</summary>
    private static async Task ForgetAsync(UploadId upload, IMediator mediator, BlobStore blobs, CancellationToken ct)
    {
        var forgotten = await mediator.Send(new Forget(upload), ct);
        if (forgotten.Refusal is not null)
            return;
        foreach (var part in forgotten.Value.Stored)
            blobs.Delete(upload, part.Number, part.Hash);
    }
}
