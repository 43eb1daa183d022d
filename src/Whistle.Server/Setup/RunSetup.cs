using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Setup;

/// <summary>Pins the root keys and invites the first admin: once, with the token of the console, which ends by it.</summary>
internal static class RunSetup
{
    public sealed record Admin(string Name);

    public sealed record Body(
        string Token, string Organisation, int Threshold, IReadOnlyList<DirectoryText.KeyMember> Keys, Admin Admin,
        DirectoryText.RecoveryMember? Recovery = null)
    {
        public override string ToString() => "(set-up)";
    }

    public sealed record Invited(string Token, string Link)
    {
        public override string ToString() => "(token)";
    }

    public sealed record Answer(Hash32 Root, Invited Invitation);

    public sealed record Command(
        string Token, string Organisation, DirectoryText.RootMember Root, DirectoryText.RecoveryMember? Recovery, string Admin)
        : IRequest<Outcome<Answer>>, IAnonymous, IAudited
    {
        public string AuditName => "setup.done";

        public override string ToString() => "(set-up)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Token).NotEmpty().MaximumLength(128).WithErrorCode("token-wrong");
            RuleFor(c => c.Organisation).Must(InvitePerson.Validator.IsName).WithErrorCode("organisation-wrong");
            RuleFor(c => c.Root).Must(PinnedRoot.IsSound).WithErrorCode("root-wrong");
            RuleFor(c => c.Admin).Must(InvitePerson.Validator.IsName).WithErrorCode("name-wrong");
            RuleFor(c => c.Recovery).Must(r => r is null || ReplaceRecovery.IsSound(r)).WithErrorCode("recovery-wrong");
        }
    }

    internal sealed class Handler(WhistleDb db, SetupGate gate, UnitOfWork unit, IOptions<WhistleOptions> options, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (!gate.Admits(request.Token) || await db.Set<PinnedRoot>().AnyAsync(cancellationToken))
                return OpenSetup.Unknown;
            var root = new PinnedRoot(request.Organisation.Trim(), request.Root, request.Recovery);
            var admin = new Member(NewId.Of<PersonId>(), request.Admin.Trim(), Role.Admin, Place.Inside);
            var (invitation, token) = Invitation.New(admin.Id, clock.GetUtcNow());
            db.AddRange(root, admin, invitation);
            unit.OnCommitted(gate.Close);
            return new Answer(root.Fingerprint, new Invited(token, InvitePerson.Link(options.Value, token)));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/setup", async Task<Results<Created<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(
                new Command(body.Token, body.Organisation, new(body.Threshold, body.Keys), body.Recovery, body.Admin.Name), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithName(nameof(RunSetup));
}
