using Whistle.Protocol.Keys;

namespace Whistle.Cli.Io;

/// <summary>
/// Words and passphrases come from the terminal without echo, from standard input or from a file, never from
/// arguments: those stand in the shell's history and in the list of processes.
/// </summary>
internal static class Secrets
{
    /// <summary>The receipt of twelve words.</summary>
    /// <param name="file">A file, <c>-</c> for standard input, or null: the terminal, else standard input.</param>
    /// <param name="firstLineOnly">Where the text of a message follows on standard input.</param>
    public static async Task<Receipt> WordsAsync(World world, string? file, bool firstLineOnly, CancellationToken ct)
    {
        string? text;
        if (file is not null && !IsStandardInput(file))
            text = await Files.TextAsync(world, file, "--words", ct);
        else if (file is null && world.HasTerminal)
            text = Ask(world, "Your twelve words (they are not shown): ");
        else
            text = firstLineOnly ? await world.In.ReadLineAsync(ct) : await world.In.ReadToEndAsync(ct);
        var reading = Receipt.Read(text);
        if (reading.Receipt is { } receipt)
            return receipt;
        throw reading.Error == ReceiptError.UnknownWords
            ? Stop.Failed(reading.Code, [.. reading.UnknownPositions.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture))])
            : reading.Error == ReceiptError.WordCount
                ? Stop.Failed(reading.Code, reading.WordCount.ToString(System.Globalization.CultureInfo.InvariantCulture))
                : Stop.Failed(reading.Code);
    }

    /// <summary>A passphrase: one line.</summary>
    public static async Task<string> PassphraseAsync(World world, string? file, string question, CancellationToken ct)
    {
        string? text;
        if (file is not null && !IsStandardInput(file))
            text = (await Files.TextAsync(world, file, "--passphrase", ct)).Split('\n')[0];
        else if (file is null && world.HasTerminal)
            text = Ask(world, question);
        else
            text = await world.In.ReadLineAsync(ct);
        var passphrase = text?.Trim();
        return string.IsNullOrEmpty(passphrase) ? throw Stop.Failed("passphrase-missing") : passphrase;
    }

    /// <summary>Asks for a plain yes. Without a terminal there is nobody to ask, which is a no.</summary>
    public static bool Agrees(World world, string question)
    {
        if (!world.HasTerminal)
            return false;
        world.Talk.Write(new Spectre.Console.Text(question + " [yes/no] "));
        return string.Equals(world.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase);
    }

    public static bool IsStandardInput(string? path) => string.Equals(path, "-", StringComparison.Ordinal);

    private static string? Ask(World world, string question)
    {
        world.Talk.Write(new Spectre.Console.Text(question));
        return world.ReadHidden();
    }
}
