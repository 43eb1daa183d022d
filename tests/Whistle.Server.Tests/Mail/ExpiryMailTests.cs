using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Whistle.Server.Tests.Mail;

/// <summary>Root holders are told ahead that the directory expires; which portal and which day, and nothing else.</summary>
public sealed class ExpiryMailTests : IAsyncLifetime
{
    private readonly KeptLog _log = new();
    private TestRelay _relay = null!;

    public ValueTask InitializeAsync()
    {
        _relay = new TestRelay();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _relay.DisposeAsync();

    [Fact]
    public async Task Root_holders_hear_14_7_3_and_1_days_before_the_last_day_and_nobody_else_does()
    {
        await using var server = WithHolders();
        var portal = await server.OpenPortalAsync();
        await WhistleServer.SetMailAsync(portal.Admin.Http, portal.Admin.Id, "admin@example.org");
        var last = portal.Directory.Version.Expires;

        var told = new List<int>();
        for (var day = Day.Of(WhistleServer.Start).Plus(1); day <= last.Plus(2); day = day.Plus(1))
        {
            var before = _relay.Received.Count;
            await server.SendMailAtAsync($"{day}T06:59:00");
            Assert.Equal(before, _relay.Received.Count);
            await server.SendMailAtAsync($"{day}T07:00:00");
            await server.SendMailAtAsync($"{day}T12:00:00");
            if (_relay.Received.Count == before)
                continue;
            told.Add(last.Number - day.Number);
            Assert.Equal(["council@example.org", "ethics@example.org"], _relay.Received.Skip(before).Select(m => m.To).Order(StringComparer.Ordinal));
        }

        Assert.Equal([14, 7, 3, 1], told);
        foreach (var mail in _relay.Received)
        {
            Assert.Contains($"Portal: {WhistleServer.Origin}\r\n", mail.Text, StringComparison.Ordinal);
            Assert.Contains($"Its last day is {last}.", mail.Text, StringComparison.Ordinal);
            Assert.Contains($"der {last}.", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("General", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Example AG", mail.Text, StringComparison.Ordinal);
        }
        Assert.Single(_relay.Received.Select(m => string.Join('\n', m.Common.Split("\r\n").Where(l => !l.StartsWith("Date: ", StringComparison.Ordinal)))).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_new_directory_ends_it_and_what_was_not_delivered_of_the_old_one_is_not_sent()
    {
        await using var server = WithHolders();
        var portal = await server.OpenPortalAsync();
        server.Clock.SetUtcNow(DateTimeOffset.UnixEpoch.AddDays(portal.Directory.Version.Expires.Number - 7).AddHours(7));
        _relay.GoDown();
        await server.SendMailAsync();
        Assert.Equal(2, await server.OutboxAsync());

        _relay.ComeBack();
        Assert.Equal(System.Net.HttpStatusCode.OK, (await server.SignInAsync(portal.Admin)).StatusCode);
        await server.PublishDirectoryAsync(portal.Admin);
        server.Clock.Advance(TimeSpan.FromHours(1));
        await server.SendMailAsync();

        Assert.Empty(_relay.Received);
        Assert.Equal(0, await server.OutboxAsync());
    }

    [Fact]
    public async Task Kill_9_between_the_relays_taking_it_and_the_deletion_sends_it_again_under_the_same_id_and_loses_none()
    {
        using var server = WithHolders();
        // The process lives in the real time: its directory has ten days left there.
        server.Clock.SetUtcNow(TimeProvider.System.GetUtcNow().AddDays(-50));
        await server.OpenPortalAsync();
        var data = Directory.CreateTempSubdirectory("whistle-mail-kill");
        try
        {
            server.CopyDataTo(data.FullName);
            _relay.IsMute = true;
            using (var child = await StartAsync(data.FullName))
            {
                await WaitAsync(1);
                child.Kill();
            }
            _relay.IsMute = false;
            Assert.Equal(2, Taken(data.FullName));
            using var last = await StartAsync(data.FullName);
            await WaitAsync(1 + 2);
            var ids = _relay.Received.Select(m => m.Header("Message-Id")).ToList();
            Assert.Equal(2, ids.Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(2, _relay.Received.Select(m => m.To).Distinct(StringComparer.Ordinal).Count());
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
        }
    }

    /// <summary>How many were taken when the process died; their turn is ended, as nobody can wait for it.</summary>
    private static int Taken(string data)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(data, "whistle.db")};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = "UPDATE Outbox SET NotBefore = 0 WHERE NotBefore > 0 AND Failures = 0";
        return command.ExecuteNonQuery();
    }

    private async Task WaitAsync(int count)
    {
        for (var i = 0; i < 300 && _relay.Received.Count < count; i++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.Equal(count, _relay.Received.Count);
    }

    private Task<ServerChild> StartAsync(string data) => ServerChild.StartAsync(
        data, [.. Settings().Select(s => $"--Whistle:{s.Name}={s.Value}"), "--Whistle:MorningMail:Hour=0"]);

    private WhistleServer WithHolders() => WhistleServer.WithMail(_relay, _log, Settings());

    private (string Name, string Value)[] Settings() =>
    [
        ("RootHolderMail:0", "ethics@example.org"), ("RootHolderMail:1", "council@example.org"),
        ("Smtp:Host", "localhost"), ("Smtp:Port", _relay.Port.ToString(CultureInfo.InvariantCulture)), ("Smtp:From", WhistleServer.MailFrom), ("Smtp:Tls", "false"),
    ];
}
