using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Whistle.Cli;
using Whistle.Cli.Io;

namespace Whistle.Server.Tests;

/// <summary>
/// A person or a script in front of <c>whistle</c>: a whole run of the command line in this process, with everything
/// that the outside gives it. Leaves nothing behind.
/// </summary>
internal sealed class CliTerminal : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-cli");
    private readonly Queue<string> _typed = new();

    public CliTerminal(TimeProvider? clock = null, Func<HttpMessageHandler>? connect = null)
    {
        Clock = clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 3, 3, 12, 0, 0, TimeSpan.Zero));
        Connect = connect ?? (() => throw new InvalidOperationException("This command must not use the network."));
    }

    public TimeProvider Clock { get; }

    public Func<HttpMessageHandler> Connect { get; }

    /// <summary>The proxy that the last run asked for.</summary>
    public Uri? Proxy { get; private set; }

    /// <summary>Somebody sits there and will type these lines when asked; without, there is no terminal.</summary>
    public CliTerminal Types(params string[] lines)
    {
        foreach (var line in lines)
            _typed.Enqueue(line);
        return this;
    }

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    public Task<CliResult> RunAsync(params string[] args) => RunWithInputAsync("", args);

    public async Task<CliResult> RunWithInputAsync(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var talk = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(talk),
        });
        console.Profile.Width = 4000;
        var exit = await CommandLine.RunAsync(args, World(new StringReader(input), output, console), TestContext.Current.CancellationToken);
        _typed.Clear();
        return new CliResult(exit, output.ToString(), talk.ToString());
    }

    /// <summary>What the program meets when nothing is said to it, and nobody listens.</summary>
    public World World() => World(TextReader.Null, TextWriter.Null, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) }));

    private World World(TextReader input, TextWriter output, IAnsiConsole talk) => new()
    {
        In = input,
        Out = output,
        Talk = talk,
        HasTerminal = _typed.Count > 0,
        ReadHidden = () => _typed.TryDequeue(out var line) ? line : null,
        ReadLine = () => _typed.TryDequeue(out var line) ? line : null,
        Clock = Clock,
        Connect = proxy =>
        {
            Proxy = proxy;
            return Connect();
        },
        WorkFactor = 4,
    };

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>How a run ended and what it said.</summary>
internal sealed record CliResult(int ExitCode, string Output, string Talk)
{
    /// <summary>The one JSON object of <c>--json</c>.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The stable code of a failure with <c>--json</c>.</summary>
    public string Code => Json.GetProperty("error").GetProperty("code").GetString()!;

    public string Field(string name) => Json.GetProperty(name).GetString()!;

    public CliResult Succeeds()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Output} {Talk}");
        return this;
    }

    /// <summary>Fails with this exit code and stable code; run it with <c>--json</c>.</summary>
    public void Fails(int exit, string code)
    {
        Assert.True(Output.Length > 0, $"exit code {ExitCode}: {Talk}");
        Assert.Equal((exit, code), (ExitCode, Code));
    }
}
