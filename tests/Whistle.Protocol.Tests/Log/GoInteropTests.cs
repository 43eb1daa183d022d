using System.Globalization;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Tests.Log;

/// <summary>What Go's golang.org/x/mod/sumdb makes, we read, and the other way round.</summary>
public sealed class GoInteropTests
{
    private const string Origin = "whistle.example/log";

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(1000)]
    [InlineData(66_000)]
    public void Tiles_roots_and_proofs_are_the_same(int size)
    {
        var tree = new SampleTree(size);
        int[] indexes = [0, size / 3, size / 2, size - 1];
        int[] firsts = [1, (size / 3) + 1, (size / 2) + 1, size];
        var go = OtherPrograms.Go(new
        {
            Size = size,
            Indexes = indexes,
            Firsts = firsts,
            Tiles = tree.Tiles.ToDictionary(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key.Level}/{t.Key.Index}"), t => t.Value, StringComparer.Ordinal),
            Root = tree.RootAt(size).ToBytes(),
        });

        Assert.Equal(tree.RootAt(size), HashOf(go.GetProperty("Root")));
        var tiles = go.GetProperty("Tiles").EnumerateObject().ToDictionary(t => t.Name, t => t.Value.GetBytesFromBase64(), StringComparer.Ordinal);
        Assert.Equal(tree.Tiles.Count, tiles.Count);
        Assert.All(tree.Tiles, t => Assert.Equal(t.Value, tiles[string.Create(CultureInfo.InvariantCulture, $"{t.Key.Level}/{t.Key.Index}")]));
        foreach (var name in new[] { "Inclusion", "InclusionOfTheirs" })
        {
            var proofs = Proofs(go, name);
            Assert.Equal(indexes.Select(i => tree.Inclusion(i, size)), proofs);
            Assert.All(indexes.Zip(proofs), p => Assert.True(TreeProof.Includes(size, tree.RootAt(size), p.First, tree.Leaves[p.First], p.Second)));
        }
        foreach (var name in new[] { "Consistency", "ConsistencyOfTheirs" })
        {
            var proofs = Proofs(go, name);
            Assert.Equal(firsts.Select(f => tree.Consistency(f, size)), proofs);
            Assert.All(firsts.Zip(proofs), p => Assert.True(TreeProof.IsConsistent(p.First, tree.RootAt(p.First), size, tree.RootAt(size), p.Second)));
        }
    }

    [Fact]
    public void A_checkpoint_is_opened_by_go_and_one_that_go_signed_by_us()
    {
        using var key = SigningKey.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);
        var log = new NoteKey(Origin, key.Public);
        var checkpoint = new Checkpoint(Origin, 11, new SampleTree(11).RootAt(11));
        var go = OtherPrograms.Go(new
        {
            Note = Encoding.UTF8.GetString(checkpoint.Sign(key).ToBytes()),
            Verifier = log.ToString(),
            Text = checkpoint.ToText(),
            Signer = string.Create(CultureInfo.InvariantCulture, $"PRIVATE+KEY+{Origin}+{log.Hash:x8}+{Convert.ToBase64String([1, .. key.ExportSeed()])}"),
        });
        Assert.Equal(checkpoint.ToText(), go.GetProperty("Opened").GetString());
        var signed = Encoding.UTF8.GetBytes(go.GetProperty("Signed").GetString()!);
        Assert.Equal(checkpoint, Checkpoint.Verify(signed, log).Require().Checkpoint);
        // Ed25519 is deterministic: the same words, byte for byte.
        Assert.Equal(checkpoint.Sign(key).ToBytes(), signed);
    }

    private static List<List<Hash32>> Proofs(JsonElement answer, string name) =>
        [.. answer.GetProperty(name).EnumerateArray().Select(p => p.EnumerateArray().Select(HashOf).ToList())];

    private static Hash32 HashOf(JsonElement bytes) => Hash32.FromBytes(bytes.GetBytesFromBase64());
}
