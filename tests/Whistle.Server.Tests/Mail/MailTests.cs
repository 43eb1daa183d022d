using System.Globalization;
using System.Text.RegularExpressions;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Mail;

/// <summary>The mail of the morning, from a whole server to a relay that reads every byte of it.</summary>
public sealed partial class MailTests : IAsyncLifetime
{
    private readonly KeptLog _log = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-mail");
    private TestRelay _relay = null!;

    public ValueTask InitializeAsync()
    {
        _relay = new TestRelay();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _relay.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Everybody_who_works_on_reports_and_has_an_address_gets_it_at_the_hour_over_STARTTLS_and_nobody_else_does()
    {
        using var certificate = TestRelay.NewCertificate();
        await using var relay = new TestRelay(certificate);
        await using var server = WhistleServer.WithMail(relay, _log, await TlsAsync(certificate.ExportCertificatePem()));
        await RegisterAllAsync(server);

        await server.SendMailAtAsync("2026-03-04T06:59:59");
        Assert.Empty(relay.Received);
        Assert.Equal(0, await server.OutboxAsync());
        await server.SendMailAtAsync("2026-03-04T07:00:00");

        Assert.Equal(s_all, Recipients(relay));
        Assert.All(relay.Received, mail => Assert.True(mail.InTls));
        // Before TLS stands, the relay hears the domain of the sender's address, and no name or address of this machine.
        Assert.Equal("EHLO example.org\nSTARTTLS\n", relay.InTheClear);
        Assert.Equal(0, await server.OutboxAsync());
        Assert.Equal("200 ok", await server.MailHealthAsync());
    }

    [Fact]
    public async Task On_the_port_of_TLS_it_stands_before_the_first_word()
    {
        const string Host = "127.0.0.65";
        using var certificate = TestRelay.NewCertificate(Host);
        if (TestRelay.TryTlsFirst(certificate, Host) is not { } bound)
        {
            // Where everything is checked nothing is left out; on a developer's machine the port needs rights.
            Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase), "Port 465 is not to be had here.");
            Assert.Skip("Port 465 is not to be had here.");
            return;
        }
        await using var relay = bound;
        await using var server = WhistleServer.WithMail(relay, _log, [("Smtp:Host", Host), .. await TlsAsync(certificate.ExportCertificatePem())]);
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");

        await server.SendMailAtAsync("2026-03-04T07:00:00");

