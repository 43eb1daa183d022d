using System.Net;

namespace Whistle.Cli.Http;

/// <summary>
/// How the program reaches a server. The system's proxy settings are ignored, for a proxy that somebody else configured
/// would see where a source goes; nothing names the program, remembers anything, or follows a redirect.
/// </summary>
internal static class Connection
{
    public static HttpMessageHandler Handler(Uri? proxy) => new SocketsHttpHandler
    {
        UseProxy = proxy is not null,
        // Names are resolved by the SOCKS proxy, not here: a look-up would name the server to the network.
        Proxy = proxy is null ? null : new WebProxy(proxy) { BypassProxyOnLocal = false },
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        PreAuthenticate = false,
        Credentials = null,
        // No traceparent: it would tie one request to the next.
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(proxy is null ? 20 : 90),
    };

    /// <summary>Reads <c>socks5://host:port</c>; null for null.</summary>
    public static Uri? Proxy(string? text)
    {
        if (text is null)
            return null;
        // curl's and Tor's spelling for "the proxy resolves names", which is what happens here anyway.
        var plain = text.StartsWith("socks5h://", StringComparison.OrdinalIgnoreCase) ? "socks5" + text[7..] : text;
        return Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme is "socks5" && uri.Port > 0 && uri.UserInfo.Length == 0
            ? uri
            : throw Stop.Usage("proxy-malformed");
    }

    /// <summary>
    /// The origin of a server's address (RFC 6454 section 6.2). Plain http is taken for this machine and for onion
    /// services alone, and an onion service only through a proxy.
    /// </summary>
    public static string Origin(string server, Uri? proxy)
    {
        if (!Uri.TryCreate(server, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.PathAndQuery is not "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0
            // An origin is ASCII; two scripts that look alike must not name two servers.
            || uri.Host.Any(c => !char.IsAscii(c)))
            throw Stop.Usage("server-malformed");
        var isOnion = uri.Host.EndsWith(".onion", StringComparison.OrdinalIgnoreCase);
        if (isOnion && proxy is null)
            throw Stop.Usage("onion-needs-proxy");
        if (uri.Scheme is "http" && !isOnion && !uri.IsLoopback)
            throw Stop.Usage("https-needed");
        return uri.GetLeftPart(UriPartial.Authority);
    }
}
