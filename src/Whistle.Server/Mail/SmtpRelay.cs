using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;

namespace Whistle.Server.Mail;

/// <summary>
/// Hands mail to the relay that the operator named. The relay is told the domain of the sender's address and no name or
/// address of this machine; what it presents is checked as the operator said, without asking anybody else.
/// </summary>
internal sealed class SmtpRelay(IOptions<WhistleOptions> options, Mornings mornings, TimeProvider clock)
{
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(20);

    /// <summary>Ends before the messages' turn does: nobody else has taken them by then.</summary>
    private static readonly TimeSpan LongestRound = OutgoingMessage.Turn - TimeSpan.FromSeconds(20);

    private readonly SmtpSetting _setting = options.Value.Smtp;

    /// <summary>Sends what it can through one connection.</summary>
    /// <param name="messages">All of them mail.</param>
    /// <param name="told">Called for each at once: null where the relay has it, else why not, without an address.</param>
    /// <param name="stop">Ends it; what was not told then waits for its next turn.</param>
    public async Task SendAsync(IReadOnlyList<OutgoingMessage> messages, Func<OutgoingMessage, string?, Task> told, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(LongestRound);
        var ct = limit.Token;
        using var client = new SmtpClient();
        client.LocalDomain = MailAddresses.DomainOf(_setting.From!);
        client.Timeout = (int)LongestSilence.TotalMilliseconds;
        // A list of revoked certificates would be fetched from somebody whom the operator did not name.
        client.CheckCertificateRevocation = false;
        client.ServerCertificateValidationCallback = IsTrusted;
        var left = new Queue<OutgoingMessage>(messages);
        try
        {
            await ConnectAsync(client, ct);
            while (left.TryPeek(out var message))
            {
                var problem = await TrySendAsync(client, message, ct);
                _ = left.Dequeue();
                await told(message, problem);
            }
        }
        catch (Exception e) when (!stop.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // No connection, or none any more: it is the same for all that are left.
            foreach (var message in left)
                await told(message, ReasonOf(e));
            return;
        }
        await QuitAsync(client, stop);
    }

    internal static string PasswordOf(string file) => File.ReadAllText(file).TrimEnd('\r', '\n');

    internal static X509Certificate2Collection CertificatesOf(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates;
    }

    private async Task ConnectAsync(SmtpClient client, CancellationToken ct)
    {
        var security = !_setting.Tls ? SecureSocketOptions.None
            : _setting.Port == SmtpSetting.PortOfTls ? SecureSocketOptions.SslOnConnect
            : SecureSocketOptions.StartTls;
        await client.ConnectAsync(_setting.Host!, _setting.Port, security, ct);
        if (_setting.User is { Length: > 0 } user)
            await client.AuthenticateAsync(user, PasswordOf(_setting.PasswordFile!), ct);
    }

    /// <summary>Null where the relay has it; a reason where it refused this message alone.</summary>
    private async Task<string?> TrySendAsync(SmtpClient client, OutgoingMessage message, CancellationToken ct)
    {
        var day = message.Kind == MessageKind.Morning ? message.Day : mornings.DayAt(clock.GetUtcNow());
        using var mail = MailText.Of(message, _setting.From!, options.Value.Origins[0], mornings.Of(day));
        try
        {
            await client.SendAsync(mail, ct);
            return null;
        }
        catch (SmtpCommandException e) when (client.IsConnected)
        {
            return ReasonOf(e);
        }
    }

    private static async Task QuitAsync(SmtpClient client, CancellationToken ct)
    {
        try
        {
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && e is not OutOfMemoryException)
        {
            // All that was to be sent is with the relay; how it says goodbye changes nothing.
        }
    }

    /// <summary>The type and a number at most: messages of these exceptions hold addresses and what the relay said.</summary>
    private static string ReasonOf(Exception e) => e switch
    {
        SmtpCommandException command => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"SMTP {(int)command.StatusCode}"),
        System.Net.Sockets.SocketException socket => socket.SocketErrorCode.ToString(),
        NotSupportedException => "NoTls",
        _ => e.GetType().Name,
    };

    private bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (_setting.TrustFile is not { Length: > 0 } file)
            return errors == SslPolicyErrors.None;
        if (certificate is not X509Certificate2 presented || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(CertificatesOf(file));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        if (chain is not null)
            own.ChainPolicy.ExtraStore.AddRange(chain.ChainElements.Select(e => e.Certificate).ToArray());
        return own.Build(presented);
    }
}
