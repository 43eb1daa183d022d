using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Server.Data;

namespace Whistle.Server.Cases;

internal enum CaseState
{
    Received = 1,
    Acknowledged = 2,
    InReview = 3,
    FeedbackGiven = 4,
    Closed = 5,
    Reopened = 6,
}

/// <summary>
/// A sealed tip and what the team made of it. Received with the tip, then moved only by its own methods; every change
/// by the team raises <see cref="Version"/>. What it holds is ciphertext, wrapped once more under the case's storage key.
/// </summary>
internal sealed class Case
{
    /// <summary>The names under which the case's storage key wraps its objects.</summary>
    public const string SheetName = "sheet";
    public const string IdentityName = "identity";
    public const string StateName = "state";

    private Case()
    {
    }

    public CaseId Id { get; private set; }

    public ChannelId Channel { get; private set; }

    /// <summary>The directory version that the source sealed to.</summary>
    public Hash32 Directory { get; private set; }

    /// <summary>
    /// The access public key (SPEC 4), from the source's signed manifest: 32 bytes. It judges claims and seals nothing; the
    /// case recipient, with which one could write into the case, never comes here.
    /// </summary>
    public byte[] Access { get; private set; } = [];

    public CaseState State { get; private set; }

    public int Version { get; private set; }

    public Day Received { get; private set; }

    public Day AcknowledgeBy { get; private set; }

    public Day? Acknowledged { get; private set; }

    public Day FeedbackBy { get; private set; }

    public Day? Feedback { get; private set; }

    public Day? Closed { get; private set; }

    /// <summary>The last day on which a closed case is kept, and one through which it may not be deleted.</summary>
    public Day? KeepUntil { get; private set; }

    public Day? HoldUntil { get; private set; }

    /// <summary>What deletion leaves in the log: made by the device that closed it, since the server cannot.</summary>
    public Hash32? DeletionLeaf { get; private set; }

    public PersonId? Assignee { get; private set; }

    /// <summary>Whether anybody has claimed it; the source's mailbox says so.</summary>
    public bool Opened { get; private set; }

    /// <summary>Whether the source had burnt its mailbox at the last batch, which sets this: not an act of the team, so the version stays.</summary>
    public bool SourceGone { get; private set; }

    /// <summary>The clocks of the channel on the day of receipt: a later directory does not change them.</summary>
    public ClockPolicy Policy { get; private set; } = ClockPolicy.Of("plain");

    public int SheetVersion { get; private set; }

    /// <summary>The current sheet's ciphertext (SPEC 5.1), wrapped.</summary>
    public byte[] Sheet { get; private set; } = [];

    /// <summary>The identity envelope (SPEC 5.6), wrapped.</summary>
    public byte[] Identity { get; private set; } = [];

    /// <summary>Somebody claimed it for the first time.</summary>
    public void Open() => Opened = true;

    /// <summary>Moves by a decision of the team.</summary>
    public Refusal? Move(CaseState to, int version, Day today)
    {
        if (version != Version)
            return Refusal.Stale;
        if (CaseMoves.Between(State, to) != MoveBy.Decision)
            return Refusal.Conflict("move-not-allowed");
        State = to;
        Closed = to == CaseState.Closed ? today : null;
        (KeepUntil, DeletionLeaf) = (null, null);
        Version++;
        return null;
    }

    /// <summary>Says until when a case that was just closed is kept.</summary>
    public void Keep(string retention, Hash32 deletionLeaf) => (KeepUntil, DeletionLeaf) = (Policy.KeepUntil(Closed!.Value, retention), deletionLeaf);

    /// <param name="until">The last day on which it may not be deleted; null to end that.</param>
    /// <param name="version">The version that the person has seen.</param>
    public Refusal? Hold(Day? until, int version)
    {
        if (version != Version)
            return Refusal.Stale;
        HoldUntil = until;
        Version++;
        return null;
    }

    /// <summary>A message of the team was added; one that counts moves the case and stops a clock.</summary>
    public Refusal? Answer(MoveBy counts, int version, Day today)
    {
        if (version != Version)
            return Refusal.Stale;
        if (counts != MoveBy.Decision)
        {
            var to = counts == MoveBy.Acknowledgement ? CaseState.Acknowledged : CaseState.FeedbackGiven;
            if (CaseMoves.Between(State, to) != counts)
                return Refusal.Conflict("move-not-allowed");
            State = to;
            if (counts == MoveBy.Acknowledgement)
            {
                Acknowledged = today;
                FeedbackBy = Policy.FeedbackBy(Received, today);
            }
            else
            {
                Feedback = today;
            }
        }
        Version++;
        return null;
    }

    /// <summary>
    /// Somebody of the team filed it: it was received on an earlier day than it was sent, and the clocks run from there
    /// (Directive (EU) 2019/1937 Art. 9(2)).
    /// </summary>
    public Refusal? File(Day received, int version)
    {
        if (version != Version)
            return Refusal.Stale;
        if (State != CaseState.Received)
            return Refusal.Conflict("move-not-allowed");
        if (received > Received)
            return Refusal.Bad("receipt-later");
        Received = received;
        AcknowledgeBy = Policy.AcknowledgeBy(received);
        FeedbackBy = Policy.FeedbackBy(received, null);
        Version++;
        return null;
    }

    /// <summary>Runs the clocks of another policy, from the same day of receipt. What was done stays done.</summary>
    public Refusal? Reclock(ClockPolicy to, int version)
    {
        if (version != Version)
            return Refusal.Stale;
        if (State == CaseState.Closed || to == Policy)
            return Refusal.Conflict("move-not-allowed");
        Policy = to;
        AcknowledgeBy = to.AcknowledgeBy(Received);
        FeedbackBy = to.FeedbackBy(Received, Acknowledged);
        Version++;
        return null;
    }

    public Refusal? Assign(PersonId? to, int version)
    {
        if (version != Version)
            return Refusal.Stale;
        Assignee = to;
        Version++;
        return null;
    }

    /// <summary>Somebody stepped back: the case is nobody's if it was theirs.</summary>
    public void LetGo(PersonId by)
    {
        if (Assignee != by)
            return;
        Assignee = null;
        Version++;
    }

    /// <param name="version">The new sheet's version: the previous and one.</param>
    /// <param name="wrapped">The ciphertext, wrapped.</param>
    public Refusal? Relabel(int version, byte[] wrapped)
    {
        if (version != SheetVersion + 1)
            return Refusal.Stale;
        SheetVersion = version;
        Sheet = wrapped;
        Version++;
        return null;
    }
}

internal sealed class CaseConfiguration : IEntityTypeConfiguration<Case>
{
    public void Configure(EntityTypeBuilder<Case> builder)
    {
        builder.ToTable("Cases").IsWithoutRowId();
        builder.Property(c => c.Version).IsConcurrencyToken();
    }
}
