using System.Runtime.InteropServices;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Cases;

/// <summary>
/// A reader as lists name one (SPEC section 2): a person, or recovery where there is none, and the fingerprint of the
/// key that was or must not be sealed to.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ReaderRef(PersonId? Person, KeyFingerprint Key)
{
    /// <summary>Readers that one case key is sealed to (SPEC section 4).</summary>
    public const int MaxReaders = CaseKey.Stanzas;

    /// <summary>Readers and people left out that one tip can name: more would not fit its state (SPEC section 5.7).</summary>
    public const int MaxNamed = 31;

    /// <summary>Readers and people left out in what the team writes: readers may have been added since (SPEC section 11).</summary>
    internal const int MaxInCase = 64;

    private const string Recovery = "recovery";

    /// <summary><c>H("whistle/recipient/v1" || 1216 bytes)[:16]</c>.</summary>
    public static KeyFingerprint FingerprintOf(HybridRecipient recipient)
    {
        ArgumentNullException.ThrowIfNull(recipient);
        return new(Hash32.Of("whistle/recipient/v1"u8, recipient.Bytes.ToArray()).First16);
    }

    /// <summary>A person with this key.</summary>
    public static ReaderRef Of(PersonId person, HybridRecipient recipient) => new(person, FingerprintOf(recipient));

    /// <summary>The recovery recipient.</summary>
    public static ReaderRef OfRecovery(HybridRecipient recipient) => new(null, FingerprintOf(recipient));

    /// <summary>Reads <c>person/fingerprint</c> or <c>recovery/fingerprint</c>.</summary>
    public static bool TryParse(string? text, out ReaderRef reader)
    {
        reader = default;
        if (text?.Split('/') is not [var who, var key] || !KeyFingerprint.TryParse(key, out var fingerprint))
            return false;
        if (string.Equals(who, Recovery, StringComparison.Ordinal))
        {
            reader = new(null, fingerprint);
            return true;
        }
        if (!PersonId.TryParse(who, out var person))
            return false;
        reader = new(person, fingerprint);
        return true;
    }

    /// <summary>
    /// Whether both are the same reader: the same person (whatever the key, for nobody comes back by making a new
    /// one), the same key, or both recovery.
    /// </summary>
    public bool IsSameAs(ReaderRef other) => Key == other.Key || Person == other.Person;

    /// <inheritdoc/>
    public override string ToString() => $"{Person?.ToString() ?? Recovery}/{Key}";

    internal static IReadOnlyList<ReaderRef> List(FormReader form, string name, int max)
    {
        var result = new List<ReaderRef>();
        foreach (var text in form.Texts(name, max))
        {
            form.Require(TryParse(text, out var reader));
            result.Add(reader);
        }
        return result;
    }
}
