using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Whistle.Protocol.Log;

/// <summary>
/// Where somebody else keeps a copy of the log (SPEC section 6, <c>log.mirror</c>): an address under which
/// <c>/checkpoint</c> and <c>/tile/…</c> are what they are under <c>/log</c>.
/// </summary>
public static class LogMirror
{
    private static readonly Regex Address = new(
        @"^https?://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    /// <summary>Characters, at most.</summary>
    public const int MaxLength = 200;

    /// <summary>Whether a text is such an address, in its one spelling: lower case, no query, no slash at the end.</summary>
    public static bool IsAddress([NotNullWhen(true)] string? text) => text is not null && text.Length <= MaxLength && Address.IsMatch(text);

    /// <summary>Scheme, host and port: what a page's policy has to allow.</summary>
    /// <exception cref="ArgumentException">It is no such address.</exception>
    public static string Origin(string address) => IsAddress(address)
        ? string.Join('/', address.Split('/').Take(3)) // whether there can be such a host is for whoever connects to find out
        : throw new ArgumentException("Not the address of a mirror.", nameof(address));

}
