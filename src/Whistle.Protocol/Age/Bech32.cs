using System.Text;

namespace Whistle.Protocol.Age;

/// <summary>
/// Bech32 (BIP 173) without its limit on length, as age uses it for recipients and identities. The checksum finds
/// mistakes of the hand; it authenticates nothing.
/// </summary>
internal static class Bech32
{
    private const string Charset = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const int ChecksumLength = 6;

    /// <summary>
    /// Encodes <paramref name="data"/> under a lower-case human-readable part; the result is lower case.
    /// </summary>
    public static string Encode(string prefix, ReadOnlySpan<byte> data) => EncodeWords(prefix, ToWords(data));

    /// <summary>Encodes words of five bits each, whether or not they are the words of whole bytes.</summary>
    internal static string EncodeWords(string prefix, ReadOnlySpan<byte> words)
    {
        var text = new StringBuilder(prefix.Length + 1 + words.Length + ChecksumLength).Append(prefix).Append('1');
        foreach (var word in words)
            text.Append(Charset[word]);
        var checksum = Update(Update(ExpandPrefix(prefix), words), stackalloc byte[ChecksumLength]) ^ 1;
        for (var i = 0; i < ChecksumLength; i++)
            text.Append(Charset[(int)(checksum >> (5 * (ChecksumLength - 1 - i))) & 31]);
        return text.ToString();
    }

    /// <summary>
    /// The bytes under exactly this human-readable part, or null. The text is of one case: that of
    /// <paramref name="prefix"/>, so that a key has one spelling.
    /// </summary>
    public static byte[]? Decode(string prefix, string text)
    {
        var separator = text.LastIndexOf('1');
        if (separator != prefix.Length || !text.StartsWith(prefix, StringComparison.Ordinal)
            || text.Length < separator + 1 + ChecksumLength)
            return null;
        var upper = char.IsAsciiLetterUpper(prefix[0]);
        var words = new byte[text.Length - separator - 1];
        for (var i = 0; i < words.Length; i++)
        {
            var c = text[separator + 1 + i];
            if (upper ? char.IsAsciiLetterLower(c) : char.IsAsciiLetterUpper(c))
                return null;
            var value = Charset.IndexOf(char.ToLowerInvariant(c), StringComparison.Ordinal);
            if (value < 0)
                return null;
            words[i] = (byte)value;
        }
        return Update(ExpandPrefix(prefix.ToLowerInvariant()), words) == 1
            ? FromWords(words.AsSpan(0, words.Length - ChecksumLength))
            : null;
    }

    private static uint ExpandPrefix(string prefix)
    {
        var expanded = new byte[(2 * prefix.Length) + 1];
        for (var i = 0; i < prefix.Length; i++)
        {
            expanded[i] = (byte)(prefix[i] >> 5);
            expanded[prefix.Length + 1 + i] = (byte)(prefix[i] & 31);
        }
        return Update(1, expanded);
    }

    private static uint Update(uint checksum, ReadOnlySpan<byte> words)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        foreach (var word in words)
        {
            var top = checksum >> 25;
            checksum = ((checksum & 0x1ffffff) << 5) ^ word;
            for (var i = 0; i < generator.Length; i++)
            {
                if (((top >> i) & 1) != 0)
                    checksum ^= generator[i];
            }
        }
        return checksum;
    }

    internal static byte[] ToWords(ReadOnlySpan<byte> data)
    {
        var words = new byte[((data.Length * 8) + 4) / 5];
        for (var bit = 0; bit < data.Length * 8; bit++)
        {
            if ((data[bit / 8] & (0x80 >> (bit % 8))) != 0)
                words[bit / 5] |= (byte)(0x10 >> (bit % 5));
        }
        return words;
    }

    private static byte[]? FromWords(ReadOnlySpan<byte> words)
    {
        var data = new byte[words.Length * 5 / 8];
        for (var bit = 0; bit < words.Length * 5; bit++)
        {
            if ((words[bit / 5] & (0x10 >> (bit % 5))) == 0)
                continue;
            // What is left over after whole bytes must be zero, or one key would have several spellings.
            if (bit / 8 >= data.Length)
                return null;
            data[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }
        // A whole left-over word carries nothing.
        return (words.Length * 5) - (data.Length * 8) < 5 ? data : null;
    }
}
