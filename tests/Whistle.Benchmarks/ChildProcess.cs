using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Whistle.Benchmarks;

/// <summary>A server as a process of its own, on a port of the loopback. Disposing of it is kill -9.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly byte[] Ready = Encoding.ASCII.GetBytes("GET /health/ready HTTP/1.1\r\nHost: localhost\r\n\r\n");

    private readonly Process _process;

    private ChildProcess(Process process, IPEndPoint address) => (_process, Address) = (process, address);

    public IPEndPoint Address { get; }

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan StartUp { get; private set; }

    public double ResidentMebibytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / (1024.0 * 1024.0);
        }
    }

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The shipped server, from beside this program, with the settings that it ships with.</summary>
    public static Task<ChildProcess> StartWhistleAsync(string data) =>
        StartAsync(url => ["whistle-server.dll", "--data", data, "--urls", url]);

    /// <summary>The bare endpoint: this program again.</summary>
    public static Task<ChildProcess> StartBareAsync(string data) =>
        StartAsync(url => ["Whistle.Benchmarks.dll", BareServer.Verb, data, url]);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<ChildProcess> StartAsync(Func<string, string[]> arguments)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var words = arguments($"http://{address}");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet")
        {
            UseShellExecute = false,
            // Whatever a server says would stand in the table.
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, words[0]));
        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(word);
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        var clock = Stopwatch.StartNew();
        var child = new ChildProcess(Process.Start(start)!, address);
        child._process.OutputDataReceived += static (_, _) => { };
        child._process.ErrorDataReceived += static (_, line) => Console.Error.WriteLine(line.Data);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        while (!await IsReadyAsync(address))
        {
            if (child._process.HasExited || clock.Elapsed > Longest)
            {
                child.Dispose();
                throw new InvalidOperationException($"{words[0]} did not start.");
            }
            await Task.Delay(5);
        }
        child.StartUp = clock.Elapsed;
        return child;
    }

    private static bool IsDotnet(string path) =>
        string.Equals(Path.GetFileNameWithoutExtension(path), "dotnet", StringComparison.Ordinal);

    private static async Task<bool> IsReadyAsync(IPEndPoint address)
    {
        try
        {
            using var connection = await HttpConnection.OpenAsync(address);
            return (await connection.SendAsync(Ready)).Status == 200;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false; // It does not listen yet.
        }
    }

    /// <summary>The server's log is quiet about its addresses, so the port is chosen here.</summary>
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
