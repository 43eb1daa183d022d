using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol;

namespace Whistle.Server.Setup;

/// <summary>
/// The one-time set-up token (SPEC 14.7): made anew at each start while no root is pinned, printed on the console, held
/// in memory alone, ended by the set-up. Who can read the operator's console may set up; nobody else.
/// </summary>
internal sealed class SetupGate
{
    private readonly Lock _gate = new();
    private string? _token;

    /// <summary>The token of this start.</summary>
    public string Open()
    {
        lock (_gate)
            return _token ??= StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(32));
    }

    public bool Admits(string token)
    {
        lock (_gate)
            return _token is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_token), Encoding.UTF8.GetBytes(token));
    }

    public void Close()
    {
        lock (_gate)
            _token = null;
    }

    public override string ToString() => "(gate)";
}
