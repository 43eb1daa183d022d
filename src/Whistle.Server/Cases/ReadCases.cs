using System.Text.Json.Serialization;
using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;
using Whistle.Server.Identities;
using Whistle.Server.Mailbox;
using Whistle.Server.People;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.Cases;

/// <summary>The cases that the person has claimed.</summary>
internal static class ListCases
{
    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Answer(IReadOnlyList<CaseWire> Cases);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(Actor actor, CaseWires wires) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            return new Answer(await wires.OfAllAsync(actor.Member.Id, cancellationToken));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/cases", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListCases)).Answers(401, 404);
}

/// <summary>
/// The sheets of some of the cases that the person holds: those whose version their device does not know. Of others, and of cases
/// that never were, the answer says nothing.
/// </summary>
internal static class ReadSheets
{
    private const int Most = 32;

    public sealed record Query(IReadOnlyList<CaseId> Cases) : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Answer(IReadOnlyList<Item> Sheets);

    public sealed record Item(CaseId Case, int Version, byte[] Ciphertext);

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Cases.Count).LessThanOrEqualTo(Most).WithErrorCode("cases-count");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var wanted = request.Cases.ToList();
            var found = await (
                from claim in db.Set<Claim>()
                join row in db.Set<Case>() on claim.Case equals row.Id
                where claim.Member == me && !claim.Recused && wanted.Contains(row.Id)
                orderby row.Id
                select new { row.Id, row.SheetVersion, row.Sheet }).ToListAsync(cancellationToken);
            return new Answer([.. found.Select(f => new Item(f.Id, f.SheetVersion, keys.Get(f.Id).Unwrap(Case.SheetName, f.Sheet)))]);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/sheets", async Task<Results<Ok<Answer>, Problem>> ([FromQuery(Name = "case")] CaseId[] cases, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(cases), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadSheets)).Answers(400, 401, 404);
}

/// <summary>Everything of one case that the desk may see.</summary>
internal static class ReadCase
{
    public sealed record Query(CaseId Case) : IRequest<Outcome<Answer>>, IAboutCase, IQuery
    {
        public CaseRight Needs => CaseRight.Read;
    }

    /// <param name="Content">The content leaf that was promised, to be compared with what was opened; gone with a burnt mailbox.</param>
    public sealed record Answer(
        CaseWire Case, byte[] Sheet, string IdentityHeld, IReadOnlyList<MessageWire> Messages, IReadOnlyList<NoteWire> Notes,
        IReadOnlyList<PersonWire> People, IReadOnlyList<ActWire> History, IReadOnlyList<SummaryWire> Summaries, IReadOnlyList<ClosingWire> Closings,
        IReadOnlyList<PurgeWire> Purges, IReadOnlyList<IdentityWire> Identities, Hash32? Content)
    {
        /// <summary>Whether the trail has today's reading by this person already.</summary>
        [JsonIgnore]
        public bool InCustody { get; init; }
    }

    public sealed record MessageWire(
        string Dir, int Seq, Day Day, Hash32 Hash, byte[] Ciphertext, IReadOnlyList<AttachmentObject> Attachments, PersonId? Author);

    public sealed record NoteWire(NoteId Id, PersonId Author, long At, byte[] Ciphertext, IReadOnlyList<AttachmentObject> Attachments);

    /// <param name="Away">The last day of an absence that is not over.</param>
    public sealed record PersonWire(PersonId Id, long Since, Day? Away, PersonId? Deputy);

    public sealed record SummaryWire(ProposalId Id, string Proposal, byte[] Ciphertext, string State, string? Code);

    /// <param name="Approvers">Who was asked.</param>
    public sealed record ClosingWire(ProposalId Id, string Proposal, byte[] Ciphertext, string State, string? Code, IReadOnlyList<PersonId> Approvers);

    /// <param name="Ciphertext">Absent where it did not outlive a restored database.</param>
    /// <param name="Approvers">Who was asked.</param>
    /// <param name="Approval">The signed approval, once it was given: with the proposal it stands where something was.</param>
    public sealed record PurgeWire(ProposalId Id, string Proposal, byte[]? Ciphertext, string State, string? Code, IReadOnlyList<PersonId> Approvers, string? Approval);

    /// <param name="To">The custodians who were asked.</param>
    /// <param name="Told">The message that told the source.</param>
    public sealed record IdentityWire(
        RequestId Id, PersonId From, long At, IReadOnlyList<PersonId> To, byte[] Ciphertext, string State, int? Told, PersonId? Custodian, byte[]? Answer);

