using Whistle.Protocol.Json;

namespace Whistle.Protocol.Intake;

/// <summary>One uploaded object of attachments, as the server knows it: id, tree hash and length of its ciphertext.</summary>
public sealed record AttachmentObject(UploadId Id, Hash32 Cipher, long Size)
{
    /// <summary>A message has at most one: all its files in one archive.</summary>
    public const int MaxPerMessage = 1;

    internal static AttachmentObject From(FormReader form) =>
        new(form.Id<UploadId>("id"), form.Hash("cipher"), form.Integer("size", 1, JcsNumber.Max));

    internal JcsObject ToJcs() => new() { { "id", Id }, { "cipher", Cipher }, { "size", Size } };
}
