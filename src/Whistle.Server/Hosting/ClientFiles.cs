using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Whistle.Protocol.Log;

namespace Whistle.Server.Hosting;

/// <summary>
/// Serves the two pages of the browser client: `/` and `/desk`, byte for byte as they were built.
/// </summary>
/// <remarks>
/// Nothing is cached on a source's device (<c>no-store</c>), nothing is set there, and each page has the
/// narrowest policy it can run under. The source's page has no inline code, no eval, no third party and
/// no Trusted Types policy at all; the desk's adds WebAssembly, for Argon2id.
/// </remarks>
internal static class ClientFiles
{
    /// <summary>The source's page: the portal and, where there is one, the mirror of the log; nothing is asked there unless somebody wants it.</summary>
    public static string SourcePolicy(string? mirror) =>
        $"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{(mirror is null ? "" : " " + LogMirror.Origin(mirror))}; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    public const string DeskPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'";

    /// <summary>The folder of the built client, beside the assembly.</summary>
    public static string Root => Path.Combine(AppContext.BaseDirectory, "wwwroot");

    public static void UseClientFiles(this IApplicationBuilder app, IFileProvider files, string? mirror)
    {
        var source = SourcePolicy(mirror);
        app.Use(static (context, next) =>
        {
            // A page is one document: `/desk` is `/desk/index.html`, without a redirect to tell apart.
            if (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            {
                context.Request.Path = context.Request.Path.Value switch
                {
                    "/" => "/index.html",
                    "/desk" or "/desk/" => "/desk/index.html",
                    _ => context.Request.Path,
                };
            }
            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, OnPrepareResponse = file => SetHeaders(file, source) });
    }

    private static void SetHeaders(StaticFileResponseContext file, string source)
    {
        var headers = file.Context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy =
            file.Context.Request.Path.StartsWithSegments("/desk", StringComparison.Ordinal) ? DeskPolicy : source;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        // The build's file times and their hashes say when this server was set up; no page needs them.
        headers.Remove("ETag");
        headers.Remove("Last-Modified");
    }
}
