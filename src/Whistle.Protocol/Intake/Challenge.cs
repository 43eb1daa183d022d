using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Whistle.Protocol.Intake;

/// <summary>What a challenge is good for; one for another purpose does not verify.</summary>
public enum ChallengePurpose
{
    /// <summary>Proof of work for a tip or an upload; lives an hour.</summary>
    Tip = 0,

    /// <summary>Opening a mailbox; lives 60 seconds and serves once.</summary>
    Mailbox = 1,

    /// <summary>Claiming a case; lives 60 seconds and serves once.</summary>
    Claim = 2,
}

/// <summary>What became of a challenge.</summary>
public enum ChallengeStatus
{
    /// <summary>The server made it, for this purpose, and it is not over.</summary>
    Valid = 0,

    /// <summary>The server made it, for this purpose, and its time is over.</summary>
    Expired = 1,

    /// <summary>The server did not make it, or for something else.</summary>
    Forged = 2,
}

/// <summary>
/// The server's challenge nonce (SPEC section 8.3): it carries its own expiry and a MAC, so that a server remembers
/// nothing for those who only ask.
/// </summary>
public static class Challenge
{
    /// <summary>Bytes in a nonce: 16 random, 8 of expiry, 32 of MAC.</summary>
    public const int Length = 56;

    /// <summary>Random bytes at the beginning.</summary>
    public const int RandomLength = 16;

    private const int SignedLength = RandomLength + sizeof(ulong);

    /// <summary>How many seconds a challenge of this purpose lives.</summary>
    public static int Seconds(ChallengePurpose purpose) => purpose == ChallengePurpose.Tip ? 3600 : 60;

    /// <summary>The purpose's name on the wire.</summary>
    public static string NameOf(ChallengePurpose purpose) => purpose switch
    {
        ChallengePurpose.Tip => "tip",
        ChallengePurpose.Mailbox => "mailbox",
        ChallengePurpose.Claim => "claim",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    /// <summary>A new nonce. <paramref name="random"/> is 16 bytes, <paramref name="now"/> Unix seconds.</summary>
    public static byte[] Issue(
        ReadOnlySpan<byte> serverKey, ChallengePurpose purpose, ReadOnlySpan<byte> random, long now)
    {
        if (random.Length != RandomLength)
            throw new ArgumentException("The randomness must be 16 bytes.", nameof(random));
        var nonce = new byte[Length];
        random.CopyTo(nonce);
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(RandomLength), (ulong)(now + Seconds(purpose)));
        Mac(serverKey, purpose, nonce.AsSpan(0, SignedLength)).CopyTo(nonce, SignedLength);
        return nonce;
    }

    /// <summary>Judges a nonce. Whether it was used before is for the caller to remember.</summary>
    public static ChallengeStatus Check(
        ReadOnlySpan<byte> serverKey, ChallengePurpose purpose, ReadOnlySpan<byte> nonce, long now)
    {
        if (nonce.Length != Length
            || !CryptographicOperations.FixedTimeEquals(
                Mac(serverKey, purpose, nonce[..SignedLength]), nonce[SignedLength..]))
            return ChallengeStatus.Forged;
        return ExpiryOf(nonce) >= now ? ChallengeStatus.Valid : ChallengeStatus.Expired;
    }

    /// <summary>When a nonce of 56 bytes says that it ends, in Unix seconds: until then a used one is remembered.</summary>
    public static long ExpiryOf(ReadOnlySpan<byte> nonce) =>
        (long)BinaryPrimitives.ReadUInt64BigEndian(nonce[RandomLength..]);

    private static byte[] Mac(ReadOnlySpan<byte> serverKey, ChallengePurpose purpose, ReadOnlySpan<byte> signed) =>
        HMACSHA256.HashData(
            serverKey,
            [.. "whistle/challenge/v1\0"u8, .. Encoding.ASCII.GetBytes(NameOf(purpose)), 0, .. signed]);
}
