using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Identities;

/// <summary>What waits for the custodian who asks, in no order that says when it came. What is done is not shown again.</summary>
internal static class ListIdentities
{
    public sealed record Item(RequestId Id, PersonId From, long At, byte[] Ciphertext, ToldWire? Told);

    /// <summary>The letter to the source that came with a request: as signed, and the day on which it came to lie in the mailbox.</summary>
    public sealed record ToldWire(int Seq, Hash32 Hash, Day Day);

    public sealed record Answer(IReadOnlyList<Item> Items);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Custodians;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, CustodianRules custodians, StorageKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var ids = await (
                from addressee in db.Set<IdentityAddressee>()
                join ask in db.Set<IdentityAsk>() on addressee.Request equals ask.Id
                where addressee.Person == me && ask.State == IdentityAskState.Waiting
                orderby ask.Id
                select ask.Id).ToListAsync(cancellationToken);
            var items = new List<Item>(ids.Count);
            foreach (var id in ids)
            {
                if (await custodians.FindAsync(id, me, cancellationToken) is not var (ask, about))
                    continue;
                var told = await db.Set<Message>().Where(m => m.Case == about.Id && m.Direction == Direction.Team && m.Seq == ask.Told)
                    .Select(m => new ToldWire(m.Seq, m.Hash, m.Day)).FirstOrDefaultAsync(cancellationToken);
                items.Add(new Item(ask.Id, ask.From, ask.At, keys.Get(about.Id).Unwrap(IdentityAsk.NameOf(ask.Id), ask.Ciphertext), told));
            }
            return new Answer(items);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/identities", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListIdentities)).Answers(401, 404);
}

/// <summary>
/// Hands the case's identity envelope to a custodian whom a waiting request asks. This is the only way on which an envelope
/// leaves the server, and each time is in the trail before it does.
/// </summary>
internal static class FetchEnvelope
{
    public sealed record Answer(byte[] Envelope)
    {
        public override string ToString() => "Envelope(redacted)";
    }

    public sealed record Command(RequestId Request) : IRequest<Outcome<Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Custodians;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(Actor actor, CustodianRules custodians, StorageKeys keys, UnitOfWork unit) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await custodians.FindAsync(request.Request, actor.Member.Id, cancellationToken) is not var (ask, about))
                return Refusal.NotFound;
            if (ask.State != IdentityAskState.Waiting)
                return Refusal.Conflict("move-not-allowed");
            unit.Audit("identity.fetched", about: about.Id);
            return new Answer(keys.Get(about.Id).Unwrap(Case.IdentityName, about.Identity));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/identities/{request}/envelope", async Task<Results<Ok<Answer>, Problem>> (RequestId request, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(request), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(FetchEnvelope)).Answers(401, 404, 409);
}

/// <summary>A custodian's sealed answer, once. Whether it gives a name, the server cannot tell. The same again changes nothing.</summary>
internal static class AnswerIdentity
{
    public sealed record Body(byte[] Ciphertext)
    {
        public override string ToString() => "AnswerIdentity(redacted)";
    }

    public sealed record Command(RequestId Request, byte[] Ciphertext) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Custodians;

        public override string ToString() => "AnswerIdentity(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() =>
            RuleFor(c => c.Ciphertext).Must(c => c.Length == WireLengths.IdentityAnswerFile).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(Actor actor, CustodianRules custodians, StorageKeys keys, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            if (await custodians.FindAsync(request.Request, me, cancellationToken) is not var (ask, about))
                return Refusal.NotFound;
            var (key, name) = (keys.Get(about.Id), IdentityAsk.AnswerNameOf(ask.Id));
            if (ask.Custodian == me && key.Unwrap(name, ask.Answer!).AsSpan().SequenceEqual(request.Ciphertext))
                return default(Done);
            if (!ask.Close(me, key.Wrap(name, request.Ciphertext)))
                return Refusal.Conflict("move-not-allowed");
            unit.Audit("identity.answered", about: about.Id);
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/identities/{request}/answer", async Task<Results<NoContent, Problem>> (RequestId request, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(request, body.Ciphertext), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(AnswerIdentity)).Answers(400, 401, 404, 409);
}
