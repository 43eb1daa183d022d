using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Keys;
using Whistle.Server.Cases;
using Whistle.Server.Data;

namespace Whistle.Server.Directories;

/// <summary>What the server needs of a directory version that it published: who reads which channel, with which keys.</summary>
internal sealed record DirectoryView(
    int Version,
    Hash32 Hash,
    Hash32 Root,
    Day Expires,
    FrozenDictionary<ChannelId, ChannelView> Channels,
    FrozenDictionary<PersonId, VerifyKey> SigningKeys);

internal sealed record ChannelView(ChannelId Id, DeadlinePolicy Policy, FrozenSet<PersonId> Readers);

/// <summary>
/// The published versions, read once each. They were checked and signed before they were stored, so this only reads
/// members; versions never change, hence the cache needs no end.
/// </summary>
internal sealed class KnownDirectories
{
    private readonly ConcurrentDictionary<Hash32, DirectoryView> _views = new();

    public async Task<DirectoryView?> FindAsync(WhistleDb db, Hash32 hash, CancellationToken ct)
    {
        if (_views.TryGetValue(hash, out var known))
            return known;
        var row = await db.Set<DirectoryVersion>().AsNoTracking().FirstOrDefaultAsync(d => d.Hash == hash, ct);
        return row is null ? null : _views.GetOrAdd(hash, Read(row));
    }

    public async Task<DirectoryView?> CurrentAsync(WhistleDb db, CancellationToken ct)
    {
        var hash = await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => (Hash32?)d.Hash).FirstOrDefaultAsync(ct);
        return hash is null ? null : await FindAsync(db, hash.Value, ct);
    }

    private static DirectoryView Read(DirectoryVersion row)
    {
        using var json = JsonDocument.Parse(row.Note.Split('\n')[2]);
        var channels = json.RootElement.GetProperty("channels").EnumerateArray().Select(channel => new ChannelView(
            Id<ChannelId>(channel.GetProperty("id")),
            channel.GetProperty("policy").ValueEquals("eu") ? DeadlinePolicy.Eu : DeadlinePolicy.Plain,
            channel.GetProperty("readers").EnumerateArray().Select(Id<PersonId>).ToFrozenSet()));
        var keys = new Dictionary<PersonId, VerifyKey>();
        foreach (var person in json.RootElement.GetProperty("people").EnumerateArray())
        {
            if (VerifyKey.TryParse(person.GetProperty("signing").GetString(), out var key))
                keys[Id<PersonId>(person.GetProperty("id"))] = key;
        }
        return new DirectoryView(
            row.Version, row.Hash, row.Root, row.Expires, channels.ToFrozenDictionary(c => c.Id), keys.ToFrozenDictionary());
    }

    private static TId Id<TId>(JsonElement element) where TId : struct, IId<TId> => TId.Parse(element.GetString()!, null);
}
