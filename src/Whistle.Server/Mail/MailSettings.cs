using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using NodaTime;
using Whistle.Server.Hosting;

namespace Whistle.Server.Mail;

/// <summary>The relay that takes the portal's mail. Without a host there is no mail.</summary>
internal sealed class SmtpSetting
{
    /// <summary>The port on which TLS comes first and SMTP within it; on any other it is asked for by STARTTLS.</summary>
    public const int PortOfTls = 465;

    /// <summary>Name or address of the relay. Default: none, and so no mail.</summary>
    public string? Host { get; set; }

    /// <summary>1 to 65 535. Default: 587.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Who signs in to the relay. Default: nobody does.</summary>
    public string? User { get; set; }

    /// <summary>A file with the user's password, read at each connection; never a setting of its own, which a process list would show.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The address that the mail is from. Needed with a host.</summary>
    public string? From { get; set; }

    /// <summary>Whether nothing is said to the relay before TLS stands. No only for a relay on loopback. Default: yes.</summary>
    public bool Tls { get; set; } = true;

    /// <summary>A file of certificates (PEM) that the relay's must chain to, in place of the system's. Default: none.</summary>
    public string? TrustFile { get; set; }

    public bool IsOn => !string.IsNullOrEmpty(Host);

    public override string ToString() => "(relay)";
}

/// <summary>When the morning's mail goes out.</summary>
internal sealed class MorningSetting
{
    /// <summary>The hour on the clocks of the zone, 0 to 23. Default: 7.</summary>
    public int Hour { get; set; } = 7;

    /// <summary>A zone of the IANA database, such as <c>Europe/Berlin</c>. Default: UTC.</summary>
    public string Zone { get; set; } = "UTC";
}

/// <summary>Says in sentences what cannot be among the settings of mail, before the server starts.</summary>
internal sealed class MailSettingsCheck : IValidateOptions<WhistleOptions>
{
    public ValidateOptionsResult Validate(string? name, WhistleOptions options)
    {
        string[] faults = [.. Faults(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(WhistleOptions options)
    {
        if (options.MorningMail.Hour is < 0 or > 23)
            yield return "Whistle:MorningMail:Hour is not an hour, 0 to 23.";
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(options.MorningMail.Zone) is null)
            yield return "Whistle:MorningMail:Zone is not a zone of the IANA database, such as Europe/Berlin.";
        if (options.HasWebhook && !IsWebhook(options.Webhook!))
            yield return "Whistle:Webhook is not an https address, nor an http address on loopback.";
        if (!options.RootHolderMail.All(MailAddresses.IsWellFormed))
            yield return "Whistle:RootHolderMail: each is an e-mail address, such as works-council@example.org.";
        if (options.RootHolderMail.Count > 0 && !options.Smtp.IsOn)
            yield return "Whistle:RootHolderMail is set, but Whistle:Smtp:Host is not: nobody would send the mail.";
        foreach (var fault in Faults(options.Smtp))
            yield return fault;
    }

    private static IEnumerable<string> Faults(SmtpSetting smtp)
    {
        if (!smtp.IsOn)
        {
            if (IsSet(smtp.User) || IsSet(smtp.PasswordFile) || IsSet(smtp.From) || IsSet(smtp.TrustFile))
                yield return "Whistle:Smtp:Host is missing: without it there is no mail.";
            yield break;
        }
        if (smtp.Port is < IPEndPoint.MinPort + 1 or > IPEndPoint.MaxPort)
            yield return "Whistle:Smtp:Port is not a port, 1 to 65535.";
        if (smtp.From is not { } from || !MailAddresses.IsWellFormed(from))
            yield return "Whistle:Smtp:From is not an e-mail address, such as portal@example.org.";
        if (!smtp.Tls && !IsLoopback(smtp.Host!))
            yield return "Whistle:Smtp:Tls is off, but Whistle:Smtp:Host is not on loopback: addresses would cross the network in the clear.";
        if (IsSet(smtp.User) != IsSet(smtp.PasswordFile))
            yield return "Whistle:Smtp:User and Whistle:Smtp:PasswordFile go together.";
        if (IsSet(smtp.PasswordFile) && !CanRead(smtp.PasswordFile!))
            yield return "Whistle:Smtp:PasswordFile cannot be read, or is empty.";
        if (IsSet(smtp.TrustFile) && !HasCertificates(smtp.TrustFile!))
            yield return "Whistle:Smtp:TrustFile cannot be read, or holds no certificate (PEM).";
    }

    /// <summary>An empty text is how an environment says that there is none.</summary>
    private static bool IsSet(string? text) => !string.IsNullOrEmpty(text);

    private static bool IsWebhook(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (string.Equals(uri.Scheme, "https", StringComparison.Ordinal) || (string.Equals(uri.Scheme, "http", StringComparison.Ordinal) && IsLoopback(uri.Host)));

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool CanRead(string file)
    {
        try
        {
            return SmtpRelay.PasswordOf(file).Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HasCertificates(string file)
    {
        try
        {
            return SmtpRelay.CertificatesOf(file).Count > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return false;
        }
    }
}
