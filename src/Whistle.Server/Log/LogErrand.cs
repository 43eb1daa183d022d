using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;

namespace Whistle.Server.Log;

/// <summary>
/// Fetches what somebody outside says about the newest checkpoint. It has a loop of its own: whoever is slow or down holds
/// nobody up, and is asked again.
/// </summary>
internal abstract partial class LogErrand(IOptions<WhistleOptions> options, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    /// <summary>Whether the operator named anybody to ask.</summary>
    protected abstract bool HasAnybody { get; }

    /// <summary>Fetches what is missing on the newest checkpoint. Returns how much was added.</summary>
    public abstract Task<int> RunAsync(CancellationToken ct);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!HasAnybody)
            return;
        // Twice an interval, so that a checkpoint has it before the next one replaces it.
        var pause = TimeSpan.FromSeconds(Math.Max(1, options.Value.LogSeconds / 2.0));
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                if (!stoppingToken.IsCancellationRequested)
                    Broke(logger, GetType().Name, e.GetType().FullName ?? "?");
            }
            await Task.Delay(pause < LongestPause ? pause : LongestPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Speaks to whom it is told to, and to nobody else: no proxy of the system, no redirect, no cookie, no user agent.</summary>
    internal static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
        MaxResponseContentBufferSize = 1 << 16,
    };

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "{Errand} broke with {ExceptionType}; it is tried again")]
    private static partial void Broke(ILogger logger, string errand, string exceptionType);
}
