using System.Text;
using System.Text.Json.Nodes;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tests.Log;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class LogVectors
{
    private const string Origin = "whistle.example/log";
    private const long Now = 1_700_000_000;

    private static readonly int[] Sizes = [1, 2, 3, 7, 8, 11, 255, 256, 257, 600];

    public static JsonObject Log()
    {
        using var log = SigningKey.FromSeed(Team.Seed("log"));
        var witnesses = Enumerable.Range(0, 3).Select(i => SigningKey.FromSeed(Team.Seed($"witness {i}"))).ToArray();
        var logKey = new NoteKey(Origin, log.Public);
        var keys = witnesses.Select((w, i) => new NoteKey($"w{i}.example/w", w.Public, NoteAlgorithm.Ed25519Cosignature)).ToArray();
        var tree = new SampleTree(600);
        var checkpoint = new Checkpoint(Origin, 600, tree.RootAt(600)).Sign(log);
        var cosigned = checkpoint
            .With(Cosignature.Sign(checkpoint, keys[0].Name, witnesses[0], Now))
            .With(Cosignature.Sign(checkpoint, keys[2].Name, witnesses[2], Now + 60));
        var policy = string.Join('\n', [$"log {logKey}", .. keys.Select((k, i) => $"witness w{i} {k}"), "group two 2 w0 w1 w2", "quorum two", ""]);
        var vector = new JsonObject
        {
            ["description"] = "A log of the entries \"0\", \"1\", … in ASCII (RFC 6962 and C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature, tlog-proof, tlog-policy): roots, proofs, the tiles of 600 entries, and texts.",
            ["trees"] = List(Sizes.Select(size => (JsonNode?)new JsonObject
            {
                ["size"] = size,
                ["root"] = tree.RootAt(size).ToString(),
                ["inclusion"] = List(Places(size).Select(index => (JsonNode?)new JsonObject { ["index"] = index, ["proof"] = Hashes(tree.Inclusion(index, size)) })),
                ["consistency"] = List(Places(size).Select(index => (JsonNode?)new JsonObject { ["first"] = index + 1, ["proof"] = Hashes(tree.Consistency(index + 1, size)) })),
            })),
            ["tiles"] = List(tree.Tiles.OrderBy(t => (t.Key.Level, t.Key.Index)).Select(t => (JsonNode?)new JsonObject
            {
                ["path"] = "tile/" + t.Key.PathAt(t.Value.Length / Hash32.Length),
                ["hashes"] = B64(t.Value),
            })),
            ["paths"] = List(new (long Index, int Width)[] { (0, 256), (999, 1), (1000, 256), (1_234_067, 17) }
                .Select(p => (JsonNode?)new JsonObject { ["index"] = p.Index, ["width"] = p.Width, ["path"] = TileId.IndexPath(p.Index, p.Width) })),
            ["log"] = logKey.ToString(),
            ["witnesses"] = List(keys.Select(k => (JsonNode?)k.ToString())),
            ["checkpoint"] = Text(cosigned.ToBytes()),
            ["cosigned"] = List([Now, null, Now + 60]),
            ["now"] = Now,
            ["policy"] = policy,
            ["strictPolicy"] = policy.Replace("two 2", "two 3", StringComparison.Ordinal),
            ["refusedPolicies"] = List(new[] { "", "quorum w0\n", "quorum none\nquorum none\n", "witness none " + keys[0] + "\nquorum none\n", "log " + keys[0] + "\nquorum none\n" }.Select(t => (JsonNode?)t)),
            ["refusedCheckpoints"] = List(new[] { "\n1\n{0}\n", "o\n01\n{0}\n", "o\n-1\n{0}\n", "o\n1\n{0}", "o\n1\n{0}\nmore\n", "o\n1\nAAAA\n", "o\n0\n{0}\n", "o\n1e3\n{0}\n", "o\n\n{0}\n" }
                .Select(t => (JsonNode?)t.Replace("{0}", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal))),
            ["proof"] = Text(new InclusionProof(417, tree.Inclusion(417, 600), cosigned).ToBytes()),
        };
        Assert.True(WitnessPolicy.TryParse(policy, out var read, out _) && read.IsMet(cosigned, Now));
        Assert.True(WitnessPolicy.TryParse(vector["strictPolicy"]!.GetValue<string>(), out var strict, out _) && !strict.IsMet(cosigned, Now));
        Assert.All(vector["refusedPolicies"]!.AsArray(), t => Assert.False(WitnessPolicy.TryParse(t!.GetValue<string>(), out _, out _)));
        Assert.All(vector["refusedCheckpoints"]!.AsArray(), t => Assert.Null(Checkpoint.Read(t!.GetValue<string>())));
        Assert.True(InclusionProof.TryParse(Encoding.UTF8.GetBytes(vector["proof"]!.GetValue<string>()), out var proof) && proof.Verify(SampleTree.Entry(417), logKey).IsOk);
        Array.ForEach(witnesses, w => w.Dispose());
        return vector;
    }

    private static int[] Places(int size) => [.. new[] { 0, size / 3, size / 2, size - 1 }.Distinct()];

    private static JsonArray Hashes(IEnumerable<Hash32> hashes) => List(hashes.Select(h => (JsonNode?)h.ToString()));
}
