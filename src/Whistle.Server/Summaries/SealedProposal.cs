using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Summaries;
using Whistle.Server.Data;

namespace Whistle.Server.Summaries;

internal enum ProposalState
{
    Proposed = 1,

    /// <summary>A summary is released with it; a case may be closed with it, once.</summary>
    Approved = 2,
    Refused = 3,

    /// <summary>The case was closed, or its proposer or a lead proposed another closing.</summary>
    Done = 4,
}

/// <summary>
/// What waits for a second person: a redacted summary (SPEC 12), the closing of a case (SPEC 12.1), or a purge (SPEC 12.2).
/// Proposed, then approved or refused, for good; a closing is done once the case was closed with it, a purge at once. Holds the signed proposal and the
/// text sealed to the case and the chosen approvers, wrapped under the case's storage key. It is the only place that says
/// from which case a released text came.
/// </summary>
internal sealed class SealedProposal
{
    private SealedProposal()
    {
    }

    public SealedProposal(FourEyesProposal proposal, string text, byte[] ciphertext)
    {
        (Id, Kind, Case, Proposer) = (proposal.Id, proposal.Kind, proposal.Case, proposal.Proposer);
        (Proposal, Ciphertext) = (text, ciphertext);
        State = ProposalState.Proposed;
    }

    /// <summary>A purge that this database does not know of, and the key store does. Its text is gone.</summary>
    public static SealedProposal Restored(FourEyesProposal proposal, string text, string approval) =>
        new(proposal, text, []) { State = ProposalState.Done, Approval = approval };

    /// <summary>The same where it waits here, and was approved since.</summary>
    public void Restore(string approval) => (State, Approval) = (ProposalState.Done, approval);

    public ProposalId Id { get; private set; }

    public FourEyesKind Kind { get; private set; }

    public CaseId Case { get; private set; }

    public PersonId Proposer { get; private set; }

    /// <summary>The signed object, JCS.</summary>
    public string Proposal { get; private set; } = "";

    /// <summary>The sealed text, wrapped; empty where it is <see cref="Restored"/>.</summary>
    public byte[] Ciphertext { get; private set; } = [];

    public ProposalState State { get; private set; }

    /// <summary>Why it was refused: one of the codes of SPEC 14.4.</summary>
    public string? Code { get; private set; }

    /// <summary>The signed approval, JCS.</summary>
    public string? Approval { get; private set; }

    /// <summary>Under which the case's storage key wraps the ciphertext.</summary>
    public static string NameOf(ProposalId id) => $"proposal/{id}";

    public bool Approve(string approval)
    {
        if (State != ProposalState.Proposed)
            return false;
        (State, Approval) = (ProposalState.Approved, approval);
        return true;
    }

    public bool Refuse(string code)
    {
        if (State != ProposalState.Proposed)
            return false;
        (State, Code) = (ProposalState.Refused, code);
        return true;
    }

    /// <summary>The sealed text as it was sent.</summary>
    public byte[] Read(StorageKey key) => Ciphertext.Length == 0 ? [] : key.Unwrap(NameOf(Id), Ciphertext);

    /// <summary>The case was closed with it, or another closing takes its place; what a purge names is gone.</summary>
    public void End() => State = ProposalState.Done;

    /// <summary>The kind as on the wire.</summary>
    public string KindWire => Kind switch
    {
        FourEyesKind.Summary => "summary",
        FourEyesKind.Closing => "closing",
        _ => "purge",
    };

    /// <summary>The state as on the wire.</summary>
    public string Wire => State switch
    {
        ProposalState.Proposed => "proposed",
        ProposalState.Approved => Kind == FourEyesKind.Summary ? "released" : "approved",
        ProposalState.Refused => "refused",
        _ => "done",
    };
}

/// <summary>Somebody whom a proposal asks for approval. Added with the proposal, never changed.</summary>
internal sealed class ProposalApprover
{
    private ProposalApprover()
    {
    }

    public ProposalApprover(ProposalId proposal, PersonId person) => (Proposal, Person) = (proposal, person);

    public ProposalId Proposal { get; private set; }

    public PersonId Person { get; private set; }
}

internal sealed class SealedProposalConfiguration : IEntityTypeConfiguration<SealedProposal>
{
    public void Configure(EntityTypeBuilder<SealedProposal> builder)
    {
        builder.ToTable("Proposals").IsWithoutRowId();
        builder.HasIndex(s => s.Case);
        builder.Property(s => s.Code).HasMaxLength(32);
    }
}

internal sealed class ProposalApproverConfiguration : IEntityTypeConfiguration<ProposalApprover>
{
    public void Configure(EntityTypeBuilder<ProposalApprover> builder)
    {
        builder.ToTable("ProposalApprovers").IsWithoutRowId();
        builder.HasKey(a => new { a.Proposal, a.Person });
        builder.HasIndex(a => a.Person);
    }
}
