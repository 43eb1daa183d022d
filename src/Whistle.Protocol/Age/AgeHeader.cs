using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Whistle.Protocol.Age;

/// <summary>
/// The header of an age v1 file (C2SP <c>age.md</c>, "Header"): its stanzas, readable without any key. Parsing is
/// strict, so a header has one spelling, and to write it again gives the same bytes.
/// </summary>
public sealed class AgeHeader
{
    /// <summary>A header longer than this is refused: 1 MiB, some six hundred hybrid recipients.</summary>
    public const int MaxLength = 1 << 20;

    private const int MacLength = 32;
    private const int ColumnsPerLine = 64;
    private const int BytesPerLine = 48;

    private readonly byte[] _upToMac;
    private readonly byte[] _mac;

    private AgeHeader(IReadOnlyList<AgeStanza> stanzas, byte[] upToMac, byte[] mac)
    {
        Stanzas = stanzas;
        _upToMac = upToMac;
        _mac = mac;
    }

    private static ReadOnlySpan<byte> VersionLine => "age-encryption.org/v1\n"u8;
    private static ReadOnlySpan<byte> StanzaMark => "-> "u8;
    private static ReadOnlySpan<byte> EndMark => "---"u8;

    /// <summary>The stanzas in the order of the file; at least one.</summary>
    public IReadOnlyList<AgeStanza> Stanzas { get; }

    /// <summary>Bytes of the header, its last line feed included: where the payload begins.</summary>
    public int Length => _upToMac.Length + 1 + AgeBase64.EncodedLength(MacLength) + 1;

    /// <summary>Reads the header at the beginning of a binary (not armored) age file.</summary>
    /// <returns>False when it is malformed, not version 1, cut short or longer than <see cref="MaxLength"/>.</returns>
    public static bool TryParse(ReadOnlySpan<byte> file, [NotNullWhen(true)] out AgeHeader? header)
    {
        header = null;
        var rest = file[..Math.Min(file.Length, MaxLength)];
        if (!rest.StartsWith(VersionLine))
            return false;
        rest = rest[VersionLine.Length..];
        var stanzas = new List<AgeStanza>();
        while (rest.StartsWith(StanzaMark))
        {
            if (ReadStanza(ref rest) is not { } stanza)
                return false;
            stanzas.Add(stanza);
        }
        var before = Math.Min(file.Length, MaxLength) - rest.Length + EndMark.Length;
        if (stanzas.Count == 0 || !TryReadLine(ref rest, out var end)
            || !end.StartsWith(EndMark) || end.Length <= EndMark.Length || end[EndMark.Length] != ' '
            || AgeBase64.Decode(end[(EndMark.Length + 1)..]) is not { Length: MacLength } mac)
            return false;
        // A passphrase promises that who wrote the file knew it, which holds only if nobody else could open it.
        if (stanzas.Count > 1 && stanzas.Exists(s => s.Is(ScryptRecipient.StanzaType)))
            return false;
        header = new AgeHeader(stanzas, file[..before].ToArray(), mac);
        return true;
    }

    /// <summary>The header's bytes, written anew from its stanzas.</summary>
    public byte[] ToBytes()
    {
        var writer = new ArrayBufferWriter<byte>(Length);
        WriteUpToMac(writer, Stanzas);
        writer.Write(" "u8);
        AgeBase64.Write(writer, _mac);
        writer.Write("\n"u8);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Whether this header, to the last byte, was made with this file key.</summary>
    public bool IsAuthenticFor(AgeFileKey fileKey)
    {
        ArgumentNullException.ThrowIfNull(fileKey);
        return fileKey.HeaderMacMatches(_upToMac, _mac);
    }

    /// <summary>Tries the identities in turn and checks the header's MAC with the key that one of them unwraps.</summary>
    public AgeResult<AgeFileKey> Unwrap(params IReadOnlyList<IAgeIdentity> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        Span<byte> bytes = stackalloc byte[AgeFileKey.Length];
        try
        {
            foreach (var identity in identities)
            {
                var error = identity.Unwrap(Stanzas, bytes);
                if (error == AgeError.NoMatch)
                    continue;
                if (error != AgeError.None)
                    return new(error);
                var fileKey = AgeFileKey.Import(bytes);
                if (IsAuthenticFor(fileKey))
                    return new(fileKey);
                fileKey.Dispose();
                return new(AgeError.HmacFailure);
            }
            return new(AgeError.NoMatch);
        }
        finally
        {
            SecretBytes.Wipe(bytes);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"age header of {Length} bytes with {Stanzas.Count} stanzas";

    internal static AgeHeader Create(IReadOnlyList<AgeStanza> stanzas, AgeFileKey fileKey)
    {
        var writer = new ArrayBufferWriter<byte>();
        WriteUpToMac(writer, stanzas);
        var bytes = writer.WrittenSpan.ToArray();
        return new AgeHeader(stanzas, bytes, fileKey.HeaderMac(bytes));
    }

    /// <summary>
    /// Where the header's last line ends in the beginning of a file, or -1 when the beginning holds no such line. It is
    /// the first line that starts with <c>---</c>: neither a stanza nor Base 64 can.
    /// </summary>
    internal static int FindEnd(ReadOnlySpan<byte> beginning)
    {
        var mark = beginning.IndexOf("\n---"u8);
        if (mark < 0)
            return -1;
        var lineFeed = beginning[(mark + 1)..].IndexOf((byte)'\n');
        return lineFeed < 0 ? -1 : mark + 1 + lineFeed + 1;
    }

    private static void WriteUpToMac(ArrayBufferWriter<byte> writer, IReadOnlyList<AgeStanza> stanzas)
    {
        writer.Write(VersionLine);
        foreach (var stanza in stanzas)
            Write(writer, stanza);
        writer.Write(EndMark);
    }

    private static void Write(ArrayBufferWriter<byte> writer, AgeStanza stanza)
    {
        writer.Write("->"u8);
        foreach (var argument in stanza.Arguments)
        {
            writer.Write(" "u8);
            writer.Write(Encoding.ASCII.GetBytes(argument));
        }
        writer.Write("\n"u8);
        // A body that fills its last line is followed by an empty one: the short line is what ends a stanza.
        var body = stanza.Body.Span;
        for (var start = 0; start <= body.Length; start += BytesPerLine)
        {
            AgeBase64.Write(writer, body.Slice(start, Math.Min(BytesPerLine, body.Length - start)));
            writer.Write("\n"u8);
        }
    }

    private static AgeStanza? ReadStanza(ref ReadOnlySpan<byte> rest)
    {
        if (!TryReadLine(ref rest, out var line) || ReadArguments(line[StanzaMark.Length..]) is not { } arguments)
            return null;
        var body = new ArrayBufferWriter<byte>(BytesPerLine);
        do
        {
            if (!TryReadLine(ref rest, out line) || line.Length > ColumnsPerLine
                || AgeBase64.Decode(line) is not { } bytes)
                return null;
            body.Write(bytes);
        }
        while (line.Length == ColumnsPerLine);
        return new AgeStanza(arguments, body.WrittenSpan.ToArray());
    }

    private static string[]? ReadArguments(ReadOnlySpan<byte> text)
    {
        var arguments = new List<string>();
        foreach (var range in text.Split((byte)' '))
        {
            var argument = text[range];
            if (argument.IsEmpty || argument.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
                return null;
            arguments.Add(Encoding.ASCII.GetString(argument));
        }
        return [.. arguments];
    }

    private static bool TryReadLine(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> line)
    {
        var end = rest.IndexOf((byte)'\n');
        line = end < 0 ? default : rest[..end];
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }
}
