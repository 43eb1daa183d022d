using System.CommandLine;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary>Which key a log must be signed with: never the log's own word.</summary>
internal static class LogKeys
{
    public static Option<string?> DirectoryOption() => new("--directory")
    {
        HelpName = "FILE",
        Description = "A signed directory that you kept; it names the log's key.",
    };

    /// <summary>A directory from a file: signed, under the root where one is named. It may have expired: it names a key.</summary>
    public static async Task<VerifiedDirectory> DirectoryAsync(string path, Hash32? pinned, CancellationToken ct) =>
        Signed(await Files.BytesAsync(path, "--directory", ct), pinned);

    public static VerifiedDirectory Signed(byte[] note, Hash32? pinned)
    {
        var verified = VerifiedDirectory.VerifySignatures(note, pinned);
        return verified.IsOk ? verified.Value : throw Stop.NotVerified(verified.Code);
    }

    /// <summary>A verifier key as people hand it on: <c>name+hash+base64</c>.</summary>
    public static NoteKey Read(string text) =>
        NoteKey.TryParse(text.Trim(), out var key) && key.Algorithm == NoteAlgorithm.Ed25519 ? key : throw Stop.Usage("log-key-malformed");
}
