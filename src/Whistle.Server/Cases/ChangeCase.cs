using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.Cases;

/// <summary>
/// Moves a case by a decision; what a message must do, a decision cannot (SPEC 14.3). Closing takes a closing that a second
/// person approved (ISO 37002:2021, 8.5), reopening a note that says why.
/// </summary>
internal static class MoveCase
{
    /// <param name="Leaf">With <c>closed</c> and only there, as are the two that follow.</param>
    /// <param name="Deletion">The leaf that deletion will leave.</param>
    /// <param name="Retention">How long it is kept.</param>
    /// <param name="Reason">With <c>reopened</c> and only there.</param>
    public sealed record Body(int Version, string To, Hash32? Leaf = null, Hash32? Deletion = null, string? Retention = null, AddNote.Body? Reason = null);

    public sealed record Command(CaseId Case, int Version, string To, Hash32? Leaf, Hash32? Deletion, string? Retention, AddNote.Body? Reason)
        : IRequest<Outcome<CaseWire>>, IAboutCase, IAudited
    {
        public CaseRight Needs => CaseRight.Work;

        public string AuditName => "case." + To;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.To).Must(to => CaseStates.Of(to) is not null).WithErrorCode("state-unknown");
            RuleFor(c => c.Leaf).Must((c, leaf) => leaf is not null == (CaseStates.Of(c.To) == CaseState.Closed)).WithErrorCode("leaves-wrong");
            RuleFor(c => c.Deletion).Must((c, leaf) => leaf is not null == (CaseStates.Of(c.To) == CaseState.Closed)).WithErrorCode("leaves-wrong");
            RuleFor(c => c.Retention)
                .Must((c, retention) => retention is null ? CaseStates.Of(c.To) != CaseState.Closed : ClockPolicy.RetentionClasses.Contains(retention, StringComparer.Ordinal))
                .WithErrorCode("retention-unknown");
            RuleFor(c => c.Reason).Must((c, reason) => reason is not null == (CaseStates.Of(c.To) == CaseState.Reopened)).WithErrorCode("reason-missing");
            RuleFor(c => c.Reason).Must(r => r is null || WireLengths.IsNoteFile(r.Ciphertext.Length)).WithErrorCode("ciphertext-length");
        }
    }

    internal sealed class Handler(WhistleDb db, Actor actor, CaseWires wires, UnitOfWork unit, Notes notes, TimeProvider clock)
        : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            var to = CaseStates.Of(request.To)!.Value;
            if (actor.Case.Move(to, request.Version, clock.Today()) is { } refusal)
                return refusal;
            if (to == CaseState.Closed)
            {
                var closing = await db.Set<SealedProposal>().FirstOrDefaultAsync(
                    s => s.Case == request.Case && s.Kind == FourEyesKind.Closing && s.State == ProposalState.Approved, cancellationToken);
                if (closing is null)
                    return Refusal.Conflict("closing-not-approved");
                closing.End();
                actor.Case.Keep(request.Retention!, request.Deletion!.Value);
            }
            if (request.Reason is { } reason && await notes.AddAsync(request.Case, reason, cancellationToken) is { } wrong)
                return wrong;
            if (request.Leaf is { } leaf)
                unit.Log(leaf.ToBytes());
            return await wires.OfAsync(actor, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/state", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.To, body.Leaf, body.Deletion, body.Retention, body.Reason), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(MoveCase)).Answers(400, 401, 404, 409);
}

/// <summary>Gives a case to one person who holds its key: who leads it to anybody, everybody to themselves.</summary>
internal static class AssignCase
{
    public sealed record Body(int Version, PersonId Person);

    public sealed record Command(CaseId Case, int Version, PersonId Person) : IRequest<Outcome<CaseWire>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor, CaseWires wires, UnitOfWork unit) : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.Person != actor.Member.Id && !await CaseLeads.MayLeadAsync(db, actor.Member, request.Case, cancellationToken))
                return Refusal.NotFound;
            var holdsKey = await db.Set<Claim>()
                .AnyAsync(c => c.Case == request.Case && c.Member == request.Person && !c.Recused, cancellationToken);
            if (!holdsKey)
                return Refusal.Conflict("assignee-without-claim");
            if (actor.Case.Assign(request.Person, request.Version) is { } refusal)
                return refusal;
            unit.Audit("case.assigned", request.Person.ToString());
            return await wires.OfAsync(actor, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/assignee", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.Person), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithName(nameof(AssignCase)).Answers(400, 401, 404, 409);
}

