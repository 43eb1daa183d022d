using System.Security.Cryptography;
using Whistle.Protocol.Age;

namespace Whistle.Protocol.Tests.Age;

/// <summary>Every public vector of the Community Cryptography Test Vectors, in memory and from stream to stream.</summary>
public sealed class CctvTests
{
    public static TheoryData<string> Names => [.. CctvVector.Names];

    [Fact]
    public void All_143_vectors_are_there() => Assert.Equal(143, CctvVector.Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vector_gives_what_it_expects_in_memory(string name)
    {
        var vector = CctvVector.Load(name);
        var result = Decode(vector);
        if (result.IsOk)
            result = AgeFile.Decrypt(result.Value, vector.Identities());

        Assert.Equal(vector.Expected, result.Error);
        Assert.Equal(vector.Expected == AgeError.None, result.IsOk);
        if (result.IsOk)
            Assert.Equal(vector.PayloadHash, Hash(result.Value));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_vector_gives_what_it_expects_as_a_stream_and_releases_nothing_more(string name)
    {
        var vector = CctvVector.Load(name);
        var file = Decode(vector);
        using var released = new MemoryStream();
        var error = file.IsOk
            ? await AgeStreams.DecryptAsync(
                new MemoryStream(file.Value), released, vector.Identities(), TestContext.Current.CancellationToken)
            : file.Error;

        Assert.Equal(vector.Expected, error);
        if (vector.Expected == AgeError.None)
        {
            Assert.Equal(vector.PayloadHash, Hash(released.ToArray()));
        }
        else if (vector.Expected == AgeError.PayloadFailure)
        {
            // The vectors allow the contents of a chunk that says it is the last one and is not, or is and does not say
            // so. We don't release it.
            var (authentic, misplaced) = OpenByHand(vector, file.Value!);
            Assert.Equal(vector.PayloadHash, Hash([.. authentic, .. misplaced]));
            Assert.Equal(authentic, released.ToArray());
        }
        else
        {
            Assert.Equal(0, released.Length);
        }
    }

    [Fact]
    public void Some_vectors_have_a_chunk_that_is_wrong_about_being_the_last_one() =>
        Assert.Equal(8, CctvVector.Names.Select(CctvVector.Load)
            .Where(vector => vector.Expected == AgeError.PayloadFailure)
            .Count(vector => OpenByHand(vector, Decode(vector).Value!).Misplaced.Length > 0));

    [Fact]
    public void A_header_that_parses_is_written_again_byte_for_byte()
    {
        var written = 0;
        foreach (var file in CctvVector.Names.Select(name => Decode(CctvVector.Load(name))))
        {
            if (!file.IsOk || !AgeHeader.TryParse(file.Value, out var header))
                continue;
            Assert.Equal(file.Value[..header.Length], header.ToBytes());
            written++;
        }
        Assert.Equal(93, written);
    }

    [Fact]
    public void Armor_that_parses_is_written_again_but_for_white_space()
    {
        var armored = CctvVector.Names.Select(CctvVector.Load).Where(vector => vector.IsArmored).ToList();
        Assert.NotEmpty(armored);
        foreach (var vector in armored)
        {
            if (AgeArmor.Decode(vector.File) is not { IsOk: true } decoded)
                continue;
            var text = System.Text.Encoding.ASCII.GetString(vector.File).Trim().Replace("\r\n", "\n");
            Assert.Equal(text + "\n", System.Text.Encoding.ASCII.GetString(AgeArmor.Encode(decoded.Value)));
        }
    }

    private static AgeResult<byte[]> Decode(CctvVector vector) =>
        vector.IsArmored ? AgeArmor.Decode(vector.File) : new(vector.File);

    /// <summary>
    /// The chunks that open with the vector's file key, by another implementation of the cipher: those at their place,
    /// then the one that is wrong about being the last.
    /// </summary>
    private static (byte[] Authentic, byte[] Misplaced) OpenByHand(CctvVector vector, byte[] file)
    {
        Assert.True(AgeHeader.TryParse(file, out var header));
        var payload = file.AsSpan(header.Length);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, vector.FileKey!, 32, payload[..16].ToArray(), "payload"u8.ToArray());
        using var cipher = new ChaCha20Poly1305(key);
        var authentic = new List<byte>();
        payload = payload[16..];
        for (byte index = 0; payload.Length >= 16; index++)
        {
            var chunk = payload[..Math.Min(65552, payload.Length)];
            payload = payload[chunk.Length..];
            var isLast = payload.IsEmpty;
            if (TryOpen(cipher, index, isLast, chunk) is not { } plaintext)
                return (authentic.ToArray(), chunk.Length == 65552 ? TryOpen(cipher, index, !isLast, chunk) ?? [] : []);
            if (index > 0 && plaintext.Length == 0)
                return (authentic.ToArray(), []);
            authentic.AddRange(plaintext);
        }
        return (authentic.ToArray(), []);
    }

    private static byte[]? TryOpen(ChaCha20Poly1305 cipher, byte index, bool isLast, ReadOnlySpan<byte> chunk)
    {
        var plaintext = new byte[chunk.Length - 16];
        try
        {
            cipher.Decrypt([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index, isLast ? (byte)1 : (byte)0], chunk[..^16], chunk[^16..], plaintext);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
