using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Makes an account in waiting and the link that its owner enrols with. The link is shown once.</summary>
internal static class InvitePerson
{
    public sealed record Body(string Name, string Role, string Place);

    public sealed record Answer(PersonId Id, string Token, string Link)
    {
        public override string ToString() => "(token)";
    }

    public sealed record Command(string Name, string Role, string Place) : IRequest<Outcome<Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;

        public override string ToString() => "(person)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Name).Must(IsName).WithErrorCode("name-wrong");
            RuleFor(c => c.Role).Must(r => People.Roles.ParseRole(r) is not null).WithErrorCode("role-unknown");
            RuleFor(c => c.Place).Must(p => People.Roles.ParsePlace(p) is not null).WithErrorCode("place-unknown");
        }

        internal static bool IsName(string name) =>
            name.Length is > 0 and <= 200 && !string.IsNullOrWhiteSpace(name) && !name.Any(char.IsControl);
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, TimeProvider clock, IOptions<WhistleOptions> options)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var name = request.Name.Trim();
            var role = People.Roles.ParseRole(request.Role)!.Value;
            // DESIGN 3: nobody reads cases and also administers or audits. Two accounts of one name are the plain way around.
            var namesakes = await db.Set<Member>().Where(m => m.State != MemberState.Disabled).ToListAsync(cancellationToken);
            if (namesakes.Any(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase) && Clash(m.Role, role)))
                return Refusal.Conflict("roles-apart");

            var member = new Member(NewId.Of<PersonId>(), name, role, People.Roles.ParsePlace(request.Place)!.Value);
            var (invitation, token) = Invitation.New(member.Id, clock.GetUtcNow());
            db.AddRange(member, invitation);
            unit.Audit("person.invited", member.Id.ToString());
            return new Answer(member.Id, token, Link(options.Value, token));
        }

        private static bool Clash(Role one, Role other) => IsReader(one) && IsOffice(other) || IsOffice(one) && IsReader(other);

        private static bool IsReader(Role role) => role is Role.Lead or Role.Reviewer;

        private static bool IsOffice(Role role) => role is Role.Admin or Role.Auditor;
    }

    /// <summary>The token stands behind <c>#</c>: browsers send it to no server, and no log has it.</summary>
    internal static string Link(WhistleOptions options, string token) => $"{options.Origins[0]}/desk#enrol={token}";

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/people", async Task<Results<Created<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Name, body.Role, body.Place), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithName(nameof(InvitePerson));
}
