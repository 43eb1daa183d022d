namespace Whistle.Protocol.Cases;

/// <summary>
/// Padmé (SPEC section 5.5; Nikitin et al., PETS 2019): lengths of which few exist, at a cost of at most 12 %, so that
/// the size of an upload names no file.
/// </summary>
public static class Padme
{
    /// <summary>The least length that attachments are padded to: 256 KiB.</summary>
    public const long Least = 262144;

    /// <summary>The padded length of a length of at least 2.</summary>
    public static long Pad(long length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        var exponent = (int)long.Log2(length);
        var significant = (int)long.Log2(exponent) + 1;
        var step = 1L << Math.Max(0, exponent - significant);
        return (length + step - 1) / step * step;
    }
}
