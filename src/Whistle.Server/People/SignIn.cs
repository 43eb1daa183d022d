using FluentValidation;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>
/// Opens a session with login name, derived password and one-time code. A name that nobody has and a password that does not
/// fit answer alike, after the same work and without a trace; so nobody learns who has an account, and nobody without the
/// password can lock it. The password has 90 bits and needs no lock; guesses of the code, by whom has the password, are counted.
/// </summary>
internal static class SignIn
{
    public sealed record Body(string Name, string Password, string Code)
    {
        public override string ToString() => "(sign-in)";
    }

    public sealed record Person(PersonId Id, string Name, string Role, string Login);

    public sealed record Answer(Person Person);

    /// <summary>Checks the password beside the writer: hashing must not hold up a tip.</summary>
    public sealed record Check(string Name, string Password, string Code) : IRequest<Outcome<Checked>>, IAnonymous, IQuery
    {
        public override string ToString() => "(sign-in)";
    }

    /// <summary>The member whose password fits.</summary>
    public sealed record Checked(PersonId Member);

    public sealed record Command(PersonId Member, string Code) : IRequest<Outcome<Opened>>, IAnonymous, IAudited
    {
        public string AuditName => "session.opened";

        public override string ToString() => "(sign-in)";
    }

    public sealed record Opened(Person Person, string Stamp);

    private static Refusal Failed { get; } = new(StatusCodes.Status401Unauthorized, "sign-in-failed");

    private static Refusal Locked { get; } = new(StatusCodes.Status429TooManyRequests, "sign-in-locked");

    internal sealed class CheckValidator : AbstractValidator<Check>
    {
        public CheckValidator()
        {
            RuleFor(c => c.Name).NotEmpty().MaximumLength(LoginNames.MaxLength).WithErrorCode("name-wrong");
            RuleFor(c => c.Password).NotEmpty().MaximumLength(128).WithErrorCode("password-wrong");
            RuleFor(c => c.Code).Matches("^[0-9]{6}$").WithErrorCode("code-form");
        }
    }

    internal sealed class CheckHandler(WhistleDb db, IPasswordHasher<Member> hasher, ILookupNormalizer normalizer)
        : IRequestHandler<Check, Outcome<Checked>>
    {
        // What an unknown name is checked against: a hash of the same cost that no password fits.
        private static string? s_nobody;

        public async Task<Outcome<Checked>> Handle(Check request, CancellationToken cancellationToken)
        {
            var login = normalizer.NormalizeName(LoginNames.Normalise(request.Name));
            var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.NormalizedUserName == login, cancellationToken);
            var known = member is { State: MemberState.Active, PasswordHash: not null };
            s_nobody ??= hasher.HashPassword(new Member(default, "", Role.Auditor, Place.Inside), Convert.ToHexString(
                System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)));
            var fits = hasher.VerifyHashedPassword(member!, known ? member!.PasswordHash! : s_nobody, request.Password)
                != PasswordVerificationResult.Failed;
            return known && fits ? new Checked(member!.Id) : Failed;
        }
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Code).Matches("^[0-9]{6}$").WithErrorCode("code-form");
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit, Actor actor, TotpVault vault, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Opened>>
    {
        public async Task<Outcome<Opened>> Handle(Command request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == request.Member && m.State == MemberState.Active, cancellationToken);
            if (member?.TotpSecret is null)
                return Failed;
            if (member.IsLocked(now))
                return Locked;
            var step = Totp.Match(vault.Open(member.TotpSecret), request.Code, now, member.TotpStep);
            if (step is null)
            {
                member.Fail(now);
                unit.Keep(member);
                if (member.IsLocked(now))
                    unit.Keep(unit.Audit("session.locked", member.Id.ToString()));
                return Failed;
            }
            member.SignedIn(step.Value);
            actor.Is(member);
            return new Opened(new Person(member.Id, member.Name, member.Role.Wire(), member.UserName!), member.SecurityStamp!);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/session", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, HttpContext http, TimeProvider clock, CancellationToken ct) =>
        {
            var check = await mediator.Send(new Check(body.Name, body.Password, body.Code), ct);
            if (check.Refused(out var problem))
                return problem;
            var outcome = await mediator.Send(new Command(check.Value.Member, body.Code), ct);
            if (outcome.Refused(out problem))
                return problem;
            await http.SignInAsync(DeskSession.Scheme, DeskSession.Principal(outcome.Value.Person.Id, outcome.Value.Stamp, clock.GetUtcNow()));
            return TypedResults.Ok(new Answer(outcome.Value.Person));
        })
        .WithName(nameof(SignIn));
}
