using CsCheck;
using NSec.Cryptography;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tests.Keys;

public sealed class SigningKeyTests
{
    /// <summary>RFC 8032 section 7.1, test 2.</summary>
    [Fact]
    public void Signatures_are_those_of_RFC_8032()
    {
        using var key = SigningKey.FromSeed(
            Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
        Assert.Equal("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            Convert.ToHexStringLower(key.Public.Bytes.Span));
        Assert.Equal(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            Convert.ToHexStringLower(key.Sign([0x72])));
    }

    [Fact]
    public void A_signature_holds_for_its_message_alone() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[0, 100], Gen.Int[0, 511]).Sample((seed, message, bit) =>
        {
            using var key = SigningKey.FromSeed(seed);
            var signature = key.Sign(message);
            Assert.Equal(SigningKey.SignatureLength, signature.Length);
            Assert.True(key.Public.Verify(message, signature));
            Assert.False(key.Public.Verify([.. message, 0], signature));
            Assert.False(key.Public.Verify(message, signature.AsSpan(0, 63)));
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(key.Public.Verify(message, signature));
        });

    /// <summary>
    /// All eight points of small order in their canonical spellings, and the spellings that are not canonical.
    /// </summary>
    public static TheoryData<string> BadKeys { get; } =
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    [Theory]
    [MemberData(nameof(BadKeys))]
    public void A_key_of_small_order_or_another_spelling_is_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.False(VerifyKey.TryFromBytes(bytes, out _));
        Assert.False(VerifyKey.TryParse(StrictBase64Url.Encode(bytes), out _));
    }

    /// <summary>The second lock: under the key 01 00…, S = 0 and R = the identity would sign every message.</summary>
    [Theory]
    [MemberData(nameof(BadKeys))]
    public void The_library_itself_verifies_nothing_under_such_a_key(string hex)
    {
        byte[] universal = [1, .. new byte[63]];
        Assert.False(
            PublicKey.TryImport(SignatureAlgorithm.Ed25519, Convert.FromHexString(hex),
                KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, "any"u8, universal));
    }

    [Fact]
    public void A_signature_whose_scalar_is_not_reduced_is_refused()
    {
        using var key = SigningKey.FromSeed(new byte[32]);
        var signature = key.Sign("text"u8);
        // L, the order of the group, little-endian: S + L is the same scalar in another spelling.
        var order = Convert.FromHexString("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        var carry = 0;
        for (var i = 0; i < 32; i++)
        {
            carry += signature[32 + i] + order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }
        Assert.False(key.Public.Verify("text"u8, signature));
    }
}
