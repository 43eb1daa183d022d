using FluentValidation;
using MediatR;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>A signed message of the team to the source; it may stop one of the two clocks (SPEC 14.3).</summary>
internal static class WriteReply
{
    public sealed record Body(int Version, int Seq, byte[] Ciphertext, IReadOnlyList<AttachmentObject> Attachments, string Counts, IReadOnlyList<Hash32> Leaves);

    public sealed record Command(CaseId Case, int Version, NewMessage Message, string Counts, IReadOnlyList<Hash32> Leaves) : IRequest<Outcome<Answer>>, IAboutCase
    {
        public CaseRight Needs => CaseRight.Work;
    }

    public sealed record Answer(int Seq, Hash32 Hash, CaseWire Case);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Message).SetValidator(new NewMessageValidator());
            RuleFor(c => c.Counts).Must(c => Of(c) is not null).WithErrorCode("counts-unknown");
            // One for the message, and one for what it counts as. The server cannot know whether they are right; the source can.
            RuleFor(c => c.Leaves).Must((c, leaves) => leaves.Count == (Of(c.Counts) is MoveBy.Decision ? 1 : 2)).WithErrorCode("leaves-wrong");
        }
    }

    internal sealed class Handler(Actor actor, Threads threads, CaseWires wires, UnitOfWork unit, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var added = await threads.AddAsync(request.Case, Direction.Team, request.Message, actor.Member.Id, cancellationToken);
            if (added.Refusal is { } refusal)
                return refusal.Code is "message-differs" ? Refusal.Conflict("out-of-sequence") : refusal;
            if (added.Value.IsNew)
            {
                var counts = Of(request.Counts)!.Value;
                if (actor.Case.Answer(counts, request.Version, clock.Today()) is { } no)
                    return no;
                foreach (var leaf in request.Leaves)
                    unit.Log(leaf.ToBytes());
                unit.Audit("message.sent");
                if (counts != MoveBy.Decision)
                    unit.Audit(counts == MoveBy.Acknowledgement ? "case.acknowledged" : "case.feedback-given");
            }
            return new Answer(added.Value.Seq, added.Value.Hash, await wires.OfAsync(actor, cancellationToken));
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/cases/{id}/messages", async Task<Results<Created<Answer>, Problem>> (
            CaseId id, Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(
                new Command(id, body.Version, new NewMessage(body.Seq, body.Ciphertext, body.Attachments), body.Counts, body.Leaves), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Created((string?)null, outcome.Value);
        })
        .WithMetadata(new BodyLimit(WriteMessage.MessageBody))
        .WithName(nameof(WriteReply)).Answers(400, 401, 404, 409);

    private static MoveBy? Of(string counts) => counts switch
    {
        "none" => MoveBy.Decision,
        "acknowledgement" => MoveBy.Acknowledgement,
        "feedback" => MoveBy.Feedback,
        _ => null,
    };
}