        Assert.True(Assert.Single(relay.Received).InTls);
        Assert.Equal("", relay.InTheClear);
    }

    [Fact]
    public async Task Everybody_gets_the_same_bytes_and_they_say_nothing()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(server);

        await server.SendMailAtAsync("2026-03-04T07:00:00");
        await server.SendMailAtAsync("2026-03-05T09:13:27"); // late: whoever was down at the hour makes up for it

        Assert.Equal(2 * s_all.Length, _relay.Received.Count);
        foreach (var morning in _relay.Received.Chunk(s_all.Length))
            Assert.Single(morning.Select(m => m.Common).Distinct(StringComparer.Ordinal));
        foreach (var mail in _relay.Received)
        {
            Assert.Equal(s_headers, mail.HeaderNames.OrderBy(n => Array.IndexOf(s_headers, n)));
            Assert.Equal(mail.To, mail.Header("To"));
            Assert.Equal(WhistleServer.MailFrom, mail.From);
            Assert.Matches("^<[0-9a-f]{32}@example[.]org>$", mail.Header("Message-Id"));
            Assert.Contains("Good morning.", mail.Text, StringComparison.Ordinal);
            Assert.Contains("Guten Morgen.", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("http", mail.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Environment.MachineName, mail.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("127.0.0.1", mail.Text, StringComparison.Ordinal);
        }
        Assert.Equal(2 * s_all.Length, _relay.Received.Select(m => m.Header("Message-Id")).Distinct(StringComparer.Ordinal).Count());
        // The hour of the morning, and not the moment at which it went out.
        Assert.Equal(["Wed, 04 Mar 2026 07:00:00 +0000", "Thu, 05 Mar 2026 07:00:00 +0000"], _relay.Received.Select(m => m.Header("Date")).Distinct(StringComparer.Ordinal));
        // From one day to the next nothing moves but the date.
        Assert.Single(_relay.Received.Select(m => Dates.Replace(m.Common, "Date: …")).Distinct(StringComparer.Ordinal));
        Assert.DoesNotContain("EHLO localhost", _relay.InTheClear, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mail_is_the_same_with_and_without_a_tip_and_with_cases_that_are_overdue()
    {
        await using var server = WhistleServer.WithMail(_relay, _log, ("StreamDays", "3650"));
        var portal = await server.OpenPortalAsync();
        foreach (var (person, mail) in new[] { (portal.Lead, "lead@example.org"), (portal.Reviewer, "one@example.org"), (portal.Other, "two@example.org") })
            await WhistleServer.SetMailAsync(portal.Admin.Http, person.Id, mail);

        await server.SendMailAtAsync("2026-03-04T07:00:00");
        // A tip that leaves one of the reviewers out, and waits.
        using var tip = await server.SubmitTipAsync(portal, excluded: [portal.Other.Id]);
        await server.SendMailAtAsync("2026-03-05T07:00:00");
        // Somebody holds it, and both clocks have run out.
        await server.HoldAsync(tip.Manifest.Case, portal.Reviewer.Id);
        await server.SendMailAtAsync("2026-07-29T07:00:00");
        // Somebody stepped back.
        await server.StepBackAsync(tip.Manifest.Case, portal.Reviewer.Id);
        await server.SendMailAtAsync("2026-07-30T07:00:00");

        var mornings = _relay.Received.Chunk(3).ToList();
        Assert.Equal(4, mornings.Count);
        foreach (var morning in mornings)
        {
            Assert.Equal(["lead@example.org", "one@example.org", "two@example.org"], morning.Select(m => m.To).Order(StringComparer.Ordinal));
            Assert.All(morning, m => Assert.Equal(Dates.Replace(mornings[0][0].Common, ""), Dates.Replace(m.Common, "")));
        }
    }

    [Fact]
    public void The_code_of_mail_knows_neither_cases_nor_tips_nor_batches()
    {
        var files = Directory.GetFiles(Path.Combine(WhistleServer.Repository, "src", "Whistle.Server", "Mail"), "*.cs");
        Assert.True(files.Length > 5);
        string[] strange = ["Cases", "Intake", "Mailbox", "Batches", "Summaries", "Exports", "Audit"];
        Assert.All(files, file => Assert.All(strange, feature => Assert.DoesNotMatch($@"Whistle\.(Server|Protocol)\.{feature}\b", File.ReadAllText(file))));
    }

    [Fact]
    public async Task A_weekend_has_no_morning_and_a_working_day_has_one()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");

        var days = new List<string>();
        for (var day = new DateTime(2026, 3, 4, 0, 0, 0, DateTimeKind.Utc); day.Day < 20; day = day.AddDays(1))
        {
            for (var hour = 0; hour < 24; hour++)
            {
                var before = _relay.Received.Count;
                await server.SendMailAtAsync(day.AddHours(hour).ToString("s", CultureInfo.InvariantCulture));
                if (_relay.Received.Count > before)
                    days.Add(day.AddHours(hour).ToString("ddd HH", CultureInfo.InvariantCulture));
            }
        }

        Assert.Equal(["Wed 07", "Thu 07", "Fri 07", "Mon 07", "Tue 07", "Wed 07", "Thu 07", "Fri 07", "Mon 07", "Tue 07", "Wed 07", "Thu 07"], days);
        Assert.Equal(days.Count, _relay.Received.Count);
    }

    [Theory]
    // Cairo, Friday 24 April 2026: the clocks go from 23:59:59 to 1.
    [InlineData("0", "2026-04-23T21:00", "2026-04-23T22:00", "2026-04-24T20:00")]
    // Cairo, Thursday 29 October 2026: it is 23 o'clock twice, in summer time at 20 UTC.
    [InlineData("23", "2026-10-29T19:00", "2026-10-29T20:00", "2026-10-29T21:59")]
    public async Task A_day_on_which_the_clocks_change_has_one_morning(string hour, string before, string at, string until)
    {
        await using var server = WhistleServer.WithMail(_relay, _log, ("MorningMail:Hour", hour), ("MorningMail:Zone", "Africa/Cairo"));
        await server.SendMailAtAsync(before); // the day before has no address yet
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");

        await server.SendMailAtAsync(at);
        Assert.Single(_relay.Received);
        while (server.Clock.GetUtcNow() < DateTimeOffset.Parse(until + "Z", CultureInfo.InvariantCulture))
        {
            server.Clock.Advance(TimeSpan.FromMinutes(10));
            await server.SendMailAsync();
        }
        Assert.Single(_relay.Received);
    }

    [Fact]
    public async Task What_a_relay_that_is_down_did_not_take_is_sent_when_it_is_back_and_the_operator_sees_it_meanwhile()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(server);
        Assert.Equal("200 ok", await server.MailHealthAsync());
        _relay.GoDown();

        await server.SendMailAtAsync("2026-03-04T07:00:00");
        Assert.Equal(s_all.Length, await server.OutboxAsync());
        Assert.Equal("503 failing", await server.MailHealthAsync());
        Assert.Equal("Mail does not get through (ConnectionRefused); it is tried again", _log.Text.Trim());
        // The pauses double: 2 minutes, 4, 8 … up to an hour.
        for (var minute = 1; minute <= 240; minute++)
        {
            server.Clock.Advance(TimeSpan.FromMinutes(1));
            await server.SendMailAsync();
        }
        Assert.Equal(1 + 7, _log.Text.Split('\n').Length); // after 2, 6, 14, 30, 62, 122 and 182 minutes
        Assert.Equal("200 ok", await ReadyAsync(server)); // a portal whose mail fails takes reports all the same

        _relay.ComeBack();
        server.Clock.Advance(TimeSpan.FromHours(1));
        await server.SendMailAsync();
        Assert.Equal(s_all, Recipients(_relay));
        Assert.Equal(0, await server.OutboxAsync());
        Assert.Equal("200 ok", await server.MailHealthAsync());
        AssertNoAddressIn(_log.Text);
    }

    [Fact]
    public async Task A_failure_is_seen_after_a_restart_too()
    {
        await using var before = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(before);
        _relay.GoDown();
        await before.SendMailAtAsync("2026-03-04T07:00:00");

        await using var server = await before.RestartAsync();
        Assert.Equal("503 failing", await server.MailHealthAsync());
        _relay.ComeBack();
        server.Clock.Advance(TimeSpan.FromMinutes(3));
        await server.SendMailAsync();
        Assert.Equal(s_all.Length, _relay.Received.Count);
        Assert.Equal("200 ok", await server.MailHealthAsync());
    }

    [Fact]
    public async Task An_address_that_the_relay_refuses_holds_nobody_else_up_and_stands_in_no_log()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(server);
        _relay.Refuse = to => to.StartsWith("one", StringComparison.Ordinal) ? $"550 no such mailbox {to}" : null;

        await server.SendMailAtAsync("2026-03-04T07:00:00");

        Assert.Equal(s_all.Except(["one@example.org"], StringComparer.Ordinal), Recipients(_relay));
        Assert.Equal(1, await server.OutboxAsync());
        Assert.Equal("503 failing", await server.MailHealthAsync());
        Assert.Equal("Mail does not get through (SMTP 550); it is tried again", _log.Text.Trim());

        // The day ends, and with it what could not be delivered: Thursday's mail is Thursday's.
        await server.SendMailAtAsync("2026-03-05T00:00:00");
        Assert.Equal(0, await server.OutboxAsync());
        Assert.Equal("503 failing", await server.MailHealthAsync());
        _relay.Refuse = static _ => null;
        await server.SendMailAtAsync("2026-03-05T07:00:00");
        Assert.Equal((2 * s_all.Length) - 1, _relay.Received.Count);
        Assert.Equal("200 ok", await server.MailHealthAsync());
        AssertNoAddressIn(_log.Text);
    }

    [Fact]
    public async Task Nothing_waits_for_an_address_that_was_changed_or_for_somebody_who_was_disabled()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        var admin = await server.RegisterAsync(Role.Admin);
        var (one, two) = (await server.RegisterAsync(Role.Reviewer, "O. One", "one@example.org"), await server.RegisterAsync(Role.Reviewer, "T. Two", "two@example.org"));
        _relay.GoDown();
        await server.SendMailAtAsync("2026-03-04T07:00:00");
        _relay.ComeBack();

        await WhistleServer.SetMailAsync(admin.Http, one.Id, "new@example.org");
        Assert.Equal(System.Net.HttpStatusCode.NoContent, (await System.Net.Http.Json.HttpClientJsonExtensions.PutAsJsonAsync(
            admin.Http, $"/api/desk/people/{two.Id}/state", new { state = "disabled" }, TestContext.Current.CancellationToken)).StatusCode);
        await server.SendMailAtAsync("2026-03-04T08:00:00");
        Assert.Empty(_relay.Received);
        Assert.Equal(0, await server.OutboxAsync());
        await server.SendMailAtAsync("2026-03-05T07:00:00");
        Assert.Equal(["new@example.org"], Recipients(_relay));
    }

    [Fact]
    public async Task A_morning_is_sent_once_by_however_many_and_after_a_restart()
    {
        await using var before = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(before);
        before.Clock.SetUtcNow(new(2026, 3, 4, 7, 0, 0, TimeSpan.Zero));

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => before.SendMailAsync()));
        Assert.Equal(s_all, Recipients(_relay));

        await using var server = await before.RestartAsync();
        await server.SendMailAtAsync("2026-03-04T23:59:59");
        Assert.Equal(s_all.Length, _relay.Received.Count);
    }

    [Fact]
    public async Task A_relay_whose_certificate_does_not_fit_or_that_has_none_hears_no_address()
    {
        using var certificate = TestRelay.NewCertificate();
        using var other = TestRelay.NewCertificate();
        using var elsewhere = TestRelay.NewCertificate("relay.example");
        foreach (var (presented, trusted) in new[] { (certificate, other), (elsewhere, elsewhere), (null, certificate) })
        {
            await using var relay = new TestRelay(presented);
            await using var server = WhistleServer.WithMail(relay, _log, await TlsAsync(trusted.ExportCertificatePem()));
            await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");

            await server.SendMailAtAsync("2026-03-04T07:00:00");

            Assert.Empty(relay.Received);
            Assert.StartsWith("EHLO example.org\n", relay.InTheClear, StringComparison.Ordinal);
            Assert.DoesNotContain("lead@", relay.InTheClear, StringComparison.Ordinal);
            Assert.Equal("503 failing", await server.MailHealthAsync());
        }
        AssertNoAddressIn(_log.Text);
        Assert.DoesNotContain(TestRelay.Password, _log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_the_relay_does_not_know_is_seen_by_the_operator_and_in_no_log()
    {
        using var certificate = TestRelay.NewCertificate();
        await using var relay = new TestRelay(certificate);
        var settings = await TlsAsync(certificate.ExportCertificatePem());
        await using var server = WhistleServer.WithMail(relay, _log, settings);
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "password"), "another-sentinel", TestContext.Current.CancellationToken);

        await server.SendMailAtAsync("2026-03-04T07:00:00");
        Assert.Empty(relay.Received);
        Assert.Equal("503 failing", await server.MailHealthAsync());
        Assert.Equal("Mail does not get through (AuthenticationException); it is tried again", _log.Text.Trim());

        // The file is read at each connection: mending it is enough.
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "password"), TestRelay.Password, TestContext.Current.CancellationToken);
        await server.SendMailAtAsync("2026-03-04T07:02:00");
        Assert.Single(relay.Received);
    }

    [Fact]
    public async Task Whoever_shares_an_address_shares_the_mail()
    {
        await using var server = WhistleServer.WithMail(_relay, _log);
        await server.RegisterAsync(Role.Lead, "L. Lead", "desk@example.org");
        await server.RegisterAsync(Role.Reviewer, "R. Moreau", "desk@example.org");

        await server.SendMailAtAsync("2026-03-04T07:00:00");

        Assert.Equal(["desk@example.org"], Recipients(_relay));
    }

    [Fact]
    public async Task The_loop_sends_it_in_the_minute_of_the_hour_without_being_told()
    {
        // As WithMail, with the loop left in.
        await using var server = new WhistleServer(
            ("Smtp:Host", "127.0.0.1"), ("Smtp:Port", _relay.Port.ToString(CultureInfo.InvariantCulture)), ("Smtp:From", WhistleServer.MailFrom), ("Smtp:Tls", "false"));
        server.Clock.SetUtcNow(new(2026, 3, 4, 6, 58, 30, TimeSpan.Zero)); // before it starts
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");
        for (var i = 0; i < 100 && _relay.Received.Count == 0; i++)
        {
            if (server.Clock.GetUtcNow() < new DateTimeOffset(2026, 3, 4, 7, 0, 0, TimeSpan.Zero))
            {
                Assert.Empty(_relay.Received);
                server.Clock.Advance(TimeSpan.FromSeconds(30));
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(["lead@example.org"], Recipients(_relay));
    }

    [Fact]
    public async Task Without_a_relay_there_is_no_mail_and_what_waited_for_one_is_gone()
    {
        await using var before = WhistleServer.WithMail(_relay, _log);
        await RegisterAllAsync(before);
        _relay.GoDown();
        await before.SendMailAtAsync("2026-03-04T07:00:00");
        Assert.Equal(s_all.Length, await before.OutboxAsync());

        await using var server = await before.RestartAsync(("Smtp:Host", ""), ("Smtp:From", ""));
        Assert.Equal("200 off", await server.MailHealthAsync());
        await server.SendMailAsync();
        Assert.Equal(0, await server.OutboxAsync());
    }

    /// <summary>To whom the mail of a morning goes, of all that <see cref="RegisterAllAsync"/> registers.</summary>
    private static readonly string[] s_all = ["approver@example.org", "custodian@example.org", "lead@example.org", "one@example.org", "two@example.org"];

    private static readonly string[] s_headers =
        ["From", "Date", "Subject", "Message-Id", "To", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"];

    [GeneratedRegex("Date: [^\r]+", RegexOptions.None, 1000)]
    private static partial Regex Dates { get; }

    private static IEnumerable<string> Recipients(TestRelay relay) => relay.Received.Select(m => m.To).Order(StringComparer.Ordinal);

    private static void AssertNoAddressIn(string log)
    {
        Assert.NotEmpty(log);
        Assert.DoesNotContain("example.org", log, StringComparison.Ordinal);
        Assert.DoesNotContain("@", log, StringComparison.Ordinal);
    }

    /// <summary>Every role with an address, and a lead without, a reviewer who is disabled, one who is invited.</summary>
    private static async Task RegisterAllAsync(WhistleServer server)
    {
        await server.RegisterAsync(Role.Lead, "L. Lead", "lead@example.org");
        await server.RegisterAsync(Role.Lead, "W. Without");
        await server.RegisterAsync(Role.Reviewer, "O. One", "one@example.org");
        await server.RegisterAsync(Role.Reviewer, "T. Two", "two@example.org");
        await server.DisableAsync((await server.RegisterAsync(Role.Reviewer, "G. Gone", "gone@example.org")).Id);
        foreach (var role in Roles.Everyone.Except(Roles.Readers))
            await server.RegisterAsync(role, $"{role} Person", $"{role.Wire()}@example.org");
    }

    private async Task<(string, string)[]> TlsAsync(string trusted)
    {
        var (trust, password) = (Path.Combine(_folder.FullName, "trust.pem"), Path.Combine(_folder.FullName, "password"));
        await File.WriteAllTextAsync(trust, trusted);
        await File.WriteAllTextAsync(password, TestRelay.Password + "\n");
        return [("Smtp:Tls", "true"), ("Smtp:TrustFile", trust), ("Smtp:User", TestRelay.User), ("Smtp:PasswordFile", password)];
    }

    private static async Task<string> ReadyAsync(WhistleServer server)
    {
        using var anybody = server.Source();
        var answer = await anybody.GetAsync("/health/ready");
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }
}
