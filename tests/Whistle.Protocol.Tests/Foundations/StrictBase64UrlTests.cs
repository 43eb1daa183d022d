using CsCheck;

namespace Whistle.Protocol.Tests.Foundations;

public sealed class StrictBase64UrlTests
{
    [Fact]
    public void Bytes_survive_their_text() =>
        Gen.Byte.Array[0, 100].Sample(bytes =>
        {
            Assert.True(StrictBase64Url.TryDecode(StrictBase64Url.Encode(bytes), out var decoded));
            Assert.Equal(bytes, decoded);
        });

    [Theory]
    [InlineData("AA==")]
    [InlineData("AB")]
    [InlineData("A")]
    [InlineData("A A A")]
    [InlineData("AA\n")]
    [InlineData("+/+/")]
    [InlineData("ä")]
    public void Another_spelling_of_the_same_bytes_is_refused(string text) =>
        Assert.False(StrictBase64Url.TryDecode(text, out _));

    [Fact]
    public void A_length_prefix_takes_what_it_says_and_nothing_that_is_not_there()
    {
        ReadOnlySpan<byte> rest = [0, 0, 0, 2, 7, 8, 0, 0, 0, 0, 0, 0, 0, 1];
        Assert.True(LengthPrefix.TryRead(ref rest, 2, out var value));
        Assert.Equal([7, 8], value.ToArray());
        Assert.True(LengthPrefix.TryRead(ref rest, 2, out value));
        Assert.True(value.IsEmpty);
        Assert.False(LengthPrefix.TryRead(ref rest, 2, out _));
        Assert.Equal(4, rest.Length);
        ReadOnlySpan<byte> huge = [0xff, 0xff, 0xff, 0xff, 1];
        Assert.False(LengthPrefix.TryRead(ref huge, int.MaxValue, out _));
        ReadOnlySpan<byte> tooLong = [0, 0, 0, 2, 7, 8];
        Assert.False(LengthPrefix.TryRead(ref tooLong, 1, out _));
    }
}
