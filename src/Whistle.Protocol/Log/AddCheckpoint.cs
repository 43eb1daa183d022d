using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>
/// What a log sends to a witness (C2SP tlog-witness, <c>add-checkpoint</c>): the size that the witness is thought to have
/// cosigned last, the consistency proof from there, and the checkpoint.
/// </summary>
/// <param name="OldSize">Leaves, 0 where the witness is thought to know nothing.</param>
/// <param name="Proof">RFC 6962 section 2.1.2; empty where the old size is 0 or that of the checkpoint.</param>
/// <param name="Checkpoint">The log's note.</param>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<Hash32> Proof, SignedNote Checkpoint)
{
    /// <summary>Bytes of a request at most.</summary>
    public const int MaxLength = SignedNote.MaxLength;

    private const string Old = "old ";

    /// <summary>Reads a request; false where it is malformed. Nothing is verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AddCheckpoint? request)
    {
        request = null;
        if (bytes.Length > MaxLength || !System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        var text = Encoding.UTF8.GetString(bytes);
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !SignedNote.TryParse(Encoding.UTF8.GetBytes(text[(split + 2)..]), out var checkpoint))
            return false;
        var lines = text[..split].Split('\n');
        if (lines.Length - 1 > TreeProof.MaxHashes || !lines[0].StartsWith(Old, StringComparison.Ordinal)
            || !long.TryParse(lines[0].AsSpan(Old.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !string.Equals(lines[0], OldLine(size), StringComparison.Ordinal))
            return false;
        var proof = lines.Skip(1).Select(TreeHashText.Read).ToList();
        if (proof.Exists(h => h is null))
            return false;
        request = new AddCheckpoint(size, [.. proof.Select(h => h!.Value)], checkpoint);
        return true;
    }

    /// <summary>The body of the request.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(OldLine(OldSize)).Append('\n');
        foreach (var hash in Proof)
            text.Append(TreeHashText.Write(hash)).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToBytes()];
    }

    /// <summary>
    /// What a witness answers that cosigned <paramref name="known"/> last (null: nothing yet), with the keys it trusts for
    /// logs. Only <see cref="WitnessAnswer.Cosign"/> may be cosigned, and only after it is kept.
    /// </summary>
    public WitnessAnswer Judge(IReadOnlyCollection<NoteKey> logs, Checkpoint? known)
    {
        ArgumentNullException.ThrowIfNull(logs);
        if (Log.Checkpoint.Read(Checkpoint.Text) is not { } head)
            return WitnessAnswer.Malformed;
        var keys = logs.Where(k => string.Equals(k.Name, head.Origin, StringComparison.Ordinal)).ToList();
        if (keys.Count == 0)
            return WitnessAnswer.UnknownLog;
        if (!keys.Exists(Checkpoint.IsSignedBy))
            return WitnessAnswer.NotSigned;
        if (OldSize > head.Size)
            return WitnessAnswer.Malformed;
        if (OldSize != (known?.Size ?? 0))
            return WitnessAnswer.OtherSize;
        return TreeProof.IsConsistent(OldSize, known?.Root ?? Merkle.EmptyRoot, head.Size, head.Root, Proof)
            ? WitnessAnswer.Cosign
            : WitnessAnswer.NotConsistent;
    }

    private static string OldLine(long size) => string.Create(CultureInfo.InvariantCulture, $"{Old}{size}");
}

/// <summary>A witness's answer, with the HTTP status that C2SP tlog-witness gives it.</summary>
public enum WitnessAnswer
{
    /// <summary>It is consistent with what was cosigned last.</summary>
    Cosign = 200,

    /// <summary>Not a request, or an old size beyond the checkpoint's.</summary>
    Malformed = 400,

    /// <summary>No key that is trusted for this log signed it.</summary>
    NotSigned = 403,

    /// <summary>A log that this witness does not know.</summary>
    UnknownLog = 404,

    /// <summary>The old size is not what was cosigned last.</summary>
    OtherSize = 409,

    /// <summary>The proof does not hold: perhaps a fork.</summary>
    NotConsistent = 422,
}
