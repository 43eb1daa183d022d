using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Whistle.Browser.Tests.Harness;

namespace Whistle.Browser.Tests.Job;

/// <summary>The server as an operator runs it: a process of its own, with everything that it prints.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output;

    private ServerProcess(Process process, StringBuilder output, Uri address) => (_process, _output, Address) = (process, output, address);

    public Uri Address { get; }

    /// <summary>All of standard output and error so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>The one-time link that the console shows while nothing is set up.</summary>
    public string SetUpLink => Link().Match(Output) is { Success: true } found
        ? found.Value
        : throw new InvalidOperationException("The console shows no set-up link:\n" + Output);

    public static async Task<ServerProcess> StartAsync(string data, Uri origin, params IEnumerable<string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort().ToString(CultureInfo.InvariantCulture)}");
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            WorkingDirectory = data,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])
            [Path.Combine(AppContext.BaseDirectory, "whistle-server.dll"), "serve", "--data", data, "--urls", address.ToString(),
             "--Whistle:Origins:0=" + origin.GetLeftPart(UriPartial.Authority), .. settings])
            start.ArgumentList.Add(argument);
        var output = new StringBuilder();
        var process = new Process { StartInfo = start };
        void Keep(object _, DataReceivedEventArgs line)
        {
            lock (output)
                output.AppendLine(line.Data);
        }
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, output, address);
        await server.UntilReadyAsync();
        return server;
    }

    /// <summary>Ends the process as an operator does, and waits until it has ended of itself.</summary>
    public async Task StopAsync()
    {
        await Command.RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], "/", s_patience);
        using var limit = new CancellationTokenSource(s_patience);
        await _process.WaitForExitAsync(limit.Token);
        if (_process.ExitCode != 0)
            throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Output}");
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task UntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address };
        var since = Stopwatch.StartNew();
        while (since.Elapsed < s_patience && !_process.HasExited)
        {
            try
            {
                if ((await client.GetAsync("/health/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(100);
        }
        throw new InvalidOperationException("The server did not start:\n" + Output);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"http://\S+/desk#setup=[\w-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Link();
}
