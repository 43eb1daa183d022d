namespace Whistle.Server.Pipeline;

/// <summary>What a use case answers when it has nothing to say but that it is done.</summary>
internal readonly record struct Done;

/// <summary>One member of a request that a validator refused: its name and a stable code, never its value.</summary>
internal sealed record FieldError(string Name, string Code);

/// <summary>An expected "no": an HTTP status and a stable code that carries no user data.</summary>
internal sealed record Refusal(int Status, string Code, IReadOnlyList<FieldError>? Fields = null)
{
    /// <summary>The one answer to "not yours", "not your role" and "not there" (DESIGN 7): never say which.</summary>
    public static Refusal NotFound { get; } = new(StatusCodes.Status404NotFound, "not-found");

    /// <summary>Somebody else changed the object first (a <c>Version</c> did not match).</summary>
    public static Refusal Stale { get; } = new(StatusCodes.Status409Conflict, "stale");

    public static Refusal SignedOut { get; } = new(StatusCodes.Status401Unauthorized, "signed-out");

    public static Refusal SessionOver { get; } = new(StatusCodes.Status401Unauthorized, "session-over");

    public static Refusal Bad(string code) => new(StatusCodes.Status400BadRequest, code);

    public static Refusal Conflict(string code) => new(StatusCodes.Status409Conflict, code);
}

/// <summary>Lets a behaviour refuse any request without reflection.</summary>
internal interface IOutcome<TSelf> where TSelf : IOutcome<TSelf>
{
    Refusal? Refusal { get; }

    static abstract TSelf Refuse(Refusal refusal);
}

/// <summary>A value, or a refusal. Converts implicitly from either, so a handler returns what it has.</summary>
internal sealed class Outcome<T> : IOutcome<Outcome<T>>
{
    private readonly T? _value;

    private Outcome(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    /// <exception cref="InvalidOperationException">The outcome is a refusal.</exception>
    public T Value => Refusal is null ? _value! : throw new InvalidOperationException("A refusal has no value.");

    public static Outcome<T> Refuse(Refusal refusal) => new(default, refusal);

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
