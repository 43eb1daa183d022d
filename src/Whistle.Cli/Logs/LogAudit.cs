using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>Something in the log that everybody may read, and its place.</summary>
internal sealed record PublicPlace(long Index, PublicEntry Entry);

/// <summary>
/// The whole of a log, downloaded: every entry held against its tile, every tile against those below it, all against the
/// checkpoint's root.
/// </summary>
internal sealed class LogAudit
{
    /// <summary>Bundles that are asked for at once: a log of millions has tens of thousands.</summary>
    private const int AtOnce = 8;

    private readonly Tiles _tiles;

    private LogAudit(Checkpoint head, Tiles tiles, long blinded, long unknown, IReadOnlyList<PublicPlace> entries)
    {
        (Head, _tiles, Blinded, Unknown, Public) = (head, tiles, blinded, unknown, entries);
    }

    public Checkpoint Head { get; }

    /// <summary>Entries of 32 bytes: leaves of cases and random ones, which nobody can tell apart.</summary>
    public long Blinded { get; }

    /// <summary>Entries of a kind that this program does not know.</summary>
    public long Unknown { get; }

    public IReadOnlyList<PublicPlace> Public { get; }

    /// <summary>Those of the entries that were looked for.</summary>
    public IReadOnlySet<Hash32> Found { get; private init; } = new HashSet<Hash32>();

    /// <summary>Whether the log begins with an earlier one: a consistency proof, made of the tiles that were checked.</summary>
    public bool Continues(Checkpoint earlier)
    {
        if (earlier.Size > Head.Size)
            return false;
        var proof = LeafRange.Consistency(earlier.Size, Head.Size).Select(r => _tiles.TryHash(r, out var hash) ? hash.Value : Hash32.Zero);
        return TreeProof.IsConsistent(earlier.Size, earlier.Root, Head.Size, Head.Root, [.. proof]);
    }

    /// <summary>Ends with <c>log-incomplete</c>, <c>log-entry-wrong</c>, <c>log-root-wrong</c>, <c>log-tile-wrong</c>.</summary>
    /// <param name="fetch">Gives what is served under <c>/log/</c> and a path; an empty answer for what is not there.</param>
    /// <param name="report">Hears how far it is.</param>
    /// <param name="head">Verified already.</param>
    /// <param name="earlier">The sizes of the checkpoints that <see cref="Continues"/> will be asked about.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="wanted">Entries to look for: <see cref="Found"/>.</param>
    public static async Task<LogAudit> RunAsync(
        Func<string, CancellationToken, Task<byte[]>> fetch, Report report, Checkpoint head, IReadOnlyCollection<long> earlier, CancellationToken ct,
        IReadOnlySet<Hash32>? wanted = null)
    {
        var log = new LogDownload(head, fetch);
        var kept = new Dictionary<TileId, byte[]>();
        var forConsistency = Tiles.Needed(earlier.SelectMany(size => LeafRange.Consistency(Math.Min(size, head.Size), head.Size)), head.Size);
        var edge = new TreeEdge();
        var (blinded, unknown) = (0L, 0L);
        var found = new List<PublicPlace>();
        var seen = new HashSet<Hash32>();
        var bundles = (head.Size + TileId.Width - 1) / TileId.Width;
        report.Say($"Reading {head.Size} entries of the log …");
        for (var start = 0L; start < bundles; start += AtOnce)
        {
            if (start > 0 && start % (AtOnce * 32) == 0)
                report.Say($"  {start * TileId.Width} of {head.Size} …");
            var fetched = await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(AtOnce, bundles - start)).Select(i => BothAsync(log, start + i, ct)));
            foreach (var (id, tile, bundle) in fetched)
            {
                for (var i = 0; i < bundle.Count; i++)
                {
                    if (bundle[i].Length > PublicEntry.MaxLength)
                        throw Stop.NotVerified("log-entry-wrong", id.PathAt(id.WidthAt(head.Size)));
                    if (bundle[i].Length == Hash32.Length)
                    {
                        blinded++;
                        if (wanted is not null && Hash32.FromBytes(bundle[i].Span) is var leaf && wanted.Contains(leaf))
                            seen.Add(leaf);
                    }
                    else if (PublicEntry.Read(bundle[i].Span) is { } known)
                        found.Add(new(edge.Size + i, known));
                    else
                        unknown++;
                }
                var changed = edge.Append(bundle.Select(e => Merkle.LeafHash(e.Span)));
                if (!changed[id].AsSpan().SequenceEqual(tile))
                    throw Stop.NotVerified("log-entry-wrong", id.PathAt(id.WidthAt(head.Size)));
                foreach (var (place, hashes) in changed)
                {
                    if (place.Level > 0 || forConsistency.ContainsKey(place))
                        kept[place] = hashes;
                }
            }
        }
        if (edge.Root() != head.Root)
            throw Stop.NotVerified("log-root-wrong");
        await CheckUpperAsync(log, kept, ct);
        var tiles = new Tiles();
        foreach (var (place, hashes) in kept)
            tiles.TryAdd(place, hashes);
        return new(head, tiles, blinded, unknown, found) { Found = seen };
    }

    /// <summary>The tiles above the leaves follow from them; sources and witnesses rely on what is served.</summary>
    private static async Task CheckUpperAsync(LogDownload log, Dictionary<TileId, byte[]> kept, CancellationToken ct)
    {
        foreach (var (id, hashes) in kept.Where(t => t.Key.Level > 0))
        {
            if (await log.TileAsync(id, ct) is not { } served || !served.AsSpan().SequenceEqual(hashes))
                throw Stop.NotVerified("log-tile-wrong", id.PathAt(id.WidthAt(log.Head.Size)));
        }
    }

    private static async Task<(TileId Id, byte[] Tile, IReadOnlyList<ReadOnlyMemory<byte>> Bundle)> BothAsync(LogDownload log, long index, CancellationToken ct)
    {
        var id = new TileId(0, index);
        return (id, await log.TileAsync(id, ct) ?? throw Incomplete(), await log.BundleAsync(index, ct) ?? throw Incomplete());

        Stop Incomplete() => Stop.NotVerified("log-incomplete", id.PathAt(id.WidthAt(log.Head.Size)));
    }

    /// <summary>What the checkpoint counts and the server does not have is missing, and no mere refusal.</summary>
    public static async Task<byte[]> FetchAsync(SourceApi api, string path, CancellationToken ct)
    {
        try
        {
            return await api.LogAsync(path, ct);
        }
        catch (Stop stop) when (stop.Code is "not-found" or "http-404")
        {
            throw Stop.NotVerified("log-incomplete", path);
        }
    }
}
