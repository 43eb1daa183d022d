using System.Security.Cryptography;
using System.Text;
using Whistle.Server.Hosting;

namespace Whistle.Server.People;

/// <summary>
/// Login names: lower case, trimmed, and of ASCII letters, digits and <c>. _ @ + -</c> alone (SPEC 11), a set that no
/// normalisation changes: this process runs without the tables that one would need.
/// </summary>
internal sealed class LoginNames(ServerKeys keys)
{
    public const int MaxLength = 64;

    public static string Normalise(string name) => name.Trim().ToLowerInvariant();

    public static bool IsWellFormed(string name) =>
        name.Length is >= 1 and <= MaxLength && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '@' or '+' or '-');

    /// <summary>The server salt of SPEC 11, 32 bytes: the same for a known and an unknown name, and for ever.</summary>
    public byte[] Salt(string name) =>
        Mac([.. "whistle/salt/v1\0"u8, .. Encoding.UTF8.GetBytes(Normalise(name))]);

    /// <summary>Spreads names over the counters of <see cref="UnknownNames"/>, unpredictably for who does not know the key.</summary>
    public int Bucket(string name, int buckets) =>
        BitConverter.ToUInt16(Mac([.. "bucket\0"u8, .. Encoding.UTF8.GetBytes(Normalise(name))])) % buckets;

    private byte[] Mac(byte[] input) => HMACSHA256.HashData(keys.Mac, input);
}

/// <summary>
/// Locks names that nobody has as accounts lock, so that a lock tells nothing about who works here. A fixed number of
/// counters, in memory: no flood of names fills anything.
/// </summary>
internal sealed class UnknownNames(LoginNames names)
{
    private const int Buckets = 4096;
    private readonly (int Failures, DateTimeOffset LockedUntil)[] _state = new (int, DateTimeOffset)[Buckets];
    private readonly Lock _gate = new();

    /// <summary>Counts a failed attempt; true where the name was locked already.</summary>
    public bool IsLockedOrFails(string name, DateTimeOffset now)
    {
        ref var state = ref _state[names.Bucket(name, Buckets)];
        lock (_gate)
        {
            if (state.LockedUntil > now)
                return true;
            if (++state.Failures >= Member.MaxFailures)
                state = (0, now + Member.LockTime);
            return false;
        }
    }
}
