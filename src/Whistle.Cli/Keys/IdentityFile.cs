using System.Security.Cryptography;
using System.Text;
using Whistle.Cli.Io;
using Whistle.Protocol.Age;

namespace Whistle.Cli.Keys;

/// <summary>
/// Identity files as age has them: lines of <c>AGE-SECRET-KEY-PQ-1…</c> and comments, in the clear or under a
/// passphrase. The first hybrid identity counts.
/// </summary>
internal static class IdentityFile
{
    public static async Task<HybridIdentity> OpenAsync(World world, Report report, string path, string? passphraseFile, CancellationToken ct)
    {
        var file = await Files.BytesAsync(path, "--identity", ct);
        if (SealedFile.IsAge(file))
        {
            var passphrase = await Secrets.PassphraseAsync(world, passphraseFile, "The passphrase of the identity file (it is not shown): ", ct);
            var locked = file;
            file = await report.WhileAsync("Opening the identity file …", () => Task.Run(() => SealedFile.Open(locked, passphrase), ct));
        }
        try
        {
            foreach (var line in Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.TrimEntries))
            {
                if (HybridIdentity.TryParse(line, out var identity))
                    return identity;
            }
            throw Stop.Failed("identity-malformed");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }
}