/// <summary>Runs the clocks of another policy (SPEC 18). A new directory changes no case that is there; this does, and is in its history.</summary>
internal static class ReclockCase
{
    public sealed record Body(int Version, string Policy);

    public sealed record Command(CaseId Case, int Version, string Policy) : IRequest<Outcome<CaseWire>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Lead;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Policy).Must(p => ClockPolicy.Find(p) is not null).WithErrorCode("policy-unknown");
    }

    internal sealed class Handler(Actor actor, CaseWires wires, UnitOfWork unit) : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (actor.Case.Reclock(ClockPolicy.Of(request.Policy), request.Version) is { } refusal)
                return refusal;
            unit.Audit("case.reclocked", request.Policy);
            return await wires.OfAsync(actor, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/policy", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.Policy), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithName(nameof(ReclockCase)).Answers(400, 401, 404, 409);
}

/// <summary>
/// Says on which day a report reached the team that somebody filed for a reporter: by telephone, letter, meeting or
/// otherwise, which the note says and the server does not learn. Only ever an earlier day, and only before an answer.
/// </summary>
internal static class FileCase
{
    public sealed record Body(int Version, Day Received, AddNote.Body Note);

    public sealed record Command(CaseId Case, int Version, Day Received, AddNote.Body Note) : IRequest<Outcome<CaseWire>>, IAboutCase, IAudited
    {
        public CaseRight Needs => CaseRight.Work;

        public string AuditName => "case.filed";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Note).Must(n => WireLengths.IsNoteFile(n.Ciphertext.Length)).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, CaseWires wires, Notes notes) : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            var refusal = actor.Case.File(request.Received, request.Version) ?? await notes.AddAsync(request.Case, request.Note, cancellationToken);
            if (refusal is not null)
                return refusal;
            // The one who sent it a moment ago is at the desk: there is no hour to hide. What the reporter adds still waits.
            var first = await db.Set<Message>().FirstAsync(m => m.Case == request.Case && m.Direction == Direction.Source && m.Seq == 1, cancellationToken);
            first.Release();
            return await wires.OfAsync(actor, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/receipt", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.Received, body.Note), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(FileCase)).Answers(400, 401, 404, 409);
}

/// <summary>Replaces the sealed sheet: title, category, severity (SPEC 5.1). Sheets have versions of their own.</summary>
internal static class ReplaceSheet
{
    public sealed record Body(int Version, byte[] Ciphertext);

    public sealed record Command(CaseId Case, int Version, byte[] Ciphertext) : IRequest<Outcome<Done>>, IAboutCase, IAudited
    {
        public CaseRight Needs => CaseRight.Work;

        public string AuditName => "sheet.changed";

        public override string ToString() => "ReplaceSheet(redacted)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Ciphertext).Must(c => c.Length == WireLengths.SheetFile).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(Actor actor, StorageKeys keys) : IRequestHandler<Command, Outcome<Done>>
    {
        public Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var wrapped = keys.Get(request.Case).Wrap(Case.SheetName, request.Ciphertext);
            return Task.FromResult<Outcome<Done>>(
                actor.Case.Relabel(request.Version, wrapped) is { } refusal ? refusal : new Done());
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/sheet", async Task<Results<NoContent, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.Ciphertext), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(ReplaceSheet)).Answers(400, 401, 404, 409);
}

/// <summary>The person has read the source's messages up to one of them.</summary>
internal static class MarkCaseSeen
{
    public sealed record Body(int Seq);

    public sealed record Command(CaseId Case, int Seq) : IRequest<Outcome<Done>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Read;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Seq).GreaterThanOrEqualTo(0).WithErrorCode("seq-missing");
    }

    internal sealed class Handler(WhistleDb db, Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var claim = await db.Set<Claim>().SingleAsync(c => c.Case == request.Case && c.Member == actor.Member.Id, cancellationToken);
            claim.See(request.Seq);
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/seen", async Task<Results<NoContent, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Seq), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(MarkCaseSeen)).Answers(400, 401, 404);
}
