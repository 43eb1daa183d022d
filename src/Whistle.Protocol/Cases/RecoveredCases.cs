using System.Security.Cryptography;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Cases;

/// <summary>
/// The case keys that the holders of recovery give to one person (SPEC section 11.1). Not signed: each key proves itself,
/// since the case's id follows from it, and the person's device holds what it opens against the source's first message.
/// </summary>
public sealed record RecoveredCases
{
    private const int MinPlaintext = 65536;
    private const int MaxPlaintext = 16 << 20;
    private const int MaxCases = 40_000;

    /// <summary>Who gets them.</summary>
    public required PersonId To { get; init; }

    /// <summary>The fingerprint of the recovery recipient that opened them.</summary>
    public required KeyFingerprint Recovery { get; init; }

    /// <summary>The case identities, <c>AGE-SECRET-KEY-PQ-1…</c>.</summary>
    public required IReadOnlyList<string> Keys { get; init; }

    /// <summary>Seals them to the person, padded to 65536 bytes and doubling up to 16 MiB; or <c>recovery-too-long</c>.</summary>
    public Parsed<byte[]> Seal(HybridRecipient to, Randomness randomness)
    {
        var text = Jcs.Serialize(new JcsObject
        {
            { "v", 1 }, { "type", "recovery" }, { "to", To }, { "recovery", Recovery },
            { "keys", JcsArray.Of(Keys) },
        });
        try
        {
            for (var length = MinPlaintext; length <= MaxPlaintext; length *= 2)
            {
                if (Sealing.Pad(text, length) is { } padded)
                    return Sealing.Seal(padded, [to], 1, randomness);
            }
            return new Refusal("recovery-too-long");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    /// <summary>Opens them as the person: <c>recovery-malformed</c>, <c>recovery-not-to-you</c>.</summary>
    public static Parsed<RecoveredCases> Open(ReadOnlySpan<byte> file, PersonId person, HybridIdentity identity)
    {
        var json = Sealing.OpenObject(file, 1, identity, IsLength, "recovery-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        form.OneOf("type", "recovery");
        var read = new RecoveredCases
        {
            To = form.Id<PersonId>("to"),
            Recovery = form.Id<KeyFingerprint>("recovery"),
            Keys = form.Texts("keys", MaxCases),
        };
        if (!form.IsDone || read.Keys.Any(k => !IsKey(k)))
            return new Refusal("recovery-malformed");
        return read.To == person ? read : new Refusal("recovery-not-to-you");
    }

    /// <summary>Never the keys.</summary>
    public override string ToString() => "RecoveredCases(redacted)";

    private static bool IsKey(string text)
    {
        using var key = CaseKey.TryParse(text);
        return key is not null;
    }

    private static bool IsLength(int length) => length is >= MinPlaintext and <= MaxPlaintext && (length & (length - 1)) == 0;
}
