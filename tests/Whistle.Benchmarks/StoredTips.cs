using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tips;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Mailbox;
using Direction = Whistle.Server.Cases.Direction;
using Message = Whistle.Server.Cases.Message;

namespace Whistle.Benchmarks;

/// <summary>
/// Reads every answered tip back from a database that is opened anew after kill -9, through the server's own storage keys,
/// and decrypts it as a reader and as its source.
/// </summary>
internal static class StoredTips
{
    /// <returns>How many of the tips are there, whole, readable, and promised.</returns>
    public static async Task<int> CountSoundAsync(Organisation organisation, IReadOnlyCollection<PreparedTip> tips)
    {
        await using var services = Organisation.Open(organisation.Data);
        var keys = services.GetRequiredService<StorageKeys>();
        var log = services.GetRequiredService<ServerKeys>().LogNoteKey;
        var blobs = await BlobsAsync(services);
        var sound = 0;
        await Parallel.ForEachAsync(tips.Chunk(64), async (some, ct) =>
        {
            await using var scope = services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
            db.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
            foreach (var tip in some)
            {
                var id = tip.Manifest.Case;
                var mailboxId = SourceKeys.IdOf(tip.Manifest.Mailbox);
                var mailbox = await db.Set<SourceMailbox>().SingleOrDefaultAsync(m => m.Id == mailboxId, ct);
                var row = await db.Set<Case>().SingleOrDefaultAsync(c => c.Id == id, ct);
                var message = await db.Set<Message>().SingleOrDefaultAsync(m => m.Case == id, ct);
                if (mailbox is null || row is null || message is null || !blobs.TryGetValue(tip.Manifest.KeyBlob, out var blob))
                    continue;
                var key = keys.Get(id);
                var stored = new Stored(
                    key.Unwrap(Case.SheetName, row.Sheet),
                    key.Unwrap(Message.NameOf(Direction.Source, 1), message.Ciphertext),
                    key.Unwrap(Case.IdentityName, row.Identity),
                    key.Unwrap(Case.StateName, mailbox.State),
                    blob,
                    key.Unwrap(SourceMailbox.PromiseName, mailbox.Promise));
                if (IsSound(tip, stored, organisation.Reader, organisation.Directory.Root, log))
                    Interlocked.Increment(ref sound);
            }
        });
        return sound;
    }

    private sealed record Stored(byte[] Sheet, byte[] Message, byte[] Identity, byte[] State, byte[] Blob, byte[] Promise);

    private static bool IsSound(PreparedTip tip, Stored stored, HybridIdentity reader, Hash32 root, NoteKey log)
    {
        var manifest = tip.Manifest;
        if (tip.Promise is null || !tip.Promise.AsSpan().SequenceEqual(stored.Promise)
            || Promise.Verify(stored.Promise, log).Value?.IsFor(manifest, root) != true
            || Hash32.Of(stored.Sheet) != manifest.Sheet || Hash32.Of(stored.Message) != manifest.Message
            || Hash32.Of(stored.Identity) != manifest.Identity || Hash32.Of(stored.State) != manifest.State)
            return false;
        using var keys = tip.Receipt.DeriveKeys();
        if (SourceState.Open(stored.State, keys).Value?.Case != manifest.Case)
            return false;
        using var opened = TipReader.Open(stored.Blob, stored.Message, reader, root).Value;
        return opened is not null && opened.Key.Id == manifest.Case && opened.ContentLeaf() == manifest.Content
            && string.Equals(opened.First.Body.Text, tip.Text, StringComparison.Ordinal);
    }

    /// <summary>Every blob, waiting for a batch or in the stream, by the hash of its case key.</summary>
    private static async Task<Dictionary<Hash32, byte[]>> BlobsAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var waiting = await db.Set<Server.Batches.WaitingBlob>().AsNoTracking().Select(b => b.Blob).ToListAsync();
        var inStream = await db.Set<Server.Batches.StreamBlob>().AsNoTracking().Select(b => b.Blob).ToListAsync();
        return waiting.Concat(inStream).ToDictionary(b => Hash32.Of(b.AsSpan(0, WireLengths.CaseKeyFile)));
    }
}
