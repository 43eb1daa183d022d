using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>Adds notes of the person who asks.</summary>
internal sealed class Notes(WhistleDb db, Actor actor, StorageKeys keys, UnitOfWork unit, TimeProvider clock)
{
    /// <returns>Why not, or nothing.</returns>
    public async Task<Refusal?> AddAsync(CaseId about, AddNote.Body note, CancellationToken ct)
    {
        var key = keys.Get(about);
        if (await db.Set<Note>().AsNoTracking().FirstOrDefaultAsync(n => n.Id == note.Id, ct) is { } earlier)
        {
            var same = earlier.Case == about && earlier.Author == actor.Member.Id && earlier.Upload == note.Attachment?.Id
                && key.Unwrap(Note.NameOf(earlier.Id), earlier.Ciphertext).AsSpan().SequenceEqual(note.Ciphertext);
            return same ? null : Refusal.Conflict("note-differs");
        }
        if (await Threads.TakeAsync(db, about, note.Attachments ?? [], actor.Member.Id, ct) is { } refusal)
            return refusal;
        db.Add(new Note(
            note.Id, about, actor.Member.Id, clock.GetUtcNow().ToUnixTimeSeconds(), key.Wrap(Note.NameOf(note.Id), note.Ciphertext), note.Attachment));
        unit.Audit("note.added", about: about);
        return null;
    }
}

/// <summary>An internal note, sealed to the case alone: the source cannot open it. Repeating is safe.</summary>
internal static class AddNote
{
    /// <param name="Attachments">Evidence that hangs on the note; only where a note stands alone, not where one is a reason.</param>
    public sealed record Body(NoteId Id, byte[] Ciphertext, IReadOnlyList<AttachmentObject>? Attachments = null)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public AttachmentObject? Attachment => Attachments is [var first, ..] ? first : null;

        public override string ToString() => "AddNote(redacted)";
    }

    public sealed record Command(CaseId Case, Body Note) : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "AddNote(redacted)";
    }

    public sealed record Answer(NoteId Id);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Note.Ciphertext).Must(c => WireLengths.IsNoteFile(c.Length)).WithErrorCode("ciphertext-length");
            RuleFor(c => c.Note.Attachments).Must(a => a is null || a.Count <= AttachmentObject.MaxPerMessage).WithErrorCode("attachments-too-many");
        }
    }

    internal sealed class Handler(Notes notes) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken) =>
            await notes.AddAsync(request.Case, request.Note, cancellationToken) is { } refusal ? refusal : new Answer(request.Note.Id);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/notes", async Task<Results<Created<Answer>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(AddNote)).Answers(400, 401, 404, 409);
}
