using FluentValidation;
using MediatR;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Retention;

/// <summary>Keeps a case from being deleted through a day, for a reason that stays sealed; or ends that, for a reason too.</summary>
internal static class HoldCase
{
    /// <summary>Days ahead, at most; a hold that is still needed then is set again.</summary>
    private const int Longest = 3660;

    /// <param name="Until">The last day; absent to end a hold.</param>
    public sealed record Body(int Version, AddNote.Body Reason, Day? Until = null);

    public sealed record Command(CaseId Case, int Version, AddNote.Body Reason, Day? Until) : IRequest<Outcome<CaseWire>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Lead;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(TimeProvider clock)
        {
            RuleFor(c => c.Reason).Must(r => WireLengths.IsNoteFile(r.Ciphertext.Length)).WithErrorCode("ciphertext-length");
            RuleFor(c => c.Until).Must(until => until is not { } day || (day >= clock.Today() && day <= clock.Today().Plus(Longest))).WithErrorCode("hold-wrong");
        }
    }

    internal sealed class Handler(Actor actor, CaseWires wires, Notes notes, UnitOfWork unit) : IRequestHandler<Command, Outcome<CaseWire>>
    {
        public async Task<Outcome<CaseWire>> Handle(Command request, CancellationToken cancellationToken)
        {
            var refusal = actor.Case.Hold(request.Until, request.Version) ?? await notes.AddAsync(request.Case, request.Reason, cancellationToken);
            if (refusal is not null)
                return refusal;
            unit.Audit(request.Until is null ? "case.hold-ended" : "case.held");
            return await wires.OfAsync(actor, cancellationToken);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/cases/{id}/hold", async Task<Results<Ok<OneCase>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body.Version, body.Reason, body.Until), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(new OneCase(outcome.Value));
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(HoldCase)).Answers(400, 401, 404, 409);
}
