using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Whistle.Benchmarks;

/// <summary>What many clients saw.</summary>
internal sealed class LoadResult
{
    private readonly List<double> _milliseconds = [];
    private double _seconds;
    private double _cpuSeconds;

    public int Errors { get; private set; }

    public int Count => _milliseconds.Count;

    /// <summary>Successful ones by the second of the clock on the wall.</summary>
    public double PerSecond => (Count - Errors) / _seconds;

    /// <summary>What the server's process, or the loop, spent on each, on whichever core.</summary>
    public double CpuMilliseconds => _cpuSeconds * 1000 / Count;

    public void AddCpu(TimeSpan spent) => _cpuSeconds += spent.TotalSeconds;

    public void Add(double[] milliseconds, int errors, TimeSpan wall)
    {
        _milliseconds.AddRange(milliseconds);
        Errors += errors;
        _seconds += wall.TotalSeconds;
    }

    /// <summary>By nearest rank.</summary>
    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted[Math.Min(sorted.Count - 1, (int)Math.Ceiling(share * sorted.Count) - 1)];
    }
}

/// <summary>A number of clients, each with a connection of its own, each sending its next request when it has its answer.</summary>
internal static class Load
{
    private const int Created = 201;

    /// <param name="requests">Whole requests; the clients take the next one each.</param>
    /// <param name="answered">Called with the index and the answer's body of every 201.</param>
    public static async Task SendAsync(
        IPEndPoint address, int clients, IReadOnlyList<byte[]> requests, LoadResult result, Action<int, byte[]> answered)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => HttpConnection.OpenAsync(address)));
        try
        {
            await RunAsync(clients, requests.Count, result, async (client, index) =>
            {
                try
                {
                    var (status, body) = await connections[client].SendAsync(requests[index]);
                    if (status != Created)
                        return false;
                    answered(index, body);
                    return true;
                }
                catch (Exception e) when (e is SocketException or IOException)
                {
                    connections[client].Dispose();
                    connections[client] = await HttpConnection.OpenAsync(address);
                    return false;
                }
            });
        }
        finally
        {
            foreach (var connection in connections)
                connection.Dispose();
        }
    }

    /// <summary>Groups of requests one after the other without HTTP; each takes as long as its group.</summary>
    public static void Run(IReadOnlyList<byte[][]> groups, LoadResult result, Action<byte[][]> act)
    {
        var milliseconds = new List<double>();
        var wall = Stopwatch.StartNew();
        foreach (var group in groups)
        {
            var start = Stopwatch.GetTimestamp();
            act(group);
            milliseconds.AddRange(Enumerable.Repeat(Stopwatch.GetElapsedTime(start).TotalMilliseconds, group.Length));
        }
        result.Add([.. milliseconds], errors: 0, wall.Elapsed);
    }

    private static async Task RunAsync(int clients, int count, LoadResult result, Func<int, int, Task<bool>> act)
    {
        var milliseconds = new double[count];
        var next = -1;
        var errors = 0;
        var wall = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            int index;
            while ((index = Interlocked.Increment(ref next)) < count)
            {
                var start = Stopwatch.GetTimestamp();
                if (!await act(client, index))
                    Interlocked.Increment(ref errors);
                milliseconds[index] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        })));
        result.Add(milliseconds, errors, wall.Elapsed);
    }
}
