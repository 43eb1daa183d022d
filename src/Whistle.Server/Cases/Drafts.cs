using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

internal sealed record DraftWire(byte[] Ciphertext)
{
    public override string ToString() => "Draft(redacted)";
}

/// <summary>The person's own draft of one kind about a case, or none; nobody else's is reachable.</summary>
internal static class ReadDraft
{
    /// <summary>Nothing written yet is an answer, not an error: the ciphertext is left out.</summary>
    public sealed record Answer(byte[]? Ciphertext)
    {
        public override string ToString() => "Draft(redacted)";
    }

    public sealed record Query(CaseId Case, DraftKind Kind) : IRequest<Outcome<Answer>>, IAboutCase, IQuery
    {
        public CaseRight Needs => CaseRight.Read;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            return new Answer(await db.Set<Draft>().FirstOrDefaultAsync(d => d.Case == request.Case && d.Member == me && d.Kind == request.Kind, cancellationToken) is { } draft
                ? keys.Get(request.Case).Unwrap(Draft.NameOf(me, request.Kind), draft.Ciphertext)
                : null);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk, DraftKind kind) => desk
        .MapGet($"/cases/{{id}}/drafts/{Draft.Wire(kind)}", async Task<Results<Ok<Answer>, Problem>> (CaseId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(id, kind), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadDraft) + kind).Answers(401, 404);
}

internal static class KeepDraft
{
    public sealed record Command(CaseId Case, DraftKind Kind, byte[] Ciphertext) : IRequest<Outcome<Done>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;

        public override string ToString() => "KeepDraft(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Ciphertext).Must(c => WireLengths.IsNoteFile(c.Length)).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var draft = await db.Set<Draft>().FirstOrDefaultAsync(d => d.Case == request.Case && d.Member == me && d.Kind == request.Kind, cancellationToken);
            if (draft is null)
                db.Add(draft = new Draft(request.Case, me, request.Kind));
            draft.Write(keys.Get(request.Case).Wrap(Draft.NameOf(me, request.Kind), request.Ciphertext));
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk, DraftKind kind) => desk
        .MapPut($"/cases/{{id}}/drafts/{Draft.Wire(kind)}", async Task<Results<NoContent, Problem>> (
            CaseId id, DraftWire body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, kind, body.Ciphertext), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(KeepDraft) + kind).Answers(400, 401, 404);
}

internal static class DropDraft
{
    public sealed record Command(CaseId Case, DraftKind Kind) : IRequest<Outcome<Done>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            await db.Set<Draft>().Where(d => d.Case == request.Case && d.Member == actor.Member.Id && d.Kind == request.Kind).ExecuteDeleteAsync(cancellationToken);
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk, DraftKind kind) => desk
        .MapDelete($"/cases/{{id}}/drafts/{Draft.Wire(kind)}", async Task<Results<NoContent, Problem>> (CaseId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, kind), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(DropDraft) + kind).Answers(401, 404);
}
