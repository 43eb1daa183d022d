namespace Whistle.Cli;

/// <summary>Exit codes. They are stable: scripts match on them, and on the codes that <c>--json</c> prints.</summary>
internal static class Exit
{
    public const int Ok = 0;

    /// <summary>Something on this machine: a file, the words, the answers.</summary>
    public const int Failed = 1;

    /// <summary>The command was not understood, or an option is missing.</summary>
    public const int Usage = 2;

    /// <summary>The server answered and said no.</summary>
    public const int Refused = 3;

    /// <summary>A signature, a hash, a promise or a directory does not hold. Nothing was sealed or sent on its word.</summary>
    public const int NotVerified = 4;

    /// <summary>The server could not be reached, or the connection broke.</summary>
    public const int NoNetwork = 5;

    /// <summary>Interrupted from the keyboard, as shells count it.</summary>
    public const int Interrupted = 130;
}

/// <summary>
/// Ends a command with a stable code. Carries no words, keys, names or content: it may end up on any screen. Details are
/// positions, names of options, or the codes of fields.
/// </summary>
internal sealed class Stop(string code, int exit, params string[] details) : Exception(code)
{
    public string Code { get; } = code;

    public int ExitCode { get; } = exit;

    public IReadOnlyList<string> Details { get; } = details;

    public static Stop Failed(string code, params string[] details) => new(code, Exit.Failed, details);

    public static Stop Usage(string code, params string[] details) => new(code, Exit.Usage, details);

    public static Stop Refused(string code, params string[] details) => new(code, Exit.Refused, details);

    public static Stop NotVerified(string code, params string[] details) => new(code, Exit.NotVerified, details);

    public static Stop NoNetwork(string code) => new(code, Exit.NoNetwork);
}

/// <summary>Ends a command whose answer is already printed, with its problems in it.</summary>
internal sealed class Reported(int exitCode) : Exception("reported")
{
    public int ExitCode { get; } = exitCode;
}
