using System.Text;
using Spectre.Console;
using Whistle.Protocol;

namespace Whistle.Cli.Io;

/// <summary>
/// Everything outside the program: the terminal, the clock, the network. Commands meet nothing else, so a test runs
/// them whole.
/// </summary>
internal sealed class World
{
    /// <summary>Standard input.</summary>
    public required TextReader In { get; init; }

    /// <summary>Results: what a script reads.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Everything that is said on the way: progress, questions, explanations.</summary>
    public required IAnsiConsole Talk { get; init; }

    /// <summary>Whether somebody sits there who can be asked.</summary>
    public required bool HasTerminal { get; init; }

    /// <summary>Reads one line from the terminal without echo; null where it ended.</summary>
    public required Func<string?> ReadHidden { get; init; }

    /// <summary>Reads one line from the terminal.</summary>
    public required Func<string?> ReadLine { get; init; }

    public required TimeProvider Clock { get; init; }

    public Randomness Randomness { get; init; } = Randomness.System;

    /// <summary>Makes the connection to a server; the address is a SOCKS proxy or null.</summary>
    public required Func<Uri?, HttpMessageHandler> Connect { get; init; }

    /// <summary>Scrypt's work factor for new key files. Tests lower it: the default takes a second and 256 MiB.</summary>
    public int WorkFactor { get; init; } = Protocol.Age.ScryptRecipient.DefaultWorkFactor;

    public Day Today => Day.Of(Clock.GetUtcNow());

    public static World OfThisProcess()
    {
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return new World
        {
            In = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)),
            Out = Console.Out,
            Talk = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }),
            HasTerminal = !Console.IsInputRedirected,
            ReadHidden = Hidden,
            ReadLine = Console.ReadLine,
            Clock = TimeProvider.System,
            Connect = Http.Connection.Handler,
        };
    }

    private static string? Hidden()
    {
        var line = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    var text = line.ToString();
                    line.Clear();
                    return text;
                case ConsoleKey.Backspace when line.Length > 0:
                    line.Length--;
                    break;
                case ConsoleKey.D when key.Modifiers.HasFlag(ConsoleModifiers.Control):
                    return null;
                default:
                    if (!char.IsControl(key.KeyChar))
                        line.Append(key.KeyChar);
                    break;
            }
        }
    }
}
