using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>What the callers of this code rely on, beyond what the public vectors say.</summary>
public sealed class AgeFileTests
{
    private readonly Randomness _randomness = Randomness.FromSeed(new byte[32]);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 4096)]
    [InlineData(16, 78)]
    [InlineData(3, 65536)]
    [InlineData(1, 65537)]
    public void A_file_has_the_length_of_the_wire_specification(int stanzas, int plaintext)
    {
        var file = AgeFile.Encrypt(new byte[plaintext], Recipients(stanzas), _randomness);
        var chunks = Math.Max(1, (plaintext + 65535) / 65536);
        Assert.Equal(22 + (1557 * stanzas) + 48 + 16 + plaintext + (16 * chunks), file.Length);
    }

    [Fact]
    public void A_case_key_file_shows_its_sixteen_stanzas_to_who_has_no_key()
    {
        var file = AgeFile.Encrypt(new byte[78], Recipients(16), _randomness);
        Assert.Equal(25092, file.Length);
        Assert.True(AgeHeader.TryParse(file, out var header));
        Assert.Equal(16, header.Stanzas.Count);
        Assert.All(header.Stanzas, stanza =>
        {
            Assert.Equal(HybridRecipient.StanzaType, stanza.Type);
            Assert.Equal(2, stanza.Arguments.Count);
            Assert.Equal(1494, stanza.Arguments[1].Length);
            Assert.Equal(32, stanza.Body.Length);
        });
        Assert.Equal(file.Length - 16 - 78 - 16, header.Length);
    }

    [Fact]
    public void The_file_key_comes_from_the_header_alone()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        var file = AgeFile.Encrypt("plain"u8, [.. Recipients(3), identity.Recipient], _randomness);
        Assert.True(AgeHeader.TryParse(file, out var header));
        using var fileKey = AgeFile.UnwrapFileKey(header.ToBytes(), identity).Value;
        Assert.NotNull(fileKey);
        Assert.Equal("plain"u8, AgeFile.Decrypt(file, fileKey).Value!);
        Assert.True(header.IsAuthenticFor(fileKey));
    }

    [Fact]
    public void A_file_key_opens_no_other_file()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        var file = AgeFile.Encrypt("one"u8, [identity.Recipient], _randomness);
        var other = AgeFile.Encrypt("two"u8, [identity.Recipient], _randomness);
        using var fileKey = AgeFile.UnwrapFileKey(file, identity).Value;
        Assert.Equal(AgeError.HmacFailure, AgeFile.Decrypt(other, fileKey!).Error);
    }

    [Fact]
    public void Who_is_not_a_recipient_finds_no_match()
    {
        using var stranger = HybridIdentity.Generate(_randomness);
        var file = AgeFile.Encrypt("plain"u8, Recipients(2), _randomness);
        Assert.Equal(AgeError.NoMatch, AgeFile.Decrypt(file, stranger).Error);
        Assert.Equal(AgeError.NoMatch, AgeFile.UnwrapFileKey(file, stranger).Error);
        Assert.Equal(AgeError.NoMatch, AgeFile.Decrypt(file).Error);
    }

    [Fact]
    public void A_stanza_taken_out_or_put_elsewhere_fails_the_header()
    {
        using var identity = HybridIdentity.Generate(_randomness);
        var file = AgeFile.Encrypt("plain"u8, [identity.Recipient, .. Recipients(2)], _randomness);
        const int version = 22, stanza = 1557;
        byte[] without = [.. file[..(version + stanza)], .. file[(version + (2 * stanza))..]];
        byte[] swapped =
        [
            .. file[..version], .. file[(version + stanza)..(version + (2 * stanza))],
            .. file[version..(version + stanza)], .. file[(version + (2 * stanza))..],
        ];
        Assert.Equal(AgeError.HmacFailure, AgeFile.Decrypt(without, identity).Error);
        Assert.Equal(AgeError.HmacFailure, AgeFile.Decrypt(swapped, identity).Error);
    }

    [Fact]
    public void Recipients_that_must_not_share_a_file_are_misuse()
    {
        using var classical = X25519Identity.Generate(_randomness);
        using var passphrase = new ScryptRecipient("a secret", 10);
        IAgeRecipient[] hybrid = Recipients(1);
        IReadOnlyList<IAgeRecipient>[] misuses =
        [
            [], [.. hybrid, classical.Recipient], [classical.Recipient, .. hybrid], [passphrase, passphrase],
            [passphrase, .. hybrid], [classical.Recipient, passphrase],
        ];
        Assert.All(misuses, recipients =>
            Assert.ThrowsAny<ArgumentException>(() => AgeFile.Encrypt([], recipients, _randomness)));
    }

    [Fact]
    public void The_same_randomness_gives_the_same_file_and_is_drawn_in_the_documented_order()
    {
        using var classical = X25519Identity.Generate(_randomness);
        using var passphrase = new ScryptRecipient("a secret", 10);
        Assert.Equal([16, 64, 64, 16], DrawsOf(Recipients(2)));
        Assert.Equal([16, 32, 16], DrawsOf([classical.Recipient]));
        Assert.Equal([16, 16, 16], DrawsOf([passphrase]));

        static List<int> DrawsOf(IReadOnlyList<IAgeRecipient> recipients)
        {
            var first = new Recording();
            Assert.Equal(
                AgeFile.Encrypt("plain"u8, recipients, first), AgeFile.Encrypt("plain"u8, recipients, new Recording()));
            return first.Draws;
        }
    }

    [Fact]
    public void A_work_factor_above_the_readers_limit_is_refused_before_the_work()
    {
        using var recipient = new ScryptRecipient("a secret", 11);
        using var patient = new ScryptIdentity("a secret", 11);
        using var hasty = new ScryptIdentity("a secret", 10);
        var file = AgeFile.Encrypt("plain"u8, [recipient], _randomness);
        Assert.Equal("plain"u8, AgeFile.Decrypt(file, patient).Value!);
        Assert.Equal(AgeError.HeaderFailure, AgeFile.Decrypt(file, hasty).Error);
    }

    [Fact]
    public async Task A_header_without_an_end_is_refused_without_reading_for_ever()
    {
        var endless = new Endless();
        using var identity = HybridIdentity.Generate(_randomness);
        Assert.Equal(AgeError.HeaderFailure,
            await AgeStreams.DecryptAsync(endless, Stream.Null, [identity], TestContext.Current.CancellationToken));
        Assert.InRange(endless.Given, AgeHeader.MaxLength, 4 * AgeHeader.MaxLength);
    }

    [Theory]
    [InlineData(0, 32)]
    [InlineData(1, 33)]
    [InlineData(65536, 65568)]
    [InlineData(65537, 65585)]
    [InlineData(131072, 131120)]
    public void Lengths_of_payloads_convert_both_ways(long plaintext, long sealedLength)
    {
        Assert.Equal(sealedLength, AgePayload.SealedLength(plaintext));
        Assert.Equal(plaintext, AgePayload.PlaintextLength(sealedLength));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(31)]
    [InlineData(65569)]
    [InlineData(65584)]
    public void A_length_that_no_payload_has_is_told(long sealedLength) =>
        Assert.Null(AgePayload.PlaintextLength(sealedLength));

    private HybridRecipient[] Recipients(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => HybridIdentity.Generate(_randomness).Recipient)];

    private sealed class Recording : Randomness
    {
        private readonly Randomness _stream = FromSeed(new byte[32]);

        public List<int> Draws { get; } = [];

        public override void Fill(Span<byte> destination)
        {
            Draws.Add(destination.Length);
            _stream.Fill(destination);
        }
    }

    /// <summary>A version line, then the letter A for ever.</summary>
    private sealed class Endless : PartStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'A');
            if (Given == 0)
                "age-encryption.org/v1\n"u8.CopyTo(buffer);
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
