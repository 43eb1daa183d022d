using System.Globalization;
using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Server.People;

namespace Whistle.Server.Demo;

/// <summary>What a demo tells whoever started it: addresses, sign-ins with codes of the moment, words.</summary>
internal sealed class DemoPage(DemoPlan plan, DemoRecord record, TimeProvider clock)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    public string Text()
    {
        var page = new StringBuilder();
        page.AppendLine(CultureInfo.InvariantCulture, $"Whistle, a demonstration: {record.Organisation}. People and reports are invented, and every key is printed here.")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"  Report, or come back    {plan.Origin}/")
            .AppendLine(CultureInfo.InvariantCulture, $"  The desk                {plan.Origin}/desk")
            .AppendLine()
            .AppendLine(SignIns())
            .AppendLine("  Words to come back with")
            .AppendLine();
        foreach (var words in record.Words!)
            page.AppendLine(CultureInfo.InvariantCulture, $"  {words.Title}").AppendLine(CultureInfo.InvariantCulture, $"    {words.Words}").AppendLine();
        page.AppendLine("  To sign the next directory (as okafor, under Directory)").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"    {plan.Folder.RootKeyFile}")
            .AppendLine(CultureInfo.InvariantCulture, $"    {record.RootPassphrase}")
            .AppendLine(CultureInfo.InvariantCulture, $"    root fingerprint {Root()}")
            .AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"  Data: {plan.Folder.Root} (built on {record.Built}; remove it for a fresh demo)")
            .Append(CultureInfo.InvariantCulture, $"  Fresh codes: {plan.Folder.SignInsFile}, or press Enter. Ctrl+C stops.");
        return page.ToString();
    }

    /// <summary>What a demo has instead of the paper of a ceremony, in the groups that the desk shows.</summary>
    private string Root()
    {
        using var key = SigningKey.FromSeed(record.RootKeySeed);
        return string.Join(' ', DemoWorld.RootOf(key).ToString().Chunk(4).Select(group => new string(group)));
    }

    /// <summary>The table of sign-ins, with the codes of the current 30 seconds.</summary>
    public string SignIns()
    {
        var table = new StringBuilder();
        var step = Totp.StepAt(clock.GetUtcNow());
        table.AppendLine(CultureInfo.InvariantCulture, $"  {"Name",-12}{"Role",-11}{"Code",-8}Passphrase").AppendLine();
        foreach (var one in record.SignIns!)
            table.AppendLine(CultureInfo.InvariantCulture, $"  {one.Login,-12}{one.Role,-11}{Totp.Code(Base32.Decode(one.Totp), step),-8}{one.Passphrase}");
        table.AppendLine().AppendLine("  A code is good once and for about a minute. For an authenticator app:").AppendLine();
        foreach (var one in record.SignIns)
            table.AppendLine(CultureInfo.InvariantCulture, $"  {one.Login,-12}{one.Totp}");
        return table.ToString();
    }

    /// <summary>Keeps the file of sign-ins fresh until the server stops.</summary>
    public async Task KeepFreshAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            DemoFolder.WriteFile(plan.Folder.SignInsFile, Encoding.UTF8.GetBytes(Text() + Environment.NewLine));
            var now = clock.GetUtcNow();
            var left = Step - TimeSpan.FromTicks(now.Ticks % Step.Ticks);
            await Task.Delay(left, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Prints fresh codes whenever somebody at the terminal presses Enter.</summary>
    public async Task AnswerAsync(TextReader terminal, TextWriter output, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested && await terminal.ReadLineAsync(ct) is not null)
            await output.WriteLineAsync(SignIns());
    }
}
