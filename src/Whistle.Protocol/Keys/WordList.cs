using System.Security.Cryptography;
using System.Text;

namespace Whistle.Protocol.Keys;

/// <summary>A word list embedded in this assembly and held to its own hash.</summary>
internal sealed class WordList
{
    /// <summary>The BIP-39 English list: 2048 words, no two with the same first four letters.</summary>
    public static WordList Bip39 { get; } = new(
        "bip39-english-words.txt", 2048, "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");

    /// <summary>
    /// The EFF large list, 7776 words (Electronic Frontier Foundation, CC BY 3.0 US), one a line without the dice.
    /// </summary>
    public static WordList Eff { get; } = new(
        "eff-large-words.txt", 7776, "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522");

    private readonly string[] _words;
    private readonly Dictionary<string, int> _index;

    private WordList(string resource, int count, string sha256)
    {
        using var stream = typeof(WordList).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The word list {resource} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        // A word list that differs by one word turns receipts into other keys: better not to start.
        if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(bytes)), sha256, StringComparison.Ordinal))
            throw new InvalidOperationException($"The word list {resource} was altered.");
        _words = Encoding.ASCII.GetString(bytes).TrimEnd('\n').Split('\n');
        if (_words.Length != count)
            throw new InvalidOperationException($"The word list {resource} has {_words.Length} words.");
        _index = _words.Select((word, i) => (word, i)).ToDictionary(p => p.word, p => p.i, StringComparer.Ordinal);
    }

    public int Count => _words.Length;

    public string this[int index] => _words[index];

    /// <summary>The word's place, or -1.</summary>
    public int IndexOf(string word) => _index.GetValueOrDefault(word, -1);
}
