using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// A channel as the next directory shall have it. An admin writes and deletes drafts; nothing of them is in force until
/// root holders signed a directory built from them.
/// </summary>
internal sealed class ChannelDraft
{
    private ChannelDraft()
    {
    }

    public ChannelDraft(DirectoryText.Channel channel) => (Id, Json) = (channel.Id, Write(channel));

    public ChannelId Id { get; private set; }

    /// <summary>JCS of the channel member of SPEC 6.</summary>
    public string Json { get; private set; } = "";

    public void Replace(DirectoryText.Channel channel) => Json = Write(channel);

    public DirectoryText.Channel ToChannel() => JsonSerializer.Deserialize<DirectoryText.Channel>(Json, StrictJson.Options)!;

    private static string Write(DirectoryText.Channel channel) => Encoding.UTF8.GetString(DirectoryText.Canonical(channel));
}

internal sealed class ChannelDraftConfiguration : IEntityTypeConfiguration<ChannelDraft>
{
    public void Configure(EntityTypeBuilder<ChannelDraft> builder) => builder.ToTable("ChannelDrafts").IsWithoutRowId();
}
