using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Whistle.Protocol;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// The root keys that the ceremony pinned (SPEC 14.7), with what every directory repeats: organisation and recovery.
/// One row, added once; its keys never change: a server cannot be talked into another root. Recovery is replaced after use.
/// </summary>
internal sealed class PinnedRoot
{
    private PinnedRoot()
    {
    }

    public PinnedRoot(string organisation, DirectoryText.RootMember root, DirectoryText.RecoveryMember? recovery)
    {
        Id = 1;
        Organisation = organisation;
        Keys = Encoding.UTF8.GetString(DirectoryText.Canonical(root));
        Recovery = recovery is null ? null : Encoding.UTF8.GetString(DirectoryText.Canonical(recovery));
        Fingerprint = FingerprintOf(root);
    }

    public int Id { get; private set; }

    public Hash32 Fingerprint { get; private set; }

    public string Organisation { get; private set; } = "";

    /// <summary>JCS of <c>{threshold, keys:[{name, key}]}</c>.</summary>
    public string Keys { get; private set; } = "";

    /// <summary>JCS of <c>{recipient, threshold, holders}</c>.</summary>
    public string? Recovery { get; private set; }

    /// <summary>For the next version, which root holders sign or do not.</summary>
    public void ReplaceRecovery(DirectoryText.RecoveryMember recovery) => Recovery = Encoding.UTF8.GetString(DirectoryText.Canonical(recovery));

    public DirectoryText.RootMember ToRoot() => JsonSerializer.Deserialize<DirectoryText.RootMember>(Keys, StrictJson.Options)!;

    public DirectoryText.RecoveryMember? ToRecovery() =>
        Recovery is null ? null : JsonSerializer.Deserialize<DirectoryText.RecoveryMember>(Recovery, StrictJson.Options);

    /// <summary><c>H("whistle/root/v1" || u32(threshold) || u32(number of keys) || keys in ascending byte order)</c> (SPEC 6).</summary>
    public static Hash32 FingerprintOf(DirectoryText.RootMember root)
    {
        var numbers = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(numbers, root.Threshold);
        BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(4), root.Keys.Count);
        var keys = root.Keys.Select(k => k.Key).Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        return Hash32.Of("whistle/root/v1"u8, [numbers, .. keys]);
    }

    /// <summary>The keys as signers of notes.</summary>
    public static IReadOnlyList<NoteKey> NoteKeys(DirectoryText.RootMember root) =>
    [
        .. root.Keys.Select(k => VerifyKey.TryFromBytes(k.Key, out var key)
            ? new NoteKey(k.Name, key)
            : throw new InvalidOperationException("A pinned root key is not one.")),
    ];

    /// <summary>Names that notes allow, keys that can be trusted, no two alike, 1 ≤ threshold ≤ number of keys ≤ 16.</summary>
    public static bool IsSound(DirectoryText.RootMember root) =>
        root.Keys.Count is >= 1 and <= 16
        && root.Threshold >= 1 && root.Threshold <= root.Keys.Count
        && root.Keys.All(k => NoteKey.IsName(k.Name) && VerifyKey.TryFromBytes(k.Key, out _))
        && root.Keys.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count() == root.Keys.Count
        && root.Keys.Select(k => Convert.ToHexString(k.Key)).Distinct(StringComparer.Ordinal).Count() == root.Keys.Count;
}

internal sealed class PinnedRootConfiguration : IEntityTypeConfiguration<PinnedRoot>
{
    public void Configure(EntityTypeBuilder<PinnedRoot> builder)
    {
        builder.ToTable("PinnedRoot");
        builder.Property(r => r.Id).ValueGeneratedNever();
    }
}
