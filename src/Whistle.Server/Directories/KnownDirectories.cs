using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Keys;
using Whistle.Server.Data;

namespace Whistle.Server.Directories;

/// <summary>What the server needs of a directory version that it published: who reads which channel, with which keys.</summary>
internal sealed record DirectoryView(
    int Version,
    Hash32 Hash,
    Hash32 Root,
    Day Expires,
    long Published,
    FrozenDictionary<ChannelId, ChannelView> Channels,
    FrozenDictionary<PersonId, VerifyKey> SigningKeys,
    HybridRecipient? Recovery)
{
    /// <summary>Whether it lists a person with exactly this signing key.</summary>
    public bool Lists(PersonId person, ReadOnlySpan<byte> signing) =>
        SigningKeys.TryGetValue(person, out var key) && key.Bytes.Span.SequenceEqual(signing);
}

internal sealed record ChannelView(ChannelId Id, ClockPolicy Policy, FrozenSet<PersonId> Readers);

/// <summary>
/// The published versions, read once each. They were checked and signed before they were stored, so this only reads
/// members; versions never change, hence the cache needs no end.
/// </summary>
internal sealed class KnownDirectories
{
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<Hash32, DirectoryView> _views = new();

    public async Task<DirectoryView?> FindAsync(WhistleDb db, Hash32 hash, CancellationToken ct)
    {
        if (_views.TryGetValue(hash, out var known))
            return known;
        var row = await db.Set<DirectoryVersion>().AsNoTracking().FirstOrDefaultAsync(d => d.Hash == hash, ct);
        if (row is null)
            return null;
        // The row does not say when; the trail does, in the same transaction.
        var subject = row.Version.ToString(CultureInfo.InvariantCulture);
        var published = await db.Set<AuditEntry>().Where(e => e.Act == SignDirectory.Published && e.Subject == subject)
            .Select(e => (long?)e.At).FirstOrDefaultAsync(ct) ?? 0;
        return _views.GetOrAdd(hash, Read(row, published));
    }

    /// <summary>
    /// Whether a tip that was sealed to a version can still reach whom it was sealed to: the current one; for a day also the
    /// one before, where its channel is still there with the same readers and keys, so that nobody who is just writing loses
    /// a letter to a change that does not touch it.
    /// </summary>
    public async Task<bool> IsInForceAsync(WhistleDb db, DirectoryView version, ChannelId channel, DateTimeOffset now, CancellationToken ct)
    {
        var current = await CurrentAsync(db, ct);
        if (current is null || current.Hash == version.Hash)
            return true;
        return version.Version == current.Version - 1
            && now < DateTimeOffset.FromUnixTimeSeconds(current.Published) + Grace
            && version.Channels.TryGetValue(channel, out var before)
            && current.Channels.TryGetValue(channel, out var after)
            && before.Readers.All(r => after.Readers.Contains(r)
                && version.SigningKeys.TryGetValue(r, out var key) && current.Lists(r, key.Bytes.Span));
    }

    /// <summary>Every channel that ever was, as the last version that lists it says: a stream outlives its channel until its blobs expire.</summary>
    public async Task<IReadOnlyDictionary<ChannelId, ChannelView>> LastListingsAsync(WhistleDb db, CancellationToken ct)
    {
        var listings = new Dictionary<ChannelId, ChannelView>();
        foreach (var hash in await db.Set<DirectoryVersion>().OrderBy(d => d.Version).Select(d => d.Hash).ToListAsync(ct))
        {
            foreach (var channel in (await FindAsync(db, hash, ct))!.Channels.Values)
                listings[channel.Id] = channel;
        }
        return listings;
    }

    /// <summary>The recovery recipient of this fingerprint, where a published version has it: what was sealed to an older one still opens with that.</summary>
    public async Task<HybridRecipient?> RecoveryAsync(WhistleDb db, KeyFingerprint fingerprint, CancellationToken ct)
    {
        foreach (var hash in await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => d.Hash).ToListAsync(ct))
        {
            if ((await FindAsync(db, hash, ct))!.Recovery is { } recovery && ReaderRef.FingerprintOf(recovery) == fingerprint)
                return recovery;
        }
        return null;
    }

    /// <summary>The channels of the current version, and of those that were current since a time in Unix seconds.</summary>
    public async Task<IReadOnlySet<ChannelId>> ChannelsSinceAsync(WhistleDb db, long since, CancellationToken ct)
    {
        var channels = new HashSet<ChannelId>();
        foreach (var hash in await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => d.Hash).ToListAsync(ct))
        {
            var view = (await FindAsync(db, hash, ct))!;
            channels.UnionWith(view.Channels.Keys);
            if (view.Published < since)
                break;
        }
        return channels;
    }

    public async Task<DirectoryView?> CurrentAsync(WhistleDb db, CancellationToken ct)
    {
        var hash = await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => (Hash32?)d.Hash).FirstOrDefaultAsync(ct);
        return hash is null ? null : await FindAsync(db, hash.Value, ct);
    }

    private static DirectoryView Read(DirectoryVersion row, long published)
    {
        using var json = JsonDocument.Parse(row.Note.Split('\n')[2]);
        var channels = json.RootElement.GetProperty("channels").EnumerateArray().Select(channel => new ChannelView(
            Id<ChannelId>(channel.GetProperty("id")),
            ClockPolicy.Of(channel.GetProperty("policy").GetString()!),
            channel.GetProperty("readers").EnumerateArray().Select(Id<PersonId>).ToFrozenSet()));
        var keys = new Dictionary<PersonId, VerifyKey>();
        foreach (var person in json.RootElement.GetProperty("people").EnumerateArray())
        {
            if (VerifyKey.TryParse(person.GetProperty("signing").GetString(), out var key))
                keys[Id<PersonId>(person.GetProperty("id"))] = key;
        }
        var recovery = json.RootElement.TryGetProperty("recovery", out var member) && HybridRecipient.TryParse(member.GetProperty("recipient").GetString(), out var recipient)
            ? recipient
            : null;
        return new DirectoryView(
            row.Version, row.Hash, row.Root, row.Expires, published, channels.ToFrozenDictionary(c => c.Id), keys.ToFrozenDictionary(), recovery);
    }

    private static TId Id<TId>(JsonElement element) where TId : struct, IId<TId> => TId.Parse(element.GetString()!, null);
}
