using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Hosting;

/// <summary>
/// Issues and judges challenges (SPEC 8.3). Used ones are remembered in memory for the minute that they could live: on disk
/// they would be times of a source's acts.
/// </summary>
internal sealed class Challenges(ServerKeys keys, IOptions<WhistleOptions> options, TimeProvider clock)
{
    private const int Minute = 60;

    // By the minute in which they end: sets are dropped whole, so that a use costs the same however many there were.
    private readonly ConcurrentDictionary<long, ConcurrentDictionary<string, bool>> _used = new();

    public byte[] Issue(ChallengePurpose purpose) =>
        Challenge.Issue(keys.Mac, purpose, RandomNumberGenerator.GetBytes(Challenge.RandomLength), Now());

    /// <summary>A challenge that may serve many times within its life (proof of work).</summary>
    public Refusal? Check(ChallengePurpose purpose, ReadOnlySpan<byte> nonce) =>
        Challenge.Check(keys.Mac, purpose, nonce, Now()) switch
        {
            ChallengeStatus.Valid => null,
            ChallengeStatus.Expired => new Refusal(StatusCodes.Status401Unauthorized, "challenge-expired"),
            _ => new Refusal(StatusCodes.Status401Unauthorized, "challenge-invalid"),
        };

    /// <summary>What is wrong with a proof of work over a subject, or nothing.</summary>
    public Refusal? Judge(ProofOfWork work, ReadOnlySpan<byte> subject) =>
        Check(ChallengePurpose.Tip, work.Nonce.Span)
        ?? (work.IsFor(subject, options.Value.ProofOfWorkBits) ? null : Refusal.Bad("work-wrong"));

    /// <summary>A challenge that serves once: it is used up whatever comes of the request.</summary>
    public Refusal? Use(ChallengePurpose purpose, byte[] nonce)
    {
        if (Check(purpose, nonce) is { } refusal)
            return refusal;
        foreach (var minute in _used.Keys)
        {
            if ((minute + 1) * Minute <= Now())
                _used.TryRemove(minute, out _);
        }
        var used = _used.GetOrAdd(Challenge.ExpiryOf(nonce) / Minute, _ => new(StringComparer.Ordinal));
        return used.TryAdd(Convert.ToHexString(nonce), true)
            ? null
            : new Refusal(StatusCodes.Status401Unauthorized, "challenge-used");
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}
