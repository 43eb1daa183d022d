using System.Text.Json;
using CsCheck;

namespace Whistle.Protocol.Tests.Foundations;

public sealed class IdTests
{
    [Fact]
    public void Every_id_survives_text_bytes_and_json() =>
        Gen.Select(Gen.ULong, Gen.ULong).Sample((high, low) =>
        {
            var id = new CaseId(new Id128(high, low));
            Assert.Equal(id, CaseId.FromBytes(id.ToBytes()));
            Assert.True(CaseId.TryParse(id.ToString(), out var parsed));
            Assert.Equal(id, parsed);
            Assert.Equal(id, JsonSerializer.Deserialize<CaseId>(JsonSerializer.Serialize(id)));
            var map = new Dictionary<CaseId, int> { [id] = 1 };
            Assert.Equal(map, JsonSerializer.Deserialize<Dictionary<CaseId, int>>(JsonSerializer.Serialize(map)));
        });

    [Theory]
    [InlineData("")]
    [InlineData("000102030405060708090a0b0c0d0e0")]
    [InlineData("000102030405060708090a0b0c0d0e0f0")]
    [InlineData("000102030405060708090A0B0C0D0E0F")]
    [InlineData("000102030405060708090a0b0c0d0e0g")]
    [InlineData(" 00102030405060708090a0b0c0d0e0f")]
    [InlineData("00010203-0405-0607-0809-0a0b0c0d0e0f")]
    public void An_id_has_one_spelling(string text)
    {
        Assert.False(PersonId.TryParse(text, out var id));
        Assert.Equal(default, id);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<PersonId>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void An_id_holds_16_bytes_in_order()
    {
        Assert.Equal("000102030405060708090a0b0c0d0e0f",
            CaseId.FromBytes([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]).ToString());
        Assert.Throws<ArgumentException>(() => CaseId.FromBytes([1, 2, 3]));
    }

    [Fact]
    public void A_hash_survives_text_bytes_and_json() =>
        Gen.Byte.Array[Hash32.Length].Sample(bytes =>
        {
            var hash = Hash32.FromBytes(bytes);
            Assert.Equal(bytes, hash.ToBytes());
            Assert.True(Hash32.TryParse(hash.ToString(), out var parsed));
            Assert.Equal(hash, parsed);
            Assert.Equal(hash, JsonSerializer.Deserialize<Hash32>(JsonSerializer.Serialize(hash)));
            Assert.False(Hash32.TryParse(hash.ToString() + "0", out _));
        });

    [Theory]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000ff", 248)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", 256)]
    [InlineData("8000000000000000000000000000000000000000000000000000000000000000", 0)]
    [InlineData("0000000000000000000100000000000000000000000000000000000000000000", 79)]
    public void Leading_zero_bits_are_counted_over_the_whole_hash(string hex, int bits)
    {
        Assert.True(Hash32.TryParse(hex, out var hash));
        Assert.Equal(bits, hash.LeadingZeroBits);
    }

    [Fact]
    public void A_day_is_the_utc_day()
    {
        Assert.Equal(0, Day.Of(DateTimeOffset.UnixEpoch).Number);
        Assert.Equal(0, Day.Of(DateTimeOffset.UnixEpoch.AddSeconds(86399)).Number);
        Assert.Equal(1, Day.Of(DateTimeOffset.UnixEpoch.AddSeconds(86400)).Number);
        Assert.Equal("2026-02-28", Day.Of(new DateOnly(2026, 2, 28)).ToString());
        Assert.Equal("9999-12-31", new Day(Day.MaxNumber).ToString());
    }
}
