using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tips;

/// <summary>
/// The desk's side: opens a blob and the messages of its case, and checks every signature. Holds the case key: dispose
/// of it.
/// </summary>
public sealed class TipReader : IDisposable
{
    private readonly Hash32 _root;

    private TipReader(OpenedBlob blob, SignedObject<Message> first, Hash32 root)
    {
        Key = blob.Key;
        Sheet = blob.Sheet.Value;
        First = first.Value;
        Introduction = first.Value.Introduction!;
        _root = root;
    }

    /// <summary>The key of the case.</summary>
    public CaseKey Key { get; }

    /// <summary>The first sheet, signed by the source.</summary>
    public Sheet Sheet { get; }

    /// <summary>The first message, signed by the source.</summary>
    public Message First { get; }

    /// <summary>The source's keys and choices, from the first message.</summary>
    public SourceIntroduction Introduction { get; }

    /// <summary>
    /// Opens a case from its blob and its first message: <c>seal-not-for-you</c> and other codes of sealed files,
    /// <c>signature-invalid</c>, <c>case-id-differs</c>, <c>message-malformed</c>.
    /// </summary>
    public static Parsed<TipReader> Open(
        ReadOnlySpan<byte> blob, ReadOnlySpan<byte> firstMessage, HybridIdentity identity, Hash32 root)
    {
        var opened = StreamBlob.Open(blob, identity);
        if (!opened.IsOk)
            return new Refusal(opened.Code);
        var message = Message.Open(firstMessage, opened.Value.Key.Identity);
        var code = message.Code ?? Refuse(opened.Value, message.Require(), root);
        if (code is null)
            return new TipReader(opened.Value, message.Require(), root);
        opened.Value.Dispose();
        return new Refusal(code);
    }

    /// <summary>
    /// Opens a later message and checks its signature with the source's key or the one that the directory lists for its
    /// signer: <c>signer-unknown</c>, <c>signature-invalid</c>, <c>case-id-differs</c>, and codes of sealed files.
    /// </summary>
    public Parsed<Message> OpenMessage(ReadOnlySpan<byte> file, DirectoryVersion directory)
    {
        var message = Message.Open(file, Key.Identity);
        if (!message.IsOk)
            return new Refusal(message.Code);
        return MessageSignatures.Refuse(message.Value, Key.Id, Introduction.Signing, directory, _root) is { } code
            ? new Refusal(code)
            : message.Value.Value;
    }

    /// <summary>The content leaf that follows from what was opened: to be compared with the promise's.</summary>
    public Hash32 ContentLeaf() => Leaves.Content(Introduction.ContentBlind.Span, First.ToCopy());

    /// <summary>Wipes the key.</summary>
    public void Dispose() => Key.Dispose();

    /// <summary>Never the content.</summary>
    public override string ToString() => "TipReader(redacted)";

    private static string? Refuse(OpenedBlob blob, SignedObject<Message> message, Hash32 root)
    {
        if (message.Value.Introduction is not { } source)
            return "message-malformed";
        if (message.Value.Case != blob.Key.Id)
            return "case-id-differs";
        return message.IsSignedBy(source.Signing, root) && blob.Sheet.IsSignedBy(source.Signing, root)
            && string.Equals(blob.Sheet.Value.Author, Sheet.Source, StringComparison.Ordinal)
                ? null
                : "signature-invalid";
    }
}

/// <summary>Whose signature a message must carry.</summary>
public static class MessageSignatures
{
    /// <summary>
    /// Null where the message is of this case and signed by whom it names: the source, or a person of the directory;
    /// else <c>case-id-differs</c>, <c>signer-unknown</c> or <c>signature-invalid</c>.
    /// </summary>
    public static string? Refuse(
        SignedObject<Message> message, CaseId caseId, VerifyKey source, DirectoryVersion directory, Hash32 root)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(directory);
        if (message.Value.Case != caseId)
            return "case-id-differs";
        var key = message.Value.Direction == Direction.Source
            ? source
            : PersonId.TryParse(message.Value.Signer, out var person) ? directory.Person(person)?.Signing : null;
        if (key is null)
            return "signer-unknown";
        return message.IsSignedBy(key, root) ? null : "signature-invalid";
    }
}
