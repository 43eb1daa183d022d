using System.Text.Json.Nodes;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tests.Keys;

/// <summary>Shares of the recovery identity, against shares that nobody here made (SPEC 11.1).</summary>
public sealed class SecretSharingTests
{
    [Fact]
    public async Task Shares_of_another_implementation_give_its_secret()
    {
        var file = JsonNode.Parse(await File.ReadAllTextAsync(RepositoryFiles.PathOf("tests/vectors/from-others/shamir-secret-sharing.json"), TestContext.Current.CancellationToken))!;
        var cases = file["cases"]!.AsArray();
        Assert.True(cases.Count >= 7);
        foreach (var one in cases)
        {
            var secret = Convert.FromHexString(one!["secret"]!.GetValue<string>());
            var shares = one["shares"]!.AsArray().Select(s => Convert.FromHexString(s!.GetValue<string>())).ToList();
            var threshold = one["threshold"]!.GetValue<int>();
            for (var from = 0; from + threshold <= shares.Count; from++)
                Assert.Equal(secret, SecretSharing.Combine(shares.GetRange(from, threshold)));
            Assert.Equal(secret, SecretSharing.Combine([.. shares.AsEnumerable().Reverse()]));
            if (threshold > 2 && secret.Length > 8)
                Assert.NotEqual(secret, SecretSharing.Combine(shares.GetRange(0, threshold - 1)));
        }
    }

    [Fact]
    public void Any_threshold_of_them_give_the_secret_and_one_fewer_fits_every_secret()
    {
        var randomness = Randomness.FromSeed(new byte[32]);
        foreach (var (threshold, all) in new[] { (2, 2), (2, 5), (3, 5), (5, 5), (9, 16) })
        {
            var secret = randomness.Bytes(32);
            var shares = SecretSharing.Split(secret, threshold, all, randomness);
            Assert.Equal(Enumerable.Range(1, all), shares.Select(s => (int)s[^1]));
            for (var mask = 0; mask < 1 << all; mask += all > 8 ? 97 : 1)
            {
                var some = shares.Where((_, i) => (mask >> i & 1) == 1).ToList();
                if (some.Count >= threshold)
                    Assert.Equal(secret, SecretSharing.Combine(some));
                else if (some.Count >= 2)
                    Assert.NotEqual(secret, SecretSharing.Combine(some));
            }
        }
        // Of a secret of one byte: with one share fewer, each byte is reached by exactly one value of the missing one.
        var two = SecretSharing.Split([42], 2, 2, randomness);
        Assert.Equal(256, Enumerable.Range(0, 256).Select(y => SecretSharing.Combine([two[0], [(byte)y, 2]])![0]).Distinct().Count());
    }

    [Fact]
    public void What_is_no_set_of_shares_is_refused()
    {
        var randomness = Randomness.FromSeed(new byte[32]);
        foreach (var (threshold, all) in new[] { (1, 2), (3, 2), (2, 256), (0, 0) })
            Assert.Throws<ArgumentOutOfRangeException>(() => SecretSharing.Split(new byte[32], threshold, all, randomness));
        var shares = SecretSharing.Split(new byte[32], 2, 3, randomness);
        byte[][][] wrong = [[], [shares[0]], [shares[0], shares[0]], [shares[0], shares[1][1..]], [shares[0], [.. shares[1][..^1], 0]], [[1], [2]]];
        foreach (var some in wrong)
            Assert.Null(SecretSharing.Combine(some));
    }

    [Fact]
    public void A_piece_says_whose_it_is_and_every_slip_of_the_pen_is_told()
    {
        var randomness = Randomness.FromSeed(new byte[32]);
        using var identity = HybridIdentity.Generate(randomness);
        using var other = HybridIdentity.Generate(randomness);
        var lines = RecoveryShare.Split(identity, 3, 5, randomness).Select(s => s.Export()).ToList();
        var pieces = lines.ConvertAll(l => RecoveryShare.Parse(" " + l + "\n").Require());

        Assert.All(pieces, p => Assert.Equal((3, ReaderRef.FingerprintOf(identity.Recipient)), (p.Threshold, p.Fingerprint)));
        Assert.All(pieces, p => Assert.DoesNotContain(p.Export().Split(':')[4], p.ToString(), StringComparison.Ordinal));
        using (var again = RecoveryShare.Combine([pieces[4], pieces[0], pieces[2]]).Require())
            Assert.Equal(identity.ExportString(), again.ExportString());
        Assert.Equal("shares-too-few", RecoveryShare.Combine([pieces[0], pieces[1]]).Code);
        Assert.Equal("shares-too-few", RecoveryShare.Combine([]).Code);
        Assert.Equal("share-twice", RecoveryShare.Combine([pieces[0], pieces[1], pieces[0]]).Code);
        Assert.Equal("shares-mixed", RecoveryShare.Combine([pieces[0], pieces[1], RecoveryShare.Split(other, 3, 3, randomness)[2]]).Code);
        Assert.Equal("shares-wrong", RecoveryShare.Combine([pieces[0], pieces[1], RecoveryShare.Split(identity, 3, 3, randomness)[2]]).Code);

        for (var at = 0; at < lines[0].Length; at++)
        {
            foreach (var slip in new[] { 'x', '0' })
            {
                var typed = lines[0][..at] + slip + lines[0][(at + 1)..];
                if (!string.Equals(typed, lines[0], StringComparison.Ordinal))
                    Assert.Contains(RecoveryShare.Parse(typed).Code, new[] { "share-malformed", "share-mistyped" });
            }
        }
        Assert.Equal("share-malformed", RecoveryShare.Parse("").Code);
        Assert.Equal("share-malformed", RecoveryShare.Parse(identity.ExportString()).Code);
    }
}
