using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>
/// A witness's word (C2SP tlog-cosignature, Ed25519): as of this time, this is the largest consistent tree that it has
/// seen of this log.
/// </summary>
public static class Cosignature
{
    /// <summary>Bytes after the key hash: <c>u64(seconds since 1970) || Ed25519 signature</c>.</summary>
    public const int Length = sizeof(ulong) + SigningKey.SignatureLength;

    /// <summary>A line over the note's text at this time, in seconds since 1970.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is not after 1970.</exception>
    public static NoteSignature Sign(SignedNote checkpoint, string witness, SigningKey key, long time)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(time);
        var noteKey = new NoteKey(witness, key.Public, NoteAlgorithm.Ed25519Cosignature);
        return new NoteSignature(witness, noteKey.Hash, [.. BigEndian.U64((ulong)time), .. key.Sign(Message(checkpoint, time))]);
    }

    /// <summary>When this witness cosigned the note, in seconds since 1970; null where it did not.</summary>
    /// <exception cref="ArgumentException">The key makes no cosignatures.</exception>
    public static long? TimeOf(SignedNote checkpoint, NoteKey witness)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(witness);
        if (witness.Algorithm != NoteAlgorithm.Ed25519Cosignature)
            throw new ArgumentException("This key makes no cosignatures.", nameof(witness));
        foreach (var line in checkpoint.Signatures)
        {
            if (!line.IsBy(witness) || line.Signature.Length != Length)
                continue;
            var time = BinaryPrimitives.ReadUInt64BigEndian(line.Signature.Span);
            if (time is > 0 and <= long.MaxValue
                && witness.Key.Verify(Message(checkpoint, (long)time), line.Signature.Span[sizeof(ulong)..]))
                return (long)time;
        }
        return null;
    }

    private static byte[] Message(SignedNote checkpoint, long time) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{checkpoint.Text}"));
}
