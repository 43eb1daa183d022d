using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>Shows an invited person who they are expected to be, and a new TOTP secret for their app.</summary>
internal static class OpenInvitation
{
    public sealed record Body(string Token)
    {
        public override string ToString() => "(token)";
    }

    public sealed record Answer(string Name, string Role, string Totp, string Uri)
    {
        public override string ToString() => "(secret)";
    }

    public sealed record Command(string Token) : IRequest<Outcome<Answer>>, IAnonymous
    {
        public override string ToString() => "(token)";
    }

    internal static Refusal Unknown { get; } = new(StatusCodes.Status404NotFound, "invitation-unknown");

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Token).NotEmpty().MaximumLength(128).WithErrorCode("token-wrong");
    }

    internal sealed class Handler(WhistleDb db, TotpVault vault, TimeProvider clock) : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await FindAsync(db, request.Token, clock, cancellationToken) is not var (invitation, member))
                return Unknown;
            var secret = Totp.NewSecret();
            invitation.Opened(vault.Seal(secret));
            return new Answer(member.Name, member.Role.Wire(), Totp.Base32(secret), Totp.Uri(secret, member.Role.Wire()));
        }
    }

    /// <summary>The living invitation of a token, or null: used, replaced, expired, its person disabled, or never made.</summary>
    internal static async Task<(Invitation Invitation, Member Member)?> FindAsync(WhistleDb db, string token, TimeProvider clock, CancellationToken ct)
    {
        var hash = Invitation.HashOf(token);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var invitation = await db.Set<Invitation>().FirstOrDefaultAsync(i => i.Token == hash && i.Expires > now, ct);
        if (invitation is null)
            return null;
        var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == invitation.Person && m.State != MemberState.Disabled, ct);
        return member is null ? null : (invitation, member);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/enrolment/open", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Token), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(OpenInvitation));
}
