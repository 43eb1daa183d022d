using System.Text.Json;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Hosting;

/// <summary>
/// Turns what the framework refuses into our problem documents, and what breaks into <c>500 server-error</c>. Of an
/// exception only its type reaches the log: messages and stack data can hold what a source sent.
/// </summary>
internal static partial class Failures
{
    public static IApplicationBuilder UseFailures(this IApplicationBuilder app)
    {
        app.Use(static async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (!context.Response.HasStarted && e is not OutOfMemoryException)
            {
                if (context.RequestAborted.IsCancellationRequested)
                    return;
                var refusal = Of(e);
                if (refusal.Status >= StatusCodes.Status500InternalServerError)
                    Broke(context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Whistle"), e.GetType().FullName ?? "?");
                await Problem.Of(refusal).ExecuteAsync(context);
            }
        });
        // An answer of the framework without a body: no such route, no such method.
        app.Use(static async (context, next) =>
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await Problem.Of(Of(context.Response.StatusCode)).ExecuteAsync(context);
        });
        return app;
    }

    private static Refusal Of(Exception e) => e switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } bad => OfBadRequest(bad),
        BadHttpRequestException bad => Of(bad.StatusCode),
        _ => Of(StatusCodes.Status500InternalServerError),
    };

    private static Refusal OfBadRequest(BadHttpRequestException bad) => bad.InnerException switch
    {
        JsonException { Message: var message } when message.Contains("could not be mapped", StringComparison.Ordinal) =>
            Refusal.Bad("json-unknown-member"),
        JsonException => Refusal.Bad("json-malformed"),
        // A path that is not an id answers as an id that is not there.
        _ when bad.Message.StartsWith("Failed to bind parameter", StringComparison.Ordinal) => Refusal.NotFound,
        _ => Refusal.Bad("json-malformed"),
    };

    private static Refusal Of(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Refusal.SignedOut,
        StatusCodes.Status403Forbidden => Refusal.NotFound,
        StatusCodes.Status404NotFound => Refusal.NotFound,
        StatusCodes.Status405MethodNotAllowed => new(status, "method-not-allowed"),
        StatusCodes.Status408RequestTimeout => new(status, "too-slow"),
        StatusCodes.Status413PayloadTooLarge => new(status, "too-large"),
        StatusCodes.Status415UnsupportedMediaType => new(status, "content-type"),
        >= 500 => new(status, "server-error"),
        _ => new(status, "bad-request"),
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request broke with {ExceptionType}")]
    private static partial void Broke(ILogger logger, string exceptionType);
}

/// <summary>A limit in bytes for one endpoint's body; the server's own is 64 KiB.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
{
    public const long Default = 64 * 1024;
}
