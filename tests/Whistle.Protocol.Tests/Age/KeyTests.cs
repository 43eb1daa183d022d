using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>Recipients and identities as text and as bytes.</summary>
public sealed class KeyTests
{
    private readonly Randomness _randomness = Randomness.FromSeed(new byte[32]);

    /// <summary>X25519's points of low order, one of each kind: 0, 1, p - 1, one of order 8, and p itself.</summary>
    public static TheoryData<string> PointsOfLowOrder =>
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];

    [Fact]
    public void The_keys_of_the_specification_belong_together()
    {
        Assert.True(X25519Identity.TryParse(SpecificationExamples.X25519Identity, out var classical));
        Assert.Equal(SpecificationExamples.X25519Recipient, classical.Recipient.ToString());
        Assert.Equal(SpecificationExamples.X25519Identity, classical.ExportString());
        Assert.True(HybridIdentity.TryParse(SpecificationExamples.HybridIdentity, out var hybrid));
        Assert.Equal(SpecificationExamples.HybridRecipient, hybrid.Recipient.ToString());
        Assert.Equal(SpecificationExamples.HybridIdentity, hybrid.ExportString());
    }

    [Fact]
    public void A_hybrid_key_has_the_lengths_of_the_wire_specification()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        Assert.Equal(32, identity.ExportSeed().Length);
        Assert.Equal(77, identity.ExportString().Length);
        Assert.Equal(1216, identity.Recipient.Bytes.Length);
        Assert.Equal(1959, identity.Recipient.ToString().Length);
    }

    [Fact]
    public void A_key_is_the_same_after_text_and_after_bytes()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        using var again = HybridIdentity.FromSeed(identity.ExportSeed());
        Assert.True(HybridRecipient.TryParse(again.Recipient.ToString(), out var fromText));
        Assert.True(HybridRecipient.TryFromBytes(again.Recipient.Bytes.Span, out var fromBytes));
        Assert.Equal(identity.Recipient, fromText);
        Assert.Equal(identity.Recipient, fromBytes);
        Assert.Equal(identity.Recipient.GetHashCode(), fromBytes.GetHashCode());

        using var other = HybridIdentity.Generate(_randomness);
        Assert.NotEqual(identity.Recipient, other.Recipient);

        using var classical = X25519Identity.Generate(_randomness);
        Assert.True(X25519Recipient.TryParse(classical.Recipient.ToString(), out var parsed));
        Assert.Equal(classical.Recipient, parsed);
    }

    [Fact]
    public void A_key_has_one_spelling()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        using var classical = X25519Identity.Generate(_randomness);
        var hybrid = identity.Recipient.ToString();
        var recipient = classical.Recipient.ToString();
        string?[] hybrids =
        [
            null, "", "age1pq", "age1pq1", hybrid.ToUpperInvariant(), hybrid[..^1], hybrid + "q", " " + hybrid,
            hybrid[..7] + hybrid[7..].ToUpperInvariant(), Typo(hybrid), recipient, identity.ExportString(),
            Bech32.Encode("age1pq", new byte[1215]), Bech32.Encode("age1tagpq", identity.Recipient.Bytes.Span),
        ];
        string?[] recipients =
        [
            null, "", "age1", recipient.ToUpperInvariant(), recipient[..^1], Typo(recipient), hybrid,
            classical.ExportString(), Bech32.Encode("age", new byte[31]), Bech32.Encode("age", new byte[33]),
        ];
        string?[] identities =
        [
            null, "", identity.ExportString().ToLowerInvariant(), Typo(identity.ExportString()), hybrid,
            classical.ExportString(), Bech32.Encode("age-secret-key-pq-", new byte[33]).ToUpperInvariant(),
        ];
        Assert.All(hybrids, text => Assert.False(HybridRecipient.TryParse(text, out _)));
        Assert.All(recipients, text => Assert.False(X25519Recipient.TryParse(text, out _)));
        Assert.All(identities, text => Assert.False(HybridIdentity.TryParse(text, out _)));
        Assert.False(X25519Identity.TryParse(classical.ExportString().ToLowerInvariant(), out _));
        Assert.False(X25519Identity.TryParse(identity.ExportString(), out _));

        static string Typo(string text) => text[..20] + (text[20] is 'q' or 'Q' ? 'p' : char.IsUpper(text[4]) ? 'Q' : 'q') + text[21..];
    }

    [Fact]
    public void Bits_beyond_the_last_byte_are_refused()
    {
        // 30 bytes are 48 words, so one more word carries nothing; 32 bytes are 51 words and one bit of the next.
        var even = Bech32.ToWords(_randomness.Bytes(30));
        var uneven = Bech32.ToWords(_randomness.Bytes(32));
        Assert.NotNull(Bech32.Decode("age", Bech32.EncodeWords("age", even)));
        Assert.Null(Bech32.Decode("age", Bech32.EncodeWords("age", [.. even, 0])));
        Assert.NotNull(Bech32.Decode("age", Bech32.EncodeWords("age", uneven)));
        Assert.Null(Bech32.Decode("age", Bech32.EncodeWords("age", [.. uneven[..^1], (byte)(uneven[^1] | 1)])));
    }

    [Theory]
    [MemberData(nameof(PointsOfLowOrder))]
    public void A_recipient_of_low_order_is_refused(string point)
    {
        var bytes = Convert.FromHexString(point);
        Assert.False(X25519Recipient.TryParse(Bech32.Encode("age", bytes), out _));

        using var identity = HybridIdentity.Generate(_randomness);
        byte[] hybrid = [.. identity.Recipient.Bytes.Span[..1184], .. bytes];
        Assert.False(HybridRecipient.TryFromBytes(hybrid, out _));
    }

    [Theory]
    [MemberData(nameof(PointsOfLowOrder))]
    public void A_stanza_with_a_share_of_low_order_is_a_bad_header(string point)
    {
        var share = Convert.FromHexString(point);
        using var classical = X25519Identity.Generate(_randomness);
        using var hybrid = HybridIdentity.Generate(_randomness);
        AgeStanza[] stanzas =
        [
            new(["X25519", AgeBase64.Encode(share)], new byte[32]),
            new(["mlkem768x25519", AgeBase64.Encode([.. new byte[1088], .. share])], new byte[32]),
        ];
        Assert.Equal(AgeError.HeaderFailure, classical.Unwrap(stanzas, new byte[16]));
        Assert.Equal(AgeError.HeaderFailure, hybrid.Unwrap(stanzas, new byte[16]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1149)]
    public void A_hybrid_recipient_with_a_coefficient_beyond_the_modulus_is_refused(int offset)
    {
        using var identity = HybridIdentity.Generate(_randomness);
        // 3329, the modulus itself, in the low and then in the high half of three bytes.
        foreach (var (first, second, third) in ((byte, byte, byte)[])[(0x01, 0x0d, 0x00), (0x00, 0x10, 0xd0)])
        {
            var bytes = identity.Recipient.Bytes.ToArray();
            (bytes[offset], bytes[offset + 1], bytes[offset + 2]) = (first, second, third);
            Assert.False(HybridRecipient.TryFromBytes(bytes, out _));
        }
        // 3328 in both is the highest that is allowed.
        var highest = identity.Recipient.Bytes.ToArray();
        (highest[offset], highest[offset + 1], highest[offset + 2]) = (0x00, 0x0d, 0xd0);
        Assert.True(HybridRecipient.TryFromBytes(highest, out _));
    }

    [Fact]
    public void No_secret_prints_itself()
    {
        using var hybrid = HybridIdentity.Generate(_randomness);
        using var classical = X25519Identity.Generate(_randomness);
        using var passphrase = new ScryptIdentity("a secret");
        using var recipient = new ScryptRecipient("a secret");
        var file = AgeFile.Encrypt("plain"u8, [hybrid.Recipient], _randomness);
        using var fileKey = AgeFile.UnwrapFileKey(file, hybrid).Value!;
        Assert.Equal("HybridIdentity(redacted)", hybrid.ToString());
        Assert.Equal("X25519Identity(redacted)", classical.ToString());
        Assert.Equal("ScryptIdentity(redacted)", passphrase.ToString());
        Assert.Equal("ScryptRecipient(redacted)", recipient.ToString());
        Assert.Equal("AgeFileKey(redacted)", fileKey.ToString());
        Assert.Equal("AgeResult(value)", AgeFile.Decrypt(file, hybrid).ToString());
    }

    [Fact]
    public void What_was_disposed_of_opens_nothing()
    {
        var hybrid = HybridIdentity.Generate(_randomness);
        var classical = X25519Identity.Generate(_randomness);
        var passphrase = new ScryptIdentity("a secret");
        var hybridFile = AgeFile.Encrypt([], [hybrid.Recipient], _randomness);
        var classicalFile = AgeFile.Encrypt([], [classical.Recipient], _randomness);
        hybrid.Dispose();
        classical.Dispose();
        passphrase.Dispose();
        Assert.Throws<ObjectDisposedException>(() => AgeFile.Decrypt(hybridFile, hybrid));
        Assert.Throws<ObjectDisposedException>(hybrid.ExportSeed);
        Assert.Throws<ObjectDisposedException>(hybrid.ExportString);
        Assert.Throws<ObjectDisposedException>(() => AgeFile.Decrypt(classicalFile, classical));
        Assert.Throws<ObjectDisposedException>(() => AgeFile.Decrypt(classicalFile, passphrase));
    }

    [Fact]
    public void Work_factors_out_of_range_are_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScryptRecipient("a secret", 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScryptRecipient("a secret", 23));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScryptIdentity("a secret", 23));
        Assert.Throws<ArgumentException>(() => new ScryptRecipient(""));
        Assert.Throws<ArgumentException>(() => new ScryptIdentity(""));
    }
}
