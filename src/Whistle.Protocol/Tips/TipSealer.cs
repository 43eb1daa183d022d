using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tips;

/// <summary>What a source decided.</summary>
public sealed record TipRequest
{
    /// <summary>A directory whose signatures hold.</summary>
    public required VerifiedDirectory Directory { get; init; }

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The origin that the tip is handed in at.</summary>
    public required string Origin { get; init; }

    /// <summary>Today.</summary>
    public required Day Today { get; init; }

    /// <summary>The language that was written in.</summary>
    public required string Lang { get; init; }

    /// <summary>The sheet's title.</summary>
    public required string Title { get; init; }

    /// <summary>The message's text.</summary>
    public required string Text { get; init; }

    /// <summary>The other answers.</summary>
    public IReadOnlyList<Answer> Answers { get; init; } = [];

    /// <summary>The files.</summary>
    public IReadOnlyList<AttachmentFile> Files { get; init; } = [];

    /// <summary>People who must not be sealed to: readers, approvers or custodians.</summary>
    public IReadOnlyCollection<PersonId> Excluded { get; init; } = [];

    /// <summary>Whether recovery is left out, where the channel offers it. Leaving out one of its holders does so too.</summary>
    public bool ExcludesRecovery { get; init; }

    /// <summary>Whether the source can read its own messages later.</summary>
    public bool KeepsCopy { get; init; }

    /// <summary>Who the source is; null: it stays anonymous.</summary>
    public (string Name, string Contact)? Identity { get; init; }

    /// <summary>Never the content.</summary>
    public override string ToString() => "TipRequest(redacted)";
}

/// <summary>Everything to send, and the words to keep. Holds secrets: dispose of it.</summary>
public sealed class SealedTip : IDisposable
{
    /// <summary>The words.</summary>
    public required Receipt Receipt { get; init; }

    /// <summary>The keys that follow from them.</summary>
    public required SourceKeys Keys { get; init; }

    /// <summary>The manifest.</summary>
    public required TipManifest Manifest { get; init; }

    /// <summary>Its signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary><c>case-key.age</c>.</summary>
    public required ReadOnlyMemory<byte> KeyBlob { get; init; }

    /// <summary>The sealed sheet.</summary>
    public required ReadOnlyMemory<byte> Sheet { get; init; }

    /// <summary>The sealed first message.</summary>
    public required ReadOnlyMemory<byte> Message { get; init; }

    /// <summary>The identity envelope.</summary>
    public required ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>The sealed state.</summary>
    public required ReadOnlyMemory<byte> State { get; init; }

    /// <summary>The sealed object of attachments: to be uploaded in parts before the body is sent; empty where none.</summary>
    public required ReadOnlyMemory<byte> Attachments { get; init; }

    /// <summary>What "save a copy" stores.</summary>
    public required ReadOnlyMemory<byte> Copy { get; init; }

    /// <summary>What the proof of work is over: the manifest's bytes.</summary>
    public byte[] WorkSubject() => Manifest.ToBytes();

    /// <summary>The parts of the upload: 1 MiB each, the last may be shorter.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts() =>
        [.. Enumerable.Range(0, (Attachments.Length + WireLengths.UploadPart - 1) / WireLengths.UploadPart)
            .Select(i => Attachments.Slice(
                i * WireLengths.UploadPart,
                Math.Min(WireLengths.UploadPart, Attachments.Length - (i * WireLengths.UploadPart))))];

    /// <summary>The body of the submission, once the work is done.</summary>
    public byte[] ToBody(ProofOfWork work) => TipBody.Encode(
        Manifest.ToBytes(), Signature.Span, work, KeyBlob.Span, Sheet.Span, Message.Span, Identity.Span, State.Span);

    /// <summary>Wipes the words and the keys.</summary>
    public void Dispose()
    {
        Receipt.Dispose();
        Keys.Dispose();
    }

    /// <summary>Never the content.</summary>
    public override string ToString() => "SealedTip(redacted)";
}

/// <summary>Makes a tip: the source's side of SPEC sections 3 to 8, for the command line, the demo and tests.</summary>
public static class TipSealer
{
    /// <summary>
    /// Seals a tip. Codes: <c>channel-unknown</c>, <c>directory-expired</c>, <c>directory-origin</c>; <c>no-readers</c>
    /// where nobody or recovery alone could open it; <c>too-many-left-out</c>; <c>no-custodians</c> where an identity was given and every custodian
    /// is left out or not sealable today; and those of the parts.
    /// </summary>
    public static async Task<Parsed<SealedTip>> SealAsync(
        TipRequest request, Randomness randomness, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(randomness);
        var version = request.Directory.Version;
        if (version.Channel(request.Channel) is not { } channel)
            return new Refusal("channel-unknown");
        if (version.Expires < request.Today)
            return new Refusal("directory-expired");
        if (!version.Origins.Contains(request.Origin, StringComparer.Ordinal))
            return new Refusal("directory-origin");
        var audience = TipAudience.Of(version, channel, request.Today, request.Excluded, request.ExcludesRecovery);
        if (!audience.IsOk)
            return new Refusal(audience.Code);
        // An envelope without a custodian would read as one of somebody who wished to stay anonymous.
        if (request.Identity is not null && audience.Value.Custodians.Count == 0)
            return new Refusal("no-custodians");

        var receipt = Receipt.Generate(randomness);
        var keys = receipt.DeriveKeys();
        using var caseKey = CaseKey.Generate(randomness);
        var sealedParts = await SealPartsAsync(request, audience.Value, keys, caseKey, receipt, randomness, cancellationToken);
        if (!sealedParts.IsOk)
        {
            receipt.Dispose();
            keys.Dispose();
        }
        return sealedParts;
    }

