using FluentValidation;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Intake;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>What both sides say when they add a message to a thread.</summary>
internal sealed record NewMessage(int Seq, byte[] Ciphertext, IReadOnlyList<AttachmentObject> Attachments)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public AttachmentObject? Attachment => Attachments.Count > 0 ? Attachments[0] : null;

    public override string ToString() => "NewMessage(redacted)";
}

internal sealed class NewMessageValidator : AbstractValidator<NewMessage>
{
    public NewMessageValidator()
    {
        RuleFor(m => m.Seq).GreaterThan(0).WithErrorCode("seq-missing");
        RuleFor(m => m.Ciphertext).Must(c => WireLengths.IsMessageFile(c.Length)).WithErrorCode("ciphertext-length");
        RuleFor(m => m.Attachments).Must(a => a.Count <= AttachmentObject.MaxPerMessage).WithErrorCode("attachments-too-many");
    }
}

/// <summary>Adds messages in sequence and idempotently.</summary>
internal sealed class Threads(WhistleDb db, StorageKeys keys, TimeProvider clock)
{
    public sealed record Added(int Seq, Hash32 Hash, bool IsNew);

    public async Task<Outcome<Added>> AddAsync(
        CaseId about, Direction direction, NewMessage message, PersonId? author, CancellationToken ct)
    {
        var hash = Hash32.Of(message.Ciphertext);
        var earlier = await db.Set<Message>().AsNoTracking()
            .Where(m => m.Case == about && m.Direction == direction && m.Seq >= message.Seq - 1)
            .Select(m => new { m.Seq, m.Hash, m.Upload }).ToListAsync(ct);
        if (earlier.Find(m => m.Seq == message.Seq) is { } same)
        {
            return same.Hash == hash && same.Upload == message.Attachment?.Id
                ? new Added(message.Seq, hash, false)
                : Refusal.Conflict("message-differs");
        }
        if (message.Seq > 1 && earlier.Count == 0)
            return Refusal.Conflict("out-of-sequence");
        if (await TakeAsync(db, about, message.Attachments, author, ct) is { } refusal)
            return refusal;
        var wrapped = keys.Get(about).Wrap(Message.NameOf(direction, message.Seq), message.Ciphertext);
        db.Add(new Message(about, direction, message.Seq, clock.Today(), hash, wrapped, message.Attachment, author));
        return new Added(message.Seq, hash, true);
    }

    /// <summary>Makes uploaded objects the case's.</summary>
    public static async Task<Refusal?> TakeAsync(
        WhistleDb db, CaseId about, IReadOnlyList<AttachmentObject> objects, PersonId? author, CancellationToken ct)
    {
        foreach (var announced in objects)
        {
            var upload = await db.Set<Upload>().Include(u => u.Parts).FirstOrDefaultAsync(u => u.Id == announced.Id, ct);
            if ((upload is null ? Refusal.Bad("attachment-unknown") : upload.Take(about, announced, author)) is { } refusal)
                return refusal;
        }
        return null;
    }
}

/// <summary>Streams an object of attachments that a message of the case took, or to the desk a note.</summary>
internal sealed class AttachmentReader(WhistleDb db, BlobStore blobs)
{
    /// <param name="isDesk">The desk sees a source's follow-ups after the next batch only; a source never what hangs on a note.</param>
    public async Task<Outcome<AttachmentBytes>> FindAsync(CaseId about, UploadId id, bool isDesk, CancellationToken ct)
    {
        var isTaken = await db.Set<Message>().AnyAsync(m => m.Case == about && m.Upload == id && (m.Released || !isDesk), ct)
            || (isDesk && await db.Set<Note>().AnyAsync(n => n.Case == about && n.Upload == id, ct));
        if (!isTaken)
            return Refusal.NotFound;
        var upload = await db.Set<Upload>().Include(u => u.Parts).SingleAsync(u => u.Id == id, ct);
        return new AttachmentBytes(upload, blobs);
    }
}

/// <summary>The bytes of an object, unwrapped part by part as they are sent.</summary>
internal sealed class AttachmentBytes(Upload upload, BlobStore blobs) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/octet-stream";
        httpContext.Response.ContentLength = upload.Size;
        foreach (var part in upload.Parts.OrderBy(p => p.Number))
            await httpContext.Response.Body.WriteAsync(blobs.Read(upload.Id, part.Number, part.Hash), httpContext.RequestAborted);
    }
}
