using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Mail;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>
/// Gives somebody an e-mail address, or takes it away. Only an admin sets it and only the outbox and the list of people read
/// it: to a lead or reviewer it means the mail of every working morning, which is the same for all.
/// </summary>
internal static class SetMail
{
    public sealed record Body(string Mail)
    {
        public override string ToString() => "(address)";
    }

    public sealed record Command(PersonId Person, string? Mail) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;

        public override string ToString() => "(address)";
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Mail).Cascade(CascadeMode.Stop)
            .Must(m => m is not "").WithErrorCode("mail-missing")
            .Must(m => m is null || m.Length <= MailAddresses.MaxLength).WithErrorCode("mail-too-long")
            .Must(m => m is null || MailAddresses.IsWellFormed(m)).WithErrorCode("mail-wrong");
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == request.Person, cancellationToken);
            if (member is null)
                return Refusal.NotFound;
            if (string.Equals(member.Email, request.Mail, StringComparison.Ordinal))
                return default(Done);
            member.Email = request.Mail;
            unit.Audit(request.Mail is null ? "person.mail-cleared" : "person.mail-set", member.Id.ToString());
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk)
    {
        desk.MapPut("/people/{id}/mail", (PersonId id, Body body, IMediator mediator, CancellationToken ct) => SendAsync(mediator, new Command(id, body.Mail.Trim()), ct))
            .WithName(nameof(SetMail));
        desk.MapDelete("/people/{id}/mail", (PersonId id, IMediator mediator, CancellationToken ct) => SendAsync(mediator, new Command(id, Mail: null), ct))
            .WithName("ClearMail");
    }

    private static async Task<Results<NoContent, Problem>> SendAsync(IMediator mediator, Command command, CancellationToken ct)
    {
        var outcome = await mediator.Send(command, ct);
        return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
    }
}