    /// <param name="File">The object, of an act on one.</param>
    public sealed record ActWire(long At, PersonId? Actor, string Act, UploadId? File);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, CaseWires wires, Custody custody, StorageKeys keys, TimeProvider clock)
        : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var id = request.Case;
            var key = keys.Get(id);
            var wire = await wires.OfAsync(actor, cancellationToken);
            var messages = await db.Set<Message>().Where(m => m.Case == id && m.Released)
                .OrderBy(m => m.Day).ThenBy(m => m.Direction).ThenBy(m => m.Seq).ToListAsync(cancellationToken);
            var notes = await db.Set<Note>().Where(n => n.Case == id).OrderBy(n => n.At).ToListAsync(cancellationToken);
            var today = clock.Today();
            var people = await (
                from claim in db.Set<Claim>()
                join member in db.Set<Member>() on claim.Member equals member.Id
                where claim.Case == id && !claim.Recused
                orderby claim.Since
                select new { claim.Since, member }).ToListAsync(cancellationToken);
            var history = (await db.Set<AuditEntry>().Where(a => a.Case == id).OrderBy(a => a.At)
                .Select(a => new { a.At, a.Actor, a.Act, a.Subject }).ToListAsync(cancellationToken))
                .ConvertAll(a => new ActWire(
                    a.At, a.Actor, a.Act, a.Act is "file.opened" && UploadId.TryParse(a.Subject ?? "", out var file) ? file : null));
            var promise = await db.Set<SourceMailbox>().Where(m => m.Case == id).Select(m => m.Promise).FirstOrDefaultAsync(cancellationToken);
            var proposals = await db.Set<SealedProposal>().Where(s => s.Case == id).OrderBy(s => s.Id).ToListAsync(cancellationToken);
            var asked = (await db.Set<ProposalApprover>().Where(a => db.Set<SealedProposal>().Any(s => s.Id == a.Proposal && s.Case == id)).ToListAsync(cancellationToken))
                .ToLookup(a => a.Proposal, a => a.Person);
            var asks = await db.Set<IdentityAsk>().Where(r => r.Case == id).OrderBy(r => r.At).ToListAsync(cancellationToken);
            var addressees = (await db.Set<IdentityAddressee>().Where(a => db.Set<IdentityAsk>().Any(r => r.Id == a.Request && r.Case == id)).ToListAsync(cancellationToken))
                .ToLookup(a => a.Request, a => a.Person);
            byte[] Text(SealedProposal s) => s.Read(key);
            return new Answer(
                wire, key.Unwrap(Case.SheetName, actor.Case.Sheet), "yes",
                [.. messages.Select(m => new MessageWire(
                    CaseStates.NameOf(m.Direction), m.Seq, m.Day, m.Hash, m.Read(key),
                    m.Attachment is { } a ? [a] : [], m.Author))],
                [.. notes.Select(n => new NoteWire(
                    n.Id, n.Author, n.At, key.Unwrap(Note.NameOf(n.Id), n.Ciphertext), n.Attachment is { } a ? [a] : []))],
                [.. people.Select(p => p.member.IsAway(today)
                    ? new PersonWire(p.member.Id, p.Since, p.member.AwayUntil, p.member.Deputy)
                    : new PersonWire(p.member.Id, p.Since, null, null))],
                history,
                [.. proposals.Where(s => s.Kind == FourEyesKind.Summary).Select(s => new SummaryWire(s.Id, s.Proposal, Text(s), s.Wire, s.Code))],
                [.. proposals.Where(s => s.Kind == FourEyesKind.Closing).Select(s => new ClosingWire(s.Id, s.Proposal, Text(s), s.Wire, s.Code, [.. asked[s.Id]]))],
                [.. proposals.Where(s => s.Kind == FourEyesKind.Purge).Select(s => new PurgeWire(
                    s.Id, s.Proposal, Text(s) is { Length: > 0 } text ? text : null, s.Wire, s.Code, [.. asked[s.Id]], s.Approval))],
                [.. asks.Select(r => new IdentityWire(
                    r.Id, r.From, r.At, [.. addressees[r.Id]], key.Unwrap(IdentityAsk.NameOf(r.Id), r.Ciphertext), r.Wire, r.Told, r.Custodian,
                    r.Answer is { } a ? key.Unwrap(IdentityAsk.AnswerNameOf(r.Id), a) : null))],
                promise is null ? null : Promise.Read(key.Unwrap(SourceMailbox.PromiseName, promise))?.Content)
            {
                InCustody = await custody.HasTodayAsync(id, null, cancellationToken),
            };
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/cases/{id}", async Task<Results<Ok<Answer>, Problem>> (CaseId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(id), ct);
            if (outcome.Refused(out var problem))
                return problem;
            if (!outcome.Value.InCustody)
            {
                if ((await mediator.Send(new KeepCustody.Command(id, null), ct)).Refused(out problem))
                    return problem;
                outcome = await mediator.Send(new Query(id), ct); // with this reading in its history
            }
            return outcome.Refused(out problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadCase)).Answers(401, 404);
}

/// <summary>An object of attachments of a claimed case.</summary>
internal static class ReadCaseAttachment
{
    public sealed record Query(CaseId Case, UploadId Id) : IRequest<Outcome<AttachmentBytes>>, IAboutCase, IQuery
    {
        public CaseRight Needs => CaseRight.Read;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(AttachmentReader attachments) : IRequestHandler<Query, Outcome<AttachmentBytes>>
    {
        public Task<Outcome<AttachmentBytes>> Handle(Query request, CancellationToken cancellationToken) =>
            attachments.FindAsync(request.Case, request.Id, isDesk: true, cancellationToken);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/cases/{id}/attachments/{upload}", async Task<IResult> (
            CaseId id, UploadId upload, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(id, upload), ct);
            if (outcome.Refused(out var problem))
                return problem;
            return (await mediator.Send(new KeepCustody.Command(id, upload), ct)).Refused(out problem) ? problem : outcome.Value;
        })
        .Produces<byte[]>(200, "application/octet-stream").WithName(nameof(ReadCaseAttachment)).Answers(401, 404);
}
