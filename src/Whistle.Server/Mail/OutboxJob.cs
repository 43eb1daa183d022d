using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Jobs;
using Whistle.Server.People;

namespace Whistle.Server.Mail;

/// <summary>
/// The same mail every working morning to everybody who works on reports and has an address (DESIGN 7), the same signal to the
/// webhook, and word to root holders before a directory expires. Nothing here reads a case, a tip, a message or a batch.
/// </summary>
/// <remarks>
/// A morning is taken once, on whatever node, in the transaction that fills the outbox. A message leaves the outbox after the
/// other side has it: kill -9 between the two sends it again, under the same Message-Id, and loses none. What could not be
/// delivered on its day is dropped with the day. It has a loop of its own: a relay that is slow or down holds nobody up.
/// </remarks>
internal sealed partial class OutboxJob(
    IServiceScopeFactory scopes, Writer writer, SmtpRelay relay, Webhook webhook, Mornings mornings, MailHealth health,
    IOptions<WhistleOptions> options, TimeProvider clock, ILogger<OutboxJob> logger) : BackgroundService
{
    private const string MorningRun = "morning";
    private const string ExpiryRun = "directory-expiry";
    private const int SecondsBetween = 60;

    private readonly WhistleOptions _options = options.Value;

    /// <summary>What is due now.</summary>
    /// <param name="Today">The day on the organisation's calendar.</param>
    /// <param name="Morning">Whether it is a working day whose morning has come.</param>
    /// <param name="Expires">The current directory's last day.</param>
    /// <param name="Step">The step before it that is reached, counted on over versions; null where none is.</param>
    private sealed record Due(Day Today, bool Morning, Day? Expires, long? Step);

    /// <summary>Whether the operator named anybody to send to. A demo sends nothing to anybody.</summary>
    public static bool HasAnybody(WhistleOptions options) => !options.Demo && (options.Smtp.IsOn || options.HasWebhook);

    /// <summary>Fills the outbox where a morning has come, and sends what is due.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await FillAsync(now, ct);
        var taken = await TakeAsync(now, ct);
        // The reasons say nothing of anybody: each is told once.
        var mail = new HashSet<string>(StringComparer.Ordinal);
        List<OutgoingMessage> letters = [.. taken.Where(m => m.Kind != MessageKind.Webhook)];
        if (letters.Count > 0)
        {
            await relay.SendAsync(letters, (message, problem) => EndAsync(message, problem, mail, ct), ct);
            health.MailEnded(mail.Count == 0);
            if (mail.Count > 0)
                MailFailed(logger, string.Join(", ", mail));
        }
        foreach (var signal in taken.Where(m => m.Kind == MessageKind.Webhook))
        {
            var calls = new HashSet<string>(StringComparer.Ordinal);
            await EndAsync(signal, await webhook.TryCallAsync(ct), calls, ct);
            health.WebhookEnded(calls.Count == 0);
            if (calls.Count > 0)
                WebhookFailed(logger, string.Join(", ", calls));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (!stoppingToken.IsCancellationRequested)
                    Broke(logger, e.GetType().FullName ?? "?");
            }
            // What waits from when there was somebody to send to is dropped above, once; nothing new will come.
            if (!HasAnybody(_options))
                return;
            var untilMinute = TimeSpan.FromSeconds(SecondsBetween - (clock.GetUtcNow().ToUnixTimeSeconds() % SecondsBetween));
            await Task.Delay(untilMinute, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FillAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var due = await DueAsync(db, scope.ServiceProvider.GetRequiredService<KnownDirectories>(), now, ct);
        if (!await IsNewAsync(db, due, ct) && !await Over(db, due).AnyAsync(ct))
            return;
        db.ChangeTracker.Clear();
        var late = await writer.RunAsync(db, async () => (await FillAsync(db, due, ct), UnitEnd.All), scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
        if (late > 0)
            GivenUp(logger);
    }

    private async Task<Due> DueAsync(WhistleDb db, KnownDirectories directories, DateTimeOffset now, CancellationToken ct)
    {
        var today = mornings.DayAt(now);
        var begun = now >= mornings.Of(today);
        var directory = await directories.CurrentAsync(db, ct);
        long? step = directory is not null && begun && SendsMail && _options.RootHolderMail.Count > 0
            && ExpirySteps.At(directory.Expires.Number - today.Number) is { } reached
                ? ((long)directory.Version * ExpirySteps.Count) + reached
                : null;
        return new Due(today, begun && Mornings.IsWorkday(today) && HasAnybody(_options), directory?.Expires, step);
    }

    private static async Task<bool> IsNewAsync(WhistleDb db, Due due, CancellationToken ct) =>
        (due.Morning && !await db.Set<JobRun>().AnyAsync(r => r.Name == MorningRun && r.Slot >= due.Today.Number, ct))
        || (due.Step is { } step && !await db.Set<JobRun>().AnyAsync(r => r.Name == ExpiryRun && r.Slot >= step, ct));

    /// <summary>What nobody will send any more: its day is over, its directory was replaced, or its way was taken from the settings.</summary>
    private IQueryable<OutgoingMessage> Over(WhistleDb db, Due due)
    {
        var (today, expires) = (due.Today, due.Expires ?? default);
        var (mail, signal) = (SendsMail, _options is { Demo: false, HasWebhook: true });
        return db.Set<OutgoingMessage>().Where(m => m.Day < today
            || (m.Kind == MessageKind.Expiry && m.Day != expires)
            || (m.Kind == MessageKind.Webhook ? !signal : !mail));
    }

    private bool SendsMail => _options is { Demo: false, Smtp.IsOn: true };

    /// <summary>How many were dropped with their day.</summary>
    private async Task<int> FillAsync(WhistleDb db, Due due, CancellationToken ct)
    {
        var late = await db.Set<OutgoingMessage>().CountAsync(m => m.Day < due.Today, ct);
        await Over(db, due).ExecuteDeleteAsync(ct);
        if (due.Morning && await TakeSlotAsync(db, MorningRun, due.Today.Number, ct))
        {
            if (_options.HasWebhook)
                db.Add(new OutgoingMessage(MessageKind.Webhook, to: null, due.Today));
            if (SendsMail)
                db.AddRange((await AddresseesAsync(db, ct)).Select(to => new OutgoingMessage(MessageKind.Morning, to, due.Today)));
        }
        if (due.Step is { } step && await TakeSlotAsync(db, ExpiryRun, step, ct))
        {
            // What an earlier step could not deliver says the same.
            await db.Set<OutgoingMessage>().Where(m => m.Kind == MessageKind.Expiry).ExecuteDeleteAsync(ct);
            db.AddRange(_options.RootHolderMail.Distinct(StringComparer.Ordinal).Select(to => new OutgoingMessage(MessageKind.Expiry, to, due.Expires!.Value)));
        }
        return late;
    }

    /// <summary>The row is the lock: whoever comes second sees it inside the transaction.</summary>
    private static async Task<bool> TakeSlotAsync(WhistleDb db, string name, long slot, CancellationToken ct)
    {
        var run = await db.Set<JobRun>().FirstOrDefaultAsync(r => r.Name == name, ct);
        if (run is null)
            db.Add(run = new JobRun(name));
        return run.Take(slot);
    }

    /// <summary>By role alone: who holds which case, and who was left out of one, changes nothing.</summary>
    private static Task<List<string>> AddresseesAsync(WhistleDb db, CancellationToken ct) =>
        db.Set<Member>().Where(m => m.State == MemberState.Active && Roles.Working.Contains(m.Role) && m.Email != null)
            .Select(m => m.Email!).Distinct().ToListAsync(ct);

    private async Task<List<OutgoingMessage>> TakeAsync(DateTimeOffset now, CancellationToken ct)
    {
        var seconds = now.ToUnixTimeSeconds();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        if (!await db.Set<OutgoingMessage>().AnyAsync(m => m.NotBefore <= seconds, ct))
            return [];
        return await writer.RunAsync(db, async () => (await TakeAsync(db, now, seconds, ct), UnitEnd.All), scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
    }

    private async Task<List<OutgoingMessage>> TakeAsync(WhistleDb db, DateTimeOffset now, long seconds, CancellationToken ct)
    {
        var wanted = await AddresseesAsync(db, ct);
        var taken = new List<OutgoingMessage>();
        foreach (var message in await db.Set<OutgoingMessage>().Where(m => m.NotBefore <= seconds).ToListAsync(ct))
        {
            // An address that was changed or taken away since gets nothing more.
            var isWanted = message.Kind switch
            {
                MessageKind.Morning => wanted.Contains(message.To!, StringComparer.Ordinal),
                MessageKind.Expiry => _options.RootHolderMail.Contains(message.To!, StringComparer.Ordinal),
                _ => true,
            };
            if (!isWanted)
            {
                db.Remove(message);
                continue;
            }
            message.Take(now);
            taken.Add(message);
        }
        return taken;
    }

    /// <summary>Sent: it is gone at once. Not sent: it waits, longer each time.</summary>
    private async Task EndAsync(OutgoingMessage message, string? problem, HashSet<string> problems, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        await writer.RunAsync(db, async () =>
        {
            if (await db.Set<OutgoingMessage>().FirstOrDefaultAsync(m => m.Id == message.Id, ct) is { } stored)
            {
                if (problem is null)
                    db.Remove(stored);
                else
                    stored.Fail(clock.GetUtcNow());
            }
            return (true, UnitEnd.All);
        }, scope.ServiceProvider.GetRequiredService<UnitOfWork>(), ct);
        if (problem is not null)
            problems.Add(problem);
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "Mail does not get through ({Reason}); it is tried again")]
    private static partial void MailFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "The webhook does not take the signal ({Reason}); it is tried again")]
    private static partial void WebhookFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "What did not get through on its day is not sent any more; the next goes out on the next")]
    private static partial void GivenUp(ILogger logger);

    [LoggerMessage(EventId = 8, Level = LogLevel.Error, Message = "The outbox broke with {ExceptionType}; it is tried again")]
    private static partial void Broke(ILogger logger, string exceptionType);
}

internal static class MailRegistration
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<WhistleOptions>, MailSettingsCheck>();
        services.AddSingleton<Mornings>();
        services.AddSingleton<SmtpRelay>();
        services.AddSingleton<Webhook>();
        services.AddSingleton<MailHealth>();
        services.AddSingleton<OutboxJob>();
        services.AddHostedService(provider => provider.GetRequiredService<OutboxJob>());
        return services;
    }
}
