using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Whistle.Server.Demo;

namespace Whistle.Server.Tests.Demo;

/// <summary>The server as somebody starts it: a process with arguments, a console, and nothing else in common with the test.</summary>
internal sealed class DemoProcess : IAsyncDisposable
{
    private const string LastLine = "Ctrl+C stops.";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _error;

    private DemoProcess(string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "whistle-server.dll"));
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        start.Environment.Remove("ASPNETCORE_URLS");
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _error = Task.Run(async () => Error = await _process.StandardError.ReadToEndAsync());
    }

    public string Error { get; private set; } = "";

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts a demo and comes back when it serves and has printed everything.</summary>
    public static async Task<DemoProcess> ServeAsync(params string[] args)
    {
        var process = new DemoProcess(args);
        var ended = process._process.WaitForExitAsync();
        if (await Task.WhenAny(process._ready.Task, ended).WaitAsync(Patience) != process._ready.Task)
        {
            await process._error;
            throw new InvalidOperationException(process.Output + process.Error);
        }
        return process;
    }

    /// <summary>Starts something that is to refuse, and gives its exit code and what it said.</summary>
    public static async Task<(int Code, string Error)> RefuseAsync(params string[] args)
    {
        await using var process = new DemoProcess(args);
        await process._process.WaitForExitAsync().WaitAsync(Patience);
        await process._error;
        return (process._process.ExitCode, process.Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.EndsWith(LastLine, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}

/// <summary>One demo for all tests that look at it: built in a folder of its own, then served.</summary>
public sealed class BuiltDemo : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-demo-test");
    private readonly int _port = DemoProcess.FreePort();
    private readonly Dictionary<string, DemoMember> _members = new(StringComparer.Ordinal);
    private readonly DemoWorld _world;
    private DemoProcess? _process;

    public BuiltDemo() => _world = new DemoWorld(Address, Origin, TimeProvider.System);

    internal string Data => Path.Combine(_folder.FullName, "demo");

    internal string Origin => $"http://localhost:{_port}";

    internal Uri Address => new(Origin);

    internal string Output => _process!.Output;

    /// <summary>Somebody of the demo, signed in once: a code is good once, so tests share the session.</summary>
    internal async Task<DemoMember> MemberAsync(string login, CancellationToken ct)
    {
        if (!_members.TryGetValue(login, out var member))
        {
            _members[login] = member = await DemoMember.ReturnAsync(
                _world, Record.SignIns!.Single(s => string.Equals(s.Login, login, StringComparison.Ordinal)), ct);
        }
        await member.HttpAsync(ct);
        return member;
    }

    internal DemoRecord Record => new DemoFolder(Data).Read()!;

    public async ValueTask InitializeAsync() => _process = await DemoProcess.ServeAsync("--demo", "--data", Data, "--urls", Origin);

    /// <summary>Stops the server as a power cut does, and starts it again.</summary>
    internal async Task StartAgainAsync()
    {
        await _process!.DisposeAsync();
        _process = await DemoProcess.ServeAsync("--demo", "--data", Data, "--urls", Origin);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members.Values)
            member.Dispose();
        _world.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
