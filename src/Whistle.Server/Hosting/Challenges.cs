using System.Collections.Concurrent;
using System.Security.Cryptography;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Hosting;

/// <summary>
/// Issues and judges challenges (SPEC 8.3). Used ones are remembered in memory for the minute that they could live: on disk
/// they would be times of a source's acts.
/// </summary>
internal sealed class Challenges(ServerKeys keys, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, long> _used = new(StringComparer.Ordinal);

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

    /// <summary>A challenge that serves once: it is used up whatever comes of the request.</summary>
    public Refusal? Use(ChallengePurpose purpose, byte[] nonce)
    {
        if (Check(purpose, nonce) is { } refusal)
            return refusal;
        foreach (var (old, ends) in _used)
        {
            if (ends < Now())
                _used.TryRemove(old, out _);
        }
        return _used.TryAdd(Convert.ToHexString(nonce), Challenge.ExpiryOf(nonce))
            ? null
            : new Refusal(StatusCodes.Status401Unauthorized, "challenge-used");
    }

    private long Now() => clock.GetUtcNow().ToUnixTimeSeconds();
}
