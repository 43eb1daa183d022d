using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Whistle.Browser.Tests.Job;
using Whistle.Server.Demo;

namespace Whistle.Browser.Tests.Pages;

/// <summary>The demo as anyone starts it: a process of its own, with its people, cases and words, gone afterwards.</summary>
public sealed class DemoFixture : IAsyncLifetime
{
    private const string LastLine = "Ctrl+C stops.";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-pages-");
    private readonly Dictionary<string, Authenticator> _apps = new(StringComparer.Ordinal);
    private readonly StringBuilder _output = new();
    private Process? _process;

    public Uri Origin { get; } = new($"http://localhost:{FreePort().ToString(CultureInfo.InvariantCulture)}");

    internal DemoRecord Record { get; private set; } = null!;

    internal string RootKeyFile => new DemoFolder(Data).RootKeyFile;

    private string Data => Path.Combine(_folder.FullName, "demo");

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "whistle-server.dll"), "--demo", "--data", Data, "--urls", Origin.GetLeftPart(UriPartial.Authority)])
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Keep(object _, DataReceivedEventArgs line)
        {
            lock (_output)
                _output.AppendLine(line.Data);
            if (line.Data?.EndsWith(LastLine, StringComparison.Ordinal) is true)
                ready.TrySetResult();
        }
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Task.WhenAny(ready.Task, _process.WaitForExitAsync()).WaitAsync(s_patience);
        if (!ready.Task.IsCompleted)
        {
            lock (_output)
                throw new InvalidOperationException("The demo did not start:\n" + _output);
        }
        Record = new DemoFolder(Data).Read() ?? throw new InvalidOperationException("The demo left no record of itself.");
    }

    internal DemoSignIn SignInOf(string login) => Record.SignIns!.Single(s => string.Equals(s.Login, login, StringComparison.Ordinal));

    /// <summary>A code of somebody's authenticator app that was not used before; every visitor shares the app.</summary>
    internal Task<string> CodeAsync(string login)
    {
        if (!_apps.TryGetValue(login, out var app))
            _apps[login] = app = new Authenticator(SignInOf(login).Totp);
        return app.NextAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
