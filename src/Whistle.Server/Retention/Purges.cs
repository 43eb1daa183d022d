using System.Text;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Summaries;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Identities;
using Whistle.Server.Intake;
using Whistle.Server.Mailbox;
using Whistle.Server.Summaries;

namespace Whistle.Server.Retention;

/// <summary>
/// Deletes one letter of the source, or the files that came together, while the case stays (SPEC 12.2). The rows go with the
/// approval; the same night their storage keys, so that a copy of the database does not give them back. The first letter
/// stays: without it nobody could check the rest.
/// </summary>
internal sealed class Purges(WhistleDb db, StorageKeys keys, TimeProvider clock)
{
    /// <summary>Both signed objects that stand where something was.</summary>
    public sealed record TombstoneWire(string Proposal, string Approval);

    /// <returns>Why not, or nothing.</returns>
    public async Task<Refusal?> RefuseAsync(Case about, PurgeTarget purge, CancellationToken ct)
    {
        if (about.HoldUntil >= clock.Today())
            return Refusal.Conflict("case-held");
        return await MessageAsync(about.Id, purge.Target, ct) is null && await NoteAsync(about.Id, purge.Target, ct) is null
            ? Refusal.Conflict("purge-unknown")
            : null;
    }

    /// <summary>Whether somebody proposed the same already.</summary>
    public async Task<bool> IsPendingAsync(CaseId about, PurgeTarget purge, CancellationToken ct) =>
        (await db.Set<SealedProposal>().AsNoTracking()
            .Where(s => s.Case == about && s.Kind == FourEyesKind.Purge && s.State == ProposalState.Proposed).ToListAsync(ct))
            .Exists(s => TargetOf(s).Target == purge.Target);

    /// <summary>Empties the rows.</summary>
    public async Task ApplyAsync(CaseId about, Hash32 target, CancellationToken ct)
    {
        if (await MessageAsync(about, target, ct) is { } message)
        {
            await DropAsync(message.Upload, ct);
            if (message.Hash == target)
                message.Purge();
            else
                message.LoseFiles();
        }
        if (await NoteAsync(about, target, ct) is { } note)
        {
            await DropAsync(note.Upload, ct);
            note.LoseFiles();
        }
    }

    /// <summary>What stands where something of the case was.</summary>
    public static async Task<IReadOnlyList<TombstoneWire>> TombstonesAsync(WhistleDb db, CaseId about, CancellationToken ct) =>
        [.. (await db.Set<SealedProposal>().AsNoTracking()
            .Where(s => s.Case == about && s.Kind == FourEyesKind.Purge && s.Approval != null).OrderBy(s => s.Id).ToListAsync(ct))
            .Select(s => new TombstoneWire(s.Proposal, s.Approval!))];

    /// <summary>
    /// The nightly half: destroys the keys of what was deleted, and deletes again what a database from before still has.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var deleted = await db.Set<SealedProposal>().Where(s => s.Kind == FourEyesKind.Purge && s.Approval != null).Select(s => s.Case).Distinct().ToListAsync(ct);
        var punctured = keys.PuncturedCases();
        var known = await db.Set<Case>().Where(c => punctured.Contains(c.Id)).Select(c => c.Id).ToListAsync(ct);
        foreach (var about in deleted.Union(known))
        {
            var key = keys.Get(about);
            var done = await db.Set<SealedProposal>().AsNoTracking()
                .Where(s => s.Case == about && s.Kind == FourEyesKind.Purge && s.Approval != null).ToListAsync(ct);
            foreach (var lost in key.Destroyed.Where(d => !done.Exists(s => Is(s, d))))
            {
                var proposal = FourEyesProposal.Parse(Encoding.UTF8.GetBytes(lost.Proposal), FourEyesKind.Purge).Require().Value;
                // A database from between the two signatures has the proposal, and does not know that it was approved.
                if (await db.Set<SealedProposal>().FirstOrDefaultAsync(s => s.Id == proposal.Id, ct) is { } waiting)
                    waiting.Restore(lost.Approval);
                else
                    db.Add(SealedProposal.Restored(proposal, lost.Proposal, lost.Approval));
                await ApplyAsync(about, proposal.Purge!.Target, ct);
            }
            var gone = new List<DestroyedObject>();
            foreach (var one in done.Where(s => !key.Destroyed.Any(d => Is(s, d))))
            {
                var target = TargetOf(one).Target;
                var seq = await db.Set<Message>().Where(m => m.Case == about && m.Direction == Direction.Source && m.Hash == target)
                    .Select(m => (int?)m.Seq).FirstOrDefaultAsync(ct);
                gone.Add(new DestroyedObject(seq is { } n ? Message.NameOf(Direction.Source, n) : null, one.Proposal, one.Approval!));
            }
            if (gone.Count > 0)
                keys.Puncture(about, await NamesAsync(about, ct), gone);
        }

