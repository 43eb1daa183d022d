using System.CommandLine;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>The copy of a log that somebody else keeps, where the root holders' directory names one. It is asked only where somebody says so: it then sees from where.</summary>
internal sealed class MirrorCopy : IDisposable
{
    private readonly SourceApi _api;
    private readonly string _path;

    private MirrorCopy(SourceApi api, string address) => (_api, Address, _path) = (api, address, address[LogMirror.Origin(address).Length..]);

    public string Address { get; }

    public static Option<bool> Option() => new("--mirror")
    {
        Description = "Compare the log with the copy that the directory names. Whoever keeps it sees your network address, or that of the proxy.",
    };

    /// <summary>Null where it was not asked for.</summary>
    /// <exception cref="Stop"><c>mirror-missing</c>: the directory names none.</exception>
    public static MirrorCopy? Open(World world, Uri? proxy, bool isAsked, string? address)
    {
        if (!isAsked)
            return null;
        if (address is null)
            throw Stop.Failed("mirror-missing");
        return new(new SourceApi(world.Connect(proxy), Connection.Origin(LogMirror.Origin(address), proxy)), address);
    }

    /// <summary>Whoever serves the log at an address that was typed, its portal too; null where none was.</summary>
    /// <exception cref="Stop"><c>mirror-wrong</c>: no such address can be.</exception>
    public static MirrorCopy? At(World world, Uri? proxy, string? address)
    {
        if (address is null)
            return null;
        address = address.TrimEnd('/');
        return LogMirror.IsAddress(address)
            ? new(new SourceApi(world.Connect(proxy), Connection.Origin(LogMirror.Origin(address), proxy)), address)
            : throw Stop.Usage("mirror-wrong");
    }

    /// <summary>The end of an address, as under <c>/log/</c>; empty for whatever is not there.</summary>
    public async Task<byte[]> FetchAsync(string path, CancellationToken ct)
    {
        try
        {
            return await _api.AtAsync($"{_path}/{path}", ct);
        }
        catch (Stop)
        {
            return [];
        }
    }

    public void Dispose() => _api.Dispose();
}
