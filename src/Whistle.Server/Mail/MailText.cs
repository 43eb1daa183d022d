using MimeKit;
using MimeKit.Text;
using Whistle.Protocol;

namespace Whistle.Server.Mail;

/// <summary>
/// The words of all mail. Those of the morning are constant: whoever compares two of them, or a busy day's with a quiet
/// day's, finds nothing. No mail has a link, so that one with a link is known for a forgery.
/// </summary>
internal static class MailText
{
    private const string MorningSubject = "Good morning from the reporting desk / Guten Morgen von der Meldestelle";

    private const string MorningBody = """
        Good morning.

        This mail goes to everybody who works on reports, every working day at the same hour. It is always the same, whether
        or not there is anything to do. Please open the desk and look.

        It never has a link: open the desk as you always do.


        Guten Morgen.

        Diese Mail geht an alle, die Meldungen bearbeiten, an jedem Arbeitstag zur selben Stunde. Sie ist immer gleich, ob
        etwas zu tun ist oder nicht. Bitte öffnen Sie den Arbeitsplatz und sehen Sie nach.

        Sie enthält nie einen Link: Öffnen Sie den Arbeitsplatz so wie immer.

        """;

    private const string ExpirySubject = "The directory of a reporting portal expires / Das Verzeichnis eines Meldeportals läuft ab";

    /// <summary>A mail to one person, without a name, a product or a host of ours in its headers.</summary>
    /// <param name="message">For whom, and which day.</param>
    /// <param name="from">The sender's address; its domain is that of the Message-Id.</param>
    /// <param name="portal">The portal's origin.</param>
    /// <param name="date">What the mail is dated: the morning, and not the moment at which it went out.</param>
    public static MimeMessage Of(OutgoingMessage message, string from, string portal, DateTimeOffset date)
    {
        var isMorning = message.Kind == MessageKind.Morning;
        var mail = new MimeMessage
        {
            MessageId = $"{message.Id}@{MailAddresses.DomainOf(from)}",
            Date = date,
            Subject = isMorning ? MorningSubject : ExpirySubject,
            Body = new TextPart(TextFormat.Plain) { Text = isMorning ? MorningBody : ExpiryBody(portal, message.Day), ContentTransferEncoding = ContentEncoding.QuotedPrintable },
        };
        mail.From.Add(new MailboxAddress(name: null, from));
        mail.To.Add(new MailboxAddress(name: null, message.To!));
        // RFC 3834: nobody's holiday notice answers.
        mail.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return mail;
    }

    private static string ExpiryBody(string portal, Day day) => $"""
        Portal: {portal}

        The signed directory of this portal expires. Its last day is {day}. After it nobody can send a report until root
        holders have signed the next one. Please sign it, or ask an admin to build it.


        Das unterschriebene Verzeichnis dieses Portals läuft ab. Sein letzter Tag ist der {day}. Danach kann niemand etwas
        melden, bis das nächste unterschrieben ist. Bitte unterschreiben Sie es, oder bitten Sie die Administration, es zu bilden.

        """;
}
