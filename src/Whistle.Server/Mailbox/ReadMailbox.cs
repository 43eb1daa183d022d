using System.Text;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Log;
using Whistle.Server.Pipeline;
using Whistle.Server.Retention;

namespace Whistle.Server.Mailbox;

/// <summary>Everything that a mailbox holds: state, promise, clocks, both directions of the thread (SPEC 13).</summary>
internal static class ReadMailbox
{
    public sealed record Query(MailboxToken? Token) : IRequest<Outcome<Answer>>, IFromSource, IQuery
    {
        public bool NeedsMailbox => true;
    }

    /// <param name="Proofs">C2SP tlog-proof texts of those of the two promised leaves that are in the log.</param>
    /// <param name="Purges">Whose signatures stand where something was deleted (SPEC 12.2).</param>
    public sealed record Answer(
        byte[] State, string Promise, CaseWire Case, IReadOnlyList<MessageWire> Messages, IReadOnlyList<ProofWire> Proofs,
        IReadOnlyList<Purges.TombstoneWire> Purges);

    public sealed record ProofWire(Hash32 Leaf, string Proof);

    public sealed record CaseWire(
        CaseId Id, ChannelId Channel, string Policy, string State, Day Received, Day AcknowledgeBy, Day? Acknowledged, Day FeedbackBy,
        Day? Feedback, Day? Closed, Day? KeepUntil, string Opened);

    public sealed record MessageWire(string Dir, int Seq, Day Day, Hash32 Hash, byte[] Ciphertext, IReadOnlyList<AttachmentObject> Attachments);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys, LogReader log) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var mailbox = await db.Set<SourceMailbox>().FirstOrDefaultAsync(m => m.Id == actor.Mailbox, cancellationToken);
            if (mailbox is null)
                return Refusal.SessionOver;
            var about = await db.Set<Case>().SingleAsync(c => c.Id == mailbox.Case, cancellationToken);
            var key = keys.Get(about.Id);
            var messages = await db.Set<Message>().Where(m => m.Case == about.Id)
                .OrderBy(m => m.Day).ThenBy(m => m.Direction).ThenBy(m => m.Seq).ToListAsync(cancellationToken);
            var note = key.Unwrap(SourceMailbox.PromiseName, mailbox.Promise);
            return new Answer(
                key.Unwrap(Case.StateName, mailbox.State),
                Encoding.UTF8.GetString(note),
                new CaseWire(
                    about.Id, about.Channel, about.Policy.Name, CaseStates.NameOf(about.State), about.Received, about.AcknowledgeBy, about.Acknowledged,
                    about.FeedbackBy, about.Feedback, about.Closed, about.KeepUntil, about.Opened ? "yes" : "no"),
                [.. messages.Select(m => new MessageWire(
                    CaseStates.NameOf(m.Direction), m.Seq, m.Day, m.Hash, m.Read(key),
                    m.Attachment is { } a ? [a] : []))],
                await ProveAsync(note, cancellationToken),
                await Retention.Purges.TombstonesAsync(db, about.Id, cancellationToken));
        }

        private async Task<IReadOnlyList<ProofWire>> ProveAsync(byte[] note, CancellationToken ct)
        {
            var promise = Promise.Read(note) ?? throw new InvalidOperationException("A stored promise is not one.");
            var proofs = await log.ProveAsync([promise.Existence, promise.Content], promise.Day, promise.IncludedBy, ct);
            return [.. proofs.Select(p => new ProofWire(p.Key, Encoding.UTF8.GetString(p.Value.ToBytes())))];
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/mailbox", async Task<Results<Ok<Answer>, Problem>> (HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(MailboxToken.Of(http)), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ReadMailbox)).Answers(401);
}
