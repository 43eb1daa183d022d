using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>
/// A new invitation for somebody: the first got lost, or the passphrase did, or keys are to be changed. The earlier one
/// ends. The account works as before until the new invitation is used.
/// </summary>
internal static class RenewInvitation
{
    public sealed record Answer(string Token, string Link)
    {
        public override string ToString() => "(token)";
    }

    public sealed record Command(PersonId Person) : IRequest<Outcome<Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, TimeProvider clock, IOptions<WhistleOptions> options)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == request.Person, cancellationToken);
            if (member is null)
                return Refusal.NotFound;
            if (member.State == MemberState.Disabled)
                return Refusal.Conflict("person-disabled");
            var (invitation, token) = Invitation.New(member.Id, clock.GetUtcNow());
            var earlier = await db.Set<Invitation>().FirstOrDefaultAsync(i => i.Person == member.Id, cancellationToken);
            if (earlier is null)
                db.Add(invitation);
            else
                earlier.ReplaceBy(invitation);
            unit.Audit("person.invited", member.Id.ToString());
            return new Answer(token, InvitePerson.Link(options.Value, token));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/people/{id}/invitation", async Task<Results<Ok<Answer>, Problem>> (PersonId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(RenewInvitation));
}
