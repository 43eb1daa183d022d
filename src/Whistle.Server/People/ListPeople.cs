using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Everybody with an account or an invitation, and whether the current directory lists them with these keys.</summary>
internal static class ListPeople
{
    public sealed record Person(
        PersonId Id, string Name, string Role, string Place, string? Login, string State, string? Recipient, byte[]? Signing, string InDirectory,
        string? Mail)
    {
        public override string ToString() => "(person)";
    }

    public sealed record Answer(IReadOnlyList<Person> People);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var listed = await DirectoryPeople.OfCurrentAsync(db, cancellationToken);
            var members = await db.Set<Member>().OrderBy(m => m.Name).ThenBy(m => m.Id).ToListAsync(cancellationToken);
            return new Answer([.. members.Select(m => new Person(
                m.Id, m.Name, m.Role.Wire(), m.Place.Wire(), m.UserName, State(m.State), m.Recipient, m.Signing,
                listed.TryGetValue(m.Id, out var keys) && keys.Fits(m) ? "yes" : "no", m.Email))]);
        }
    }

    internal static string State(MemberState state) => state switch
    {
        MemberState.Invited => "invited",
        MemberState.Active => "active",
        _ => "disabled",
    };

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/people", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListPeople));
}
