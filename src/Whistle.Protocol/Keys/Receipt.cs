using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Whistle.Protocol.Keys;

/// <summary>
/// The source's twelve words: 16 random bytes, from which every key of the mailbox follows (SPEC section 3). Never
/// sent, never stored.
/// </summary>
public sealed class Receipt : IDisposable
{
    /// <summary>Bytes of entropy.</summary>
    public const int EntropyLength = 16;

    /// <summary>Words on the receipt.</summary>
    public const int WordCount = 12;

    private readonly byte[] _entropy = GC.AllocateArray<byte>(EntropyLength, pinned: true);
    private bool _disposed;

    private Receipt(ReadOnlySpan<byte> entropy) => entropy.CopyTo(_entropy);

    /// <summary>The receipt of 16 bytes; the caller wipes its own copy.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static Receipt FromEntropy(ReadOnlySpan<byte> entropy) => entropy.Length == EntropyLength
        ? new Receipt(entropy)
        : throw new ArgumentException("The entropy must be 16 bytes.", nameof(entropy));

    /// <summary>A new receipt. Draws 16 bytes.</summary>
    public static Receipt Generate(Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        var entropy = randomness.Bytes(EntropyLength);
        var receipt = new Receipt(entropy);
        CryptographicOperations.ZeroMemory(entropy);
        return receipt;
    }

    /// <summary>
    /// Reads words as people write them (SPEC 3): any letter case, anything but letters and digits between them, numbers
    /// before them.
    /// </summary>
    public static ReceiptReading Read(string? text)
    {
        var words = Split(text ?? string.Empty);
        var unknown = new List<int>();
        Span<int> indices = stackalloc int[WordCount];
        for (var i = 0; i < words.Count; i++)
        {
            var index = WordList.Bip39.IndexOf(words[i]);
            if (index < 0)
                unknown.Add(i + 1);
            else if (i < WordCount)
                indices[i] = index;
        }
        if (unknown.Count > 0)
            return new ReceiptReading(ReceiptError.UnknownWords, words.Count, unknown);
        if (words.Count != WordCount)
            return new ReceiptReading(ReceiptError.WordCount, words.Count, unknown);

        // 132 bits: 128 of entropy, then the first 4 of its hash.
        Span<byte> packed = stackalloc byte[EntropyLength + 1];
        packed.Clear();
        for (var bit = 0; bit < WordCount * 11; bit++)
            packed[bit / 8] |= (byte)(((indices[bit / 11] >> (10 - (bit % 11))) & 1) << (7 - (bit % 8)));
        var entropy = packed[..EntropyLength];
        var ok = packed[EntropyLength] == (byte)(SHA256.HashData(entropy)[0] & 0xf0);
        var reading = ok
            ? new ReceiptReading(new Receipt(entropy))
            : new ReceiptReading(ReceiptError.Checksum, words.Count, unknown);
        CryptographicOperations.ZeroMemory(packed);
        indices.Clear();
        return reading;
    }

    /// <summary>The twelve words, lower case. They are the secret itself: show them once and let go of them.</summary>
    public IReadOnlyList<string> ToWords()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Span<byte> packed = stackalloc byte[EntropyLength + 1];
        _entropy.CopyTo(packed);
        packed[EntropyLength] = SHA256.HashData(_entropy)[0];
        var words = new string[WordCount];
        for (var i = 0; i < WordCount; i++)
        {
            var index = 0;
            for (var bit = i * 11; bit < (i + 1) * 11; bit++)
                index = (index << 1) | ((packed[bit / 8] >> (7 - (bit % 8))) & 1);
            words[i] = WordList.Bip39[index];
        }
        CryptographicOperations.ZeroMemory(packed);
        return words;
    }

    /// <summary>The 16 bytes in a new array that the caller wipes.</summary>
    public byte[] ExportEntropy()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. _entropy];
    }

    /// <summary>All keys that follow from the words.</summary>
    public SourceKeys DeriveKeys()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return SourceKeys.Derive(_entropy);
    }

    /// <summary>Wipes the entropy.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_entropy);
        _disposed = true;
    }

    /// <summary>Never the words.</summary>
    public override string ToString() => "Receipt(redacted)";

    /// <summary>
    /// SPEC 3: words are runs of letters, marks and digits; a run of digits alone numbers the word behind it. A run that
    /// mixes letters and digits stays whole, and is on no list.
    /// </summary>
    private static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var numberOnly = true;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsPartOfWord(rune))
            {
                word.Append(Rune.ToLowerInvariant(rune));
                numberOnly &= Rune.IsDigit(rune);
            }
            else
            {
                EndWord();
            }
        }
        EndWord();
        return words;

        void EndWord()
        {
            if (!numberOnly)
                words.Add(word.ToString());
            word.Clear();
            numberOnly = true;
        }
    }

    private static bool IsPartOfWord(Rune rune) => Rune.IsLetterOrDigit(rune)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

/// <summary>Why words are not a receipt.</summary>
public enum ReceiptError
{
    /// <summary>They are one.</summary>
    None = 0,

    /// <summary>Some words are not on the list; the reading names their places.</summary>
    UnknownWords = 1,

    /// <summary>There are not twelve.</summary>
    WordCount = 2,

    /// <summary>All words are on the list, and they do not belong together: one is another word, or two are swapped.</summary>
    Checksum = 3,
}

/// <summary>What became of words that somebody typed.</summary>
public sealed class ReceiptReading
{
    internal ReceiptReading(Receipt receipt)
    {
        Receipt = receipt;
        WordCount = Keys.Receipt.WordCount;
        UnknownPositions = [];
    }

    internal ReceiptReading(ReceiptError error, int wordCount, IReadOnlyList<int> unknownPositions)
    {
        Error = error;
        WordCount = wordCount;
        UnknownPositions = unknownPositions;
    }

    /// <summary>The receipt, or null when <see cref="Error"/> says why not.</summary>
    public Receipt? Receipt { get; }

    /// <summary>Why there is no receipt.</summary>
    public ReceiptError Error { get; }

    /// <summary>The stable code: <c>words-not-on-list</c>, <c>words-count</c>, <c>words-checksum</c>, or empty.</summary>
    public string Code => Error switch
    {
        ReceiptError.UnknownWords => "words-not-on-list",
        ReceiptError.WordCount => "words-count",
        ReceiptError.Checksum => "words-checksum",
        _ => string.Empty,
    };

    /// <summary>How many words were given.</summary>
    public int WordCount { get; }

    /// <summary>Places, counted from 1, of words that are not on the list. Never the words themselves.</summary>
    public IReadOnlyList<int> UnknownPositions { get; }

    /// <summary>Never the words.</summary>
    public override string ToString() => $"ReceiptReading({Error})";
}
