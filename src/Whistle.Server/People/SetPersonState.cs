using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Disables somebody, whose sessions end at once, or lets them back. The last admin cannot be disabled.</summary>
internal static class SetPersonState
{
    public sealed record Body(string State);

    public sealed record Command(PersonId Person, string State) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.State).Must(s => s is "active" or "disabled").WithErrorCode("state-unknown");
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == request.Person, cancellationToken);
            if (member is null)
                return Refusal.NotFound;
            if (request.State is "active")
            {
                if (member.State == MemberState.Active)
                    return default(Done);
                if (!member.Enable())
                    return Refusal.Conflict("move-not-allowed");
                unit.Audit("person.enabled", member.Id.ToString());
                return default(Done);
            }
            if (member.State == MemberState.Disabled)
                return default(Done);
            if (member is { Role: Role.Admin, State: MemberState.Active }
                && await db.Set<Member>().CountAsync(m => m.Role == Role.Admin && m.State == MemberState.Active, cancellationToken) == 1)
                return Refusal.Conflict("last-admin");
            member.Disable();
            unit.Audit("person.disabled", member.Id.ToString());
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/people/{id}/state", async Task<Results<NoContent, Problem>> (PersonId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.State), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(SetPersonState));
}
