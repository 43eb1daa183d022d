using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;
using Whistle.Server.Summaries;

namespace Whistle.Server.Cases;

/// <summary>A case in the answers of the desk (SPEC 14.3).</summary>
/// <param name="Changes">Grows with every message, every note and every deletion: what a device read at an older number is not all.</param>
/// <param name="Deletions">Grows with every deletion: what a device read at an older number it forgets.</param>
internal sealed record CaseWire(
    CaseId Id, ChannelId Channel, string Policy, string State, int Version, Day Received, Day AcknowledgeBy, Day? Acknowledged, Day FeedbackBy,
    Day? Feedback, Day? Closed, Day? KeepUntil, Day? HoldUntil, PersonId? Assignee, int Unread, int Present, string Source, int SheetVersion, int Changes, int Deletions);

internal sealed record OneCase(CaseWire Case);

/// <summary>Draws cases for the person who asks.</summary>
internal sealed class CaseWires(WhistleDb db, TimeProvider clock)
{
    /// <param name="seen">What the person has marked; absent when the claim is not saved yet.</param>
    public async Task<CaseWire> OfAsync(Case about, int seen, CancellationToken ct)
    {
        var unread = await db.Set<Message>().CountAsync(
            m => m.Case == about.Id && m.Direction == Direction.Source && m.Released && m.Seq > seen, ct);
        var present = await Present().CountAsync(id => id == about.Id, ct);
        var deletions = await Deletions().CountAsync(id => id == about.Id, ct);
        var changes = await Messages().CountAsync(id => id == about.Id, ct) + await Notes().CountAsync(id => id == about.Id, ct) + deletions;
        return Of(about, unread, present, changes, deletions);
    }

    /// <summary>All that one person holds, by what is due: six questions, however many they are, and no ciphertext is read.</summary>
    public async Task<IReadOnlyList<CaseWire>> OfAllAsync(PersonId me, CancellationToken ct)
    {
        var held = await (
            from claim in db.Set<Claim>()
            join about in db.Set<Case>() on claim.Case equals about.Id
            where claim.Member == me && !claim.Recused
            orderby about.FeedbackBy, about.Id
            select new CaseWire(
                about.Id, about.Channel, about.Policy.Name, CaseStates.NameOf(about.State), about.Version, about.Received, about.AcknowledgeBy,
                about.Acknowledged, about.FeedbackBy, about.Feedback, about.Closed, about.KeepUntil, about.HoldUntil, about.Assignee, 0, 0,
                about.SourceGone ? "gone" : "here", about.SheetVersion, 0, 0)).ToListAsync(ct);
        var mine = db.Set<Claim>().Where(c => c.Member == me && !c.Recused);
        var unread = await (
            from message in db.Set<Message>()
            join claim in mine on message.Case equals claim.Case
            where message.Direction == Direction.Source && message.Released && message.Seq > claim.Seen
            group message by message.Case into messages
            select new { messages.Key, Count = messages.Count() }).ToDictionaryAsync(m => m.Key, m => m.Count, ct);
        var present = await CountedAsync(Present());
        var said = await CountedAsync(Messages());
        var noted = await CountedAsync(Notes());
        var deleted = await CountedAsync(Deletions());
        return [.. held.Select(h => h with
        {
            Unread = unread.GetValueOrDefault(h.Id),
            Present = present.GetValueOrDefault(h.Id),
            Changes = said.GetValueOrDefault(h.Id) + noted.GetValueOrDefault(h.Id) + deleted.GetValueOrDefault(h.Id),
            Deletions = deleted.GetValueOrDefault(h.Id),
        })];

        Task<Dictionary<CaseId, int>> CountedAsync(IQueryable<CaseId> cases) => (
            from id in cases
            join claim in mine on id equals claim.Case
            group id by id into same
            select new { same.Key, Count = same.Count() }).ToDictionaryAsync(s => s.Key, s => s.Count, ct);
    }

    private IQueryable<CaseId> Messages() => db.Set<Message>().Where(m => m.Released).Select(m => m.Case);

    private IQueryable<CaseId> Notes() => db.Set<Note>().Select(n => n.Case);

    private IQueryable<CaseId> Deletions() =>
        db.Set<SealedProposal>().Where(p => p.Kind == FourEyesKind.Purge && p.Approval != null).Select(p => p.Case);

    /// <summary>The case of each claim of somebody who is there: an account that works, and no absence.</summary>
    private IQueryable<CaseId> Present()
    {
        var today = clock.Today();
        return
            from claim in db.Set<Claim>()
            join member in db.Set<Member>() on claim.Member equals member.Id
            where !claim.Recused && member.State == MemberState.Active && (member.AwayUntil == null || member.AwayUntil < today)
            select claim.Case;
    }

    private static CaseWire Of(Case about, int unread, int present, int changes, int deletions) =>
        new(
            about.Id, about.Channel, about.Policy.Name, CaseStates.NameOf(about.State), about.Version, about.Received, about.AcknowledgeBy,
            about.Acknowledged, about.FeedbackBy, about.Feedback, about.Closed, about.KeepUntil, about.HoldUntil, about.Assignee, unread, present,
            about.SourceGone ? "gone" : "here", about.SheetVersion, changes, deletions);

    public async Task<CaseWire> OfAsync(Actor actor, CancellationToken ct) =>
        await OfAsync(actor.Case, await SeenAsync(actor.Case.Id, actor.Member.Id, ct), ct);

    private Task<int> SeenAsync(CaseId about, PersonId member, CancellationToken ct) =>
        db.Set<Claim>().Where(c => c.Case == about && c.Member == member).Select(c => c.Seen).FirstOrDefaultAsync(ct);
}
