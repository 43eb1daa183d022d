using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Who is signed in, with the sealed identity that only the passphrase opens and the root that the desk pins.</summary>
internal static class ShowSession
{
    public sealed record Answer(SignIn.Person Person, byte[]? Identity, Hash32 Root, string Demo, Away? Away);

    public sealed record Away(Day Until, PersonId? Deputy);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Everyone;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, IOptions<WhistleOptions> options, TimeProvider clock) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var me = actor.Member;
            var root = await db.Set<PinnedRoot>().Select(r => r.Fingerprint).SingleAsync(cancellationToken);
            return new Answer(
                new SignIn.Person(me.Id, me.Name, me.Role.Wire(), me.UserName!), me.IdentityFile, root, options.Value.Demo ? "yes" : "no",
                me.IsAway(clock.Today()) ? new Away(me.AwayUntil!.Value, me.Deputy) : null);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/session", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ShowSession));
}
