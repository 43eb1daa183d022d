using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol.Json;

/// <summary>
/// What SPEC section 1 lets canonical JSON hold: strings, integers within ±(2^53-1), arrays and objects. Never prints
/// its content.
/// </summary>
[SuppressMessage("Usage", "CA2225", Justification = "The constructors of the derived types are the named alternates.")]
public abstract class JcsValue
{
    private protected JcsValue()
    {
    }

    /// <summary>A string.</summary>
    public static implicit operator JcsValue(string value) => new JcsString(value);

    /// <summary>An integer.</summary>
    public static implicit operator JcsValue(long value) => new JcsNumber(value);

    /// <inheritdoc/>
    public override string ToString() => GetType().Name;
}

/// <summary>A string of valid UTF-16.</summary>
public sealed class JcsString(string value) : JcsValue
{
    /// <summary>The text.</summary>
    public string Value { get; } = value;
}

/// <summary>An integer within ±(2^53-1).</summary>
public sealed class JcsNumber : JcsValue
{
    /// <summary>2^53-1: what every JSON reader keeps exactly.</summary>
    public const long Max = (1L << 53) - 1;

    /// <summary>Takes an integer within ±(2^53-1).</summary>
    public JcsNumber(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Max);
        ArgumentOutOfRangeException.ThrowIfLessThan(value, -Max);
        Value = value;
    }

    /// <summary>The integer.</summary>
    public long Value { get; }
}

/// <summary>An array.</summary>
public sealed class JcsArray(IEnumerable<JcsValue> items) : JcsValue
{
    /// <summary>The elements in order.</summary>
    public IReadOnlyList<JcsValue> Items { get; } = [.. items];

    /// <summary>An array of strings.</summary>
    public static JcsArray Of(IEnumerable<string> items) => new(items.Select(i => (JcsValue)i));

    /// <summary>An array of what prints as a string: ids and readers.</summary>
    public static JcsArray OfText<T>(IEnumerable<T> items)
        where T : notnull => new(items.Select(i => (JcsValue)i.ToString()!));
}

/// <summary>An object; its members are kept in the order of RFC 8785: by UTF-16 code units.</summary>
public sealed class JcsObject : JcsValue, IEnumerable<KeyValuePair<string, JcsValue>>
{
    private readonly SortedDictionary<string, JcsValue> _members = new(StringComparer.Ordinal);

    /// <summary>How many members there are.</summary>
    public int Count => _members.Count;

    /// <summary>Adds a member.</summary>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public void Add(string name, JcsValue value) => _members.Add(name, value);

    /// <summary>Adds an id as its digits.</summary>
    public void Add<TId>(string name, TId id)
        where TId : struct, IId<TId> => _members.Add(name, id.Value.ToString());

    /// <summary>Adds a hash as its digits.</summary>
    public void Add(string name, Hash32 hash) => _members.Add(name, hash.ToString());

    /// <summary>Adds a day as its number.</summary>
    public void Add(string name, Day day) => _members.Add(name, day.Number);

    /// <summary>Adds bytes as base64url.</summary>
    public void Add(string name, ReadOnlySpan<byte> bytes) => _members.Add(name, StrictBase64Url.Encode(bytes));

    /// <summary>Adds a member unless the value is absent: optional members are left out, never null.</summary>
    public void AddOptional(string name, JcsValue? value)
    {
        if (value is not null)
            _members.Add(name, value);
    }

    /// <summary>The member of this name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out JcsValue? value) => _members.TryGetValue(name, out value);

    /// <summary>A copy without one member, which is how a signature's input is made.</summary>
    public JcsObject Without(string name)
    {
        var copy = new JcsObject();
        foreach (var (key, value) in _members)
        {
            if (!string.Equals(key, name, StringComparison.Ordinal))
                copy._members.Add(key, value);
        }
        return copy;
    }

    internal bool TryAdd(string name, JcsValue value) => _members.TryAdd(name, value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, JcsValue>> GetEnumerator() => _members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
