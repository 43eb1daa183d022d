using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Protocol;
using Whistle.Protocol.Intake;

namespace Whistle.Cli.Http;

/// <summary>A challenge (SPEC 8.3).</summary>
internal sealed record ChallengeAnswer(string Nonce, int Bits, int Seconds)
{
    public byte[] NonceBytes() =>
        StrictBase64Url.TryDecode(Nonce, Challenge.Length, out var bytes) ? bytes : throw Stop.NotVerified("answer-malformed");
}

internal sealed record UploadAnswer(UploadId Id, int Parts);

internal sealed record SessionAnswer(string Token, int Seconds)
{
    public override string ToString() => "SessionAnswer(redacted)";
}

internal sealed record RecoveryChallenge(string Nonce, string Sealed)
{
    public byte[] NonceBytes() => StrictBase64Url.TryDecode(Nonce, out var bytes) ? bytes : throw Stop.NotVerified("answer-malformed");

    public byte[] SealedBytes() => StrictBase64Url.TryDecode(Sealed, out var bytes) ? bytes : throw Stop.NotVerified("answer-malformed");
}

internal sealed record RecoveryAnswer(string Message)
{
    public byte[] Bytes() => StrictBase64Url.TryDecode(Message, out var bytes) ? bytes : throw Stop.NotVerified("answer-malformed");

    public override string ToString() => "RecoveryAnswer(redacted)";
}

internal sealed record SentAnswer(int Seq, Hash32 Hash);

/// <summary>What a mailbox holds (SPEC 13).</summary>
internal sealed record MailboxAnswer(
    string State, string Promise, MailboxCase Case, IReadOnlyList<MailboxMessage> Messages, IReadOnlyList<MailboxProof> Proofs,
    IReadOnlyList<MailboxPurge> Purges)
{
    public override string ToString() => "MailboxAnswer(redacted)";
}

internal sealed record MailboxCase(
    CaseId Id, ChannelId Channel, string Policy, string State, Day Received, Day AcknowledgeBy, Day FeedbackBy, string Opened,
    Day? Acknowledged = null, Day? Feedback = null, Day? Closed = null, Day? KeepUntil = null);

internal sealed record MailboxMessage(
    string Dir, int Seq, Day Day, Hash32 Hash, string Ciphertext, IReadOnlyList<MailboxObject> Attachments)
{
    public byte[] Bytes() => StrictBase64Url.TryDecode(Ciphertext, out var bytes) ? bytes : throw Stop.NotVerified("answer-malformed");

    public override string ToString() => "MailboxMessage(redacted)";
}

/// <summary>That a leaf is in the log: a C2SP <c>tlog-proof</c>, not yet checked.</summary>
internal sealed record MailboxProof(Hash32 Leaf, string Proof);

/// <summary>What stands where something was deleted (SPEC 12.2), not yet checked.</summary>
internal sealed record MailboxPurge(string Proposal, string Approval);

internal sealed record MailboxObject(UploadId Id, Hash32 Cipher, long Size);

/// <summary>
/// The source's side of the HTTP API (SPEC 13). Sends no header that names the program or the machine. Every failure is
/// a <see cref="Stop"/> with a stable code; what the server says beside the code is never repeated.
/// </summary>
internal sealed class SourceApi : IDisposable
{
    private const string Octets = "application/octet-stream";

