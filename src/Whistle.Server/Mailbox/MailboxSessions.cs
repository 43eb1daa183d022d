using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Server.Hosting;

namespace Whistle.Server.Mailbox;

/// <summary>A source's bearer token: 32 random bytes. Kept in memory on both sides, never in a cookie, a row or a log.</summary>
internal readonly record struct MailboxToken(string Value)
{
    private const string Scheme = "Bearer ";

    public static MailboxToken? Of(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Scheme, StringComparison.Ordinal)
            ? new MailboxToken(header[Scheme.Length..])
            : null;

    public override string ToString() => "(token)";
}

/// <summary>Who is at their mailbox now. In memory only: that a source came back is nowhere on disk.</summary>
internal sealed class MailboxSessions(TimeProvider clock, IOptions<WhistleOptions> options)
{
    private readonly ConcurrentDictionary<string, (MailboxId Mailbox, long Until)> _sessions = new(StringComparer.Ordinal);

    /// <summary>A new session; its seconds are <see cref="WhistleOptions.MailboxSessionSeconds"/>.</summary>
    public MailboxToken Open(MailboxId mailbox)
    {
        Sweep();
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        _sessions[Key(token)] = (mailbox, Now() + options.Value.MailboxSessionSeconds);
        return new MailboxToken(token);
    }

    public MailboxId? Find(MailboxToken token) =>
        _sessions.TryGetValue(Key(token.Value), out var session) && session.Until > Now() ? session.Mailbox : null;

    /// <summary>Ends every session of a mailbox (it was burnt).</summary>
    public void End(MailboxId mailbox)
    {
        foreach (var (key, session) in _sessions)
        {
            if (session.Mailbox == mailbox)
                _sessions.TryRemove(key, out _);
        }
    }

    private void Sweep()
    {
        foreach (var (key, session) in _sessions)
        {
            if (session.Until <= Now())
                _sessions.TryRemove(key, out _);
        }
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Looked up by its hash, so that the time of a comparison tells nothing about a token.</summary>
    private static string Key(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
}
