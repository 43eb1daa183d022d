using System.Security.Cryptography;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Intake;

/// <summary>
/// The blinded leaves of the log (SPEC section 16): whoever does not know the blind learns nothing from them, not
/// even by guessing the text.
/// </summary>
public static class Leaves
{
    private static ReadOnlySpan<byte> Salt => "whistle/leaf/v1"u8;

    /// <summary><c>H("whistle/leaf/existence/v1" || existence-blind)</c>.</summary>
    public static Hash32 Existence(ReadOnlySpan<byte> existenceBlind) =>
        Hash32.Of("whistle/leaf/existence/v1"u8, existenceBlind.ToArray());

    /// <summary>
    /// <c>H("whistle/leaf/content/v1" || content-blind || H(copy))</c>, where the copy is what "save a copy" stores.
    /// </summary>
    public static Hash32 Content(ReadOnlySpan<byte> contentBlind, ReadOnlySpan<byte> copy) =>
        Hash32.Of("whistle/leaf/content/v1"u8, contentBlind.ToArray(), Hash32.Of(copy).ToBytes());

    /// <summary>
    /// The team's n-th message in a thread, from 1: <c>H("whistle/leaf/act/v1" || HMAC-SHA256(HKDF(content-blind, "whistle/leaf/v1", "thread"), u64(n)))</c>.
    /// The source looks for the next one, so that a withheld reply shows.
    /// </summary>
    public static Hash32 Act(ReadOnlySpan<byte> contentBlind, int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        var key = Derivation.Derive(contentBlind, Salt, "thread");
        return Hash32.Of("whistle/leaf/act/v1"u8, HMACSHA256.HashData(key, BigEndian.U64((ulong)n)));
    }

    /// <summary>
    /// That something was done about this content on a day:
    /// <c>H("whistle/leaf/" || what || "/v1" || HKDF(content-blind, "whistle/leaf/v1", what) || content leaf || u32(day))</c>.
    /// </summary>
    /// <param name="contentBlind">32 bytes.</param>
    /// <param name="what"><c>acknowledged</c>, <c>feedback</c> or <c>closed</c>.</param>
    /// <param name="content">The content leaf.</param>
    /// <param name="day">The day of the act.</param>
    public static Hash32 Done(ReadOnlySpan<byte> contentBlind, string what, Hash32 content, Day day)
    {
        ArgumentNullException.ThrowIfNull(what);
        return Hash32.Of(
            System.Text.Encoding.ASCII.GetBytes($"whistle/leaf/{what}/v1"),
            Derivation.Derive(contentBlind, Salt, what), content.ToBytes(), BigEndian.U32((uint)day.Number));
    }
}
