using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Hosting;
using Whistle.Server.Log;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Data;

internal enum UnitEnd
{
    /// <summary>The request succeeded: everything tracked is saved.</summary>
    All,

    /// <summary>The request was refused: only what <see cref="UnitOfWork.Keep"/> marked is saved.</summary>
    OnlyKept,
}

/// <summary>What one request adds to its transaction besides its own entities. Handlers never save.</summary>
internal sealed class UnitOfWork(WhistleDb db, Actor actor, IOptions<WhistleOptions> options, TimeProvider clock)
{
    private readonly HashSet<object> _kept = new(ReferenceEqualityComparer.Instance);
    private readonly List<Action> _afterwards = [];

    /// <summary>Writes an audit entry about the actor's case (or none), in this transaction.</summary>
    /// <param name="act">A stable name, such as <c>case.claimed</c>.</param>
    /// <param name="subject">A public id; never content.</param>
    /// <param name="about">The case, where it is not the one of the request.</param>
    public AuditEntry Audit(string act, string? subject = null, CaseId? about = null)
    {
        var entry = new AuditEntry(clock.GetUtcNow().ToUnixTimeSeconds(), actor.MemberId, act, about ?? actor.CaseId, subject);
        db.Add(entry);
        return entry;
    }

    /// <summary>Lets an entry wait for the log, in this transaction: it is there within the days that promises name.</summary>
    /// <param name="entry">32 bytes of a blinded leaf, or a <see cref="Whistle.Protocol.Log.PublicEntry"/>.</param>
    public void Log(byte[] entry) => db.Add(new PendingLeaf(entry, clock.Today().Plus(options.Value.InclusionDays)));

    /// <summary>
    /// Marks an entity (added or changed) to be saved even when the request is refused: lock-out counters, used nonces,
    /// the audit entry of a refusal.
    /// </summary>
    public void Keep(object entity) => _kept.Add(entity);

    /// <summary>Runs after the transaction is on disk; not at all if it is not.</summary>
    public void OnCommitted(Action then) => _afterwards.Add(then);

    internal void DropUnkept()
    {
        foreach (var entry in db.ChangeTracker.Entries().Where(e => !_kept.Contains(e.Entity)).ToList())
            entry.State = EntityState.Detached;
        _afterwards.Clear();
    }

    internal void Committed()
    {
        foreach (var then in _afterwards)
            then();
        _afterwards.Clear();
    }
}
