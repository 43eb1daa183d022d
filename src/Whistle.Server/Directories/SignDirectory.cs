using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// Takes one root holder's signature line over the proposal. Only keys of the pinned root count, each once; with the
/// threshold reached the version is published in the same transaction.
/// </summary>
internal static class SignDirectory
{
    /// <summary>The audit name of a publication; its time is that of the version.</summary>
    internal const string Published = "directory.published";

    public sealed record Body(string Signature);

    public sealed record Answer(int Missing);

    public sealed record Command(string Signature) : IRequest<Outcome<Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Signature).Must(s => NoteSignature.TryParse(Line(s), out _)).WithErrorCode("signature-malformed");
    }

    /// <summary>A pasted line may end in a line feed.</summary>
    private static string Line(string signature) => signature.TrimEnd('\n', '\r');

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, IOptions<WhistleOptions> options, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var proposal = await db.Set<DirectoryProposal>().FirstOrDefaultAsync(cancellationToken);
            if (proposal is null)
                return Refusal.Conflict("proposal-missing");
            var root = await db.Set<PinnedRoot>().SingleAsync(cancellationToken);
            var keys = PinnedRoot.NoteKeys(root.ToRoot());
            if (!NoteSignature.TryParse(Line(request.Signature), out var signature))
                return Refusal.Bad("signature-malformed");
            var signer = keys.FirstOrDefault(k => signature.IsBy(k) && SignedNote.FromText(proposal.Text).With(signature).IsSignedBy(k));
            if (signer is null)
                return Refusal.Bad("signature-invalid");

            // A proposal that something overtook (another version, a disabled person, the delay of new keys) is not
            // completed: what root holders read would not be what is so.
            var next = DirectoryText.OfNoteText(proposal.Text);
            if (await IsOvertakenAsync(next, cancellationToken))
                return Refusal.Conflict("proposal-outdated");

            if (!proposal.ToNote().IsSignedBy(signer))
            {
                proposal.Add(signature);
                unit.Audit("directory.signed", next.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            var note = proposal.ToNote();
            var missing = Math.Max(0, next.Root.Threshold - keys.Count(note.IsSignedBy));
            if (missing == 0)
                Publish(next, proposal, note, root.Fingerprint);
            return new Answer(missing);
        }

        private async Task<bool> IsOvertakenAsync(DirectoryText next, CancellationToken ct)
        {
            var now = clock.GetUtcNow();
            var last = await db.Set<DirectoryVersion>().AsNoTracking().OrderByDescending(d => d.Version).FirstOrDefaultAsync(ct);
            if (next.Version != (last?.Version ?? 0) + 1 || next.Previous != (last?.Hash ?? Hash32.Zero) || next.Expires < Day.Of(now).Number)
                return true;
            var members = await db.Set<Member>().AsNoTracking().ToDictionaryAsync(m => m.Id, ct);
            return next.People.Any(p => !members.TryGetValue(p.Id, out var member) || !p.Fits(member))
                || !KeyDelay.IsKept(next, await DirectoryPeople.CurrentAsync(db, ct), now, options.Value);
        }

        private void Publish(DirectoryText next, DirectoryProposal proposal, SignedNote note, Hash32 root)
        {
            var hash = Hash32.Of(note.TextBytes());
            unit.Log(PublicEntry.Directory(next.Version, hash).ToBytes());
            db.Add(new DirectoryVersion(
                next.Version, hash, root,
                System.Text.Encoding.UTF8.GetString(note.ToBytes()), new Day(next.Issued), new Day(next.Expires)));
            db.Remove(proposal);
            unit.Audit(Published, next.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/directory/proposal/signatures", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Signature), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(SignDirectory));
}
