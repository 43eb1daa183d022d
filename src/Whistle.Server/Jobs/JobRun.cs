using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Server.Data;

namespace Whistle.Server.Jobs;

/// <summary>The last interval for which a job ran, on any node. Intervals are counted from 1970 and say nothing of sources.</summary>
internal sealed class JobRun
{
    private JobRun()
    {
    }

    public JobRun(string name) => (Name, Slot) = (name, -1);

    public string Name { get; private set; } = "";

    public long Slot { get; private set; }

    /// <summary>Takes an interval; false when it was taken before.</summary>
    public bool Take(long slot)
    {
        if (slot <= Slot)
            return false;
        Slot = slot;
        return true;
    }
}

internal sealed class JobRunConfiguration : IEntityTypeConfiguration<JobRun>
{
    public void Configure(EntityTypeBuilder<JobRun> builder)
    {
        builder.ToTable("JobRuns").IsWithoutRowId();
        builder.HasKey(r => r.Name);
        builder.Property(r => r.Slot).IsConcurrencyToken();
    }
}
