using System.Text;
using System.Text.Json.Nodes;
using Whistle.Protocol.Json;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class FoundationVectors
{
    public static JsonObject Randomness()
    {
        var seed = Team.Seed("randomness vector");
        int[] shuffled = [.. Enumerable.Range(0, 16)];
        Protocol.Randomness.FromSeed(seed).Shuffle<int>(shuffled);
        var fair = Protocol.Randomness.FromSeed(seed);
        return new JsonObject
        {
            ["description"] = "The deterministic stream of SPEC section 1, and section 2's fair choice and shuffle over it, each from the beginning of the stream.",
            ["seed"] = Hex(seed),
            ["first100Bytes"] = Hex(Protocol.Randomness.FromSeed(seed).Bytes(100)),
            ["below7776"] = List(Enumerable.Range(0, 8).Select(_ => (JsonNode?)fair.Below(7776))),
            ["shuffled16"] = List(shuffled.Select(i => (JsonNode?)i)),
        };
    }

    public static JsonObject CanonicalJson()
    {
        string[] canonical =
        [
            "{}", "{\"a\":[],\"b\":{}}", "{\"max\":9007199254740991,\"min\":-9007199254740991,\"zero\":0}",
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\",\"ö\":\"o\",\"€\":\"Euro\",\"😀\":\"Smile\",\"\ufb33\":\"Dalet\"}",
            "{\"escapes\":\"\\b\\t\\n\\f\\r\\\"\\\\/\\u0000\\u001f\u007f\u2028\"}",
            "{\"deep\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}",
        ];
        string[] refused =
        [
            "", "[]", "{ }", "{}\n", "{\"a\":1.0}", "{\"a\":1e2}", "{\"a\":-0}", "{\"a\":9007199254740992}",
            "{\"a\":true}", "{\"a\":null}", "{\"a\":1,\"a\":1}", "{\"b\":1,\"a\":1}", "{\"a\":\"\\u0062\"}",
            "{\"a\":\"\\/\"}", "{\"a\":\"\\u000F\"}", "{\"a\":\"\\ud800\"}", "\ufeff{}",
            "{\"deep\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}",
        ];
        foreach (var text in canonical)
            Assert.True(Jcs.TryParse(Encoding.UTF8.GetBytes(text), 1000, out _), text);
        foreach (var text in refused)
            Assert.False(Jcs.TryParse(Encoding.UTF8.GetBytes(text), 1000, out _), text);
        return new JsonObject
        {
            ["description"] = "Canonical JSON within the limits of SPEC section 1 (UTF-8 in base64url): texts that a reader takes and writes again byte for byte, and texts that it refuses. 16 levels are read, 17 are not.",
            ["canonical"] = List(canonical.Select(t => (JsonNode?)B64(Encoding.UTF8.GetBytes(t)))),
            ["refused"] = List(
                refused.Select(t => (JsonNode?)B64(Encoding.UTF8.GetBytes(t)))
                    .Append(B64([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]))),
        };
    }
}
