using System.Text.RegularExpressions;

namespace Whistle.Protocol.Documents;

/// <summary>Forms of names that people who write documents choose.</summary>
internal static partial class Names
{
    /// <summary>Lower-case letters, digits and hyphens, at most 40.</summary>
    public static bool IsSlug(string text) => Slug().IsMatch(text);

    /// <summary>A language tag such as <c>en</c> or <c>pt-BR</c>.</summary>
    public static bool IsLanguage(string text) => Language().IsMatch(text);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Slug();

    [GeneratedRegex(@"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Language();
}
