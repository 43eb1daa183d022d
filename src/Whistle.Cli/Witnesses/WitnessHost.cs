using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Witnesses;

/// <summary>A witness behind HTTP: two addresses, no log, no cookie, nothing of who asks.</summary>
internal static class WitnessHost
{
    public static WebApplication Build(Witness witness, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddCheckpoint.MaxLength;
        });
        var app = builder.Build();
        app.MapPost("/add-checkpoint", (RequestDelegate)(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            await WriteAsync(http, await witness.AddAsync(body.ToArray(), http.RequestAborted));
        }));
        app.MapGet("/{origin}/checkpoint", (RequestDelegate)(http =>
            WriteAsync(http, witness.Latest((string)http.Request.RouteValues["origin"]!) is { } latest
                ? new(200, "text/plain; charset=utf-8", latest)
                : new(404, "text/plain; charset=utf-8", []))));
        return app;
    }

    private static async Task WriteAsync(HttpContext http, Witness.Answer answer)
    {
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.Type;
        http.Response.ContentLength = answer.Body.Length;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }
}
