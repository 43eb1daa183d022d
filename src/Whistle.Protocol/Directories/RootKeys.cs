using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Directories;

/// <summary>Who signs directories, and how many of them it takes (SPEC section 6).</summary>
public sealed record RootKeys
{
    /// <summary>Root keys, at most.</summary>
    public const int MaxKeys = 16;

    /// <summary>Takes a threshold and keys.</summary>
    /// <exception cref="ArgumentException">As <see cref="AreValid"/> says.</exception>
    public RootKeys(int threshold, IReadOnlyList<NoteKey> keys)
    {
        if (!AreValid(threshold, keys))
            throw new ArgumentException("The threshold must be reachable, and names and keys unique.", nameof(keys));
        Threshold = threshold;
        Keys = keys;
        var sorted = keys.Select(k => k.Key.Bytes.ToArray())
            .Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        Fingerprint = Hash32.Of(
            [
                .. "whistle/root/v1"u8, .. BigEndian.U32((uint)threshold), .. BigEndian.U32((uint)keys.Count),
                .. sorted.SelectMany(k => k),
            ]);
    }

    /// <summary>How many must sign.</summary>
    public int Threshold { get; }

    /// <summary>Who may sign.</summary>
    public IReadOnlyList<NoteKey> Keys { get; }

    /// <summary>
    /// <c>H("whistle/root/v1" || u32(threshold) || u32(number of keys) || keys in ascending byte order)</c>.
    /// </summary>
    public Hash32 Fingerprint { get; }

    /// <summary>One to 16 different keys of different names, and a threshold between one and their number.</summary>
    public static bool AreValid(int threshold, IReadOnlyList<NoteKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.Count is >= 1 and <= MaxKeys && threshold >= 1 && threshold <= keys.Count
            && keys.Select(k => k.Key).Distinct().Count() == keys.Count
            && keys.Select(k => k.Name).Distinct(StringComparer.Ordinal).Count() == keys.Count;
    }

    /// <summary>How many different root keys signed the note.</summary>
    public int CountSignatures(SignedNote note)
    {
        ArgumentNullException.ThrowIfNull(note);
        return Keys.Count(note.IsSignedBy);
    }
}
