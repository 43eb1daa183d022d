using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Log;

/// <summary>
/// Has a time-stamping authority (RFC 3161) say that it saw the newest checkpoint: a second clock, kept by somebody whose
/// word courts know. What is stamped are the checkpoint's three lines; the authority learns their hash and nothing else.
/// </summary>
internal sealed class TimestampJob(
    IServiceScopeFactory scopes, Writer writer, IOptions<WhistleOptions> options, TimeProvider clock, ILogger<TimestampJob> logger)
    : LogErrand(options, clock, logger)
{
    private const int NonceLength = 16;

    /// <summary>A stamp of another day is none of this checkpoint.</summary>
    private static readonly TimeSpan LongestOff = TimeSpan.FromDays(1);

    private readonly TimeProvider _clock = clock;

    private readonly HttpClient _http = NewClient();

    private readonly string? _url = options.Value.TimestampUrl;

    protected override bool HasAnybody => _url is not null;

    public override async Task<int> RunAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var newest = await scope.ServiceProvider.GetRequiredService<LogReader>().NewestAsync(ct);
        if (newest is null || newest.Timestamp is not null || !SignedNote.TryParse(newest.Note, out var note) || await AskAsync(note, ct) is not { } answer)
            return 0;
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        return await writer.RunAsync(db, async () =>
        {
            if (await db.Set<LogCheckpoint>().FindAsync([newest.Size], ct) is { } stored)
                stored.Timestamp = answer;
            return (1, UnitEnd.All);
        }, scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
    }

    public override void Dispose()
    {
        _http.Dispose();
        base.Dispose();
    }

    /// <summary>The whole answer; null where there is none that stamps this very text.</summary>
    private async Task<byte[]?> AskAsync(SignedNote checkpoint, CancellationToken ct)
    {
        var request = Rfc3161TimestampRequest.CreateFromData(
            checkpoint.TextBytes(), HashAlgorithmName.SHA256, nonce: RandomNumberGenerator.GetBytes(NonceLength), requestSignerCertificates: true);
        try
        {
            using var body = new ByteArrayContent(request.Encode());
            body.Headers.ContentType = new("application/timestamp-query");
            using var answer = await _http.PostAsync(new Uri(_url!), body, ct);
            if (!answer.IsSuccessStatusCode)
                return null;
            var bytes = await answer.Content.ReadAsByteArrayAsync(ct);
            // Refused, over another hash or another nonce, or not signed by the certificate it carries: this throws.
            var token = request.ProcessResponse(bytes, out var length);
            var off = token.TokenInfo.Timestamp - _clock.GetUtcNow();
            return length == bytes.Length && off.Duration() < LongestOff ? bytes : null;
        }
        catch (Exception e) when (e is HttpRequestException or CryptographicException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }
}