    private static readonly JsonSerializerOptions Wire = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        PropertyNameCaseInsensitive = false,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict,
    };

    private readonly HttpClient _http;

    public SourceApi(HttpMessageHandler handler, string origin)
    {
        Origin = origin;
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(origin + "/api/source/"),
            Timeout = TimeSpan.FromMinutes(5),
            // An object of attachments with its padding is the largest answer there is.
            MaxResponseContentBufferSize = 64 << 20,
        };
    }

    /// <summary>What is signed: taken from the address that was asked for, never from an answer.</summary>
    public string Origin { get; }

    public Task<byte[]> DirectoryAsync(CancellationToken ct) => BytesAsync(HttpMethod.Get, "directory", null, null, ct);

    /// <summary>Any published version by its hash; nothing about it is checked.</summary>
    public Task<byte[]> DirectoryAsync(Hash32 hash, CancellationToken ct) =>
        BytesAsync(HttpMethod.Get, $"directories/{hash}", null, null, ct);

    public Task<byte[]> DocumentAsync(Hash32 hash, CancellationToken ct) =>
        BytesAsync(HttpMethod.Get, $"documents/{hash}", null, null, ct);

    public Task<ChallengeAnswer> ChallengeAsync(string purpose, CancellationToken ct) =>
        JsonAsync<ChallengeAnswer>(HttpMethod.Post, "challenge", new { purpose }, null, ct);

    public Task<UploadAnswer> UploadAsync(AttachmentObject upload, ProofOfWork work, CancellationToken ct) =>
        JsonAsync<UploadAnswer>(
            HttpMethod.Post, "uploads",
            new
            {
                id = upload.Id,
                size = upload.Size,
                nonce = StrictBase64Url.Encode(work.Nonce.Span),
                counter = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            null, ct);

    public Task PartAsync(UploadId upload, int number, ReadOnlyMemory<byte> part, CancellationToken ct) =>
        BytesAsync(HttpMethod.Put, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"uploads/{upload}/parts/{number}"), Body(part, Octets), null, ct);

    /// <summary>The promise's bytes.</summary>
    public Task<byte[]> TipAsync(byte[] body, CancellationToken ct) =>
        BytesAsync(HttpMethod.Post, "tips", Body(body, TipBody.MediaType), null, ct);

    public Task<SessionAnswer> SessionAsync(string mailbox, byte[] nonce, byte[] signature, CancellationToken ct) =>
        JsonAsync<SessionAnswer>(
            HttpMethod.Post, "mailbox/session",
            new { mailbox, nonce = StrictBase64Url.Encode(nonce), signature = StrictBase64Url.Encode(signature) }, null, ct);

    public Task<MailboxAnswer> MailboxAsync(string token, CancellationToken ct) =>
        JsonAsync<MailboxAnswer>(HttpMethod.Get, "mailbox", null, token, ct);

    public Task<SentAnswer> MessageAsync(string token, int seq, byte[] ciphertext, AttachmentObject? attachment, CancellationToken ct) =>
        JsonAsync<SentAnswer>(
            HttpMethod.Post, "mailbox/messages",
            new
            {
                seq,
                ciphertext = StrictBase64Url.Encode(ciphertext),
                attachments = attachment is null
                    ? []
                    : new[] { new MailboxObject(attachment.Id, attachment.Cipher, attachment.Size) },
            },
            token, ct);

    /// <summary>The ciphertext of a case's first letter, to whoever has its key and the recovery identity (SPEC 11.1).</summary>
    public async Task<byte[]> RecoveryAsync(CaseId about, KeyFingerprint recovery, byte[] nonce, byte[] secret, byte[] signature, CancellationToken ct) =>
        (await JsonAsync<RecoveryAnswer>(
            HttpMethod.Post, "recovery",
            new { @case = about, recovery, nonce = StrictBase64Url.Encode(nonce), secret = StrictBase64Url.Encode(secret), signature = StrictBase64Url.Encode(signature) },
            null, ct)).Bytes();

    /// <summary>A nonce, and a secret sealed to the recovery identity of this fingerprint.</summary>
    public Task<RecoveryChallenge> RecoveryChallengeAsync(KeyFingerprint recovery, CancellationToken ct) =>
        JsonAsync<RecoveryChallenge>(HttpMethod.Post, "recovery/challenge", new { recovery }, null, ct);

    public Task SeenAsync(string token, int seq, CancellationToken ct) =>
        BytesAsync(HttpMethod.Post, "mailbox/seen", JsonContent.Create(new { seq }, options: Wire), token, ct);

    public Task<byte[]> AttachmentAsync(string token, UploadId id, CancellationToken ct) =>
        BytesAsync(HttpMethod.Get, $"mailbox/attachments/{id}", null, token, ct);

    /// <summary>Of the public log, by the end of its address (SPEC 16); asked for without a token, as anybody does.</summary>
    public Task<byte[]> LogAsync(string path, CancellationToken ct) => BytesAsync(HttpMethod.Get, "/log/" + path, null, null, ct);

    /// <summary>Whatever anybody may fetch from this server, by its absolute path: for mirrors of a log, which are no portals.</summary>
    public Task<byte[]> AtAsync(string path, CancellationToken ct) => BytesAsync(HttpMethod.Get, path, null, null, ct);

    /// <summary>Burns the mailbox.</summary>
    public Task BurnAsync(string token, CancellationToken ct) => BytesAsync(HttpMethod.Delete, "mailbox", null, token, ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> JsonAsync<T>(HttpMethod method, string path, object? body, string? token, CancellationToken ct)
        where T : class
    {
        var bytes = await BytesAsync(method, path, body is null ? null : JsonContent.Create(body, body.GetType(), options: Wire), token, ct);
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, Wire) ?? throw Stop.NotVerified("answer-malformed");
        }
        catch (JsonException)
        {
            throw Stop.NotVerified("answer-malformed");
        }
    }

    private async Task<byte[]> BytesAsync(HttpMethod method, string path, HttpContent? body, string? token, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await _http.SendAsync(request, ct);
            var bytes = await answer.Content.ReadAsByteArrayAsync(ct);
            return answer.IsSuccessStatusCode ? bytes : throw Refusal(answer.StatusCode, bytes);
        }
        catch (HttpRequestException)
        {
            // Its message names addresses; the code says enough.
            throw Stop.NoNetwork("no-network");
        }
        catch (IOException)
        {
            throw Stop.NoNetwork("no-network");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Stop.NoNetwork("no-network");
        }
    }

    private static Stop Refusal(HttpStatusCode status, byte[] bytes)
    {
        var fallback = $"http-{(int)status}";
        // A gateway in front of a server that is gone says so in its own words.
        if (status is HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout)
            return Stop.NoNetwork("no-network");
        try
        {
            var problem = JsonSerializer.Deserialize<ProblemDocument>(bytes, Wire);
            return Stop.Refused(IsCode(problem?.Code) ? problem!.Code! : fallback);
        }
        catch (JsonException)
        {
            return Stop.Refused(fallback);
        }
    }

    /// <summary>Codes are printed, so nothing else that a server sends may pass for one.</summary>
    private static bool IsCode(string? code) =>
        code is { Length: > 0 and <= 64 } && code.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    private static ByteArrayContent Body(ReadOnlyMemory<byte> bytes, string type)
    {
        var content = new ByteArrayContent(bytes.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private sealed record ProblemDocument(string? Code = null);
}
