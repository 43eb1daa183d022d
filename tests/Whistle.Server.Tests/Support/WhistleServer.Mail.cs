using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Whistle.Server.Mail;
using Whistle.Server.People;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of mail.</summary>
internal sealed partial class WhistleServer
{
    public const string MailFrom = "portal@example.org";

    /// <summary>A server whose mail goes to a relay on loopback, in the clear, when a test says so; what it logs is kept.</summary>
    public static WhistleServer WithMail(TestRelay relay, KeptLog log, params (string Name, string Value)[] settings) =>
        new([
            ("Smtp:Host", "localhost"), ("Smtp:Port", relay.Port.ToString(CultureInfo.InvariantCulture)), ("Smtp:From", MailFrom), ("Smtp:Tls", "false"),
            ("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"), ("KeyDelayHours", "0"), .. settings,
        ])
        {
            Bend = services =>
            {
                services.AddSingleton<ILoggerProvider>(log);
                foreach (var loop in services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(OutboxJob)).ToList())
                    services.Remove(loop);
            },
        };

    /// <summary>What the loop does every minute.</summary>
    public async Task SendMailAsync()
    {
        StartServer();
        await Services.GetRequiredService<OutboxJob>().RunAsync(default);
    }

    /// <summary>Lets time go on to a moment in UTC, and does what the loop does then.</summary>
    public async Task SendMailAtAsync(string moment)
    {
        Clock.SetUtcNow(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        await SendMailAsync();
    }

    /// <summary>Somebody with an account and an address.</summary>
    public async Task<Desk> RegisterAsync(Role role, string name, string mail)
    {
        var desk = await RegisterAsync(role, name);
        await WriteAsync(db => db.Set<Member>().Single(m => m.Id == desk.Id).Email = mail);
        return desk;
    }

    public static async Task SetMailAsync(HttpClient admin, PersonId person, string mail) =>
        Assert.Equal(HttpStatusCode.NoContent, (await admin.PutAsJsonAsync($"/api/desk/people/{person}/mail", new { mail })).StatusCode);

    public Task DisableAsync(PersonId person) => WriteAsync(db => db.Set<Member>().Single(m => m.Id == person).Disable());

    /// <summary>How many messages wait.</summary>
    public Task<int> OutboxAsync() => ReadAsync(db => db.Set<OutgoingMessage>().CountAsync());

    public async Task<string> MailHealthAsync()
    {
        using var anybody = Source();
        var answer = await anybody.GetAsync("/health/mail");
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }
}

/// <summary>Keeps what a server logs, to the last detail of an exception.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
        // What was kept is read after the server is gone.
    }
}
