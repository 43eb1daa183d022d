using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Log;
using Whistle.Server.Log;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of the log, as somebody without an account reads it.</summary>
internal sealed partial class WhistleServer
{
    /// <summary>Lets the current interval of the log end.</summary>
    public async Task RunLogAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(60));
        await Services.GetRequiredService<LogJob>().RunDueAsync(default);
    }

    /// <summary>Asks the witnesses once; how many cosignatures came.</summary>
    public Task<int> GatherAsync() => Services.GetRequiredService<WitnessJob>().RunAsync(default);

    /// <summary>Has the newest checkpoint stamped, once; how many stamps came.</summary>
    public Task<int> StampAsync() => Services.GetRequiredService<TimestampJob>().RunAsync(default);

    /// <summary>The cosignatures of each checkpoint, the oldest first.</summary>
    public async Task<IReadOnlyList<Protocol.Notes.NoteSignature>> CosignaturesAsync() =>
        [.. (await ReadAsync(db => Task.FromResult(db.Set<LogCheckpoint>().OrderBy(c => c.Size).ToList())))
            .Select(c => Protocol.Notes.SignedNote.TryParse(c.Note, out var note) ? note.Signatures.FirstOrDefault(s => s.IsBy(RunningWitness.OwnKey)) : null).OfType<Protocol.Notes.NoteSignature>()];

    /// <summary>The newest checkpoint, verified with the key that the directory names.</summary>
    public static async Task<Checkpoint> CheckpointAsync(HttpClient anybody, Portal portal) =>
        Checkpoint.Verify(await anybody.GetByteArrayAsync("/log/checkpoint"), portal.Directory.Version.Log).Require().Checkpoint;

    /// <summary>Every entry of the log, each bundle held against its tile and all tiles against the checkpoint.</summary>
    public static async Task<List<byte[]>> EntriesAsync(HttpClient anybody, Checkpoint head)
    {
        var entries = new List<byte[]>();
        for (var index = 0L; index * TileId.Width < head.Size; index++)
        {
            var width = new TileId(0, index).WidthAt(head.Size);
            var bundle = EntryBundle.Read(await anybody.GetByteArrayAsync("/log/tile/entries/" + TileId.IndexPath(index, width)));
            Assert.Equal(width, bundle!.Count);
            entries.AddRange(bundle.Select(e => e.ToArray()));
        }
        var edge = new TreeEdge();
        edge.Append(entries.Select(e => Merkle.LeafHash(e)));
        Assert.Equal((head.Size, head.Root), (edge.Size, edge.Root()));
        return entries;
    }

    /// <summary>Hashes of ranges of a tree, from tiles that are fetched.</summary>
    public static async Task<IReadOnlyList<Hash32>> HashesAsync(HttpClient anybody, IReadOnlyList<LeafRange> ranges, long size)
    {
        var tiles = new Tiles();
        foreach (var (id, width) in Tiles.Needed(ranges, size))
            Assert.True(tiles.TryAdd(id, await anybody.GetByteArrayAsync("/log/tile/" + id.PathAt(width))));
        return [.. ranges.Select(r => tiles.TryHash(r, out var hash) ? hash.Value : throw new InvalidOperationException("A tile is missing."))];
    }

    /// <summary>What an operator could do who wants to lie: sign whatever they like as the log.</summary>
    public (string Name, Protocol.Keys.SigningKey Key) OperatorsLogKey =>
        (Services.GetRequiredService<Server.Hosting.ServerKeys>().LogName, new Server.Hosting.LogKeyFiles(Services.GetRequiredService<Server.Hosting.DataFolder>()).Read()[0]);

    /// <summary>How many entries wait.</summary>
    public Task<int> PendingAsync() => ReadAsync(db => Task.FromResult(db.Set<PendingLeaf>().Count()));

    /// <summary>Lets as many entries wait as acts would leave behind.</summary>
    public Task LetWaitAsync(int count, Day due) =>
        LetWaitAsync(Enumerable.Range(0, count).Select(_ => System.Security.Cryptography.RandomNumberGenerator.GetBytes(Hash32.Length)), due);

    public Task LetWaitAsync(IEnumerable<byte[]> entries, Day due) => WriteAsync(db => db.AddRange(entries.Select(e => new PendingLeaf(e, due))));
}
