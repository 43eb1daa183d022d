using System.Buffers;
using System.Buffers.Text;

namespace Whistle.Protocol.Age;

/// <summary>
/// ASCII armor (C2SP <c>age.md</c>, strict PEM of RFC 7468). Only white space around the block and the choice of LF or
/// CRLF are free; everything else has one spelling.
/// </summary>
public static class AgeArmor
{
    private const int ColumnsPerLine = 64;
    private const int BytesPerLine = 48;

    private static ReadOnlySpan<byte> Begin => "-----BEGIN AGE ENCRYPTED FILE-----"u8;
    private static ReadOnlySpan<byte> End => "-----END AGE ENCRYPTED FILE-----"u8;
    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Whether the text, after white space, begins like an armored file.</summary>
    public static bool IsArmored(ReadOnlySpan<byte> text) => text.TrimStart(WhiteSpace).StartsWith("-----BEGIN"u8);

    /// <summary>The armored file: ASCII lines of at most 64 columns, each ended by LF.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> file)
    {
        var writer = new ArrayBufferWriter<byte>(Base64.GetMaxEncodedToUtf8Length(file.Length) * 66 / 64 + 128);
        writer.Write(Begin);
        for (; !file.IsEmpty; file = file[Math.Min(BytesPerLine, file.Length)..])
        {
            writer.Write("\n"u8);
            Base64.EncodeToUtf8(file[..Math.Min(BytesPerLine, file.Length)], writer.GetSpan(ColumnsPerLine),
                out _, out var written);
            writer.Advance(written);
        }
        writer.Write("\n"u8);
        writer.Write(End);
        writer.Write("\n"u8);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>The binary file, or <see cref="AgeError.ArmorFailure"/>.</summary>
    public static AgeResult<byte[]> Decode(ReadOnlySpan<byte> text)
    {
        var rest = text.Trim(WhiteSpace);
        var file = new ArrayBufferWriter<byte>(Math.Max(1, rest.Length));
        if (!ReadLine(ref rest).SequenceEqual(Begin))
            return new(AgeError.ArmorFailure);
        for (var wasShort = false; ;)
        {
            var line = ReadLine(ref rest);
            if (line.SequenceEqual(End))
                return rest.IsEmpty ? new(file.WrittenSpan.ToArray()) : new(AgeError.ArmorFailure);
            // An empty line, one after a short one, one too long, or the end of the text before the last line.
            if (line.IsEmpty || wasShort || line.Length > ColumnsPerLine
                || AgeBase64.DecodePadded(line) is not { } bytes)
                return new(AgeError.ArmorFailure);
            file.Write(bytes);
            wasShort = bytes.Length < BytesPerLine;
        }
    }

    private static ReadOnlySpan<byte> ReadLine(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }
}
