using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Demo;

/// <summary>
/// Speaks the public HTTP API (SPEC 13 and 14) over the wire, with the rights of whoever signed in and no others: the
/// demo has no way into the server that a browser lacks.
/// </summary>
internal sealed class DemoHttp : IDisposable
{
    private static readonly JsonSerializerOptions Reading = CreateReading();
    private readonly HttpClient _http;

    private DemoHttp(Uri address, bool isDesk)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = isDesk, AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = address,
        };
        if (isDesk)
            _http.DefaultRequestHeaders.Add("X-Whistle", "desk");
    }

    /// <summary>A browser at the source's page: no cookies.</summary>
    public static DemoHttp OfSource(Uri address) => new(new Uri(address, "/api/source/"), isDesk: false);

    /// <summary>A browser at the desk: keeps the session's cookie.</summary>
    public static DemoHttp OfDesk(Uri address) => new(new Uri(address, "/api/desk/"), isDesk: true);

    public Task<T> GetAsync<T>(string path, CancellationToken ct, string? bearer = null) =>
        SendAsync<T>(HttpMethod.Get, path, null, bearer, ct);

    public Task<byte[]> GetBytesAsync(string path, CancellationToken ct) => SendBytesAsync(HttpMethod.Get, path, null, null, ct);

    public Task<T> PostAsync<T>(string path, object body, CancellationToken ct, string? bearer = null) =>
        SendAsync<T>(HttpMethod.Post, path, Json(body), bearer, ct);

    public Task PostAsync(string path, object body, CancellationToken ct, string? bearer = null) =>
        SendBytesAsync(HttpMethod.Post, path, Json(body), bearer, ct);

    public Task PutAsync(string path, object body, CancellationToken ct) => SendBytesAsync(HttpMethod.Put, path, Json(body), null, ct);

    public Task<T> PutAsync<T>(string path, object body, CancellationToken ct) =>
        SendAsync<T>(HttpMethod.Put, path, Json(body), null, ct);

    public Task<byte[]> SendOctetsAsync(HttpMethod method, string path, ReadOnlyMemory<byte> body, string type, CancellationToken ct) =>
        SendBytesAsync(method, path, Octets(body, type), null, ct);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, string? bearer, CancellationToken ct) =>
        JsonSerializer.Deserialize<T>(await SendBytesAsync(method, path, content, bearer, ct), Reading)
        ?? throw new InvalidOperationException($"{method} {path} answered nothing.");

    private async Task<byte[]> SendBytesAsync(HttpMethod method, string path, HttpContent? content, string? bearer, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (bearer is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        using var response = await _http.SendAsync(request, ct);
        var bytes = await response.Content.ReadAsByteArrayAsync(ct);
        return response.IsSuccessStatusCode ? bytes : throw new DemoRefusedException($"{method} {path}", response.StatusCode, CodeOf(bytes));
    }

    private static string CodeOf(byte[] problem)
    {
        try
        {
            using var json = JsonDocument.Parse(problem);
            return json.RootElement.TryGetProperty("code", out var code) ? code.GetString() ?? "?" : "?";
        }
        catch (JsonException)
        {
            return "?";
        }
    }

    private static ByteArrayContent Json(object body) => Octets(JsonSerializer.SerializeToUtf8Bytes(body, StrictJson.Options), "application/json");

    private static ByteArrayContent Octets(ReadOnlyMemory<byte> body, string type)
    {
        var content = new ByteArrayContent(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    // Answers have more members than the demo reads.
    private static JsonSerializerOptions CreateReading()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        options.Converters.Add(new Base64UrlConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>The server said no; the demo cannot be built.</summary>
internal sealed class DemoRefusedException(string request, HttpStatusCode status, string code)
    : Exception($"The demo stopped at {request}: {(int)status} {code}")
{
    public string Code => code;
}
