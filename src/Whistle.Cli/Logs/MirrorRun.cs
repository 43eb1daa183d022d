using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>
/// <c>whistle mirror</c>: a copy of the log that somebody else keeps, so that what the portal shows can be compared, and stays
/// readable when the portal is gone. Every copy is checked as <c>verify-log</c> does, and only ever grows.
/// </summary>
internal static class MirrorRun
{
    private const int DefaultEvery = 10;

    public static Command Command(World world)
    {
        var server = new ServerOptions();
        var folder = new Option<string>("--folder") { Required = true, HelpName = "DIR", Description = "Where the copy is kept, as static files: checkpoint and tile/…" };
        var url = new Option<string?>("--urls") { HelpName = "URL", Description = "Serve the copy here, too, and go on copying. Put a proxy that speaks TLS in front, its access log off." };
        var every = new Option<int>("--every") { HelpName = "MINUTES", Description = "With --urls: how often to copy.", DefaultValueFactory = _ => DefaultEvery };
        var command = new Command("mirror", "Keep a checked copy of the public log, once or for good. Needs --root.") { folder, url, every };
        server.AddTo(command);
        command.Run(world, async (parse, report, ct) =>
        {
            using var api = server.Connect(world, parse);
            var root = server.Root(parse) ?? throw Stop.Usage("root-missing");
            var copy = new MirrorFolder(parse.GetValue(folder)!);
            var head = await CopyAsync(api, root, copy, report, ct);
            report.Line($"The copy has all {head.Checkpoint.Size} entries, root {head.Checkpoint.Root}.");
            if (parse.GetValue(url) is not { } address)
            {
                report.Json(Json(head, []));
                return;
            }
            await using var app = Build(copy, address);
            await app.StartAsync(ct);
            report.Line($"It is served at {string.Join(", ", app.Urls)} and stops with Ctrl+C.");
            report.Json(Json(head, app.Urls));
            var pause = TimeSpan.FromMinutes(Math.Max(1, parse.GetValue(every)));
            while (!ct.IsCancellationRequested)
            {
                await Task.Delay(pause, world.Clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!ct.IsCancellationRequested)
                    await TryCopyAsync(api, root, copy, report, ct);
            }
        });
        return command;
    }

    /// <summary>What does not hold is told, and the copy stays as it was: it is what shows the lie.</summary>
    internal static async Task<bool> TryCopyAsync(SourceApi api, Hash32 root, MirrorFolder copy, Report report, CancellationToken ct)
    {
        try
        {
            await CopyAsync(api, root, copy, report, ct);
            return true;
        }
        catch (Stop stop)
        {
            report.Say(Sentences.Of(stop.Code, stop.Details));
            return false;
        }
    }

    /// <summary>Reads what is new of the log, checks the whole of it, and keeps it.</summary>
    internal static async Task<SignedCheckpoint> CopyAsync(SourceApi api, Hash32 root, MirrorFolder copy, Report report, CancellationToken ct)
    {
        try
        {
            var directory = LogKeys.Signed(await api.DirectoryAsync(ct), root);
            var last = await LogState.ReadAsync(copy.Checkpoint, LogKeys.BackFromAsync(directory, api, ct), ct);
            var head = await VerifyLog.HeadAsync(api, directory.Version.Log, ct);
            await last.RefuseAsync(report, head, ct);
            var audit = await AuditAsync(api, copy, report, head.Checkpoint, last.Last?.Checkpoint.Size ?? 0, ct);
            if (last.Last is { } earlier && !audit.Continues(earlier.Checkpoint))
                throw await last.AccuseAsync("log-fork", report, head, ct);
            copy.Keep(head);
            return head;
        }
        finally
        {
            copy.Drop();
        }
    }

    private static async Task<LogAudit> AuditAsync(SourceApi api, MirrorFolder copy, Report report, Checkpoint head, long earlier, CancellationToken ct)
    {
        Task<byte[]> Server(string path, CancellationToken token) => LogAudit.FetchAsync(api, path, token);
        try
        {
            return await LogAudit.RunAsync((path, token) => copy.FetchAsync(path, Server, token), report, head, [earlier], ct);
        }
        catch (Stop stop) when (stop.ExitCode == Exit.NotVerified && copy.HasGivenOut)
        {
            // Another log, or a file of the copy that was damaged: the server's own bytes say which.
            copy.Drop();
            return await LogAudit.RunAsync((path, token) => copy.RefetchAsync(path, Server, token), report, head, [earlier], ct);
        }
    }

    /// <summary>The folder behind HTTP: nothing of who asks, no log.</summary>
    internal static WebApplication Build(MirrorFolder copy, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        var app = builder.Build();
        app.MapGet("/checkpoint", (RequestDelegate)(http => SendAsync(http, copy.Checkpoint, "text/plain; charset=utf-8", "public, max-age=5")));
        app.MapGet("/tile/{**path}", (RequestDelegate)(http =>
        {
            var path = (string?)http.Request.RouteValues["path"] ?? "";
            return SendAsync(
                http, Tile.IsMatch(path) ? Path.Combine([copy.Path, "tile", .. path.Split('/')]) : null, "application/octet-stream", "public, max-age=31536000, immutable");
        }));
        return app;
    }

    private static readonly Regex Tile = new(
        @"^([0-9]|entries)/(x[0-9]{3}/)*[0-9]{3}(\.p/[0-9]{1,3})?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    private static async Task SendAsync(HttpContext http, string? file, string type, string caching)
    {
        http.Response.Headers.AccessControlAllowOrigin = "*";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        if (file is null || !File.Exists(file))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        http.Response.ContentType = type;
        http.Response.Headers.CacheControl = caching;
        await http.Response.Body.WriteAsync(await File.ReadAllBytesAsync(file, http.RequestAborted), http.RequestAborted);
    }

    private static JsonObject Json(SignedCheckpoint head, IEnumerable<string> urls) => new()
    {
        ["size"] = head.Checkpoint.Size,
        ["treeRoot"] = head.Checkpoint.Root.ToString(),
        ["urls"] = new JsonArray([.. urls.Select(u => (JsonNode)u)]),
    };
}
