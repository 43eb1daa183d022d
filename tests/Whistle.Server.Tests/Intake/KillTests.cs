using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Data.Sqlite;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Intake;

/// <summary>The server as a process of its own, killed without warning under load.</summary>
public sealed class KillTests
{
    [Fact]
    public async Task Whatever_was_acknowledged_survives_kill_9_and_no_case_is_half()
    {
        using var server = WhistleServer.WithQuickBatches();
        // The processes live in the real time, so their directory and challenges must.
        server.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        var portal = await server.OpenPortalAsync();
        var tips = new List<(SealedTip Tip, byte[] Body)>();
        for (var i = 0; i < 24; i++)
        {
            var tip = await server.SealTipAsync(portal);
            tips.Add((tip, await server.BodyOfAsync(tip)));
        }
        var data = Directory.CreateTempSubdirectory("whistle-kill");
        try
        {
            server.CopyDataTo(data.FullName);
            var acknowledged = new ConcurrentDictionary<int, string>();
            using (var child = await Child.StartAsync(data.FullName))
            {
                using var source = new HttpClient { BaseAddress = child.Address };
                var sending = Enumerable.Range(0, tips.Count).Select(async i =>
                {
                    try
                    {
                        var answer = await WhistleServer.PostTipAsync(source, tips[i].Body);
                        if (answer.StatusCode == HttpStatusCode.Created)
                            acknowledged[i] = await answer.Content.ReadAsStringAsync();
                    }
                    catch (HttpRequestException)
                    {
                        // Killed in the middle: this one was not acknowledged.
                    }
                }).ToList();
                while (acknowledged.IsEmpty)
                    await Task.Delay(1, TestContext.Current.CancellationToken);
                child.Kill();
                await Task.WhenAll(sending);
            }
            Assert.NotEmpty(acknowledged);

            using (var again = await Child.StartAsync(data.FullName))
            {
                using var source = new HttpClient { BaseAddress = again.Address };
                foreach (var (i, promise) in acknowledged)
                {
                    var answer = await WhistleServer.PostTipAsync(source, tips[i].Body);
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    Assert.Equal(promise, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                }
                again.Kill();
            }
            Assert.Equal(0, HalfCases(data.FullName));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
            tips.ForEach(t => t.Tip.Dispose());
        }
    }

    private static long HalfCases(string data)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(data, "whistle.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT (SELECT COUNT(*) FROM Cases WHERE Id NOT IN (SELECT "Case" FROM Mailboxes) OR Id NOT IN (SELECT "Case" FROM Messages))
                 + ABS((SELECT COUNT(*) FROM Cases) * 2 - (SELECT COUNT(*) FROM PendingLeaves))
            """;
        return (long)command.ExecuteScalar()!;
    }

    private sealed class Child : IDisposable
    {
        private readonly Process _process;

        private Child(Process process, Uri address) => (_process, Address) = (process, address);

        public Uri Address { get; }

        public static async Task<Child> StartAsync(string data)
        {
            using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            var address = new Uri($"http://127.0.0.1:{port}");
            var process = Process.Start(new ProcessStartInfo("dotnet")
            {
                ArgumentList =
                {
                    Path.Combine(AppContext.BaseDirectory, "whistle-server.dll"), "--data", data, "--urls", address.ToString(),
                    "--Whistle:ProofOfWorkBits=4", "--Whistle:BatchSeconds=604800",
                },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            using var client = new HttpClient { BaseAddress = address };
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    if ((await client.GetAsync("/health/ready")).IsSuccessStatusCode)
                        return new Child(process, address);
                }
                catch (HttpRequestException) when (attempt < 600 && !process.HasExited)
                {
                    await Task.Delay(100);
                }
            }
        }

        public void Kill()
        {
            _process.Kill();
            _process.WaitForExit();
        }

        public void Dispose()
        {
            if (!_process.HasExited)
                Kill();
            _process.Dispose();
        }
    }
}
