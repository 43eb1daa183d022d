using System.CommandLine;
using System.Runtime.CompilerServices;
using Whistle.Cli.Http;
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

    /// <summary>
    /// The log's key by a directory and by those before it, the newest first: each version names the hash of the one before,
    /// so that what the root holders signed vouches for all of them. Ends where the server does not have one.
    /// </summary>
    public static async IAsyncEnumerable<NoteKey> BackFromAsync(
        VerifiedDirectory directory, SourceApi api, [EnumeratorCancellation] CancellationToken ct)
    {
        yield return directory.Version.Log;
        while (directory.Version.Previous != Hash32.Zero)
        {
            Parsed<VerifiedDirectory> earlier;
            try
            {
                earlier = VerifiedDirectory.VerifySignatures(await api.DirectoryAsync(directory.Version.Previous, ct), pinnedRoot: null);
            }
            catch (Stop stop) when (stop.Code is "not-found")
            {
                yield break;
            }
            if (!earlier.IsOk || earlier.Value.Hash != directory.Version.Previous)
                yield break;
            directory = earlier.Value;
            yield return directory.Version.Log;
        }
    }

    /// <summary>The key that was given as such, or by a directory, and there alone.</summary>
    public static async Task<(NoteKey Key, VerifiedDirectory? Directory)> NamedAsync(string? log, string? directory, Hash32? root, CancellationToken ct)
    {
        if (log is not null && (directory is not null || root is not null))
            throw Stop.Usage("options-exclude", "--log", directory is null ? "--root" : "--directory");
        if (log is not null)
            return (Read(log), null);
        if (directory is null)
            throw Stop.Usage("log-key-missing");
        var signed = await DirectoryAsync(directory, root, ct);
        return (signed.Version.Log, signed);
    }

    /// <summary>A verifier key as people hand it on: <c>name+hash+base64</c>.</summary>
    public static NoteKey Read(string text) =>
        NoteKey.TryParse(text.Trim(), out var key) && key.Algorithm == NoteAlgorithm.Ed25519 ? key : throw Stop.Usage("log-key-malformed");
}
