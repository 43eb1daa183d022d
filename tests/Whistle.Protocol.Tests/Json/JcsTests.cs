using System.Text;
using CsCheck;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Tests.Json;

public sealed class JcsTests
{
    private static readonly Gen<JcsValue> Values = Gen.Recursive<JcsValue>((depth, inner) =>
        Gen.OneOf(
            Text.Select(s => (JcsValue)s),
            Gen.Long[-JcsNumber.Max, JcsNumber.Max].Select(n => (JcsValue)n),
            (depth > 4 ? Gen.Const<JcsValue>("leaf") : inner).Array[0, 3].Select(a => (JcsValue)new JcsArray(a)),
            (depth > 4 ? Gen.Const<JcsValue>("leaf") : inner).Array[0, 3].Select(Object)));

    private static Gen<string> Text => Gen.String[Gen.Char['\0', '\ud7ff'], 0, 12];

    [Fact]
    public void What_is_written_is_read_back_and_is_canonical() =>
        Values.Sample(value =>
        {
            var wrapped = new JcsObject { { "value", value } };
            var bytes = Jcs.Serialize(wrapped);
            Assert.True(Jcs.TryParse(bytes, bytes.Length, out var parsed));
            Assert.Equal(bytes, Jcs.Serialize(parsed));
            Assert.False(Jcs.TryParse(bytes, bytes.Length - 1, out _));
        });

    /// <summary>RFC 8785 section 3.2.3: by UTF-16 code units, so that a surrogate pair sorts before U+FB33.</summary>
    [Fact]
    public void Members_are_sorted_as_in_RFC_8785_section_3_2_3()
    {
        const string input = """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """;
        Assert.True(Jcs.TryParseAnySpelling(Encoding.UTF8.GetBytes(input), 1000, out var value));
        Assert.Equal(
            "Carriage Return|One|Control|Latin Small Letter O With Diaeresis|Euro Sign|Emoji: Grinning Face|"
            + "Hebrew Letter Dalet With Dagesh",
            string.Join('|', value.Select(m => ((JcsString)m.Value).Value)));
    }

    /// <summary>RFC 8785 section 3.2.2.2, the string of its example.</summary>
    [Fact]
    public void Strings_are_escaped_as_in_RFC_8785_section_3_2_2()
    {
        const string input = """{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}""";
        Assert.True(Jcs.TryParseAnySpelling(Encoding.UTF8.GetBytes(input), 1000, out var value));
        Assert.Equal("""{"string":"€$\u000f\nA'B\"\\\\\"/"}""", Encoding.UTF8.GetString(Jcs.Serialize(value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} ")]
    [InlineData("{ }")]
    [InlineData("{}{}")]
    [InlineData("\uFEFF{}")]
    [InlineData("{\"a\":1.0}")]
    [InlineData("{\"a\":1e2}")]
    [InlineData("{\"a\":-0}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":9007199254740992}")]
    [InlineData("{\"a\":-9007199254740992}")]
    [InlineData("{\"a\":99999999999999999999}")]
    [InlineData("{\"a\":true}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":2}")]
    [InlineData("{\"b\":1,\"a\":1}")]
    [InlineData("{\"a\":\"\\u0062\"}")]
    [InlineData("{\"a\":\"\\/\"}")]
    [InlineData("{\"a\":\"\\u000F\"}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":/**/1}")]
    [InlineData("{\"a\"")]
    public void What_is_not_canonical_or_out_of_limits_is_refused(string text) =>
        Assert.False(Jcs.TryParse(Encoding.UTF8.GetBytes(text), 1000, out _));

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_refused()
    {
        Assert.False(Jcs.TryParse([.. "{\"a\":\""u8, 0xff, .. "\"}"u8], 100, out _));
        Assert.False(Jcs.TryParse([.. "{\""u8, 0xc0, 0x80, .. "\":1}"u8], 100, out _));
    }

    [Fact]
    public void Sixteen_levels_are_read_and_seventeen_are_not()
    {
        static byte[] Nested(int levels) => Encoding.UTF8.GetBytes(
            "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}");
        Assert.True(Jcs.TryParse(Nested(Jcs.MaxDepth), 1000, out _));
        Assert.False(Jcs.TryParse(Nested(Jcs.MaxDepth + 1), 1000, out _));
    }

    [Fact]
    public void Half_a_surrogate_pair_cannot_be_written() =>
        Assert.Throws<EncoderFallbackException>(() => Jcs.Serialize("\ud800"));

    private static JcsValue Object(JcsValue[] members)
    {
        var result = new JcsObject();
        for (var i = 0; i < members.Length; i++)
            result.Add($"é{i}", members[i]);
        return result;
    }
}
