using System.Text;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Intake;

/// <summary>What a tip consists of, by hashes; the mailbox key signs it (SPEC section 8.1).</summary>
public sealed record TipManifest
{
    /// <summary>A manifest longer than this is refused.</summary>
    public const int MaxLength = 4096;

    /// <summary>Where it may be handed in: another server with the same directory must not take it.</summary>
    public required string Origin { get; init; }

    /// <summary>The hash of the directory that was sealed to.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>
    /// The case's access public key, by which claims are judged (SPEC section 10): whoever receives a tip needs the case
    /// recipient neither then nor later.
    /// </summary>
    public required VerifyKey Access { get; init; }

    /// <summary>The mailbox's public key.</summary>
    public required VerifyKey Mailbox { get; init; }

    /// <summary>The hash of <c>case-key.age</c>.</summary>
    public required Hash32 KeyBlob { get; init; }

    /// <summary>The hash of the sealed sheet.</summary>
    public required Hash32 Sheet { get; init; }

    /// <summary>The hash of the first message's ciphertext.</summary>
    public required Hash32 Message { get; init; }

    /// <summary>The hash of the identity envelope.</summary>
    public required Hash32 Identity { get; init; }

    /// <summary>The hash of the sealed state.</summary>
    public required Hash32 State { get; init; }

    /// <summary>The uploaded objects: none or one.</summary>
    public required IReadOnlyList<AttachmentObject> Attachments { get; init; }

    /// <summary>The leaf that says that the case exists.</summary>
    public required Hash32 Existence { get; init; }

    /// <summary>The leaf that commits to the content.</summary>
    public required Hash32 Content { get; init; }

    /// <summary>Reads canonical bytes; the code is <c>manifest-malformed</c>.</summary>
    public static Parsed<TipManifest> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!Jcs.TryParse(bytes, MaxLength, out var json))
            return new Refusal("manifest-malformed");
        var form = new FormReader(json);
        form.Version();
        var access = form.Parse<VerifyKey>("access", VerifyKey.TryParse);
        var mailbox = form.Parse<VerifyKey>("mailbox", VerifyKey.TryParse);
        var manifest = new TipManifest
        {
            Origin = form.Text("origin", 300),
            Directory = form.Hash("directory"),
            Channel = form.Id<ChannelId>("channel"),
            Case = form.Id<CaseId>("case"),
            Access = access!,
            Mailbox = mailbox!,
            KeyBlob = form.Hash("keyBlob"),
            Sheet = form.Hash("sheet"),
            Message = form.Hash("message"),
            Identity = form.Hash("identity"),
            State = form.Hash("state"),
            Attachments = form.Objects("attachments", AttachmentObject.MaxPerMessage, AttachmentObject.From),
            Existence = form.Hash("existence"),
            Content = form.Hash("content"),
        };
        return form.IsDone ? manifest : new Refusal("manifest-malformed");
    }

    /// <summary>The canonical bytes, which are signed and are the subject of the proof of work.</summary>
    public byte[] ToBytes() => Jcs.Serialize(new JcsObject
    {
        { "v", 1 },
        { "origin", Origin },
        { "directory", Directory },
        { "channel", Channel },
        { "case", Case },
        { "access", Access.Bytes.Span },
        { "mailbox", Mailbox.Bytes.Span },
        { "keyBlob", KeyBlob },
        { "sheet", Sheet },
        { "message", Message },
        { "identity", Identity },
        { "state", State },
        { "attachments", new JcsArray(Attachments.Select(a => a.ToJcs())) },
        { "existence", Existence },
        { "content", Content },
    });

    /// <summary><c>"whistle/tip/v1\0" || lp(origin) || H(manifest)</c>.</summary>
    public static byte[] SignatureInput(string origin, ReadOnlySpan<byte> manifest) =>
        [.. "whistle/tip/v1\0"u8, .. LengthPrefix.Of(Encoding.UTF8.GetBytes(origin)), .. Hash32.Of(manifest).ToBytes()];
}
