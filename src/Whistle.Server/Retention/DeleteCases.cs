using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Identities;
using Whistle.Server.Intake;
using Whistle.Server.Mailbox;
using Whistle.Server.Summaries;

namespace Whistle.Server.Retention;

/// <summary>
/// Final deletion: the rows of a case, so that the same night destroys its storage key, and with it every copy of what was
/// wrapped under it. What was released, and what the log holds, stays. The trail keeps the acts, of no case any more: counts
/// of past quarters must not tell that something was deleted.
/// </summary>
internal static class DeleteCases
{
    /// <summary>In whose name the trail keeps what was done about cases that are gone.</summary>
    private static readonly CaseId Gone = CaseId.FromBytes(new byte[Id128.Length]);

    /// <summary>
    /// Deletes what is due by a day, holds excepted, and what was deleted before: a database from before that has it again, and
    /// loses it again. A case whose key is not there for another reason stays: somebody may still bring the right key store.
    /// </summary>
    public static async Task RunAsync(WhistleDb db, UnitOfWork unit, StorageKeys keys, Day today, CancellationToken ct)
    {
        var due = await db.Set<Case>().AsNoTracking()
            .Where(c => c.KeepUntil != null && c.KeepUntil < today && (c.HoldUntil == null || c.HoldUntil < today))
            .Select(c => new { c.Id, c.DeletionLeaf }).ToListAsync(ct);
        foreach (var one in due)
        {
            await DeleteAsync(db, one.Id, ct);
            if (one.DeletionLeaf is { } leaf)
                unit.Log(leaf.ToBytes());
        }
        foreach (var id in await db.Set<Case>().AsNoTracking().Select(c => c.Id).ToListAsync(ct))
        {
            if (keys.WasDestroyed(id))
                await DeleteAsync(db, id, ct);
        }
    }

    private static async Task DeleteAsync(WhistleDb db, CaseId id, CancellationToken ct)
    {
        await db.Set<ProposalApprover>().Where(a => db.Set<SealedProposal>().Any(s => s.Id == a.Proposal && s.Case == id)).ExecuteDeleteAsync(ct);
        await db.Set<SealedProposal>().Where(s => s.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<IdentityAddressee>().Where(a => db.Set<IdentityAsk>().Any(r => r.Id == a.Request && r.Case == id)).ExecuteDeleteAsync(ct);
        await db.Set<IdentityAsk>().Where(r => r.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<Draft>().Where(d => d.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<InboxItem>().Where(i => i.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<Note>().Where(n => n.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<Message>().Where(m => m.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<UploadPart>().Where(p => db.Set<Upload>().Any(u => u.Id == p.Upload && u.Case == id)).ExecuteDeleteAsync(ct);
        await db.Set<Upload>().Where(u => u.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<Claim>().Where(c => c.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<SourceMailbox>().Where(m => m.Case == id).ExecuteDeleteAsync(ct);
        await db.Set<AuditEntry>().Where(e => e.Case == id).ExecuteUpdateAsync(set => set.SetProperty(e => e.Case, Gone), ct);
        await db.Set<Case>().Where(c => c.Id == id).ExecuteDeleteAsync(ct);
    }
}
