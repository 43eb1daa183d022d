using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol.Json;

/// <summary>
/// Reads the members of one object by name and form. A missing member, one of another form, and one that nobody asked
/// for all make <see cref="IsDone"/> false; what was read until then is then to be thrown away.
/// </summary>
internal sealed class FormReader(JcsObject source)
{
    private int _taken;
    private bool _failed;

    /// <summary>Whether every member was there, of its form, and there are no others.</summary>
    public bool IsDone => !_failed && _taken == source.Count;

    public bool Has(string name) => source.TryGet(name, out _);

    /// <summary>States a rule that is not a form; false spoils the whole.</summary>
    public void Require(bool rule) => _failed |= !rule;

    public string Text(string name, int maxCodePoints = int.MaxValue)
    {
        if (Take(name) is JcsString { Value: var text } && CodePoints(text) <= maxCodePoints)
            return text;
        _failed = true;
        return string.Empty;
    }

    /// <summary>The text, or null where the member is left out.</summary>
    public string? OptionalText(string name, int maxCodePoints = int.MaxValue) =>
        Has(name) ? Text(name, maxCodePoints) : null;

    /// <summary>One of the given words.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> words)
    {
        var text = Text(name);
        Require(words.Contains(text));
        return text;
    }

    public long Integer(string name, long min, long max)
    {
        if (Take(name) is JcsNumber { Value: var number } && number >= min && number <= max)
            return number;
        _failed = true;
        return min;
    }

    public void Version() => Integer("v", 1, 1);

    public Day Day(string name) => new((int)Integer(name, 0, Protocol.Day.MaxNumber));

    public TId Id<TId>(string name)
        where TId : struct, IId<TId>
    {
        var ok = Id128.TryParse(Text(name), out var id);
        Require(ok);
        return TId.From(id);
    }

    public Hash32 Hash(string name)
    {
        var ok = Hash32.TryParse(Text(name), out var hash);
        Require(ok);
        return hash;
    }

    /// <summary>Exactly this many bytes in base64url.</summary>
    public byte[] Bytes(string name, int length)
    {
        if (StrictBase64Url.TryDecode(Text(name), length, out var bytes))
            return bytes;
        _failed = true;
        return new byte[length];
    }

    /// <summary>What a text parses to.</summary>
    public T? Parse<T>(string name, TryParseText<T> tryParse)
        where T : class
    {
        if (tryParse(Text(name), out var value))
            return value;
        _failed = true;
        return null;
    }

    public delegate bool TryParseText<T>(string text, [NotNullWhen(true)] out T? value)
        where T : class;

    /// <summary>The member whatever its form, for whoever refuses it with a code of its own; null where it is missing.</summary>
    public JcsValue? Any(string name) => Take(name);

    public JcsObject Object(string name)
    {
        if (Take(name) is JcsObject member)
            return member;
        _failed = true;
        return [];
    }

    /// <summary>The array's elements, each read by <paramref name="read"/> as an object of its own.</summary>
    public IReadOnlyList<T> Objects<T>(string name, int maxCount, Func<FormReader, T> read)
    {
        var result = new List<T>();
        foreach (var item in Items(name, maxCount))
        {
            if (item is not JcsObject member)
            {
                _failed = true;
                break;
            }
            var reader = new FormReader(member);
            result.Add(read(reader));
            Require(reader.IsDone);
        }
        return result;
    }

    /// <summary>The member object, read as a form of its own.</summary>
    public T Nested<T>(string name, Func<FormReader, T> read)
    {
        var reader = new FormReader(Object(name));
        var result = read(reader);
        Require(reader.IsDone);
        return result;
    }

    public IReadOnlyList<string> Texts(string name, int maxCount)
    {
        var result = new List<string>();
        foreach (var item in Items(name, maxCount))
        {
            if (item is JcsString { Value: var text })
                result.Add(text);
            else
                _failed = true;
        }
        return result;
    }

    /// <summary>An object whose members are all texts, such as one text per language.</summary>
    public IReadOnlyDictionary<string, string> TextMap(string name, Func<string, bool> isName)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Object(name))
        {
            if (value is JcsString { Value: var text } && isName(key))
                result.Add(key, text);
            else
                _failed = true;
        }
        return result;
    }

    /// <summary>An object whose members are all lists of texts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> TextsMap(string name, Func<string, bool> isName)
    {
        var lists = Object(name);
        var reader = new FormReader(lists);
        var result = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (key, _) in lists)
        {
            result.Add(key, reader.Texts(key, 256));
            Require(isName(key));
        }
        Require(reader.IsDone);
        return result;
    }

    public IReadOnlyList<TId> Ids<TId>(string name, int maxCount)
        where TId : struct, IId<TId>
    {
        var result = new List<TId>();
        foreach (var text in Texts(name, maxCount))
        {
            var ok = Id128.TryParse(text, out var id);
            Require(ok);
            result.Add(TId.From(id));
        }
        Require(result.Distinct().Count() == result.Count);
        return result;
    }

    private IReadOnlyList<JcsValue> Items(string name, int maxCount)
    {
        if (Take(name) is JcsArray { Items: var items } && items.Count <= maxCount)
            return items;
        _failed = true;
        return [];
    }

    private JcsValue? Take(string name)
    {
        if (!source.TryGet(name, out var value))
            return null;
        _taken++;
        return value;
    }

    internal static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
            count++;
        return count;
    }
}
