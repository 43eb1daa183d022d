using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Tests.Log;

/// <summary>The texts of C2SP: tile paths, bundles, checkpoints, cosignatures, proofs and policies.</summary>
public sealed class LogTextTests
{
    private const string Origin = "whistle.example/log";

    private static SigningKey KeyOf(byte seed) => SigningKey.FromSeed([.. Enumerable.Repeat(seed, SigningKey.SeedLength)]);

    [Theory]
    [InlineData(0, 256, "000")]
    [InlineData(1_234_067, 256, "x001/x234/067")]
    [InlineData(273, 112, "273.p/112")]
    [InlineData(999_999_999, 1, "x999/x999/999.p/1")]
    public void A_place_has_one_path(long index, int width, string path)
    {
        Assert.Equal(path, TileId.IndexPath(index, width));
        Assert.True(TileId.TryParseIndex(path, out var readIndex, out var readWidth));
        Assert.Equal((index, width), (readIndex, readWidth));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0000")]
    [InlineData("x000/001")]
    [InlineData("001/002")]
    [InlineData("x001/x002")]
    [InlineData("001.p/0")]
    [InlineData("001.p/256")]
    [InlineData("001.p/01")]
    [InlineData("001.p/")]
    [InlineData("-01")]
    [InlineData("+01")]
    [InlineData("x001/x001/x001/x001/x001/x001/001")]
    [InlineData("001/")]
    [InlineData("001.p/1/2")]
    public void Any_other_path_is_none(string path) => Assert.False(TileId.TryParseIndex(path, out _, out _));

    [Fact]
    public void The_widths_of_the_standards_example_come_out()
    {
        Assert.Equal((256, 112, 0), (new TileId(0, 272).WidthAt(70_000), new TileId(0, 273).WidthAt(70_000), new TileId(0, 274).WidthAt(70_000)));
        Assert.Equal((17, 1, 0), (new TileId(1, 1).WidthAt(70_000), new TileId(2, 0).WidthAt(70_000), new TileId(3, 0).WidthAt(70_000)));
        Assert.Equal((256, 1), (new TileId(0, 0).WidthAt(256), new TileId(1, 0).WidthAt(256)));
    }

    [Fact]
    public void A_bundle_gives_its_entries_back_and_a_cut_one_none()
    {
        byte[][] entries = [[], [1], new byte[EntryBundle.MaxEntry]];
        var bundle = entries.SelectMany(e => EntryBundle.Encode(e)).ToArray();
        Assert.Equal(entries, EntryBundle.Read(bundle)!.Select(e => e.ToArray()));
        Assert.Null(EntryBundle.Read(bundle.AsMemory(0, bundle.Length - 1)));
        Assert.Null(EntryBundle.Read(new byte[] { 0 }));
        Assert.Null(EntryBundle.Read(new byte[2 * 257]));
        Assert.Throws<ArgumentException>(() => EntryBundle.Encode(new byte[EntryBundle.MaxEntry + 1]));
    }

    [Fact]
    public void A_checkpoint_is_read_back_and_only_its_own_logs_signature_counts()
    {
        using var key = KeyOf(1);
        using var other = KeyOf(2);
        var log = new NoteKey(Origin, key.Public);
        var checkpoint = new Checkpoint(Origin, 3, SampleTree.Leaf(3));
        var note = checkpoint.Sign(key).ToBytes();
        Assert.Equal(checkpoint, Checkpoint.Verify(note, log).Require().Checkpoint);
        Assert.Equal("checkpoint-origin", Checkpoint.Verify(note, new NoteKey("other.example/log", key.Public)).Code);
        Assert.Equal("checkpoint-unsigned", Checkpoint.Verify(note, new NoteKey(Origin, other.Public)).Code);
        Assert.Equal("checkpoint-malformed", Checkpoint.Verify(note.AsSpan(0, note.Length - 1), log).Code);
    }

    [Theory]
    [InlineData("\n1\n{0}\n")]
    [InlineData("o\n01\n{0}\n")]
    [InlineData("o\n-1\n{0}\n")]
    [InlineData("o\n1\n{0}")]
    [InlineData("o\n1\n{0}\nextension\n")]
    [InlineData("o\n1\nAAAA\n")]
    [InlineData("o\n0\n{0}\n")]
    [InlineData("o\n9223372036854775808\n{0}\n")]
    public void Another_text_is_no_checkpoint(string form) =>
        Assert.Null(Checkpoint.Read(form.Replace("{0}", Convert.ToBase64String(new byte[32]), StringComparison.Ordinal)));

    [Fact]
    public void The_example_of_tlog_cosignature_has_the_form_that_is_read()
    {
        // Its keys are not published; the lines are read, and count for nothing under another key.
        var example =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
            "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" +
            "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(example), out var note));
        Assert.Equal(20_852_163, Checkpoint.Read(note.Text)!.Size);
        Assert.Equal(Cosignature.Length, note.Signatures[1].Signature.Length);
        using var key = KeyOf(3);
        Assert.Null(Cosignature.TimeOf(note, new NoteKey("witness.example.com/w1", key.Public, NoteAlgorithm.Ed25519Cosignature)));
    }

    [Fact]
    public void A_cosignature_holds_for_its_text_its_time_and_its_witness()
    {
        const long time = 1_679_315_147;
        using var log = KeyOf(1);
        using var witness = KeyOf(2);
        var key = new NoteKey("union.example/w", witness.Public, NoteAlgorithm.Ed25519Cosignature);
        var checkpoint = new Checkpoint(Origin, 1, SampleTree.Leaf(1)).Sign(log);
        var line = Cosignature.Sign(checkpoint, key.Name, witness, time);
        Assert.Equal(time, Cosignature.TimeOf(checkpoint.With(line), key));
        Assert.Null(Cosignature.TimeOf(checkpoint, key));
        Assert.Null(Cosignature.TimeOf(new Checkpoint(Origin, 2, SampleTree.Leaf(1)).Sign(log).With(line), key));
        Assert.Null(Cosignature.TimeOf(checkpoint.With(line), new NoteKey("other.example/w", witness.Public, NoteAlgorithm.Ed25519Cosignature)));
        // The message itself, as the standard spells it.
        var message = Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{checkpoint.Text}");
        Assert.True(witness.Public.Verify(message, line.Signature.Span[8..]));
        Assert.Throws<ArgumentException>(() => checkpoint.IsSignedBy(key));
        Assert.Throws<ArgumentException>(() => Cosignature.TimeOf(checkpoint, new NoteKey(Origin, log.Public)));
    }

    [Fact]
    public void A_verifier_key_has_one_spelling()
    {
        using var key = KeyOf(4);
        foreach (var algorithm in new[] { NoteAlgorithm.Ed25519, NoteAlgorithm.Ed25519Cosignature })
        {
            var text = new NoteKey("w.example/1", key.Public, algorithm).ToString();
            Assert.True(NoteKey.TryParse(text, out var read));
            Assert.Equal(new NoteKey("w.example/1", key.Public, algorithm), read);
            Assert.False(NoteKey.TryParse(text.ToUpperInvariant(), out _));
            Assert.False(NoteKey.TryParse("v" + text, out _));
            Assert.False(NoteKey.TryParse(text[..^4], out _));
        }
        Assert.False(NoteKey.TryParse(null, out _));
    }

    [Fact]
    public void A_proof_is_one_text_that_is_checked_without_a_network()
    {
        using var key = KeyOf(1);
        var tree = new SampleTree(11);
        var checkpoint = new Checkpoint(Origin, 11, tree.RootAt(11)).Sign(key);
        var bytes = new InclusionProof(4, tree.Inclusion(4, 11), checkpoint).ToBytes();
        Assert.StartsWith("c2sp.org/tlog-proof@v1\nindex 4\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.True(InclusionProof.TryParse(bytes, out var proof));
        Assert.Equal(bytes, proof.ToBytes());
        var log = new NoteKey(Origin, key.Public);
        Assert.Equal(11, proof.Verify(SampleTree.Entry(4), log).Require().Checkpoint.Size);
        Assert.Equal("proof-wrong", proof.Verify(SampleTree.Entry(5), log).Code);
        var withExtra = Encoding.UTF8.GetString(bytes).Replace("\nindex", "\nextra AAAA\nindex", StringComparison.Ordinal);
        Assert.True(InclusionProof.TryParse(Encoding.UTF8.GetBytes(withExtra), out var passed));
        Assert.Equal(withExtra, Encoding.UTF8.GetString(passed.ToBytes()));
        Assert.Equal(new byte[3], passed.Extra!.Value.ToArray());
        Assert.False(InclusionProof.TryParse(Encoding.UTF8.GetBytes(withExtra.Replace("AAAA", "A*", StringComparison.Ordinal)), out _));
        foreach (var broken in new[] { "index 04", "index -4", "Index 4", "index 4 " })
            Assert.False(InclusionProof.TryParse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("index 4", broken, StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void A_quorum_holds_when_its_groups_do()
    {
        const long now = 1_700_000_000;
        using var log = KeyOf(1);
        var witnesses = Enumerable.Range(10, 6).Select(i => KeyOf((byte)i)).ToArray();
        var keys = witnesses.Select((w, i) => new NoteKey($"w{i}.example/w", w.Public, NoteAlgorithm.Ed25519Cosignature)).ToArray();
        var text = $"""
            # Two organisations
            log {new NoteKey(Origin, log.Public)}
            witness X1 {keys[0]}
            witness X2 {keys[1]} https://x2.example/
            witness X3 {keys[2]}
            group X 2 X1 X2 X3
            witness Y1 {keys[3]}
            witness Y2 {keys[4]}
              group Y any Y1	Y2
            group both all X Y
            quorum both
            """;
        Assert.True(WitnessPolicy.TryParse(text, out var policy, out _));
        var note = new Checkpoint(Origin, 1, SampleTree.Leaf(1)).Sign(log);
        Assert.Equal(5, policy.Witnesses.Count);
        Assert.Equal("https://x2.example/", policy.Witnesses.Single(w => w.Url is not null).Url);
        Assert.False(policy.IsMet(With(note, now, 0, 1), now));
        Assert.False(policy.IsMet(With(note, now, 0, 3), now));
        Assert.True(policy.IsMet(With(note, now, 0, 2, 4), now));
        Assert.False(policy.IsMet(With(note, now + 100_000, 0, 2, 4), now));
        Assert.True(WitnessPolicy.NoWitness.IsMet(note, now));
        Assert.False(WitnessPolicy.NoWitness.NeedsWitnesses);
        Array.ForEach(witnesses, w => w.Dispose());

        SignedNote With(SignedNote note, long time, params int[] by) =>
            by.Aggregate(note, (n, i) => n.With(Cosignature.Sign(n, keys[i].Name, witnesses[i], time)));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("quorum X", 1)]
    [InlineData("quorum none\nquorum none", 2)]
    [InlineData("witness A {0}\nwitness A {1}\nquorum A", 2)]
    [InlineData("witness A {0}\nwitness B {0}\nquorum A", 2)]
    [InlineData("witness none {0}\nquorum none", 1)]
    [InlineData("witness A {0}\ngroup G 2 A\nquorum G", 2)]
    [InlineData("witness A {0}\ngroup G 0 A\nquorum G", 2)]
    [InlineData("group G any\nquorum G", 1)]
    [InlineData("witness A {0}\ngroup G any A\ngroup H any A\nquorum H", 3)]
    [InlineData("group G any H\nquorum G", 1)]
    [InlineData("witness A {2}\nquorum A", 1)]
    [InlineData("log {0}\nquorum none", 1)]
    [InlineData("nonsense\nquorum none", 1)]
    public void A_policy_that_contradicts_itself_names_its_line(string form, int at)
    {
        using var one = KeyOf(1);
        using var two = KeyOf(2);
        var text = form
            .Replace("{0}", new NoteKey("a.example/w", one.Public, NoteAlgorithm.Ed25519Cosignature).ToString(), StringComparison.Ordinal)
            .Replace("{1}", new NoteKey("b.example/w", two.Public, NoteAlgorithm.Ed25519Cosignature).ToString(), StringComparison.Ordinal)
            .Replace("{2}", new NoteKey("a.example/w", one.Public).ToString(), StringComparison.Ordinal);
        Assert.False(WitnessPolicy.TryParse(text, out _, out var line));
        Assert.Equal(at, line);
    }

    /// <summary>What may stand in a directory must never throw where it is shown.</summary>
    [Theory]
    [InlineData("https://mirror.example/a/b", "https://mirror.example")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("https://mirror.example:99999/log", "https://mirror.example:99999")]
    [InlineData("https://256.1.1.1.1/log", "https://256.1.1.1.1")]
    [InlineData("https://../log", "https://..")]
    public void The_origin_of_a_mirror_is_read_from_its_text(string address, string origin)
    {
        Assert.True(LogMirror.IsAddress(address));
        Assert.Equal(origin, LogMirror.Origin(address));
    }
}
