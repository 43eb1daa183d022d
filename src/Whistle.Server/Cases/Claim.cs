using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Cases;

/// <summary>
/// That a person proved possession of a case's key: to work it, or to step back from it for good. Made by a claim or a
/// recusal, ended for good by a recusal.
/// </summary>
internal sealed class Claim
{
    private Claim()
    {
    }

    public Claim(CaseId @case, PersonId member, long since) => (Case, Member, Since) = (@case, member, since);

    public CaseId Case { get; private set; }

    public PersonId Member { get; private set; }

    /// <summary>Unix seconds: an act of the staff.</summary>
    public long Since { get; private set; }

    public bool Recused { get; private set; }

    /// <summary>The last message of the source that this person has marked as read.</summary>
    public int Seen { get; private set; }

    public void Recuse() => Recused = true;

    public void See(int seq) => Seen = Math.Max(Seen, seq);
}

internal sealed class ClaimConfiguration : IEntityTypeConfiguration<Claim>
{
    public void Configure(EntityTypeBuilder<Claim> builder)
    {
        builder.ToTable("Claims").IsWithoutRowId();
        builder.HasKey(c => new { c.Case, c.Member });
        builder.HasIndex(c => c.Member);
    }
}
