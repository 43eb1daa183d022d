using CsCheck;
using Whistle.Protocol.Log;

namespace Whistle.Protocol.Tests.Log;

/// <summary>RFC 6962 section 2.1: the roots that Certificate Transparency's implementations publish, and the laws of proofs.</summary>
public sealed class MerkleTests
{
    private static readonly string[] Entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

    private static readonly string[] Roots =
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    [Fact]
    public void The_published_roots_come_out()
    {
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", Merkle.EmptyRoot.ToString());
        var leaves = Entries.Select(e => Merkle.LeafHash(Convert.FromHexString(e))).ToArray();
        for (var size = 1; size <= leaves.Length; size++)
        {
            var edge = new TreeEdge();
            edge.Append(leaves[..size]);
            Assert.Equal(Roots[size - 1], edge.Root().ToString());
            Assert.Equal(Roots[size - 1], SampleTree.Definition(leaves[..size]).ToString());
        }
    }

    [Fact]
    public void Every_leaf_of_every_small_tree_is_proved_and_no_other()
    {
        for (var size = 1; size <= 70; size++)
        {
            var tree = new SampleTree(size);
            for (var index = 0; index < size; index++)
            {
                var proof = tree.Inclusion(index, size);
                Assert.True(TreeProof.Includes(size, tree.RootAt(size), index, tree.Leaves[index], proof));
                Assert.False(TreeProof.Includes(size, tree.RootAt(size), index, SampleTree.Leaf(size), proof));
                Assert.False(TreeProof.Includes(size, tree.RootAt(size), (index + 1) % size, tree.Leaves[index], proof) && size > 1);
                Assert.False(TreeProof.Includes(size, tree.RootAt(size), index, tree.Leaves[index], [.. proof, Hash32.Zero]));
                if (proof.Count > 0)
                    Assert.False(TreeProof.Includes(size, tree.RootAt(size), index, tree.Leaves[index], [.. proof.Skip(1)]));
            }
            Assert.False(TreeProof.Includes(size, tree.RootAt(size), size, tree.Leaves[0], []));
            Assert.False(TreeProof.Includes(size, tree.RootAt(size), -1, tree.Leaves[0], []));
        }
    }

    [Fact]
    public void Every_small_tree_begins_every_larger_one_and_a_changed_leaf_is_noticed()
    {
        const int largest = 70;
        var tree = new SampleTree(largest);
        for (var second = 1; second <= largest; second++)
        {
            for (var first = 1; first <= second; first++)
            {
                var proof = tree.Consistency(first, second);
                Assert.True(TreeProof.IsConsistent(first, tree.RootAt(first), second, tree.RootAt(second), proof), $"{first} {second}");
                var forged = SampleTree.Definition([SampleTree.Leaf(1000), .. tree.Leaves.Skip(1).Take(first - 1)]);
                Assert.False(TreeProof.IsConsistent(first, forged, second, tree.RootAt(second), proof), $"{first} {second}");
                Assert.False(TreeProof.IsConsistent(first, tree.RootAt(first), second, SampleTree.Leaf(1), proof));
                Assert.False(TreeProof.IsConsistent(first, tree.RootAt(first), second, tree.RootAt(second), [.. proof, Hash32.Zero]));
            }
            Assert.True(TreeProof.IsConsistent(0, Merkle.EmptyRoot, second, tree.RootAt(second), []));
            Assert.False(TreeProof.IsConsistent(second + 1, tree.RootAt(second), second, tree.RootAt(second), []));
        }
        Assert.False(TreeProof.IsConsistent(0, SampleTree.Leaf(0), 1, tree.RootAt(1), []));
        Assert.True(TreeProof.IsConsistent(0, Merkle.EmptyRoot, 0, Merkle.EmptyRoot, []));
        Assert.False(TreeProof.IsConsistent(0, Merkle.EmptyRoot, 0, tree.RootAt(1), []));
    }

    [Fact]
    public void A_tree_that_grew_in_any_steps_has_the_same_tiles_and_proofs() =>
        Gen.Int[1, 400].Array[1, 12].Sample(steps =>
        {
            var whole = new SampleTree(steps.Sum());
            var grown = new Dictionary<TileId, byte[]>();
            var edge = new TreeEdge();
            var size = 0;
            foreach (var step in steps)
            {
                foreach (var (id, bytes) in edge.Append(whole.Leaves.Skip(size).Take(step)))
                    grown[id] = bytes;
                size += step;
                // What was stored is all that a restart needs.
                edge = new TreeEdge(size, id => grown.TryGetValue(id, out var tile) ? tile : null);
                Assert.Equal(whole.RootAt(size), edge.Root());
            }
            Assert.Equal(whole.Tiles.OrderBy(t => (t.Key.Level, t.Key.Index)).Select(t => (t.Key, Convert.ToHexString(t.Value))),
                grown.OrderBy(t => (t.Key.Level, t.Key.Index)).Select(t => (t.Key, Convert.ToHexString(t.Value))));
        }, iter: 30);

    [Fact]
    public void Proofs_between_large_sizes_come_from_a_handful_of_tiles()
    {
        const int size = 70_000;
        var tree = new SampleTree(size);
        Assert.Equal((112, 17, 1), (tree.Tiles[new(0, 273)].Length / 32, tree.Tiles[new(1, 1)].Length / 32, tree.Tiles[new(2, 0)].Length / 32));
        Gen.Int[0, size - 1].Select(Gen.Int[1, size]).Sample((index, first) =>
        {
            var needed = Tiles.Needed([.. LeafRange.Inclusion(index, size), new(0, size)], size);
            Assert.InRange(needed.Count, 1, 9);
            Assert.All(needed, n => Assert.Equal(tree.Tiles[n.Key].Length / 32, n.Value));
            Assert.True(TreeProof.Includes(size, tree.RootAt(size), index, tree.Leaves[index], tree.Inclusion(index, size)));
            Assert.True(TreeProof.IsConsistent(first, tree.RootAt(first), size, tree.RootAt(size), tree.Consistency(first, size)));
        }, iter: 300);
    }

    [Fact]
    public void An_edge_that_lacks_a_tile_is_not_continued()
    {
        var tree = new SampleTree(300);
        Assert.Throws<InvalidDataException>(() => new TreeEdge(300, _ => null));
        Assert.Throws<InvalidDataException>(() => new TreeEdge(301, id => tree.Tiles[id]));
        Assert.Equal(tree.RootAt(300), new TreeEdge(300, id => tree.Tiles[id]).Root());
    }
}
