using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>
/// The wire between browsers and the server: it hears every request and answer whole, can be cut, and gives a source's
/// browser the address 127.66.77.88.
/// </summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    /// <summary>The address from which the server sees a source.</summary>
    public static readonly IPAddress SourceAddress = IPAddress.Parse("127.66.77.88");

    private static readonly string[] s_hopByHop = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Date"];

    private readonly WebApplication _app;
    private readonly string _sourceAgent;
    private readonly HttpMessageInvoker _everyone = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
    private readonly HttpMessageInvoker _source;
    private int _sourceConnections;

    private RecordingProxy(WebApplication app, string sourceAgent)
    {
        (_app, _sourceAgent) = (app, sourceAgent);
        _source = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, ConnectCallback = ConnectAsSourceAsync });
    }

    public Uri Origin => new(_app.Urls.First());

    /// <summary>Where requests go; null while the server is gone.</summary>
    public Uri? Target { get; set; }

    /// <summary>Lets requests to paths that end like this reach the server, but cuts the line before the answer.</summary>
    public string? CutAnswersOf { get; set; }

    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    public ConcurrentQueue<(string Path, int Status, byte[] Body)> Answers { get; } = new();

    /// <summary>How many connections the server saw from <see cref="SourceAddress"/>.</summary>
    public int SourceConnections => _sourceConnections;

    /// <param name="sourceAgent">What marks the user agent of a source's browser.</param>
    public static async Task<RecordingProxy> StartAsync(string sourceAgent)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new RecordingProxy(app, sourceAgent);
        app.Run(proxy.CarryAsync);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _everyone.Dispose();
        _source.Dispose();
    }

    private async Task CarryAsync(HttpContext context)
    {
        var asked = context.Request;
        using var body = new MemoryStream();
        await asked.Body.CopyToAsync(body, context.RequestAborted);
        var path = asked.Path + asked.QueryString;
        Requests.Enqueue(new RecordedRequest(
            asked.Method, path, asked.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(), BodyIsUnknown: false));
        if (Target is not { } target)
        {
            context.Abort();
            return;
        }

        using var message = new HttpRequestMessage(new HttpMethod(asked.Method), new Uri(target, path));
        if (body.Length > 0 || asked.ContentLength is not null)
            message.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in asked.Headers.Where(h => !s_hopByHop.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value))
                message.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
        }
        message.Headers.Host = asked.Host.Value;
        var invoker = asked.Headers.UserAgent.ToString().Contains(_sourceAgent, StringComparison.Ordinal) ? _source : _everyone;
        using var answer = await invoker.SendAsync(message, context.RequestAborted);
        var bytes = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        if (CutAnswersOf is { } cut && path.EndsWith(cut, StringComparison.Ordinal))
        {
            context.Abort();
            return;
        }
        Answers.Enqueue((path, (int)answer.StatusCode, bytes));
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(h => !s_hopByHop.Contains(h.Key, StringComparer.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        if (context.Response.StatusCode is not (204 or 304))
        {
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }

    private async ValueTask<Stream> ConnectAsSourceAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(SourceAddress, 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
            Interlocked.Increment(ref _sourceConnections);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
