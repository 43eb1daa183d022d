using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Whistle.Server.Tests.Mail;

/// <summary>The morning's signal to a machine, as it comes over the wire.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private readonly KeptLog _log = new();
    private readonly List<string> _asked = [];
    private readonly TcpListener _hook = new(IPAddress.Loopback, 0);
    private string _answer = "204 No Content";
    private TestRelay _relay = null!;

    public ValueTask InitializeAsync()
    {
        _relay = new TestRelay();
        _hook.Start();
        _ = ServeAsync();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _hook.Dispose();
        await _relay.DisposeAsync();
    }

    [Fact]
    public async Task It_is_the_same_every_working_morning_and_says_nothing()
    {
        await using var server = NewServer();
        foreach (var day in new[] { "2026-03-04", "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09" })
        {
            await server.SendMailAtAsync(day + "T06:59:00");
            await server.SendMailAtAsync(day + "T07:00:00");
            await server.SendMailAtAsync(day + "T18:00:00");
        }

        Assert.Equal(4, _asked.Count);
        Assert.Equal(
            $"POST /signal?key=hook-sentinel HTTP/1.1\r\nHost: {_hook.LocalEndpoint}\r\nContent-Type: application/json\r\nContent-Length: 24\r\n\r\n{{\"v\":1,\"kind\":\"morning\"}}",
            Assert.Single(_asked.Distinct(StringComparer.Ordinal)));
        Assert.Equal("200 ok", await server.MailHealthAsync());
        Assert.Equal(0, await server.OutboxAsync());
    }

    [Theory]
    [InlineData("500 Broken", "HTTP 500")]
    [InlineData("302 Elsewhere", "HTTP 302")]
    public async Task Whoever_does_not_take_it_is_asked_again_and_nobody_else_is(string answer, string reason)
    {
        await using var server = NewServer();
        _answer = answer;
        await server.SendMailAtAsync("2026-03-04T07:00:00");
        await server.SendMailAtAsync("2026-03-04T07:01:00");
        Assert.Single(_asked);
        Assert.Equal("503 failing", await server.MailHealthAsync());

        _answer = "200 OK";
        await server.SendMailAtAsync("2026-03-04T07:02:00");
        await server.SendMailAtAsync("2026-03-04T12:00:00");
        Assert.Equal(2, _asked.Count);
        Assert.Equal("200 ok", await server.MailHealthAsync());
        Assert.Equal($"The webhook does not take the signal ({reason}); it is tried again", _log.Text.Trim());
    }

    private WhistleServer NewServer() => WhistleServer.WithMail(_relay, _log, ("Webhook", $"http://{_hook.LocalEndpoint}/signal?key=hook-sentinel"));

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _hook.AcceptTcpClientAsync();
                var stream = client.GetStream();
                var said = new StringBuilder();
                var block = new byte[4096];
                while (!said.ToString().EndsWith('}'))
                {
                    var length = await stream.ReadAsync(block);
                    if (length == 0)
                        break;
                    said.Append(Encoding.ASCII.GetString(block, 0, length));
                }
                _asked.Add(said.ToString());
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {_answer}\r\nLocation: http://{_hook.LocalEndpoint}/other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
