using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Summaries;

internal enum SummaryState
{
    Proposed = 1,
    Released = 2,
    Refused = 3,
}

/// <summary>
/// A redacted summary that waits for a second person (SPEC 12). Proposed, then released or refused, for good. Holds the
/// signed proposal and the text sealed to the case and the chosen approvers, wrapped under the case's storage key. It is
/// the only place that says from which case a released text came.
/// </summary>
internal sealed class ProposedSummary
{
    private ProposedSummary()
    {
    }

    public ProposedSummary(SummaryId id, CaseId about, PersonId proposer, string proposal, byte[] ciphertext)
    {
        (Id, Case, Proposer, Proposal, Ciphertext) = (id, about, proposer, proposal, ciphertext);
        State = SummaryState.Proposed;
    }

    public SummaryId Id { get; private set; }

    public CaseId Case { get; private set; }

    public PersonId Proposer { get; private set; }

    /// <summary>The signed object, JCS.</summary>
    public string Proposal { get; private set; } = "";

    /// <summary>The sealed released text, wrapped.</summary>
    public byte[] Ciphertext { get; private set; } = [];

    public SummaryState State { get; private set; }

    /// <summary>Why it was refused: one of the codes of SPEC 14.4.</summary>
    public string? Code { get; private set; }

    /// <summary>The signed approval, JCS.</summary>
    public string? Approval { get; private set; }

    /// <summary>Under which the case's storage key wraps the ciphertext.</summary>
    public static string NameOf(SummaryId id) => $"summary/{id}";

    public bool Release(string approval)
    {
        if (State != SummaryState.Proposed)
            return false;
        (State, Approval) = (SummaryState.Released, approval);
        return true;
    }

    public bool Refuse(string code)
    {
        if (State != SummaryState.Proposed)
            return false;
        (State, Code) = (SummaryState.Refused, code);
        return true;
    }

    public static string Wire(SummaryState state) => state switch
    {
        SummaryState.Proposed => "proposed",
        SummaryState.Released => "released",
        _ => "refused",
    };
}

/// <summary>Somebody whom a proposal asks for approval. Added with the proposal, never changed.</summary>
internal sealed class SummaryApprover
{
    private SummaryApprover()
    {
    }

    public SummaryApprover(SummaryId summary, PersonId person) => (Summary, Person) = (summary, person);

    public SummaryId Summary { get; private set; }

    public PersonId Person { get; private set; }
}

internal sealed class ProposedSummaryConfiguration : IEntityTypeConfiguration<ProposedSummary>
{
    public void Configure(EntityTypeBuilder<ProposedSummary> builder)
    {
        builder.ToTable("ProposedSummaries").IsWithoutRowId();
        builder.HasIndex(s => s.Case);
        builder.Property(s => s.Code).HasMaxLength(32);
    }
}

internal sealed class SummaryApproverConfiguration : IEntityTypeConfiguration<SummaryApprover>
{
    public void Configure(EntityTypeBuilder<SummaryApprover> builder)
    {
        builder.ToTable("SummaryApprovers").IsWithoutRowId();
        builder.HasKey(a => new { a.Summary, a.Person });
        builder.HasIndex(a => a.Person);
    }
}
