using System.Globalization;
using System.Text;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>
/// That an entry is in a log, in one text that can be checked without a network (C2SP tlog-proof; the file ends in
/// <c>.tlog-proof</c>).
/// </summary>
public sealed class InclusionProof
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const string IndexLine = "index ";
    private const string ExtraLine = "extra ";

    /// <summary>Bytes of such a text at most.</summary>
    public const int MaxLength = SignedNote.MaxLength;

    /// <summary>Takes the parts.</summary>
    public InclusionProof(long index, IReadOnlyList<Hash32> hashes, SignedNote checkpoint, ReadOnlyMemory<byte>? extra = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        (Index, Hashes, Checkpoint, Extra) = (index, hashes, checkpoint, extra);
    }

    /// <summary>What is needed to make the entry anew, and nobody's word: for a content leaf its blind (SPEC section 16).</summary>
    public ReadOnlyMemory<byte>? Extra { get; }

    /// <summary>The entry's place in the log, from 0.</summary>
    public long Index { get; }

    /// <summary>From the leaf's sibling up to the root's child.</summary>
    public IReadOnlyList<Hash32> Hashes { get; }

    /// <summary>The log's checkpoint, byte for byte, cosignatures and all.</summary>
    public SignedNote Checkpoint { get; }

    /// <summary>Reads one; false where it is malformed. Nothing is verified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out InclusionProof? proof)
    {
        proof = null;
        if (bytes.Length > MaxLength || !System.Text.Unicode.Utf8.IsValid(bytes))
            return false;
        var text = Encoding.UTF8.GetString(bytes);
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !SignedNote.TryParse(Encoding.UTF8.GetBytes(text[(split + 2)..]), out var checkpoint))
            return false;
        var lines = new Queue<string>(text[..split].Split('\n'));
        if (!string.Equals(lines.Dequeue(), FirstLine, StringComparison.Ordinal))
            return false;
        byte[]? extra = null;
        if (lines.TryPeek(out var extraLine) && extraLine.StartsWith(ExtraLine, StringComparison.Ordinal))
        {
            extra = new byte[extraLine.Length];
            if (!Convert.TryFromBase64String(lines.Dequeue()[ExtraLine.Length..], extra, out var length))
                return false;
            extra = extra[..length];
        }
        if (!lines.TryDequeue(out var indexLine) || !indexLine.StartsWith(IndexLine, StringComparison.Ordinal)
            || !long.TryParse(indexLine.AsSpan(IndexLine.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || !string.Equals(indexLine, Line(index), StringComparison.Ordinal) || lines.Count > TreeProof.MaxHashes)
            return false;
        var hashes = new List<Hash32>();
        foreach (var line in lines)
        {
            if (TreeHashText.Read(line) is not { } hash)
                return false;
            hashes.Add(hash);
        }
        // A missing line and an empty one differ; as a conditional, null would become an empty memory.
        ReadOnlyMemory<byte>? data = null;
        if (extra is not null)
            data = extra;
        proof = new InclusionProof(index, hashes, checkpoint, data);
        return true;
    }

    /// <summary>
    /// Whether the log says that it holds this entry: <c>checkpoint-malformed</c>, <c>checkpoint-origin</c>,
    /// <c>checkpoint-unsigned</c>, <c>proof-wrong</c>. Who else saw the checkpoint: <see cref="WitnessPolicy"/>.
    /// </summary>
    public Parsed<SignedCheckpoint> Verify(ReadOnlySpan<byte> entry, NoteKey log)
    {
        var verified = Log.Checkpoint.Verify(Checkpoint.ToBytes(), log);
        if (verified.IsOk && !TreeProof.Includes(
            verified.Value.Checkpoint.Size, verified.Value.Checkpoint.Root, Index, Merkle.LeafHash(entry), Hashes))
            return new Refusal("proof-wrong");
        return verified;
    }

    /// <summary>The text.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is { } extra)
            text.Append(ExtraLine).Append(Convert.ToBase64String(extra.Span)).Append('\n');
        text.Append(Line(Index)).Append('\n');
        foreach (var hash in Hashes)
            text.Append(TreeHashText.Write(hash)).Append('\n');
        return [.. Encoding.UTF8.GetBytes(text.Append('\n').ToString()), .. Checkpoint.ToBytes()];
    }

    private static string Line(long index) => string.Create(CultureInfo.InvariantCulture, $"{IndexLine}{index}");
}
