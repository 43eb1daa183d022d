using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;

namespace Whistle.Server.Batches;

/// <summary>A tip's blob until the next batch takes it. Its key is random and is no case's.</summary>
internal sealed class WaitingBlob
{
    private WaitingBlob()
    {
    }

    public RowId Id { get; private set; }

    public ChannelId Channel { get; private set; }

    public byte[] Blob { get; private set; } = [];
}

/// <summary>A blob of a channel's stream: a tip's or a decoy's, and nothing here says which (DESIGN 7).</summary>
internal sealed class StreamBlob
{
    private StreamBlob()
    {
    }

    public StreamBlob(ChannelId channel, long position, byte[] blob, Day expires) =>
        (Channel, Position, Blob, Expires) = (channel, position, blob, expires);

    public ChannelId Channel { get; private set; }

    public long Position { get; private set; }

    public byte[] Blob { get; private set; } = [];

    /// <summary>The last day on which it can be fetched; the same for every blob of a batch.</summary>
    public Day Expires { get; private set; }
}

/// <summary>Where a channel's stream ends. Positions only grow, whatever expires.</summary>
internal sealed class StreamHead
{
    private StreamHead()
    {
    }

    public StreamHead(ChannelId channel) => Channel = channel;

    public ChannelId Channel { get; private set; }

    public long Position { get; private set; }

    public long Next() => ++Position;
}

internal sealed class StreamConfiguration :
    IEntityTypeConfiguration<WaitingBlob>,
    IEntityTypeConfiguration<StreamBlob>,
    IEntityTypeConfiguration<StreamHead>
{
    public void Configure(EntityTypeBuilder<WaitingBlob> builder) => builder.ToTable("WaitingBlobs").IsWithoutRowId();

    public void Configure(EntityTypeBuilder<StreamBlob> builder)
    {
        builder.ToTable("StreamBlobs").IsWithoutRowId();
        builder.HasKey(b => new { b.Channel, b.Position });
    }

    public void Configure(EntityTypeBuilder<StreamHead> builder)
    {
        builder.ToTable("StreamHeads").IsWithoutRowId();
        builder.HasKey(h => h.Channel);
    }
}
