namespace Whistle.Protocol.Intake;

/// <summary>
/// The blinded leaves of the log (SPEC section 8.1): whoever does not know the blind learns nothing from them, not
/// even by guessing the text.
/// </summary>
public static class Leaves
{
    /// <summary><c>H("whistle/leaf/existence/v1" || existence-blind)</c>.</summary>
    public static Hash32 Existence(ReadOnlySpan<byte> existenceBlind) =>
        Hash32.Of("whistle/leaf/existence/v1"u8, existenceBlind.ToArray());

    /// <summary>
    /// <c>H("whistle/leaf/content/v1" || content-blind || H(copy))</c>, where the copy is what "save a copy" stores.
    /// </summary>
    public static Hash32 Content(ReadOnlySpan<byte> contentBlind, ReadOnlySpan<byte> copy) =>
        Hash32.Of("whistle/leaf/content/v1"u8, contentBlind.ToArray(), Hash32.Of(copy).ToBytes());
}
