using System.Collections.Concurrent;
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
            using (var child = await ServerChild.StartAsync(data.FullName, "--Whistle:LogSeconds=604800", "--Whistle:InclusionDays=30"))
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

            using (var again = await ServerChild.StartAsync(data.FullName, "--Whistle:LogSeconds=604800", "--Whistle:InclusionDays=30"))
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
                 + ABS((SELECT COUNT(*) FROM Cases) * 2 - (SELECT COUNT(*) FROM PendingLeaves WHERE length(Entry) = 32))
            """;
        return (long)command.ExecuteScalar()!;
    }
}
