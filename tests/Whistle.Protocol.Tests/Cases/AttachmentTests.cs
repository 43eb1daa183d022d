using System.Formats.Tar;
using CsCheck;
using Whistle.Protocol.Cases;

namespace Whistle.Protocol.Tests.Cases;

public sealed class AttachmentTests
{
    [Fact]
    public void Padme_is_never_shorter_and_at_most_12_percent_longer() =>
        Gen.Long[2, 1L << 40].Sample(length =>
        {
            var padded = Padme.Pad(length);
            Assert.InRange(padded, length, length + (length * 12 / 100) + 1);
            Assert.Equal(padded, Padme.Pad(padded));
        });

    [Fact]
    public void A_tree_hash_does_not_depend_on_how_the_bytes_came() =>
        Gen.Select(Gen.Int[0, 3_000_000], Gen.Int[1, 1_500_000]).Sample((length, step) =>
        {
            var bytes = new byte[length];
            using var hash = new TreeHash();
            for (var i = 0; i < length; i += step)
                hash.Append(bytes.AsSpan(i, Math.Min(step, length - i)));
            Assert.Equal(TreeHash.Of(bytes), hash.Finish());
        }, iter: 20);

    /// <summary>The framework's reader is another program: what we write is a tar for everybody.</summary>
    [Fact]
    public void Another_program_reads_the_archive()
    {
        byte[][] contents = [[], new byte[511], [.. Enumerable.Repeat((byte)'x', 512)], new byte[300_000]];
        var files = contents.Select(c => AttachmentFile.FromBytes("secret name", "text/plain", c)).ToList();
        using var source = new ArchiveSource(files);
        using var archive = new MemoryStream();
        source.CopyTo(archive);
        Assert.Equal(Padme.Pad(archive.Length), archive.Length);
        archive.Position = 0;
        using var reader = new TarReader(archive);
        for (var i = 0; i < contents.Length; i++)
        {
            var entry = (UstarTarEntry)reader.GetNextEntry()!;
            Assert.Equal($"000{i + 1}", entry.Name);
            Assert.Equal(contents[i].Length, entry.Length);
            Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
        }
        Assert.Equal("PADDING", reader.GetNextEntry()!.Name);
        Assert.Null(reader.GetNextEntry());
    }

    [Fact]
    public async Task Files_survive_sealing_and_small_ones_all_have_one_size()
    {
        using var key = CaseKey.Generate(Randomness.System);
        var sizes = new HashSet<long>();
        foreach (var length in new[] { 0, 1, 100_000, 250_000 })
        {
            var content = Randomness.System.Bytes(length);
            using var cipher = new MemoryStream();
            var made = (await Attachments.SealAsync([AttachmentFile.FromBytes("a", "b", content)], key.Recipient, null,
                Randomness.System, cipher, TestContext.Current.CancellationToken)).Require();
            sizes.Add(made.Upload.Size);
            Assert.Equal(made.Upload.Size, cipher.Length);
            Assert.Equal(made.Upload.Cipher, TreeHash.Of(cipher.ToArray()));
            Assert.Equal(TreeHash.Of(content), made.Entries[0].File);

            using var opened = new MemoryStream();
            Assert.Null(await OpenAsync(cipher.ToArray(), made.Entries, key, opened));
            Assert.Equal(content, opened.ToArray());
        }
        Assert.Single(sizes);
    }

    [Fact]
    public async Task What_differs_from_the_message_is_refused()
    {
        using var key = CaseKey.Generate(Randomness.System);
        using var cipher = new MemoryStream();
        var made = (await Attachments.SealAsync([AttachmentFile.FromBytes("a", "b", [1, 2, 3])], key.Recipient, null,
            Randomness.System, cipher, TestContext.Current.CancellationToken)).Require();
        var entry = made.Entries[0];
        var bytes = cipher.ToArray();
        Assert.Equal("attachment-differs", await OpenAsync(bytes, [entry with { Size = 4 }], key));
        Assert.Equal("attachment-differs", await OpenAsync(bytes, [entry with { File = default }], key));
        Assert.Equal("attachment-differs", await OpenAsync(bytes, [entry with { Cipher = default }], key));
        Assert.Equal("attachment-differs", await OpenAsync(bytes, [entry, entry], key));
        Assert.Equal("attachment-damaged", await OpenAsync(bytes[..^1], [entry], key));
        Assert.Equal("seal-not-for-you", await OpenAsync(bytes, [entry], CaseKey.Generate(Randomness.System)));
        bytes[^1] ^= 1;
        Assert.Equal("attachment-damaged", await OpenAsync(bytes, [entry], key));
    }

    [Fact]
    public async Task A_file_that_changes_its_size_while_it_is_read_is_not_sealed()
    {
        foreach (var size in new[] { 2, 4 })
        {
            var file = new AttachmentFile("a", "b", size, new MemoryStream([1, 2, 3]));
            await Assert.ThrowsAsync<IOException>(() => Attachments.SealAsync([file],
                Samples.CaseKey.Recipient, null, Randomness.System, Stream.Null, TestContext.Current.CancellationToken));
        }
    }

    private static Task<string?> OpenAsync(
        byte[] cipher, IReadOnlyList<AttachmentEntry> entries, CaseKey key, Stream? output = null) =>
        Attachments.OpenAsync(new MemoryStream(cipher), entries, key.Identity, _ => output ?? new MemoryStream(),
            TestContext.Current.CancellationToken);
}
