using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Log;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// Builds the next directory from the people and the channel drafts, canonically, for root holders to sign. It replaces
/// an earlier proposal; signatures hold only for the text they were made over.
/// </summary>
internal static class ProposeDirectory
{
    /// <summary>How long keys live without a new enrolment: two years.</summary>
    private const int KeyDays = 730;

    public sealed record Body(int? Expires = null);

    public sealed record Answer(string Text);

    public sealed record Command(int? Expires) : IRequest<Outcome<Answer>>, IForRole, IAudited
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;

        public string AuditName => "directory.proposed";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Expires).InclusiveBetween(0, Day.MaxNumber).WithErrorCode("expires-wrong");
    }

    internal sealed class Handler(WhistleDb db, ServerKeys keys, ProposedWitnesses witnesses, IOptions<WhistleOptions> options, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var today = Day.Of(clock.GetUtcNow()).Number;
            var expires = request.Expires ?? today + DirectoryText.LongestLife;
            if (expires < today || expires > today + DirectoryText.LongestLife)
                return Refusal.Bad("expires-wrong");

            var root = await db.Set<PinnedRoot>().SingleAsync(cancellationToken);
            var channels = (await db.Set<ChannelDraft>().AsNoTracking().OrderBy(d => d.Id).ToListAsync(cancellationToken))
                .ConvertAll(d => d.ToChannel());
            foreach (var channel in channels)
            {
                if (await ChannelRules.FaultAsync(db, channel, root, readyToSign: true, cancellationToken) is { } refusal)
                    return refusal;
            }

            var last = await db.Set<DirectoryVersion>().AsNoTracking().OrderByDescending(d => d.Version).FirstOrDefaultAsync(cancellationToken);
            var current = await DirectoryPeople.CurrentAsync(db, cancellationToken);
            var listed = current?.People.ToDictionary(p => p.Id) ?? [];
            var members = await db.Set<Member>().AsNoTracking()
                .Where(m => m.State == MemberState.Active && m.Recipient != null).OrderBy(m => m.Id).ToListAsync(cancellationToken);
            var next = new DirectoryText(
                1,
                (last?.Version ?? 0) + 1,
                last?.Hash ?? Hash32.Zero,
                today,
                expires,
                root.Organisation,
                [.. options.Value.Origins],
                root.ToRoot(),
                DirectoryText.LogOf(keys, witnesses.Policy, options.Value.Mirror),
                [.. members.Select(m => Entry(m, listed.GetValueOrDefault(m.Id), today))],
                channels,
                channels.Exists(c => c.Recovery is "offered") ? root.ToRecovery() : null);

            var text = next.ToNoteText(root.Fingerprint);
            // What root holders are asked to sign is what every client will accept.
            if (Protocol.Directories.DirectoryVersion.ParseText(text).Code is { } code)
                return Refusal.Conflict(code);
            var proposal = await db.Set<DirectoryProposal>().FirstOrDefaultAsync(cancellationToken);
            if (proposal is null)
                db.Add(new DirectoryProposal(text));
            else
                proposal.Replace(text);
            return new Answer(text);
        }

        // A key that sources have seen stays as it is. A new or changed one can be sealed to only after the delay of
        // DESIGN 6, counted from the last moment at which this proposal can be published.
        private DirectoryText.Person Entry(Member member, DirectoryText.Person? listed, int today)
        {
            var known = listed is not null && listed.HasKeysOf(member);
            return new(
                member.Id, member.Name, member.Role.Wire(), member.Place.Wire(), member.Recipient!, member.Signing!,
                known ? listed!.From : today + KeyDelay.Days(options.Value),
                known ? listed!.Until : today + KeyDays);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/directory/proposal", async Task<Results<Created<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Expires), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithName(nameof(ProposeDirectory));
}

/// <summary>
/// The 72 hours (DESIGN 6) between the publication of a key and the first day on which a source may seal to it: time for
/// everybody named in the directory to see a key that should not be there.
/// </summary>
internal static class KeyDelay
{
    /// <summary>Whole days from the building of a proposal until its new keys are usable.</summary>
    public static int Days(WhistleOptions options) =>
        options.KeyDelayHours == 0 ? 0 : options.SigningDays + 1 + (options.KeyDelayHours + 23) / 24;

    /// <summary>Whether a directory that is published now leaves every new key its delay.</summary>
    public static bool IsKept(DirectoryText next, DirectoryText? current, DateTimeOffset now, WhistleOptions options)
    {
        var known = current?.People.ToDictionary(p => p.Id, p => p.From) ?? [];
        var soonest = now.ToUnixTimeSeconds() + options.KeyDelayHours * 3600L;
        return options.KeyDelayHours == 0
            || next.People.Where(p => !known.TryGetValue(p.Id, out var from) || from != p.From).All(p => p.From * 86_400L >= soonest);
    }
}
