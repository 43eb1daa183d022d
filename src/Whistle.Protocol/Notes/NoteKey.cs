using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Notes;

/// <summary>What kind of signature a key makes: the byte that C2SP signed-note puts before the key.</summary>
public enum NoteAlgorithm
{
    /// <summary>Ed25519 over the note's text (C2SP signed-note).</summary>
    Ed25519 = 1,

    /// <summary>Ed25519 over the text and a time (C2SP tlog-cosignature).</summary>
    Ed25519Cosignature = 4,
}

/// <summary>A key that signs notes: a name, an Ed25519 key and the kind of signature it makes.</summary>
public sealed class NoteKey : IEquatable<NoteKey>
{
    /// <summary>Takes a name that notes allow.</summary>
    /// <exception cref="ArgumentException">The name is not one.</exception>
    public NoteKey(string name, VerifyKey key, NoteAlgorithm algorithm = NoteAlgorithm.Ed25519)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsName(name))
            throw new ArgumentException("Not a name of a key.", nameof(name));
        Name = name;
        Key = key;
        Algorithm = algorithm;
        Hash = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(
            Hash32.Of(Encoding.UTF8.GetBytes(name), [(byte)'\n', (byte)algorithm], key.Bytes.ToArray()).ToBytes());
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The key.</summary>
    public VerifyKey Key { get; }

    /// <summary>What it makes.</summary>
    public NoteAlgorithm Algorithm { get; }

    /// <summary><c>H(name || "\n" || algorithm || key)[:4]</c>, big-endian.</summary>
    public uint Hash { get; }

    /// <summary>Not empty, at most 100 characters, no white space, no plus sign, no control characters.</summary>
    public static bool IsName([NotNullWhen(true)] string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= 100
        && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+');

    /// <summary>
    /// Reads a verifier key, <c>name+hash+base64(algorithm || key)</c> (C2SP signed-note). False where it contradicts itself,
    /// and for algorithms that are not understood.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        // Base64 may itself hold a plus sign: it is all that follows the name and the hash.
        if (text?.Split('+', 3) is not [var name, var hash, var encoded] || !IsName(name))
            return false;
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length) || length != 1 + VerifyKey.Length
            || (NoteAlgorithm)bytes[0] is not (NoteAlgorithm.Ed25519 or NoteAlgorithm.Ed25519Cosignature)
            || !VerifyKey.TryFromBytes(bytes.AsSpan(1, VerifyKey.Length), out var verify))
            return false;
        var read = new NoteKey(name, verify, (NoteAlgorithm)bytes[0]);
        if (!string.Equals(read.ToString(), text, StringComparison.Ordinal))
            return false;
        key = read;
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(NoteKey? other) =>
        other is not null && Algorithm == other.Algorithm && Key.Equals(other.Key) && string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NoteKey);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Hash);

    /// <summary>The verifier key as text.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}+{Hash:x8}+{Convert.ToBase64String([(byte)Algorithm, .. Key.Bytes.Span])}");
}
