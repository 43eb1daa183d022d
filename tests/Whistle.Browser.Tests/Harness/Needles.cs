using System.Text;

namespace Whistle.Browser.Tests.Harness;

/// <summary>The shapes in which a secret could lie in bytes: what a search looks for.</summary>
public static class Needles
{
    private const int ShortestFragment = 8;

    /// <summary>A text raw, as UTF-16 in both orders, percent-encoded, escaped as JSON, and its UTF-8 bytes in hex and Base64.</summary>
    public static IEnumerable<byte[]> Of(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        var json = System.Text.Json.JsonSerializer.Serialize(secret)[1..^1];
        return new[]
        {
            Encoding.Unicode.GetBytes(secret),
            Encoding.BigEndianUnicode.GetBytes(secret),
            Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret)),
            Encoding.ASCII.GetBytes(json),
        }.Concat(Of(bytes)).DistinctBy(Convert.ToHexString);
    }

    /// <summary>Bytes raw, in hex of either case, and in Base64 of either alphabet wherever they start in what was encoded.</summary>
    public static IEnumerable<byte[]> Of(byte[] secret)
    {
        yield return secret;
        yield return Encoding.ASCII.GetBytes(Convert.ToHexString(secret));
        yield return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(secret));
        // Base64 of bytes among others depends on where they start: of three offsets, the inner characters are fixed.
        for (var offset = 0; offset < 3; offset++)
        {
            var text = Convert.ToBase64String([.. new byte[offset], .. secret]);
            var inner = text[(offset == 0 ? 0 : 4)..^4];
            if (inner.Length < ShortestFragment)
                continue;
            yield return Encoding.ASCII.GetBytes(inner);
            yield return Encoding.ASCII.GetBytes(inner.Replace('+', '-').Replace('/', '_'));
        }
    }
}
