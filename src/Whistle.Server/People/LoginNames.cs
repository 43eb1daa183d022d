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
        HMACSHA256.HashData(keys.Mac, (byte[])[.. "whistle/salt/v1\0"u8, .. Encoding.UTF8.GetBytes(Normalise(name))]);
}
