using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Whistle.Protocol.Tests.Vectors;

/// <summary>
/// The files in <c>tests/vectors</c>, which C# and TypeScript both read. They are made here, from fixed seeds:
/// <c>WHISTLE_WRITE_VECTORS=1</c> writes them, and otherwise the committed ones must equal what the code makes. A change
/// to one is a change to the wire format.
/// </summary>
public sealed class VectorFilesTests
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Dictionary<string, Func<JsonObject>> Makers = new(StringComparer.Ordinal)
    {
        ["randomness"] = FoundationVectors.Randomness,
        ["jcs"] = FoundationVectors.CanonicalJson,
        ["receipts"] = KeyVectors.Receipts,
        ["case-ids"] = KeyVectors.CaseIds,
        ["unlock"] = KeyVectors.UnlockDerivation,
        ["ed25519-refused-keys"] = KeyVectors.RefusedKeys,
        ["signatures"] = SignatureVectors.Objects,
        ["proofs"] = SignatureVectors.Proofs,
        ["proof-of-work"] = SignatureVectors.Work,
        ["hashes"] = CaseVectors.Hashes,
        ["state"] = CaseVectors.State,
        ["sealed"] = CaseVectors.Sealed,
        ["directory"] = DirectoryVectors.Directory,
        ["tip"] = TipVectors.Tip,
        ["log"] = LogVectors.Log,
        ["clocks"] = ClockVectors.Clocks,
        ["shares"] = KeyVectors.Shares,
    };

    public static TheoryData<string> Names { get; } = [.. Makers.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_committed_file_is_what_the_code_makes(string name)
    {
        var path = RepositoryFiles.PathOf($"tests/vectors/{name}.json");
        var made = Makers[name]().ToJsonString(Options) + "\n";
        if (string.Equals(Environment.GetEnvironmentVariable("WHISTLE_WRITE_VECTORS"), "1", StringComparison.Ordinal))
            File.WriteAllText(path, made);
        Assert.Equal(File.ReadAllText(path), made);
    }

    [Fact]
    public void Every_file_is_made_here_and_says_what_it_is()
    {
        var files = Directory.GetFiles(RepositoryFiles.PathOf("tests/vectors"), "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            Assert.Contains(Path.GetFileNameWithoutExtension(file), Makers.Keys);
            var description = JsonNode.Parse(File.ReadAllText(file))!["description"]!.GetValue<string>();
            Assert.True(description.Length > 20);
        }
    }

    internal static JsonArray List(IEnumerable<JsonNode?> items) => new([.. items]);

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    internal static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);

    internal static string B64(ReadOnlySpan<byte> bytes) => StrictBase64Url.Encode(bytes);
}
