using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol.Age;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// Names another recovery identity or other holders, for the next directory: after every use, and when a holder leaves. Until root
/// holders sign that version, which tells them of the change, sources go on sealing to the one before.
/// </summary>
internal static class ReplaceRecovery
{
    private const int MostHolders = 16;

    /// <summary>Nobody opens a case alone that its readers cannot: `whistle keys split` makes no fewer pieces.</summary>
    private const int LeastNeeded = 2;

    public sealed record Command(DirectoryText.RecoveryMember Recovery) : IRequest<Outcome<Done>>, IForRole, IAudited
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;

        public string AuditName => "directory.recovery-set";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Recovery).Must(IsSound).WithErrorCode("recovery-wrong");
    }

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            (await db.Set<PinnedRoot>().SingleAsync(cancellationToken)).ReplaceRecovery(request.Recovery);
            return new Done();
        }
    }

    internal static bool IsSound(DirectoryText.RecoveryMember recovery) =>
        HybridRecipient.TryParse(recovery.Recipient, out _)
        && recovery.Holders.Count <= MostHolders
        && recovery.Threshold >= LeastNeeded && recovery.Threshold <= recovery.Holders.Count
        && recovery.Holders.All(h => InvitePerson.Validator.IsName(h.Name) && h.Place is "inside" or "outside");

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/recovery", async Task<Results<NoContent, Problem>> (DirectoryText.RecoveryMember body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(ReplaceRecovery)).Answers(400, 401, 404);
}
