using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;

namespace Whistle.Cli.Cases;

/// <summary>Whether something in a case is the team's word: a message, or a later version of the sheet.</summary>
internal static class TeamSignature
{
    /// <summary>
    /// The signer as the directory that the writer used lists them, else as the newest does: the same person may have
    /// another key by now, and may have left.
    /// </summary>
    public static DirectoryPerson? Signer(ThreadContext context, string signer, Hash32 directory)
    {
        if (!PersonId.TryParse(signer, out var id))
            return null;
        return context.Directories.FirstOrDefault(d => d.Hash == directory)?.Version.Person(id)
            ?? (context.Directories is [.., var newest] ? newest.Version.Person(id) : null);
    }

    /// <summary>
    /// Null where it holds; <c>not-checked</c> without any directory, <c>signer-unknown</c>, <c>signer-excluded</c>,
    /// <c>signature-invalid</c>.
    /// </summary>
    public static string? Refuse<T>(SignedObject<T> signed, Day day, DirectoryPerson? signer, ThreadContext context)
        where T : class
    {
        if (context.Directories.Count == 0)
            return "not-checked";
        if (signer is null || signer.Role is not ("lead" or "reviewer") || day > signer.Until)
            return "signer-unknown";
        if (context.Excluded.Any(e => e.IsSameAs(signer.Reader)))
            return "signer-excluded";
        return signed.IsSignedBy(signer.Signing, context.Root) ? null : "signature-invalid";
    }
}
