using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Demo;

/// <summary>Where the demo is built, what time it is there, and the directory that everybody in it goes by.</summary>
internal sealed class DemoWorld(Uri address, string origin, TimeProvider clock) : IDisposable
{
    public Uri Address => address;

    /// <summary>The origin that the demo will be served under, which is what its devices sign.</summary>
    public string Origin => origin;

    public TimeProvider Clock => clock;

    public Day Today => Day.Of(clock.GetUtcNow());

    /// <summary>The root fingerprint, pinned by the ceremony.</summary>
    public Hash32 Root { get; set; }

    public VerifiedDirectory Directory { get; private set; } = null!;

    public DemoHttp Source { get; } = DemoHttp.OfSource(address);

    /// <summary>Fetches the directory as a source does and believes it only if the pinned root signed it.</summary>
    public async Task FetchDirectoryAsync(CancellationToken ct) => Directory = VerifiedDirectory.Verify(
        await Source.GetBytesAsync("directory", ct),
        new DirectoryChecks { Today = Today, PinnedRoot = Root, Origin = origin, HighestVersion = Directory?.Version.Version ?? 0 }).Require();

    /// <summary>Pins the root of a demo that was built before, and fetches its directory.</summary>
    public async Task FetchRootAsync(DemoRecord record, CancellationToken ct)
    {
        using var rootKey = SigningKey.FromSeed(record.RootKeySeed);
        PinRoot(rootKey);
        await FetchDirectoryAsync(ct);
    }

    public void PinRoot(SigningKey rootKey) => Root = RootOf(rootKey);

    public static Hash32 RootOf(SigningKey rootKey) => new RootKeys(1, [new NoteKey(DemoCeremony.RootKeyName, rootKey.Public)]).Fingerprint;

    public void Dispose() => Source.Dispose();
}
