using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
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
            var same = earlier.Case == about && earlier.Author == actor.Member.Id
                && key.Unwrap(Note.NameOf(earlier.Id), earlier.Ciphertext).AsSpan().SequenceEqual(note.Ciphertext);
            return same ? null : Refusal.Conflict("note-differs");
        }
        db.Add(new Note(
            note.Id, about, actor.Member.Id, clock.GetUtcNow().ToUnixTimeSeconds(), key.Wrap(Note.NameOf(note.Id), note.Ciphertext)));
        unit.Audit("note.added", about: about);
        return null;
    }
}

/// <summary>An internal note, sealed to the case alone: the source cannot open it. Repeating is safe.</summary>
internal static class AddNote
{
    public sealed record Body(NoteId Id, byte[] Ciphertext);

    public sealed record Command(CaseId Case, NoteId Id, byte[] Ciphertext) : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "AddNote(redacted)";
    }

    public sealed record Answer(NoteId Id);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Ciphertext).Must(c => WireLengths.IsNoteFile(c.Length)).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(Notes notes) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken) =>
            await notes.AddAsync(request.Case, new(request.Id, request.Ciphertext), cancellationToken) is { } refusal ? refusal : new Answer(request.Id);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/notes", async Task<Results<Created<Answer>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Id, body.Ciphertext), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(AddNote)).Answers(400, 401, 404, 409);
}
