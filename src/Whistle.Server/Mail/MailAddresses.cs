namespace Whistle.Server.Mail;

/// <summary>
/// E-mail addresses as every relay takes them: ASCII, no quotes, no comment, no name in front. Nothing in them can end a
/// header or begin another.
/// </summary>
internal static class MailAddresses
{
    /// <summary>RFC 5321 4.5.3.1.3, without the angle brackets.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalLength = 64;
    private const int MaxLabelLength = 63;
    private const string LocalSigns = "!#$%&'*+-/=?^_`{|}~";

    public static bool IsWellFormed(string address)
    {
        if (address.Length > MaxLength || address.Split('@') is not [var local, var domain])
            return false;
        return local.Length is > 0 and <= MaxLocalLength && local.Split('.').All(IsAtom) && domain.Split('.').All(IsLabel);
    }

    /// <summary>What stands behind the <c>@</c> of a well-formed address.</summary>
    public static string DomainOf(string address) => address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];

    private static bool IsAtom(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || LocalSigns.Contains(c, StringComparison.Ordinal));

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabelLength && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-') && label[0] is not '-' && label[^1] is not '-';
}
