using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>Case keys that others sealed to the person.</summary>
internal static class ReadInbox
{
    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Answer(IReadOnlyList<Item> Items);

    public sealed record Item(RowId Id, string Kind, PersonId From, byte[] Ciphertext);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var items = await db.Set<InboxItem>().Where(i => i.To == actor.Member.Id).OrderBy(i => i.Id).ToListAsync(cancellationToken);
            return new Answer([.. items.Select(i =>
                new Item(i.Id, "grant", i.From, keys.Get(i.Case).Unwrap(InboxItem.NameOf(i.Id), i.Ciphertext)))]);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/inbox", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadInbox)).Answers(401, 404);
}

/// <summary>Takes an item out of the person's inbox; another's answers as one that is not there.</summary>
internal static class ClearInboxItem
{
    public sealed record Command(RowId Id) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var item = await db.Set<InboxItem>().FirstOrDefaultAsync(i => i.Id == request.Id && i.To == actor.Member.Id, cancellationToken);
            if (item is null)
                return Refusal.NotFound;
            db.Remove(item);
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapDelete("/inbox/{id}", async Task<Results<NoContent, Problem>> (RowId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(ClearInboxItem)).Answers(401, 404);
}

/// <summary>The person's sealed cache of case keys.</summary>
internal static class ReadKeyring
{
    public sealed record Query : IRequest<Outcome<KeyringWire>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Query, Outcome<KeyringWire>>
    {
        public async Task<Outcome<KeyringWire>> Handle(Query request, CancellationToken cancellationToken) =>
            await db.Set<Keyring>().FirstOrDefaultAsync(k => k.Member == actor.Member.Id, cancellationToken) is { } keyring
                ? new KeyringWire(keyring.Version, keyring.Ciphertext)
                : new KeyringWire(0, null);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/keyring", async Task<Results<Ok<KeyringWire>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadKeyring)).Answers(401, 404);
}

internal sealed record KeyringWire(int Version, byte[]? Ciphertext);

/// <summary>Replaces the keyring; of two devices that write at once, the second is told.</summary>
internal static class ReplaceKeyring
{
    private const int SmallestPlaintext = 65_536;

    /// <summary>Some forty thousand cases at the 400 bytes that one takes with its sheet and pins (SPEC 11).</summary>
    private const int LargestPlaintext = 16 << 20;

    public sealed record Body(int Version, byte[] Ciphertext);

    public sealed record Command(int Version, byte[] Ciphertext) : IRequest<Outcome<KeyringWire>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;

        public override string ToString() => "ReplaceKeyring(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Ciphertext).Must(c => IsKeyringFile(c.Length)).WithErrorCode("ciphertext-length");

        private static bool IsKeyringFile(int length)
        {
            for (var plaintext = SmallestPlaintext; plaintext <= LargestPlaintext; plaintext *= 2)
            {
                if (WireLengths.AgeFile(1, plaintext) == length)
                    return true;
            }
            return false;
        }
    }

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Command, Outcome<KeyringWire>>
    {
        public async Task<Outcome<KeyringWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            var keyring = await db.Set<Keyring>().FirstOrDefaultAsync(k => k.Member == actor.Member.Id, cancellationToken);
            if (keyring is null)
                db.Add(keyring = new Keyring(actor.Member.Id));
            return keyring.Replace(request.Version, request.Ciphertext) is { } refusal
                ? refusal
                : new KeyringWire(keyring.Version, keyring.Ciphertext);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/keyring", async Task<Results<Ok<KeyringWire>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Version, body.Ciphertext), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithMetadata(new BodyLimit(23 << 20))
        .WithName(nameof(ReplaceKeyring)).Answers(400, 401, 404, 409, 413);
}
