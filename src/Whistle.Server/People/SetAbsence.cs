using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>
/// A reader is away, through a day, and names who stands in. A deputy gets no key by this: it helps where they hold a case
/// already, and whoever else holds one sees that they do.
/// </summary>
internal static class SetAbsence
{
    /// <summary>Days ahead, at most: somebody who is away for longer is taken off the channel.</summary>
    private const int Longest = 400;

    /// <param name="Until">The last day away; absent where the person is back.</param>
    public sealed record Body(Day? Until = null, PersonId? Deputy = null);

    public sealed record Command(Day? Until, PersonId? Deputy) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(TimeProvider clock)
        {
            RuleFor(c => c.Until).Must(until => until is not { } day || (day >= clock.Today() && day <= clock.Today().Plus(Longest))).WithErrorCode("absence-wrong");
            RuleFor(c => c.Deputy).Must((c, deputy) => deputy is null || c.Until is not null).WithErrorCode("absence-wrong");
        }
    }

    internal sealed class Handler(WhistleDb db, Actor actor, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (request.Deputy is { } deputy
                && (deputy == actor.Member.Id
                    || !await db.Set<Member>().AnyAsync(
                        m => m.Id == deputy && m.State == MemberState.Active && (m.Role == Role.Lead || m.Role == Role.Reviewer), cancellationToken)))
                return Refusal.Bad("person-unknown");
            actor.Member.BeAway(request.Until, request.Deputy);
            unit.Audit(request.Until is null ? "person.back" : "person.away");
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/absence", async Task<Results<NoContent, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Until, body.Deputy), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(SetAbsence)).Answers(400, 401, 404);
}
