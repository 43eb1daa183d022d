using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Whistle.Browser.Tests.Job;

/// <summary>A person's authenticator app (RFC 6238): no code is shown twice, and none that the server no longer takes.</summary>
internal sealed class Authenticator(string base32)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int StepSeconds = 30;
    private long _last;

    /// <summary>The next unused code. The server takes one step ahead of its clock; beyond that this waits.</summary>
    public async Task<string> NextAsync()
    {
        while (_last + 1 > Now + 1)
            await Task.Delay(250);
        _last = Math.Max(_last + 1, Now);
        return Code(_last);
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;

    private string Code(long step)
    {
        var bits = string.Concat(base32.Select(c => Convert.ToString(Alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // RFC 6238 as every authenticator app speaks it.
        var mac = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(mac.AsSpan(mac[^1] & 0x0F)) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString(CultureInfo.InvariantCulture).PadLeft(6, '0');
    }
}