    private static async Task<Parsed<SealedTip>> SealPartsAsync(
        TipRequest request, TipAudience audience, SourceKeys keys, CaseKey caseKey, Receipt receipt,
        Randomness randomness, CancellationToken cancellationToken)
    {
        var root = request.Directory.Root;
        var reply = request.KeepsCopy ? keys.Reply.Recipient : null;
        using var cipher = new MemoryStream();
        SealedAttachments? attachments = null;
        if (request.Files.Count > 0)
        {
            var result = await Attachments.SealAsync(
                request.Files, caseKey.Recipient, reply, randomness, cipher, cancellationToken);
            if (!result.IsOk)
                return new Refusal(result.Code);
            attachments = result.Value;
        }

        var signedMessage = FirstMessage(request, audience, keys, caseKey, attachments).Sign(keys.Signing, root);
        var message = Message.Seal(signedMessage, caseKey.Recipient, reply, randomness);
        var sheet = Sheet.Seal(FirstSheet(request, caseKey).Sign(keys.Signing, root), caseKey.Recipient, randomness);
        var identity = request.Identity is { } who
            ? new IdentityEnvelope(caseKey.Id, who.Name, who.Contact).Seal([.. audience.Custodians.Select(c => c.Recipient)], randomness)
            : IdentityEnvelope.SealNone(randomness);
        var state = new SourceState
        {
            Case = caseKey.Id,
            Recipient = caseKey.Recipient,
            Root = root,
            Directory = request.Directory.Hash,
            Version = request.Directory.Version.Version,
            Channel = request.Channel,
            KeepsCopy = request.KeepsCopy,
            Readers = audience.ReaderRefs,
            Excluded = audience.Excluded,
        }.Seal(keys, randomness);
        if ((message.Code ?? sheet.Code ?? identity.Code ?? state.Code) is { } code)
            return new Refusal(code);

        var keyBlob = caseKey.Seal(audience.Recipients, randomness);
        var copy = signedMessage.Value.ToCopy();
        var manifest = new TipManifest
        {
            Origin = request.Origin,
            Directory = request.Directory.Hash,
            Channel = request.Channel,
            Case = caseKey.Id,
            Access = caseKey.Access.Public,
            Mailbox = keys.Mailbox.Public,
            KeyBlob = Hash32.Of(keyBlob),
            Sheet = Hash32.Of(sheet.Require()),
            Message = Hash32.Of(message.Require()),
            Identity = Hash32.Of(identity.Require()),
            State = Hash32.Of(state.Require()),
            Attachments = attachments is null ? [] : [attachments.Upload],
            Existence = Leaves.Existence(keys.ExistenceBlind.Span),
            Content = Leaves.Content(keys.ContentBlind.Span, copy),
        };
        return new SealedTip
        {
            Receipt = receipt,
            Keys = keys,
            Manifest = manifest,
            Signature = keys.Mailbox.Sign(TipManifest.SignatureInput(request.Origin, manifest.ToBytes())),
            KeyBlob = keyBlob,
            Sheet = sheet.Require(),
            Message = message.Require(),
            Identity = identity.Require(),
            State = state.Require(),
            Attachments = cipher.ToArray(),
            Copy = copy,
        };
    }

    private static Message FirstMessage(
        TipRequest request, TipAudience audience, SourceKeys keys, CaseKey caseKey, SealedAttachments? attachments) => new()
        {
            Case = caseKey.Id,
            Direction = Direction.Source,
            Seq = 1,
            Previous = Hash32.Zero,
            Seen = Seen.Nothing,
            Day = request.Today,
            Lang = request.Lang,
            Signer = Sheet.Source,
            Directory = request.Directory.Hash,
            Body = new MessageBody(MessageBody.Report, request.Text, request.Answers),
            Attachments = attachments?.Entries ?? [],
            Introduction = new SourceIntroduction
            {
                Mailbox = keys.Mailbox.Public,
                Signing = keys.Signing.Public,
                Reply = keys.Reply.Recipient,
                ContentBlind = keys.ContentBlind,
                Readers = audience.ReaderRefs,
                Excluded = audience.Excluded,
            },
        };

    private static Sheet FirstSheet(TipRequest request, CaseKey caseKey) => new()
    {
        Case = caseKey.Id,
        Version = 1,
        Channel = request.Channel,
        Directory = request.Directory.Hash,
        Day = request.Today,
        Lang = request.Lang,
        Title = request.Title,
        Category = string.Empty,
        Severity = string.Empty,
        Author = Sheet.Source,
    };
}
