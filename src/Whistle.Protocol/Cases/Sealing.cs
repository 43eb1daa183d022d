using System.Security.Cryptography;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Cases;

/// <summary>Padding, throwaway recipients and stanza counts: what keeps a file from telling more than that it is one.</summary>
internal static class Sealing
{
    private const byte Space = (byte)' ';

    /// <summary>The text followed by spaces, or null where it does not fit.</summary>
    public static byte[]? Pad(ReadOnlySpan<byte> text, int length)
    {
        if (text.Length > length)
            return null;
        var padded = new byte[length];
        text.CopyTo(padded);
        padded.AsSpan(text.Length).Fill(Space);
        return padded;
    }

    /// <summary>The text in the smallest of the fixed lengths, or null where it is longer than all.</summary>
    public static byte[]? PadToBucket(ReadOnlySpan<byte> text)
    {
        foreach (var length in WireLengths.TextBuckets)
        {
            if (text.Length <= length)
                return Pad(text, length);
        }
        return null;
    }

    /// <summary>
    /// Seals to the recipients and, up to the number of stanzas, to throwaway ones, in random order. Draws the
    /// throwaways' seeds, the shuffle, then what the age file draws.
    /// </summary>
    public static byte[] Seal(
        ReadOnlySpan<byte> plaintext, IReadOnlyList<HybridRecipient> recipients, int stanzas, Randomness randomness) =>
        AgeFile.Encrypt(plaintext, Stanzas(recipients, stanzas, randomness), randomness);

    public static IAgeRecipient[] Stanzas(
        IReadOnlyList<HybridRecipient> recipients, int stanzas, Randomness randomness)
    {
        if (recipients.Count > stanzas)
            throw new ArgumentException($"At most {stanzas} recipients fit.", nameof(recipients));
        var all = new IAgeRecipient[stanzas];
        for (var i = 0; i < stanzas; i++)
            all[i] = i < recipients.Count ? recipients[i] : Throwaway(randomness);
        randomness.Shuffle<IAgeRecipient>(all);
        return all;
    }

    /// <summary>The recipient of an identity that is forgotten at once.</summary>
    public static HybridRecipient Throwaway(Randomness randomness)
    {
        using var identity = HybridIdentity.Generate(randomness);
        return identity.Recipient;
    }

    /// <summary>
    /// Opens a file of exactly this many hybrid stanzas: <c>seal-malformed</c>, <c>seal-not-for-you</c>,
    /// <c>seal-damaged</c>.
    /// </summary>
    public static Parsed<byte[]> Open(ReadOnlySpan<byte> file, int stanzas, HybridIdentity identity)
    {
        if (!HasExactly(file, stanzas))
            return new Refusal("seal-malformed");
        var opened = AgeFile.Decrypt(file, identity);
        if (opened.IsOk)
            return opened.Value;
        return new Refusal(opened.Error == AgeError.NoMatch ? "seal-not-for-you" : "seal-damaged");
    }

    public static bool HasExactly(ReadOnlySpan<byte> file, int stanzas) =>
        AgeHeader.TryParse(file, out var header) && header.Stanzas.Count == stanzas
        && header.Stanzas.All(s => string.Equals(s.Type, HybridRecipient.StanzaType, StringComparison.Ordinal));

    /// <summary>
    /// Opens a file and reads the padded canonical object in it; the plaintext is wiped.
    /// <paramref name="isLength"/> judges the padded length.
    /// </summary>
    public static Parsed<JcsObject> OpenObject(
        ReadOnlySpan<byte> file, int stanzas, HybridIdentity identity, Func<int, bool> isLength, string malformed)
    {
        var opened = Open(file, stanzas, identity);
        if (!opened.IsOk)
            return new Refusal(opened.Code);
        var plaintext = opened.Value;
        try
        {
            return ReadPadded(plaintext, isLength, malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    public static Parsed<JcsObject> ReadPadded(ReadOnlySpan<byte> padded, Func<int, bool> isLength, string malformed) =>
        isLength(padded.Length) && Jcs.TryParse(padded.TrimEnd(Space), padded.Length, out var json)
            ? json
            : new Refusal(malformed);

    /// <summary>Whether this is the length of the smallest bucket in which the text fits: a text has one length.</summary>
    public static bool IsBucket(int length) => WireLengths.TextBuckets.Contains(length);
}
