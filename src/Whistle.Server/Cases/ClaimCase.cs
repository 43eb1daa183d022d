using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.People;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.Cases;

/// <summary>A proof that a device holds a case's key (SPEC 10).</summary>
internal sealed record Possession(byte[] Nonce, byte[] Signature)
{
    public override string ToString() => "Possession(redacted)";
}

/// <summary>Judges proofs of possession. Whatever fails, the answer is that of a case that never was.</summary>
internal sealed class PossessionCheck(
    WhistleDb db, KnownDirectories directories, Challenges challenges, IOptions<WhistleOptions> options)
{
    /// <returns>The case, or nothing.</returns>
    public async Task<Case?> FindAsync(CaseId id, Possession proof, PersonId member, CancellationToken ct)
    {
        var used = challenges.Use(ChallengePurpose.Claim, proof.Nonce);
        var found = await db.Set<Case>().FirstOrDefaultAsync(c => c.Id == id, ct);
        var directory = await directories.CurrentAsync(db, ct);
        if (used is not null || directory is null || !directory.SigningKeys.TryGetValue(member, out var mine))
            return null;
        // Where there is no such case, the same work is done with a key that cannot have signed this.
        if (found is null || !VerifyKey.TryFromBytes(found.Access, out var access))
            access = mine;
        var signed = options.Value.Origins.Any(o => access.Verify(PossessionProofs.Claim(o, id, mine, proof.Nonce), proof.Signature));
        return signed ? found : null;
    }
}

/// <summary>Opens a case for the person who holds its key, after "no conflict" was declared. Repeating is safe.</summary>
internal static class ClaimCase
{
    public sealed record Command(CaseId Case, Possession Proof) : IRequest<Outcome<CaseWire>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, PossessionCheck possession, CaseWires wires, TimeProvider clock)
        : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            if (await possession.FindAsync(request.Case, request.Proof, me, cancellationToken) is not { } about)
                return Refusal.NotFound;
            var claim = await db.Set<Claim>().FirstOrDefaultAsync(c => c.Case == about.Id && c.Member == me, cancellationToken);
            if (claim is { Recused: true })
                return Refusal.NotFound;
            if (claim is null)
            {
                db.Add(claim = new Claim(about.Id, me, clock.GetUtcNow().ToUnixTimeSeconds()));
                about.Open();
                unit.Audit("case.claimed", about: about.Id);
            }
            return await wires.OfAsync(about, claim.Seen, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/claim", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Possession body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithName(nameof(ClaimCase)).Answers(400, 401, 404);
}

/// <summary>Steps back from a case for good, before or after a claim.</summary>
internal static class RecuseFromCase
{
    /// <param name="Reason">A note for those who stay. Sealed before access ends, kept after it.</param>
    public sealed record Body(byte[] Nonce, byte[] Signature, AddNote.Body? Reason = null)
    {
        public override string ToString() => "Recusal(redacted)";
    }

    public sealed record Command(CaseId Case, Possession Proof, AddNote.Body? Reason) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Reason).Must(r => r is null || WireLengths.IsNoteFile(r.Ciphertext.Length)).WithErrorCode("ciphertext-length");
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit, PossessionCheck possession, Notes notes, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            if (await possession.FindAsync(request.Case, request.Proof, me, cancellationToken) is not { } about)
                return Refusal.NotFound;
            var claim = await db.Set<Claim>().FirstOrDefaultAsync(c => c.Case == about.Id && c.Member == me, cancellationToken);
            if (claim is { Recused: true })
                return new Done();
            if (claim is null)
                db.Add(claim = new Claim(about.Id, me, clock.GetUtcNow().ToUnixTimeSeconds()));
            if (request.Reason is { } reason && await notes.AddAsync(about.Id, reason, cancellationToken) is { } wrong)
                return wrong;
            claim.Recuse();
            about.LetGo(me);
            await db.Set<Draft>().Where(d => d.Case == about.Id && d.Member == me).ExecuteDeleteAsync(cancellationToken);
            await db.Set<InboxItem>().Where(i => i.Case == about.Id && i.To == me).ExecuteDeleteAsync(cancellationToken);
            await db.Set<ProposalApprover>()
                .Where(a => a.Person == me && db.Set<SealedProposal>().Any(s => s.Id == a.Proposal && s.Case == about.Id))
                .ExecuteDeleteAsync(cancellationToken);
            unit.Audit("case.recused", about: about.Id);
            return new Done();
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/recuse", async Task<Results<NoContent, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, new Possession(body.Nonce, body.Signature), body.Reason), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(RecuseFromCase)).Answers(400, 401, 404, 409);
}
