using Whistle.Protocol.Age;

namespace Whistle.Protocol.Cases;

/// <summary><c>case-key.age || sheet</c> (SPEC section 5.2): what every reader of a channel downloads and tries.</summary>
public static class StreamBlob
{
    /// <summary>The blob of a tip.</summary>
    /// <exception cref="ArgumentException">A part has not its length.</exception>
    public static byte[] Join(ReadOnlySpan<byte> caseKeyFile, ReadOnlySpan<byte> sheet)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(caseKeyFile.Length, WireLengths.CaseKeyFile, nameof(caseKeyFile));
        ArgumentOutOfRangeException.ThrowIfNotEqual(sheet.Length, WireLengths.SheetFile, nameof(sheet));
        return [.. caseKeyFile, .. sheet];
    }

    /// <summary>
    /// A blob that nobody can open and nobody can tell from one that somebody can. Its identities are forgotten at
    /// once. Made of the same calls as a tip's, so that timing and order give nothing away.
    /// </summary>
    public static byte[] Decoy(Randomness randomness)
    {
        using var key = CaseKey.Generate(randomness);
        var file = key.Seal([], randomness);
        var sheet = Sealing.Seal(Sealing.Pad([], WireLengths.SheetPlaintext), [key.Recipient], 1, randomness);
        return Join(file, sheet);
    }

    /// <summary>
    /// Tries a blob: the case key and the sheet of a tip that this identity may read. <c>seal-not-for-you</c> is the
    /// usual answer. The caller checks the sheet's signature after it has read the first message.
    /// </summary>
    public static Parsed<OpenedBlob> Open(ReadOnlySpan<byte> blob, HybridIdentity identity)
    {
        if (blob.Length != WireLengths.Blob)
            return new Refusal("seal-malformed");
        var opened = CaseKey.Open(blob[..WireLengths.CaseKeyFile], identity);
        if (!opened.IsOk)
            return new Refusal(opened.Code);
        var key = opened.Value;
        var sheet = Sheet.Open(blob[WireLengths.CaseKeyFile..], key.Identity);
        if (sheet.IsOk && sheet.Value.Value.Case == key.Id)
            return new OpenedBlob(key, sheet.Value);
        key.Dispose();
        return new Refusal(sheet.Code ?? "case-id-differs");
    }
}

/// <summary>A blob that opened. Holds the case key: dispose of it.</summary>
public sealed class OpenedBlob(CaseKey key, SignedObject<Sheet> sheet) : IDisposable
{
    /// <summary>The key of the case.</summary>
    public CaseKey Key { get; } = key;

    /// <summary>The sheet, whose case is the key's.</summary>
    public SignedObject<Sheet> Sheet { get; } = sheet;

    /// <summary>Wipes the key.</summary>
    public void Dispose() => Key.Dispose();

    /// <summary>Never the content.</summary>
    public override string ToString() => "OpenedBlob(redacted)";
}
