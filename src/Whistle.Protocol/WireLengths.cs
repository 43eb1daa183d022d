namespace Whistle.Protocol;

/// <summary>
/// Every fixed byte length of SPEC.md. Constant lengths are a privacy property: a size must not tell an anonymous tip
/// from a named one, a short list of readers from a long one, or a decoy from a tip.
/// </summary>
public static class WireLengths
{
    /// <summary>The plaintext of <c>case-key.age</c>: an identity and a line feed.</summary>
    public const int CaseKeyPlaintext = 78;

    /// <summary><c>case-key.age</c>, with 16 stanzas.</summary>
    public const int CaseKeyFile = 25092;

    /// <summary>A sheet before sealing.</summary>
    public const int SheetPlaintext = 4096;

    /// <summary>A sealed sheet.</summary>
    public const int SheetFile = 5755;

    /// <summary>A blob of the stream: <c>case-key.age</c> and a sheet.</summary>
    public const int Blob = CaseKeyFile + SheetFile;

    /// <summary>What sealing adds to a message: two stanzas.</summary>
    public const int MessageOverhead = 3216;

    /// <summary>The longest sealed message.</summary>
    public const int MaxMessageFile = 65536 + MessageOverhead;

    /// <summary>What sealing adds to a note: one stanza.</summary>
    public const int NoteOverhead = 1659;

    /// <summary>An identity envelope before sealing.</summary>
    public const int IdentityPlaintext = 2048;

    /// <summary>A sealed identity envelope.</summary>
    public const int IdentityFile = 14606;

    /// <summary>A request for an identity before sealing.</summary>
    public const int IdentityRequestPlaintext = 16384;

    /// <summary>A sealed request for an identity.</summary>
    public const int IdentityRequestFile = 30499;

    /// <summary>An answer to one before sealing.</summary>
    public const int IdentityAnswerPlaintext = 8192;

    /// <summary>A sealed answer, whatever it says.</summary>
    public const int IdentityAnswerFile = 9851;

    /// <summary>A state before sealing.</summary>
    public const int StatePlaintext = 4096;

    /// <summary>A sealed state: 24 bytes of nonce, 4096 of plaintext, 16 of tag.</summary>
    public const int StateFile = 4136;

    /// <summary>A grant before sealing.</summary>
    public const int GrantPlaintext = 8192;

    /// <summary>A sealed grant.</summary>
    public const int GrantFile = 9851;

    /// <summary>What <c>identity.age</c> holds before sealing.</summary>
    public const int IdentityFilePlaintext = 1024;

    /// <summary><c>identity.age</c>.</summary>
    public const int UnlockedIdentityFile = 2683;

    /// <summary>A part of an upload, but for the last: 1 MiB of ciphertext.</summary>
    public const int UploadPart = 1 << 20;

    /// <summary>Files of one message together, at most.</summary>
    public const long MaxAttachmentBytes = 26214400;

    /// <summary>Files of one message, at most.</summary>
    public const int MaxAttachments = 64;

    /// <summary>The lengths that text is padded to.</summary>
    public static ReadOnlySpan<int> TextBuckets => [4096, 8192, 16384, 32768, 65536];

    /// <summary>
    /// Bytes of an age file with this many hybrid stanzas over this many bytes of plaintext (SPEC section 2).
    /// </summary>
    public static long AgeFile(int stanzas, long plaintext) =>
        22 + (1557L * stanzas) + 48 + 16 + plaintext + (16 * Math.Max(1, (plaintext + 65535) / 65536));

    /// <summary>Whether a sealed message can have this length.</summary>
    public static bool IsMessageFile(int length) => TextBuckets.Contains(length - MessageOverhead);

    /// <summary>Whether a sealed note or a draft can have this length.</summary>
    public static bool IsNoteFile(int length) => TextBuckets.Contains(length - NoteOverhead);
}
