namespace Whistle.Server.Hosting;

/// <summary>Headers that every answer carries, and the origins of the two sides. The log is everybody's, as the source's side is.</summary>
internal static class Security
{
    /// <summary>For answers that are no page.</summary>
    private const string NoPage = "default-src 'none'; frame-ancestors 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = NoPage;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // As routes match: letter case does not count.
        var source = context.Request.Path.StartsWithSegments("/api/source", StringComparison.OrdinalIgnoreCase)
            || context.Request.Path.StartsWithSegments("/log", StringComparison.OrdinalIgnoreCase);
        headers["Cross-Origin-Resource-Policy"] = source ? "cross-origin" : "same-origin";
        if (source)
        {
            // The standalone client, saved to a disk, speaks from a null origin; there is no cookie that it could borrow.
            headers.AccessControlAllowOrigin = "*";
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                headers.AccessControlAllowMethods = "GET, POST, PUT, DELETE";
                headers.AccessControlAllowHeaders = "authorization, content-type";
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            }
        }
        return next(context);
    });
}
