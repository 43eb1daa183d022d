using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Identities;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.People;

/// <summary>
/// Turns an invitation into an account, once: login name, derived password, a code of the new TOTP secret, and, for those
/// whose keys the directory lists, public keys with a proof of possession (SPEC 11) and the sealed identity.
/// </summary>
internal static class Enrol
{
    public sealed record Body(
        string Token, string Login, string Password, string Code,
        byte[]? Identity = null, string? Recipient = null, byte[]? Signing = null, byte[]? Proof = null)
    {
        public override string ToString() => "(enrolment)";
    }

    public sealed record Command(
        string Token, string Login, string Password, string Code,
        byte[]? Identity, string? Recipient, byte[]? Signing, byte[]? Proof) : IRequest<Outcome<Done>>, IAnonymous, IAudited
    {
        public string AuditName => "person.enrolled";

        public override string ToString() => "(enrolment)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Token).NotEmpty().MaximumLength(128).WithErrorCode("token-wrong");
            RuleFor(c => c.Login).Must(l => LoginNames.IsWellFormed(LoginNames.Normalise(l))).WithErrorCode("login-form");
            RuleFor(c => c.Password).Must(p => StrictBase64Url.TryDecode(p, 32, out _)).WithErrorCode("password-form");
            RuleFor(c => c.Code).Matches("^[0-9]{6}$").WithErrorCode("code-wrong");
            RuleFor(c => c.Identity).Must(i => i is null || i.Length == WireLengths.UnlockedIdentityFile).WithErrorCode("identity-form");
            RuleFor(c => c.Recipient).Must(r => r is null || HybridRecipient.TryParse(r, out _)).WithErrorCode("recipient-form");
            RuleFor(c => c.Signing).Must(s => s is null || VerifyKey.TryFromBytes(s, out _)).WithErrorCode("signing-form");
        }
    }

    internal sealed class Handler(
        WhistleDb db, Actor actor, TotpVault vault, IPasswordHasher<Member> hasher, ILookupNormalizer normalizer,
        TimeProvider clock, IOptions<WhistleOptions> options) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await OpenInvitation.FindAsync(db, request.Token, clock, cancellationToken) is not var (invitation, member)
                || invitation.TotpSecret is null)
                return OpenInvitation.Unknown;
            if (member.Role.HasKeys() ? !IsProven(request) : HasKeys(request))
                return Refusal.Bad("proof-wrong");
            var secret = vault.Open(invitation.TotpSecret);
            if (Totp.Match(secret, request.Code, clock.GetUtcNow(), after: 0) is not { } step)
                return Refusal.Bad("code-wrong");

            var login = LoginNames.Normalise(request.Login);
            var normalised = normalizer.NormalizeName(login);
            if (await db.Set<Member>().AnyAsync(m => m.NormalizedUserName == normalised && m.Id != member.Id, cancellationToken))
                return Refusal.Conflict("login-taken");

            await EndEarlierAccessAsync(member, cancellationToken);
            (member.UserName, member.NormalizedUserName) = (login, normalised);
            member.PasswordHash = hasher.HashPassword(member, request.Password);
            member.Enrol(vault.Seal(secret), step, request.Identity, request.Recipient, request.Signing);
            db.Remove(invitation);
            actor.Is(member);
            return default(Done);
        }

        // Who enrols an existing account anew holds an invitation, which an admin made. Claims were proven under the old
        // signing key; kept, they would show an admin who invites himself the cases of another.
        private async Task EndEarlierAccessAsync(Member member, CancellationToken ct)
        {
            if (member.State == MemberState.Invited)
                return;
            db.RemoveRange(await db.Set<Claim>().Where(c => c.Member == member.Id && !c.Recused).ToListAsync(ct));
            // What was sealed to the earlier identity opens for nobody any more.
            db.RemoveRange(await db.Set<Keyring>().Where(k => k.Member == member.Id).ToListAsync(ct));
            db.RemoveRange(await db.Set<InboxItem>().Where(i => i.To == member.Id).ToListAsync(ct));
            db.RemoveRange(await db.Set<ProposalApprover>().Where(a => a.Person == member.Id).ToListAsync(ct));
            db.RemoveRange(await db.Set<IdentityAddressee>().Where(a => a.Person == member.Id).ToListAsync(ct));
            db.RemoveRange(await db.Set<Draft>().Where(d => d.Member == member.Id).ToListAsync(ct));
        }

        private static bool HasKeys(Command request) =>
            request.Identity is not null || request.Recipient is not null || request.Signing is not null || request.Proof is not null;

        private bool IsProven(Command request) =>
            request is { Identity: not null, Proof: not null }
            && HybridRecipient.TryParse(request.Recipient, out var recipient)
            && VerifyKey.TryFromBytes(request.Signing, out var signing)
            && options.Value.Origins.Any(origin =>
                signing.Verify(PossessionProofs.Enrolment(origin, request.Token, recipient.Bytes.Span, signing), request.Proof));
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/enrolment", async Task<Results<Created, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(
                new Command(body.Token, body.Login, body.Password, body.Code, body.Identity, body.Recipient, body.Signing, body.Proof), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created();
        })
        .WithName(nameof(Enrol));
}
