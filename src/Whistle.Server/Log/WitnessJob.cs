using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Log;

/// <summary>
/// Asks the configured witnesses to cosign the newest checkpoint (C2SP tlog-witness), and keeps what they answer beside the
/// log's own signature.
/// </summary>
internal sealed class WitnessJob(
    IServiceScopeFactory scopes, Writer writer, WitnessClient client, ProposedWitnesses witnesses, IOptions<WhistleOptions> options, TimeProvider clock, ILogger<WitnessJob> logger)
    : LogErrand(options, clock, logger)
{
    protected override bool HasAnybody => witnesses.Asked.Count > 0;

    public override async Task<int> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var newest = await scope.ServiceProvider.GetRequiredService<LogReader>().NewestAsync(ct);
        if (newest is null || !SignedNote.TryParse(newest.Note, out var note))
            return 0;
        var missing = witnesses.Asked.Where(w => Cosignature.TimeOf(note, w.Key) is null);
        var lines = (await Task.WhenAll(missing.Select(w => AskAsync(w, newest.Size, note, ct)))).OfType<NoteSignature>().ToList();
        if (lines.Count == 0)
            return 0;
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        return await writer.RunAsync(db, async () =>
        {
            if (await db.Set<LogCheckpoint>().FindAsync([newest.Size], ct) is { } stored && SignedNote.TryParse(stored.Note, out var current))
                stored.Note = lines.Aggregate(current, (n, line) => n.With(line)).ToBytes();
            return (lines.Count, UnitEnd.All);
        }, scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
    }

    private async Task<NoteSignature?> AskAsync(AskedWitness witness, long size, SignedNote note, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var log = scope.ServiceProvider.GetRequiredService<LogReader>();
        return await client.CosignAsync(witness, size, note, old => log.ConsistencyAsync(old, size, ct), ct);
    }
}

/// <summary>Speaks to witnesses.</summary>
internal sealed class WitnessClient : IDisposable
{
    private readonly ConcurrentDictionary<NoteKey, long> _cosigned = new();

    private readonly HttpClient _http = LogErrand.NewClient();

    /// <summary>The witness's line over the checkpoint, verified; null where it gives none, whatever the reason.</summary>
    public async Task<NoteSignature?> CosignAsync(
        AskedWitness witness, long size, SignedNote checkpoint, Func<long, Task<IReadOnlyList<Hash32>>> proofFrom, CancellationToken ct)
    {
        var old = Math.Min(_cosigned.GetValueOrDefault(witness.Key), size);
        for (var tries = 0; tries < 2; tries++)
        {
            var (status, text) = await PostAsync(witness, new AddCheckpoint(old, await proofFrom(old), checkpoint), ct);
            // It knows another size than we thought: from there, once.
            if (status == HttpStatusCode.Conflict
                && long.TryParse(text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var known) && known <= size)
            {
                old = known;
                continue;
            }
            if (status != HttpStatusCode.OK)
                return null;
            foreach (var line in text.Split('\n'))
            {
                if (NoteSignature.TryParse(line, out var signature) && signature.IsBy(witness.Key)
                    && Cosignature.TimeOf(SignedNote.FromText(checkpoint.Text).With(signature), witness.Key) is not null)
                {
                    _cosigned[witness.Key] = size;
                    return signature;
                }
            }
            return null;
        }
        return null;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Null where it cannot be reached, or says too much.</summary>
    private async Task<(HttpStatusCode? Status, string Text)> PostAsync(AskedWitness witness, AddCheckpoint request, CancellationToken ct)
    {
        try
        {
            using var body = new ByteArrayContent(request.ToBytes());
            using var answer = await _http.PostAsync(new Uri(witness.Url.TrimEnd('/') + "/add-checkpoint"), body, ct);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(ct));
        }
        catch (HttpRequestException)
        {
            return (null, "");
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, "");
        }
    }
}

/// <summary>A witness that this server asks for cosignatures.</summary>
internal sealed class WitnessSetting
{
    /// <summary>The witness's verifier key, <c>name+hash+key</c>, as <c>whistle keys new witness</c> shows it.</summary>
    public string Key { get; set; } = "";

    /// <summary>Where it answers: the address before <c>/add-checkpoint</c>.</summary>
    public string Url { get; set; } = "";

    /// <summary>Whether both can be used.</summary>
    public bool IsValid =>
        NoteKey.TryParse(Key, out var key) && key.Algorithm == NoteAlgorithm.Ed25519Cosignature
        && Uri.TryCreate(Url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";

    /// <summary>The key; checked when the server starts.</summary>
    public NoteKey NoteKey => NoteKey.TryParse(Key, out var key) ? key : throw new InvalidOperationException("Not a witness's key.");
}
