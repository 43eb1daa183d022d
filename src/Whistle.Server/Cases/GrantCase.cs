using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>
/// Shares a case with one more reader: the sealed key into that person's inbox and the message that tells the source, in
/// one transaction, so that no reader is added behind the source's back by an honest server.
/// </summary>
internal static class GrantCase
{
    public sealed record Body(PersonId To, byte[] Ciphertext, int Seq, byte[] Message, Hash32 Leaf);

    public sealed record Command(CaseId Case, PersonId To, byte[] Ciphertext, NewMessage Message, Hash32 Leaf) : IRequest<Outcome<Done>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "GrantCase(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Ciphertext).Must(c => c.Length == WireLengths.GrantFile).WithErrorCode("ciphertext-length");
            RuleFor(c => c.Message).SetValidator(new NewMessageValidator());
        }
    }

    internal sealed class Handler(
        WhistleDb db, Actor actor, Threads threads, StorageKeys keys, UnitOfWork unit, KnownDirectories directories, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var directory = await directories.CurrentAsync(db, cancellationToken);
            var isReader = await db.Set<Member>().AnyAsync(
                m => m.Id == request.To && m.State == MemberState.Active && (m.Role == Role.Lead || m.Role == Role.Reviewer), cancellationToken);
            if (!isReader || directory is null || !directory.SigningKeys.ContainsKey(request.To))
                return Refusal.Bad("person-unknown");
            // Whoever stepped back did so for good.
            if (await db.Set<Claim>().AnyAsync(c => c.Case == request.Case && c.Member == request.To && c.Recused, cancellationToken))
                return Refusal.Conflict("person-recused");
            var added = await threads.AddAsync(request.Case, Direction.Team, request.Message, actor.Member.Id, cancellationToken);
            if (added.Refusal is { } refusal)
                return refusal.Code is "message-differs" ? Refusal.Conflict("out-of-sequence") : refusal;
            if (!added.Value.IsNew)
                return new Done();
            if (actor.Case.Answer(MoveBy.Decision, actor.Case.Version, clock.Today()) is { } no)
                return no;
            var id = NewId.Of<RowId>();
            var wrapped = keys.Get(request.Case).Wrap(InboxItem.NameOf(id), request.Ciphertext);
            db.Add(new InboxItem(id, request.To, actor.Member.Id, request.Case, wrapped));
            unit.Log(request.Leaf.ToBytes());
            unit.Audit("case.shared", request.To.ToString());
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/grants", async Task<Results<Created, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.To, body.Ciphertext, new NewMessage(body.Seq, body.Message, []), body.Leaf), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created();
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody + (16 * 1024)))
        .WithName(nameof(GrantCase)).Answers(400, 401, 404, 409);
}
