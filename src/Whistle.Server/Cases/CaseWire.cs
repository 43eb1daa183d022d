using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>A case in the answers of the desk (SPEC 14.3).</summary>
internal sealed record CaseWire(
    CaseId Id, ChannelId Channel, string Policy, string State, int Version, Day Received, Day AcknowledgeBy, Day? Acknowledged, Day FeedbackBy,
    Day? Feedback, Day? Closed, PersonId? Assignee, int Unread, string Source, byte[] Sheet);

internal sealed record OneCase(CaseWire Case);

/// <summary>Draws cases for the person who asks.</summary>
internal sealed class CaseWires(WhistleDb db, StorageKeys keys)
{
    /// <param name="seen">What the person has marked; absent when the claim is not saved yet.</param>
    public async Task<CaseWire> OfAsync(Case about, int seen, CancellationToken ct)
    {
        var unread = await db.Set<Message>().CountAsync(
            m => m.Case == about.Id && m.Direction == Direction.Source && m.Released && m.Seq > seen, ct);
        return new CaseWire(
            about.Id, about.Channel, about.Policy.Name, CaseStates.NameOf(about.State), about.Version, about.Received, about.AcknowledgeBy,
            about.Acknowledged, about.FeedbackBy, about.Feedback, about.Closed, about.Assignee, unread,
            about.SourceGone ? "gone" : "here", keys.Get(about.Id).Unwrap(Case.SheetName, about.Sheet));
    }

    public async Task<CaseWire> OfAsync(Actor actor, CancellationToken ct) =>
        await OfAsync(actor.Case, await SeenAsync(actor.Case.Id, actor.Member.Id, ct), ct);

    private Task<int> SeenAsync(CaseId about, PersonId member, CancellationToken ct) =>
        db.Set<Claim>().Where(c => c.Case == about && c.Member == member).Select(c => c.Seen).FirstOrDefaultAsync(ct);
}
