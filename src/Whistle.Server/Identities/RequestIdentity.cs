using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;
using Direction = Whistle.Server.Cases.Direction;

namespace Whistle.Server.Identities;

/// <summary>
/// Asks custodians who the source is: the sealed request, and in the same transaction the letter that tells the source, so that
/// nobody is asked before it lies in the mailbox. Without a letter the request holds the ground, and the trail says so.
/// </summary>
internal static class RequestIdentity
{
    /// <param name="Letter">What tells the source; absent where the request holds a ground for not telling.</param>
    public sealed record Body(RequestId Id, IReadOnlyList<PersonId> To, byte[] Ciphertext, Letter? Letter = null)
    {
        public override string ToString() => "RequestIdentity(redacted)";
    }

    public sealed record Letter(int Seq, byte[] Message, Hash32 Leaf)
    {
        public override string ToString() => "Letter(redacted)";
    }

    public sealed record Command(CaseId Case, Body Body) : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "RequestIdentity(redacted)";
    }

    public sealed record Answer(RequestId Id);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Body.Ciphertext).Must(c => c.Length == WireLengths.IdentityRequestFile).WithErrorCode("ciphertext-length");
            RuleFor(c => c.Body.To)
                .Must(to => to.Count is >= 1 and <= IdentityEnvelope.Stanzas && to.Distinct().Count() == to.Count).WithErrorCode("custodians-wrong");
            RuleFor(c => MessageOf(c.Body.Letter!)).SetValidator(new NewMessageValidator()).When(c => c.Body.Letter is not null);
        }
    }

    private static NewMessage MessageOf(Letter letter) => new(letter.Seq, letter.Message, []);

    internal sealed class Handler(
        WhistleDb db, Actor actor, Threads threads, CustodianRules custodians, StorageKeys keys, UnitOfWork unit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var (body, about, me) = (request.Body, actor.Case, actor.Member.Id);
            var key = keys.Get(about.Id);
            if (await db.Set<IdentityAsk>().AsNoTracking().FirstOrDefaultAsync(r => r.Id == body.Id, cancellationToken) is { } earlier)
            {
                var same = earlier.Case == about.Id && earlier.From == me
                    && key.Unwrap(IdentityAsk.NameOf(earlier.Id), earlier.Ciphertext).AsSpan().SequenceEqual(body.Ciphertext);
                return same ? new Answer(earlier.Id) : Refusal.Conflict("request-differs");
            }
            foreach (var person in body.To)
            {
                if (person == me || !await custodians.MayAnswerAsync(about, person, cancellationToken))
                    return Refusal.Bad("custodians-wrong");
            }
            if (await db.Set<IdentityAsk>().AnyAsync(r => r.Case == about.Id && r.State == IdentityAskState.Waiting, cancellationToken))
                return Refusal.Conflict("identity-pending");
            if (body.Letter is { } letter)
            {
                var added = await threads.AddAsync(about.Id, Direction.Team, MessageOf(letter), me, cancellationToken);
                // A letter that lies there already told the source something else, or belongs to another request.
                if (added.Refusal is { Code: "message-differs" } || added is { Refusal: null, Value.IsNew: false })
                    return Refusal.Conflict("out-of-sequence");
                if (added.Refusal is { } refusal)
                    return refusal;
                unit.Log(letter.Leaf.ToBytes());
            }
            if (about.Answer(MoveBy.Decision, about.Version, clock.Today()) is { } no)
                return no;
            var wrapped = key.Wrap(IdentityAsk.NameOf(body.Id), body.Ciphertext);
            db.Add(new IdentityAsk(body.Id, about.Id, me, clock.GetUtcNow().ToUnixTimeSeconds(), wrapped, body.Letter?.Seq));
            db.AddRange(body.To.Select(person => new IdentityAddressee(body.Id, person)));
            unit.Audit(body.Letter is null ? "identity.requested-untold" : "identity.requested");
            return new Answer(body.Id);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/identities", async Task<Results<Created<Answer>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody + (48 * 1024)))
        .WithName(nameof(RequestIdentity)).Answers(400, 401, 404, 409);
}

/// <summary>Takes back the request that waits, whoever made it: a source objected, a custodian is gone. Where none waits, nothing happens.</summary>
internal static class WithdrawIdentity
{
    public sealed record Command(CaseId Case) : IRequest<Outcome<Done>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, TimeProvider clock) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var waiting = await db.Set<IdentityAsk>()
                .FirstOrDefaultAsync(r => r.Case == request.Case && r.State == IdentityAskState.Waiting, cancellationToken);
            if (waiting is null)
                return default(Done);
            if (actor.Case.Answer(MoveBy.Decision, actor.Case.Version, clock.Today()) is { } no)
                return no;
            waiting.Withdraw();
            unit.Audit("identity.withdrawn");
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapDelete("/cases/{id}/identities", async Task<Results<NoContent, Problem>> (CaseId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(WithdrawIdentity)).Answers(401, 404);
}
