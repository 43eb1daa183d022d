using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Whistle.Server.Tests;

/// <summary>What a relay was handed: the envelope, and the mail as it came.</summary>
internal sealed record Received(string From, string To, string Text, bool InTls)
{
    public string Header(string name) =>
        Head.Split("\r\n").Single(l => l.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];

    public IEnumerable<string> HeaderNames => Head.Split("\r\n").Where(l => !l.StartsWith(' ') && !l.StartsWith('\t')).Select(l => l[..l.IndexOf(':', StringComparison.Ordinal)]);

    /// <summary>The mail without what differs from one person to the next.</summary>
    public string Common => string.Join("\r\n", Text.Split("\r\n").Where(l => !l.StartsWith("To: ", StringComparison.Ordinal) && !l.StartsWith("Message-Id: ", StringComparison.Ordinal)));

    private string Head => Text[..Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Replace("\r\n ", " ", StringComparison.Ordinal);
}

/// <summary>An SMTP server of its own, over sockets: what Whistle says to it is read byte by byte.</summary>
internal sealed class TestRelay : IAsyncDisposable
{
    public const string User = "portal";
    public const string Password = "relay-password-sentinel";

    private readonly ConcurrentQueue<Received> _received = new();
    private readonly StringBuilder _inTheClear = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2? _certificate;
    private readonly bool _tlsFirst;
    private TcpListener _listener;

    public TestRelay(X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _listener = Listen(IPAddress.Loopback, 0);
    }

    private TestRelay(X509Certificate2 certificate, IPAddress address)
    {
        (_certificate, _tlsFirst) = (certificate, true);
        _listener = Listen(address, Whistle.Server.Mail.SmtpSetting.PortOfTls);
    }

    public int Port { get; private set; }

    public IReadOnlyList<Received> Received => [.. _received];

    /// <summary>All that was said before TLS stood, and everything where there is none.</summary>
    public string InTheClear
    {
        get
        {
            lock (_inTheClear)
                return _inTheClear.ToString();
        }
    }

    /// <summary>What is answered to a recipient instead of 250.</summary>
    public Func<string, string?> Refuse { get; set; } = static _ => null;

    /// <summary>Whether it takes a mail and never says so.</summary>
    public bool IsMute { get; set; }

    /// <summary>A certificate that nobody but itself vouches for.</summary>
    public static X509Certificate2 NewCertificate(string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }

    /// <summary>A relay that begins with TLS, as its port asks; null where this process may not have that port.</summary>
    public static TestRelay? TryTlsFirst(X509Certificate2 certificate, string host)
    {
        try
        {
            return new TestRelay(certificate, IPAddress.Parse(host));
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public void GoDown() => _listener.Stop();

    public void ComeBack() => _listener = Listen(IPAddress.Loopback, Port);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        _listener.Dispose();
        _stop.Dispose();
    }

    private TcpListener Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It went down.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            await new Conversation(this, client.GetStream()).RunAsync(_stop.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The other side left, or did not like the certificate.
        }
    }

    private sealed class Conversation(TestRelay relay, Stream stream)
    {
        private Stream _stream = stream;
        private bool _inTls;
        private bool _isKnown = relay._certificate is null;
        private string _from = "";
        private string _to = "";

        public async Task RunAsync(CancellationToken ct)
        {
            if (relay._tlsFirst)
                await SecureAsync(ct);
            await SayAsync("220 relay.example ESMTP", ct);
            while (await HearAsync(ct) is { } line)
            {
                var verb = line.Split(' ')[0].ToUpperInvariant();
                if (verb is "QUIT")
                {
                    await SayAsync("221 bye", ct);
                    return;
                }
                await AnswerAsync(verb, line, ct);
            }
        }

        private async Task AnswerAsync(string verb, string line, CancellationToken ct)
        {
            switch (verb)
            {
                case "EHLO":
                    await SayAsync("250-relay.example\r\n" + (relay._certificate is not null && !_inTls ? "250 STARTTLS" : _inTls ? "250 AUTH PLAIN" : "250 8BITMIME"), ct);
                    break;
                case "STARTTLS":
                    await SayAsync("220 go on", ct);
                    await SecureAsync(ct);
                    break;
                case "AUTH":
                    var said = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2]));
                    _isKnown = string.Equals(said, $"\0{User}\0{Password}", StringComparison.Ordinal);
                    await SayAsync(_isKnown ? "235 welcome" : "535 no", ct);
                    break;
                case "MAIL":
                    _from = Address(line);
                    await SayAsync(_isKnown ? "250 ok" : "530 sign in first", ct);
                    break;
                case "RCPT":
                    _to = Address(line);
                    await SayAsync(relay.Refuse(_to) ?? "250 ok", ct);
                    break;
                case "DATA":
                    await SayAsync("354 go on", ct);
                    var text = new StringBuilder();
                    while (await HearAsync(ct) is { } part && part is not ".")
                        text.Append(part.StartsWith('.') ? part[1..] : part).Append("\r\n");
                    relay._received.Enqueue(new(_from, _to, text.ToString(), _inTls));
                    if (relay.IsMute)
                        await Task.Delay(Timeout.Infinite, ct);
                    await SayAsync("250 taken", ct);
                    break;
                case "RSET":
                    await SayAsync("250 ok", ct);
                    break;
                default:
                    await SayAsync("500 what?", ct);
                    break;
            }
        }

        private static string Address(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

        private async Task SecureAsync(CancellationToken ct)
        {
            var secure = new SslStream(_stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = relay._certificate }, ct);
            (_stream, _inTls) = (secure, true);
        }

        private async Task SayAsync(string line, CancellationToken ct) => await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), ct);

        private async Task<string?> HearAsync(CancellationToken ct)
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (line is not [.., (byte)'\r', (byte)'\n'])
            {
                if (await _stream.ReadAsync(one, ct) == 0)
                    return null;
                line.Add(one[0]);
            }
            var text = Encoding.UTF8.GetString([.. line[..^2]]);
            if (!_inTls)
            {
                lock (relay._inTheClear)
                    relay._inTheClear.Append(text).Append('\n');
            }
            return text;
        }
    }
}
