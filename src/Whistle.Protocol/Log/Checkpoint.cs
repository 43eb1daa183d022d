using System.Globalization;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>A tree head that a log signs (C2SP tlog-checkpoint): how many leaves there are, and their root.</summary>
/// <param name="Origin">The log's name: one line, not empty.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">The root of RFC 6962.</param>
public sealed record Checkpoint(string Origin, long Size, Hash32 Root)
{
    /// <summary>The three lines that are signed. Extension lines are neither written nor read: nobody could audit them.</summary>
    public string ToText() => string.Create(
        CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToBytes())}\n");

    /// <summary>The checkpoint signed by its log, under its own origin as the key's name.</summary>
    public SignedNote Sign(SigningKey log) => SignedNote.FromText(ToText()).Sign(Origin, log);

    /// <summary>
    /// Reads a checkpoint and checks the log's signature: <c>checkpoint-malformed</c>, <c>checkpoint-unsigned</c>,
    /// <c>checkpoint-origin</c> where it is another log's. Cosignatures: see <see cref="Cosignature"/>.
    /// </summary>
    public static Parsed<SignedCheckpoint> Verify(ReadOnlySpan<byte> note, NoteKey log)
    {
        ArgumentNullException.ThrowIfNull(log);
        if (!SignedNote.TryParse(note, out var signed) || Read(signed.Text) is not { } checkpoint)
            return new Refusal("checkpoint-malformed");
        if (!string.Equals(checkpoint.Origin, log.Name, StringComparison.Ordinal))
            return new Refusal("checkpoint-origin");
        return signed.IsSignedBy(log) ? new SignedCheckpoint(checkpoint, signed) : new Refusal("checkpoint-unsigned");
    }

    /// <summary>Reads the text of a note, whoever signed it; null where it is no checkpoint.</summary>
    public static Checkpoint? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('\n') is not [{ Length: > 0 } origin, var sizeText, var rootText, ""]
            || !long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || TreeHashText.Read(rootText) is not { } root)
            return null;
        var checkpoint = new Checkpoint(origin, size, root);
        // One spelling: no leading zeros, and the empty tree has one root.
        return string.Equals(checkpoint.ToText(), text, StringComparison.Ordinal) && (size > 0 || root == Merkle.EmptyRoot)
            ? checkpoint
            : null;
    }
}

/// <summary>A checkpoint whose log's signature was verified, and the note with whatever else signed it.</summary>
public sealed record SignedCheckpoint(Checkpoint Checkpoint, SignedNote Note);

/// <summary>Hashes as the log's texts write them: standard Base64 of 32 bytes.</summary>
internal static class TreeHashText
{
    public static string Write(Hash32 hash) => Convert.ToBase64String(hash.ToBytes());

    public static Hash32? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Hash32.Length];
        return text.Length == 44 && Convert.TryFromBase64String(text, bytes, out var length) && length == Hash32.Length
            && Hash32.FromBytes(bytes) is var hash && string.Equals(Write(hash), text, StringComparison.Ordinal)
            ? hash
            : null;
    }
}
