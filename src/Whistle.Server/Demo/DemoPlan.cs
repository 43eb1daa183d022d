using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Whistle.Server.Hosting;

namespace Whistle.Server.Demo;

/// <summary>
/// What <c>--demo</c> means for this start: where it listens, where its data lies, and the settings that make it lively.
/// A demo's keys are printed for everybody to read, so it binds to loopback alone and never touches a folder of another kind.
/// </summary>
internal sealed record DemoPlan(DemoFolder Folder, IReadOnlyList<Uri> Urls, IReadOnlyDictionary<string, string?> Settings, string? Problem)
{
    /// <summary>Seconds between batches: a tip shows at the desk while one watches.</summary>
    public const int BatchSeconds = 5;
    public const int EventSeconds = 2;
    private const int LogSeconds = 10;

    public string Origin => OriginOf(Urls[0]);

    public static bool IsAsked(IConfiguration configuration) => configuration.GetValue<bool>("Whistle:Demo");

    public static DemoPlan Of(IConfiguration configuration)
    {
        var urls = new List<Uri>();
        string? problem = null;
        foreach (var text in (configuration[WebHostDefaults.ServerUrlsKey] ?? WhistleHost.DefaultUrl)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (LoopbackOf(text) is { } url)
                urls.Add(url);
            else
                problem ??= $"A demo listens on this machine alone, without TLS and on a port of its own choosing: {text} is refused. Use for example --urls http://localhost:5080.";
        }
        if (urls.Count == 0)
            urls.Add(new Uri(WhistleHost.DefaultUrl));
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            problem ??= "A demo takes its addresses from --urls alone: remove Kestrel:Endpoints from the configuration.";

        var folder = new DemoFolder(configuration["Whistle:Data"] is { Length: > 0 } data ? data : DefaultFolder(urls[0]));
        if (folder.IsForeign)
            problem ??= $"{folder.Root} is not a demo's folder and has something in it: the demo leaves it alone. Use an empty folder.";
        return new(folder, urls, SettingsOf(configuration, folder, urls), problem);
    }

    /// <summary>Why the first address cannot be listened on, or null; asked before anything is built.</summary>
    public string? PortProblem()
    {
        try
        {
            foreach (var url in Urls)
            {
                var address = IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) ? ip : IPAddress.Loopback;
                using var listener = new TcpListener(address, url.Port) { ExclusiveAddressUse = true };
                listener.Start();
            }
            return null;
        }
        catch (SocketException e)
        {
            return $"The demo cannot listen on {string.Join(", ", Urls.Select(OriginOf))}: {e.Message}. Choose another port with --urls http://localhost:PORT.";
        }
    }

    public static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);

    /// <summary>An address of the form http://loopback:port, or null.</summary>
    private static Uri? LoopbackOf(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url is not { Scheme: "http", Port: > 0, PathAndQuery: "/" })
            return null;
        var isLoopback = string.Equals(url.Host, "localhost", StringComparison.Ordinal)
            || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
        return isLoopback ? url : null;
    }

    // Passphrases hold at one origin, so another port is another demo.
    private static string DefaultFolder(Uri url)
    {
        var name = "whistle-demo-" + Environment.UserName;
        if (url.Port != new Uri(WhistleHost.DefaultUrl).Port)
            name += "-" + url.Port.ToString(CultureInfo.InvariantCulture);
        return Path.Combine(Path.GetTempPath(), name);
    }

    private static Dictionary<string, string?> SettingsOf(IConfiguration configuration, DemoFolder folder, List<Uri> urls)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Whistle:Demo"] = "true",
            ["Whistle:Data"] = folder.Root,
            [WebHostDefaults.ServerUrlsKey] = string.Join(';', urls.Select(OriginOf)),
        };
        for (var i = 0; i < urls.Count; i++)
            settings[string.Create(CultureInfo.InvariantCulture, $"Whistle:Origins:{i}")] = OriginOf(urls[i]);
        (string Name, int Value)[] lively =
        [
            ("BatchSeconds", BatchSeconds),
            ("EventSeconds", EventSeconds),
            ("LogSeconds", LogSeconds),
            ("LogMultiple", 2),
            ("LogNoise", 0),
            ("BatchMultiple", 2),
            // Batches every few seconds would fill the disk with noise, and the desk would try it for hours.
            ("BatchNoise", 0),
            ("KeyDelayHours", 0),
            // A demo that was left in a corner for a year opens all its cases still.
            ("StreamDays", 3650),
        ];
        foreach (var (name, value) in lively)
        {
            if (configuration["Whistle:" + name] is null)
                settings["Whistle:" + name] = value.ToString(CultureInfo.InvariantCulture);
        }
        return settings;
    }
}