        static bool Is(SealedProposal row, DestroyedObject destroyed) => string.Equals(row.Proposal, destroyed.Proposal, StringComparison.Ordinal);
    }

    /// <summary>The name of every object that the case's storage key wraps: one that is missing here is lost with the next purge.</summary>
    internal async Task<IReadOnlyList<string>> NamesAsync(CaseId about, CancellationToken ct)
    {
        var asks = await db.Set<IdentityAsk>().Where(r => r.Case == about).Select(r => r.Id).ToListAsync(ct);
        return
        [
            Case.SheetName, Case.IdentityName, Case.StateName, SourceMailbox.PromiseName,
            .. (await db.Set<Message>().Where(m => m.Case == about).Select(m => new { m.Direction, m.Seq }).ToListAsync(ct)).Select(m => Message.NameOf(m.Direction, m.Seq)),
            .. (await db.Set<Note>().Where(n => n.Case == about).Select(n => n.Id).ToListAsync(ct)).Select(Note.NameOf),
            .. (await db.Set<Draft>().Where(d => d.Case == about).Select(d => new { d.Member, d.Kind }).ToListAsync(ct)).Select(d => Draft.NameOf(d.Member, d.Kind)),
            .. (await db.Set<InboxItem>().Where(i => i.Case == about).Select(i => i.Id).ToListAsync(ct)).Select(InboxItem.NameOf),
            .. (await db.Set<SealedProposal>().Where(s => s.Case == about).Select(s => s.Id).ToListAsync(ct)).Select(SealedProposal.NameOf),
            .. asks.Select(IdentityAsk.NameOf),
            .. asks.Select(IdentityAsk.AnswerNameOf),
        ];
    }

    private static PurgeTarget TargetOf(SealedProposal row) =>
        FourEyesProposal.Parse(Encoding.UTF8.GetBytes(row.Proposal), FourEyesKind.Purge).Require().Value.Purge!;

    /// <summary>A letter of the source that the desk has seen: its own hash (the first excepted), or that of its files.</summary>
    private async Task<Message?> MessageAsync(CaseId about, Hash32 target, CancellationToken ct)
    {
        var message = await db.Set<Message>().FirstOrDefaultAsync(
            m => m.Case == about && m.Direction == Direction.Source && m.Released && ((m.Hash == target && m.Seq > 1) || m.UploadCipher == target), ct);
        return message is null || (message.Hash == target && message.Ciphertext.Length == 0) ? null : message;
    }

    private Task<Note?> NoteAsync(CaseId about, Hash32 target, CancellationToken ct) =>
        db.Set<Note>().FirstOrDefaultAsync(n => n.Case == about && n.UploadCipher == target, ct);

    private async Task DropAsync(UploadId? upload, CancellationToken ct)
    {
        if (upload is not { } id)
            return;
        await db.Set<UploadPart>().Where(p => p.Upload == id).ExecuteDeleteAsync(ct);
        await db.Set<Upload>().Where(u => u.Id == id).ExecuteDeleteAsync(ct);
    }
}
