using CsCheck;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>What holds for every plaintext, every way of cutting a stream, and every damage.</summary>
public sealed class AgePropertyTests
{
    /// <summary>More than two batches of the streaming code, to the byte around chunks and batches, and small ones.</summary>
    private static readonly Gen<int> Lengths = Gen.OneOf(
        Gen.Int[0, 300],
        Gen.Select(Gen.Int[1, 9], Gen.Int[-2, 2], (chunks, delta) => (chunks * 65536) + delta));

    private static readonly Gen<int[]> Parts = Gen.OneOf(Gen.Int[1, 100], Gen.Int[1, 300_000]).Array[1, 5];

    private readonly X25519Identity _identity = X25519Identity.Generate(Randomness.FromSeed(new byte[32]));
    private readonly HybridIdentity _hybrid = HybridIdentity.Generate(Randomness.FromSeed(new byte[32]));

    [Fact]
    public async Task Any_plaintext_in_any_parts_comes_back_from_either_way_of_writing_and_reading() =>
        await Gen.Select(Lengths, Gen.Byte.Array[32], Parts).SampleAsync(
            async (length, seed, parts) =>
            {
                var plaintext = Randomness.FromSeed(seed).Bytes(length);
                var inMemory = AgeFile.Encrypt(plaintext, [_hybrid.Recipient], Randomness.FromSeed(seed));
                using var streamed = new MemoryStream();
                await AgeStreams.EncryptAsync(
                    new PartStream.Chopped(plaintext, parts), streamed, [_hybrid.Recipient], Randomness.FromSeed(seed));
                Assert.Equal(inMemory, streamed.ToArray());
                Assert.Equal(plaintext, AgeFile.Decrypt(inMemory, _hybrid).Value);
                using var opened = new MemoryStream();
                var error = await AgeStreams.DecryptAsync(new PartStream.Chopped(inMemory, parts), opened, [_hybrid]);
                Assert.Equal(AgeError.None, error);
                Assert.Equal(plaintext, opened.ToArray());
            },
            iter: 150, threads: 1);

    [Fact]
    public void Any_bit_flipped_anywhere_in_a_short_file_fails()
    {
        var file = AgeFile.Encrypt("plain"u8, [_identity.Recipient], Randomness.FromSeed(new byte[32]));
        Assert.True(AgeFile.Decrypt(file, _identity).IsOk);
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(AgeFile.Decrypt(file, _identity).IsOk, $"bit {bit}");
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task Any_byte_changed_in_a_long_file_fails_and_only_whole_authentic_chunks_are_released() =>
        await Gen.Select(Lengths, Gen.Double.Unit, Gen.Byte[1, 255]).SampleAsync(
            async (length, where, change) =>
            {
                var (plaintext, file) = Sample(length);
                file[(int)(where * (file.Length - 1))] ^= change;
                await FailsEitherWay(file, plaintext);
            },
            iter: 150, threads: 1);

    [Fact]
    public async Task A_file_cut_short_or_continued_fails() =>
        await Gen.Select(Lengths, Gen.Double.Unit, Gen.OneOf(Gen.Int[1, 40], Gen.Int[1, 140_000])).SampleAsync(
            async (length, where, more) =>
            {
                var (plaintext, file) = Sample(length);
                await FailsEitherWay(file[..(int)(where * (file.Length - 1))], plaintext);
                await FailsEitherWay(file[..^1], plaintext);
                await FailsEitherWay([.. file, .. new byte[more]], plaintext);
            },
            iter: 60, threads: 1);

    [Fact]
    public async Task A_file_cut_between_chunks_fails_and_its_new_last_chunk_is_not_released()
    {
        var (plaintext, file) = Sample(9 * 65536);
        Assert.True(AgeHeader.TryParse(file, out var header));
        for (var chunks = 0; chunks < 9; chunks++)
        {
            using var released = new MemoryStream();
            var cut = file[..(header.Length + 16 + (chunks * 65552))];
            Assert.Equal(AgeError.PayloadFailure,
                await AgeStreams.DecryptAsync(
                    new MemoryStream(cut), released, [_identity], TestContext.Current.CancellationToken));
            Assert.Equal(plaintext[..(Math.Max(0, chunks - 1) * 65536)], released.ToArray());
            Assert.Equal(AgeError.PayloadFailure, AgeFile.Decrypt(cut, _identity).Error);
        }
    }

    [Fact]
    public void Chunks_put_in_another_order_fail()
    {
        var (_, file) = Sample(3 * 65536);
        Assert.True(AgeHeader.TryParse(file, out var header));
        var start = header.Length + 16;
        byte[] swapped =
        [
            .. file[..start], .. file[(start + 65552)..(start + (2 * 65552))], .. file[start..(start + 65552)],
            .. file[(start + (2 * 65552))..],
        ];
        Assert.Equal(AgeError.PayloadFailure, AgeFile.Decrypt(swapped, _identity).Error);
    }

    [Fact]
    public void Any_bytes_come_back_from_armor_and_from_Base64() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
            AgeArmor.Decode(AgeArmor.Encode(bytes)).Value!.AsSpan().SequenceEqual(bytes)
            && AgeBase64.Decode(AgeBase64.Encode(bytes))!
                .AsSpan().SequenceEqual(bytes));

    [Theory]
    [InlineData("A")]
    [InlineData("AB")]
    [InlineData("AAB")]
    [InlineData("AA==")]
    [InlineData("AA=")]
    [InlineData("AAA=")]
    [InlineData("AA AA")]
    [InlineData(" AAAA")]
    [InlineData("AAA\n")]
    [InlineData("AAAA\r")]
    [InlineData("AA-_")]
    [InlineData("AAA\u00e9")]
    public void Base64_that_is_padded_loose_or_of_another_alphabet_is_refused(string text) =>
        Assert.Null(AgeBase64.Decode(text));

    [Fact]
    public void Any_bytes_at_all_are_an_error_and_never_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            Assert.False(AgeFile.Decrypt(bytes, _identity).IsOk);
            Assert.False(AgeFile.Decrypt([.. "age-encryption.org/v1\n-> "u8, .. bytes], _identity).IsOk);
            Assert.False(AgeArmor.Decode(bytes).IsOk);
        });

    private (byte[] Plaintext, byte[] File) Sample(int length)
    {
        var randomness = Randomness.FromSeed(new byte[32]);
        var plaintext = randomness.Bytes(length);
        return (plaintext, AgeFile.Encrypt(plaintext, [_identity.Recipient], randomness));
    }

    private async Task FailsEitherWay(byte[] file, byte[] plaintext)
    {
        Assert.False(AgeFile.Decrypt(file, _identity).IsOk);
        using var released = new MemoryStream();
        Assert.NotEqual(AgeError.None, await AgeStreams.DecryptAsync(new MemoryStream(file), released, [_identity]));
        Assert.Equal(0, released.Length % 65536);
        Assert.True(released.Length < plaintext.Length || released.Length == 0);
        Assert.True(plaintext.AsSpan().StartsWith(released.ToArray()));
    }
}
