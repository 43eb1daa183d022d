using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>The directory in force, the one that waits for signatures with what it changes, and what runs out soon.</summary>
internal static class ShowDirectory
{
    private const int WarnDirectoryDays = 14;
    private const int WarnKeyDays = 60;

    public sealed record Proposed(string Text, IReadOnlyList<string> Signatures, int Missing, IReadOnlyList<DirectoryChanges.Change> Changes);

    /// <param name="Kind"><c>directory-expires</c> or <c>keys-expire</c>.</param>
    /// <param name="Name">Whose keys; empty for the directory.</param>
    /// <param name="Day">The last day of use.</param>
    public sealed record Warning(string Kind, string Name, int Day);

    public sealed record Answer(string? Current, Proposed? Proposed, Hash32 Root, IReadOnlyList<Warning> Warnings);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, TimeProvider clock) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var root = await db.Set<PinnedRoot>().SingleAsync(cancellationToken);
            var note = await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => d.Note).FirstOrDefaultAsync(cancellationToken);
            var current = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            var proposal = await db.Set<DirectoryProposal>().FirstOrDefaultAsync(cancellationToken);
            return new Answer(note, proposal is null ? null : Show(proposal, current), root.Fingerprint, Warnings(current));
        }

        private static Proposed Show(DirectoryProposal proposal, DirectoryText? current)
        {
            var next = DirectoryText.OfNoteText(proposal.Text);
            var signed = PinnedRoot.NoteKeys(next.Root).Count(proposal.ToNote().IsSignedBy);
            return new Proposed(proposal.Text, proposal.SignatureLines, Math.Max(0, next.Root.Threshold - signed), DirectoryChanges.Between(current, next));
        }

        private List<Warning> Warnings(DirectoryText? current)
        {
            var today = Day.Of(clock.GetUtcNow()).Number;
            var warnings = new List<Warning>();
            if (current is null)
                return warnings;
            if (current.Expires < today + WarnDirectoryDays)
                warnings.Add(new("directory-expires", "", current.Expires));
            warnings.AddRange(current.People.Where(p => p.Until < today + WarnKeyDays).Select(p => new Warning("keys-expire", p.Name, p.Until)));
            return warnings;
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/directory", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ShowDirectory));
}
