using System.IO.Compression;
using System.Text;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>One file of tests/vectors/cctv: a head of "key: value" lines, an empty line, an age file.</summary>
internal sealed class CctvVector
{
    private static readonly string[] KnownKeys =
        ["expect", "payload", "identity", "passphrase", "armored", "compressed", "file key", "comment"];

    private readonly List<(string Key, string Value)> _head = [];

    private CctvVector(byte[] bytes)
    {
        var split = bytes.AsSpan().IndexOf("\n\n"u8);
        foreach (var line in Encoding.UTF8.GetString(bytes, 0, split).Split('\n'))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            Assert.Contains(line[..colon], KnownKeys, StringComparer.Ordinal);
            _head.Add((line[..colon], line[(colon + 2)..]));
        }
        var file = bytes[(split + 2)..];
        if (Single("compressed") is { } compression)
        {
            Assert.Equal("zlib", compression);
            using var zlib = new ZLibStream(new MemoryStream(file), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            zlib.CopyTo(inflated);
            file = inflated.ToArray();
        }
        File = file;
    }

    public static IReadOnlyList<string> Names { get; } =
    [
        .. Directory.GetFiles(RepositoryFiles.PathOf("tests/vectors/cctv")).Select(Path.GetFileName).OfType<string>()
            .Where(name => name is not "README.md").Order(StringComparer.Ordinal),
    ];

    public byte[] File { get; }

    public bool IsArmored => Single("armored") is "yes";

    public AgeError Expected => Single("expect") switch
    {
        "success" => AgeError.None,
        "armor failure" => AgeError.ArmorFailure,
        "header failure" => AgeError.HeaderFailure,
        "no match" => AgeError.NoMatch,
        "HMAC failure" => AgeError.HmacFailure,
        "payload failure" => AgeError.PayloadFailure,
        var other => throw new InvalidDataException($"Unknown expectation {other}."),
    };

    /// <summary>SHA-256 of what may be released, in lower-case hex.</summary>
    public string? PayloadHash => Single("payload");

    public byte[]? FileKey => Single("file key") is { } hex ? Convert.FromHexString(hex) : null;

    public static CctvVector Load(string name) =>
        new(System.IO.File.ReadAllBytes(RepositoryFiles.PathOf("tests/vectors/cctv/" + name)));

    /// <summary>The identities of the head, in its order.</summary>
    public List<IAgeIdentity> Identities()
    {
        var identities = new List<IAgeIdentity>();
        foreach (var (key, value) in _head)
        {
            if (key is "passphrase")
            {
                identities.Add(new ScryptIdentity(value));
            }
            else if (key is "identity" && HybridIdentity.TryParse(value, out var hybrid))
            {
                identities.Add(hybrid);
            }
            else if (key is "identity")
            {
                Assert.True(X25519Identity.TryParse(value, out var classical), value);
                identities.Add(classical);
            }
        }
        return identities;
    }

    private string? Single(string key) => _head.SingleOrDefault(line => string.Equals(line.Key, key, StringComparison.Ordinal)).Value;
}
