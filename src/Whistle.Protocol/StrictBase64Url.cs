using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol;

/// <summary>
/// base64url without padding (RFC 4648 section 5), canonical: what is decoded is encoded again and compared, because
/// the framework's decoder takes padding, white space and stray bits, and bytes must have one spelling.
/// </summary>
public static class StrictBase64Url
{
    /// <summary>The text of the bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The bytes of the text, or false when it is not their only spelling.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, decoded, out var consumed, out var written) != OperationStatus.Done
            || consumed != text.Length || !text.SequenceEqual(Encode(decoded.AsSpan(0, written))))
            return false;
        bytes = decoded[..written];
        return true;
    }

    /// <summary>As the other overload, for exactly <paramref name="length"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, int length, [NotNullWhen(true)] out byte[]? bytes)
    {
        if (TryDecode(text, out bytes) && bytes.Length == length)
            return true;
        bytes = null;
        return false;
    }
}
