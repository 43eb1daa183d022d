using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Whistle.Protocol.Age;

/// <summary>
/// Base 64 as age wants it: RFC 4648 section 4, canonical (section 3.5), unpadded in headers and padded in armor.
/// The framework's decoder skips white space and ignores stray bits, so what it decodes is encoded again and compared.
/// </summary>
internal static class AgeBase64
{
    public static int EncodedLength(int bytes) => ((bytes * 4) + 2) / 3;

    /// <summary>Appends the unpadded encoding.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> bytes)
    {
        var padded = Base64.GetMaxEncodedToUtf8Length(bytes.Length);
        Base64.EncodeToUtf8(bytes, writer.GetSpan(padded), out _, out _);
        writer.Advance(EncodedLength(bytes.Length));
    }

    /// <summary>The unpadded encoding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var writer = new ArrayBufferWriter<byte>();
        Write(writer, bytes);
        return Encoding.ASCII.GetString(writer.WrittenSpan);
    }

    /// <summary>The bytes of an unpadded canonical encoding, or null.</summary>
    public static byte[]? Decode(string text) => Decode(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Decode(string)"/>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        var rest = text.Length % 4;
        // Checked here: to a decoder of padded text, "ab=" with one more "=" added would be the padding it wants.
        if (rest == 1 || text.Contains((byte)'='))
            return null;
        var padding = rest == 0 ? 0 : 4 - rest;
        var padded = new byte[text.Length + padding];
        text.CopyTo(padded);
        padded.AsSpan(text.Length).Fill((byte)'=');
        return DecodePadded(padded);
    }

    /// <summary>The bytes of a padded canonical encoding, or null.</summary>
    public static byte[]? DecodePadded(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, decoded, out var consumed, out var written) != OperationStatus.Done
            || consumed != text.Length)
            return null;
        var again = new byte[Base64.GetMaxEncodedToUtf8Length(written)];
        Base64.EncodeToUtf8(decoded.AsSpan(0, written), again, out _, out _);
        return text.SequenceEqual(again) ? decoded[..written] : null;
    }
}
