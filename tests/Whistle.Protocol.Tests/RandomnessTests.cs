namespace Whistle.Protocol.Tests;

/// <summary>The deterministic stream of SPEC.md section 1, from which all vectors are made.</summary>
public sealed class RandomnessTests
{
    private static readonly byte[] Seed = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>SHA-256 of label, seed and counter, computed with another program.</summary>
    private const string Beginning =
        "ecc962c4a9118536454363758cfd299fb42dbb2951f63ba322547c59f811af2cbe4700"
        + "5f57a0c7dfe37a6e7aa94dacaecd6a51d13d9044603c8ba874549f216d6b7131828ac5";

    [Fact]
    public void A_seed_gives_the_stream_of_the_specification() =>
        Assert.Equal(Beginning, Convert.ToHexStringLower(Randomness.FromSeed(Seed).Bytes(70)));

    [Fact]
    public void How_the_stream_is_cut_into_draws_does_not_change_it()
    {
        var randomness = Randomness.FromSeed(Seed);
        byte[] drawn = [.. randomness.Bytes(0), .. randomness.Bytes(1), .. randomness.Bytes(31), .. randomness.Bytes(38)];
        Assert.Equal(Beginning, Convert.ToHexStringLower(drawn));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_seed_of_another_length_is_refused(int length) =>
        Assert.Throws<ArgumentException>(() => Randomness.FromSeed(new byte[length]));

    [Fact]
    public void The_system_does_not_repeat_itself() =>
        Assert.NotEqual(Randomness.System.Bytes(32), Randomness.System.Bytes(32));
}
