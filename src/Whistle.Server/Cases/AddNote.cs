using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

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

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys, UnitOfWork unit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var key = keys.Get(request.Case);
            if (await db.Set<Note>().AsNoTracking().FirstOrDefaultAsync(n => n.Id == request.Id, cancellationToken) is { } earlier)
            {
                var same = earlier.Case == request.Case && earlier.Author == actor.Member.Id
                    && key.Unwrap(Note.NameOf(earlier.Id), earlier.Ciphertext).AsSpan().SequenceEqual(request.Ciphertext);
                return same ? new Answer(request.Id) : Refusal.Conflict("note-differs");
            }
            db.Add(new Note(
                request.Id, request.Case, actor.Member.Id, clock.GetUtcNow().ToUnixTimeSeconds(),
                key.Wrap(Note.NameOf(request.Id), request.Ciphertext)));
            unit.Audit("note.added");
            return new Answer(request.Id);
        }
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
