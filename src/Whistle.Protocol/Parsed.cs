using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol;

/// <summary>
/// What was read from bytes that somebody else made, or the stable code that says why not. Callers match on the code,
/// never on a text; a code carries no data of anybody. Never prints the value: it may be content or a key.
/// </summary>
public readonly struct Parsed<T>
    where T : class
{
    private Parsed(T? value, string? code)
    {
        Value = value;
        Code = code;
    }

    /// <summary>The value; null exactly when <see cref="Code"/> says why.</summary>
    public T? Value { get; }

    /// <summary>The stable code, for instance <c>directory-expired</c>; null exactly when there is a value.</summary>
    public string? Code { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Code))]
    public bool IsOk => Value is not null;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; the message is the code.</exception>
    public T Require() => Value ?? throw new InvalidOperationException(Code);

    /// <summary>A value that was read.</summary>
    public static implicit operator Parsed<T>(T value) => new(value, null);

    /// <summary>A refusal, which fits every type.</summary>
    public static implicit operator Parsed<T>(Refusal refusal) => new(null, refusal.Code);

    /// <inheritdoc/>
    public override string ToString() => IsOk ? "Parsed(value)" : $"Parsed({Code})";
}

/// <summary>The stable code of an expected "no".</summary>
public readonly record struct Refusal(string Code);
