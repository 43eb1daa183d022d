using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Whistle.Protocol.Log;
using Whistle.Server.Jobs;
using Whistle.Server.Log;
using Whistle.Tests;

namespace Whistle.Server.Tests.Log;

/// <summary>A time-stamping authority made of openssl, and a server that has its checkpoints stamped by it.</summary>
public sealed class TimestampTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-tsa");
    private WebApplication _authority = null!;
    private Func<byte[], Task<(int Status, byte[] Body)>> _answer = null!;
    private List<(string? Type, byte[] Query)> _asked = [];

    public async ValueTask InitializeAsync()
    {
        await RunAsync("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Example time stamps", "-keyout", "key.pem", "-out", "tsa.pem",
            "-addext", "extendedKeyUsage=critical,timeStamping");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "serial"), "01\n");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "tsa.cnf"), """
            [tsa]
            default_tsa = own
            [own]
            serial = serial
            signer_cert = tsa.pem
            signer_key = key.pem
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            """);
        _answer = StampAsync;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _authority = builder.Build();
        _authority.MapPost("/tsa", (RequestDelegate)(async http =>
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            _asked.Add((http.Request.ContentType, body.ToArray()));
            var (status, answer) = await _answer(body.ToArray());
            http.Response.StatusCode = status;
            await http.Response.Body.WriteAsync(answer);
        }));
        await _authority.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Openssl_verifies_the_stamp_of_the_checkpoint_that_is_served_beside_it()
    {
        await using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        await server.RunLogAsync();
        using var anybody = server.Source();
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/log/timestamp", TestContext.Current.CancellationToken)).StatusCode);

        Assert.Equal(1, await server.StampAsync());
        Assert.Equal(0, await server.StampAsync()); // once for each checkpoint

        var head = await anybody.GetByteArrayAsync("/log/timestamp", TestContext.Current.CancellationToken);
        var size = Checkpoint.Read(System.Text.Encoding.UTF8.GetString(head))!.Size;
        Assert.Equal((await WhistleServer.CheckpointAsync(anybody, portal)).Size, size);
        var answer = await anybody.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/log/timestamp/{size}"), TestContext.Current.CancellationToken);
        Assert.Equal("application/timestamp-reply", answer.Content.Headers.ContentType!.MediaType);
        await WriteAsync("head", head);
        await WriteAsync("head.tsr", await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Contains("Verification: OK", await RunAsync("ts", "-verify", "-data", "head", "-in", "head.tsr", "-CAfile", "tsa.pem"), StringComparison.Ordinal);
        await WriteAsync("head", [.. head[..^2], (byte)(head[^2] ^ 1), head[^1]]);
        Assert.DoesNotContain("Verification: OK", await RunAsync("ts", "-verify", "-data", "head", "-in", "head.tsr", "-CAfile", "tsa.pem", "!"), StringComparison.Ordinal);
        Assert.Equal("application/timestamp-query", Assert.Single(_asked).Type);

        await server.RunLogAsync();
        Assert.Equal(head, await anybody.GetByteArrayAsync("/log/timestamp", TestContext.Current.CancellationToken)); // the newest that is stamped
        Assert.Equal(1, await server.StampAsync());
        Assert.NotEqual(head, await anybody.GetByteArrayAsync("/log/timestamp", TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, (await anybody.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/log/timestamp/{size}"), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/log/timestamp/1", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task An_authority_that_is_down_or_stamps_something_else_costs_nothing_and_is_asked_again()
    {
        await using var server = NewServer();
        await server.OpenPortalAsync();
        await server.RunLogAsync();
        Func<byte[], Task<(int, byte[])>>[] faults =
        [
            _ => Task.FromResult((503, Array.Empty<byte>())),
            _ => Task.FromResult((200, "<html>"u8.ToArray())),
            async query => (200, [.. (await StampAsync(query)).Body, 0]),
            async query => (200, [.. (await StampAsync(query)).Body[..^9]]),
            async _ => await StampAsync(_asked[0].Query), // an earlier request: another nonce
        ];
        foreach (var fault in faults)
        {
            _answer = fault;
            Assert.Equal(0, await server.StampAsync());
        }
        _answer = StampAsync;
        server.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(0, await server.StampAsync()); // a stamp of another day
        Assert.Equal(faults.Length + 1, _asked.Count);
    }

    private WhistleServer NewServer()
    {
        var server = new WhistleServer(
        ("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"), ("TimestampUrl", _authority.Urls.First() + "/tsa"))
        {
            // Neither loop runs beside the test: each stamp is asked for here.
            Bend = static services =>
            {
                services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop)));
                foreach (var loop in services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(TimestampJob)).ToList())
                    services.Remove(loop);
            },
        };
        // The authority stamps in the time of the machine.
        server.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        return server;
    }

    private async Task<(int Status, byte[] Body)> StampAsync(byte[] query)
    {
        await WriteAsync("query", query);
        await RunAsync("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply");
        return (200, await File.ReadAllBytesAsync(Path.Combine(_folder.FullName, "reply")));
    }

    private Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(_folder.FullName, name), bytes);

    /// <summary>Runs openssl in the authority's folder; what it said. A last argument of ! lets it fail.</summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        var mayFail = arguments[^1] is "!";
        using var process = Process.Start(new ProcessStartInfo(NeededProgram.Ensure("openssl"), mayFail ? arguments[..^1] : arguments)
        {
            WorkingDirectory = _folder.FullName,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = string.Concat(await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()));
        await process.WaitForExitAsync();
        Assert.True(mayFail || process.ExitCode == 0, said);
        return said;
    }
}
