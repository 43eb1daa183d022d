using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Tests.Notes;

public sealed class SignedNoteTests
{
    private const string Text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";

    /// <summary>The example of C2SP signed-note (and of Go's package), key and all.</summary>
    [Fact]
    public void The_example_of_the_standard_verifies()
    {
        var encoded = Convert.FromBase64String("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        Assert.True(VerifyKey.TryFromBytes(encoded.AsSpan(1), out var key));
        var noteKey = new NoteKey("PeterNeumann", key);
        Assert.Equal(0xc74f20a3u, noteKey.Hash);
        var note = Encoding.UTF8.GetBytes(Text
            + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n");
        Assert.True(SignedNote.TryParse(note, out var parsed));
        Assert.Equal(Text, parsed.Text);
        Assert.True(parsed.IsSignedBy(noteKey));
        Assert.Equal(note, parsed.ToBytes());
        Assert.False(parsed.IsSignedBy(new NoteKey("SomebodyElse", key)));
    }

    [Fact]
    public void Each_key_finds_its_own_signature_among_unknown_ones()
    {
        using var first = SigningKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        using var second = SigningKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
        var bytes = SignedNote.FromText(Text).Sign("ethics", first).Sign("council", second).ToBytes();
        Assert.True(SignedNote.TryParse([.. bytes, .. "— other.example/x AAAAAAAA\n"u8], out var note));
        Assert.Equal(3, note.Signatures.Count);
        Assert.True(note.IsSignedBy(new NoteKey("ethics", first.Public)));
        Assert.True(note.IsSignedBy(new NoteKey("council", second.Public)));
        Assert.False(note.IsSignedBy(new NoteKey("ethics", second.Public)));
    }

    [Fact]
    public void A_signature_that_does_not_hold_counts_for_nothing()
    {
        using var key = SigningKey.FromSeed(new byte[32]);
        var bytes = SignedNote.FromText(Text).Sign("ethics", key).ToBytes();
        bytes[0] ^= 1;
        Assert.True(SignedNote.TryParse(bytes, out var note));
        Assert.False(note.IsSignedBy(new NoteKey("ethics", key.Public)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAAA")]
    [InlineData("text\n\n- name AAAAAAAA\n")]
    [InlineData("text\n\n— name AAAAAA==\n")]
    [InlineData("text\n\n— name AAAAAAB=\n")]
    [InlineData("text\n\n— name  AAAAAAAA\n")]
    [InlineData("text\n\n— na+me AAAAAAAA\n")]
    [InlineData("text\n\n—  AAAAAAAA\n")]
    [InlineData("te\txt\n\n— name AAAAAAAA\n")]
    [InlineData("te\0xt\n\n— name AAAAAAAA\n")]
    [InlineData("text\r\n\n— name AAAAAAAA\n")]
    [InlineData("text\n\n— name AAAAAAAA\nmore\n")]
    public void A_malformed_note_is_refused(string text) =>
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void A_text_that_no_note_can_hold_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => SignedNote.FromText("no line feed"));
        Assert.Throws<ArgumentException>(() => SignedNote.FromText("a\tb\n"));
    }
}
