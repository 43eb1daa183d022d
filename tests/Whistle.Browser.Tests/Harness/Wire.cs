using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Whistle.Browser.Tests.Harness;

/// <summary>
/// Listens in front of the server's pipeline, while asked to: whole requests with their bodies, also those that
/// a browser sends as Blobs and does not show.
/// </summary>
public sealed class Wire : IStartupFilter
{
    private volatile ConcurrentQueue<RecordedRequest>? _heard;

    /// <summary>Starts to listen and gives the queue that fills meanwhile; only one listener at a time.</summary>
    public IReadOnlyCollection<RecordedRequest> Listen() => _heard = new ConcurrentQueue<RecordedRequest>();

    public void Stop() => _heard = null;

    Action<IApplicationBuilder> IStartupFilter.Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, rest) =>
        {
            if (_heard is { } heard)
                heard.Enqueue(await ReadAsync(context.Request));
            await rest(context);
        });
        next(app);
    };

    private static async Task<RecordedRequest> ReadAsync(HttpRequest request)
    {
        request.EnableBuffering();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        request.Body.Position = 0;
        return new RecordedRequest(
            request.Method,
            request.Path + request.QueryString,
            request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray(),
            BodyIsUnknown: false);
    }
}
