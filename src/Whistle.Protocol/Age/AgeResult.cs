using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol.Age;

/// <summary>Why a file did not open. The names are those of the CCTV test vectors; the values are stable.</summary>
public enum AgeError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The ASCII armor is malformed.</summary>
    ArmorFailure = 1,

    /// <summary>The header, or a stanza of a type that the identity understands, is malformed.</summary>
    HeaderFailure = 2,

    /// <summary>The header is well-formed, and no stanza opens with the given identities.</summary>
    NoMatch = 3,

    /// <summary>A file key was unwrapped, and the header's MAC does not match it: the header was altered.</summary>
    HmacFailure = 4,

    /// <summary>The payload was altered, cut short or continued.</summary>
    PayloadFailure = 5,
}

/// <summary>A value, or the reason why there is none. Never prints the value: it is plaintext or a key.</summary>
public readonly struct AgeResult<T>
    where T : class
{
    internal AgeResult(T value) => Value = value;

    internal AgeResult(AgeError error) => Error = error;

    /// <summary>The value; null exactly when <see cref="Error"/> says why.</summary>
    public T? Value { get; }

    /// <summary><see cref="AgeError.None"/> exactly when there is a value.</summary>
    public AgeError Error { get; }

    /// <summary>Whether there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOk => Value is not null;

    /// <inheritdoc/>
    public override string ToString() => IsOk ? "AgeResult(value)" : $"AgeResult({Error})";
}
