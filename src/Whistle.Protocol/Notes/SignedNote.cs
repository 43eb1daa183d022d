using System.Diagnostics.CodeAnalysis;
using System.Text;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Notes;

/// <summary>
/// A signed note (C2SP signed-note): a text whose last byte is a line feed, an empty line, and one line per signature.
/// Only Ed25519 signatures (algorithm 0x01) are understood; others stay in the note and count for nothing.
/// </summary>
public sealed class SignedNote
{
    /// <summary>A note longer than this is refused: 1 MiB.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>A note with more signatures than this is refused.</summary>
    public const int MaxSignatures = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<NoteSignature> _signatures;

    private SignedNote(string text, List<NoteSignature> signatures)
    {
        Text = text;
        _signatures = signatures;
    }

    /// <summary>What is signed, its last line feed included.</summary>
    public string Text { get; }

    /// <summary>The signatures in the order of the note, checked or not.</summary>
    public IReadOnlyList<NoteSignature> Signatures => _signatures;

    /// <summary>A note that nobody signed yet.</summary>
    /// <exception cref="ArgumentException">The text has control characters or does not end in a line feed.</exception>
    public static SignedNote FromText(string text) => IsText(text)
        ? new SignedNote(text, [])
        : throw new ArgumentException("Not the text of a note.", nameof(text));

    /// <summary>Reads a note with at least one signature line.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note)
    {
        note = null;
        if (bytes.Length > MaxLength || !System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        var whole = Utf8.GetString(bytes);
        var split = whole.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !whole.EndsWith('\n'))
            return false;
        var text = whole[..(split + 1)];
        var lines = whole[(split + 2)..].Split('\n');
        // The last element is what follows the last line feed: nothing.
        if (!IsText(text) || lines.Length < 2 || lines.Length - 1 > MaxSignatures)
            return false;
        var signatures = new List<NoteSignature>();
        foreach (var line in lines.AsSpan()[..^1])
        {
            if (!NoteSignature.TryParse(line, out var signature))
                return false;
            signatures.Add(signature);
        }
        note = new SignedNote(text, signatures);
        return true;
    }

    /// <summary>This note with one more signature.</summary>
    public SignedNote With(NoteSignature signature) => new(Text, [.. _signatures, signature]);

    /// <summary>This note, signed by one more key.</summary>
    public SignedNote Sign(string name, SigningKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var noteKey = new NoteKey(name, key.Public);
        return With(new NoteSignature(name, noteKey.Hash, key.Sign(Utf8.GetBytes(Text))));
    }

    /// <summary>Whether one of the signatures is this key's and holds.</summary>
    /// <exception cref="ArgumentException">The key makes cosignatures: see <see cref="Log.Cosignature"/>.</exception>
    public bool IsSignedBy(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Algorithm != NoteAlgorithm.Ed25519)
            throw new ArgumentException("This key makes cosignatures.", nameof(key));
        var text = Utf8.GetBytes(Text);
        return _signatures.Exists(s => s.IsBy(key) && key.Key.Verify(text, s.Signature.Span));
    }

    /// <summary>The text's bytes, without signatures: what hashes of notes are over.</summary>
    public byte[] TextBytes() => Utf8.GetBytes(Text);

    /// <summary>The whole note.</summary>
    public byte[] ToBytes()
    {
        var whole = new StringBuilder(Text).Append('\n');
        foreach (var signature in _signatures)
            whole.Append(signature.ToString()).Append('\n');
        return Utf8.GetBytes(whole.ToString());
    }

    /// <summary>Says how much there is, never the text.</summary>
    public override string ToString() => $"SignedNote({_signatures.Count} signatures)";

    private static bool IsText(string text) => text.EndsWith('\n') && !text.Any(c => c < ' ' && c != '\n');
}

/// <summary>One signature line of a note: <c>— name base64(key hash || signature)</c>.</summary>
public sealed class NoteSignature
{
    private const string Mark = "\u2014 ";
    private const int HashLength = 4;

    internal NoteSignature(string name, uint keyHash, byte[] signature)
    {
        Name = name;
        KeyHash = keyHash;
        Signature = signature;
    }

    /// <summary>The name of the key that is said to have signed.</summary>
    public string Name { get; }

    /// <summary>The hash of the key that is said to have signed.</summary>
    public uint KeyHash { get; }

    /// <summary>The signature: 64 bytes for Ed25519.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>Whether the line says that it is this key's.</summary>
    public bool IsBy(NoteKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return KeyHash == key.Hash && string.Equals(Name, key.Name, StringComparison.Ordinal);
    }

    /// <summary>Reads one line without its line feed.</summary>
    public static bool TryParse(string? line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (line is null || !line.StartsWith(Mark, StringComparison.Ordinal)
            || line[Mark.Length..].Split(' ') is not [var name, var encoded] || !NoteKey.IsName(name))
            return false;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length <= HashLength
            || !string.Equals(Convert.ToBase64String(bytes, 0, length), encoded, StringComparison.Ordinal))
            return false;
        signature = new NoteSignature(
            name, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), bytes[HashLength..length]);
        return true;
    }

    /// <summary>The line without its line feed.</summary>
    public override string ToString() =>
        $"{Mark}{Name} {Convert.ToBase64String([.. BigEndian.U32(KeyHash), .. Signature.Span])}";
}
