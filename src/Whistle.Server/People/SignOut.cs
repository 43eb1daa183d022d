using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Ends every session of the person: a copied cookie is worthless from here on.</summary>
internal static class SignOut
{
    public sealed record Command : IRequest<Outcome<Done>>, IForRole, IAudited
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Everyone;

        public string AuditName => "session.closed";
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            actor.Member.Restamp();
            return Task.FromResult<Outcome<Done>>(default(Done));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapDelete("/session", async Task<Results<NoContent, Problem>> (IMediator mediator, HttpContext http, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(), ct);
            if (outcome.Refused(out var problem))
                return problem;
            await http.SignOutAsync(DeskSession.Scheme);
            return TypedResults.NoContent();
        })
        .WithName(nameof(SignOut));
}
