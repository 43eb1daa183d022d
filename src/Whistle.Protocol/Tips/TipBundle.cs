using System.Buffers;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;

namespace Whistle.Protocol.Tips;

/// <summary>
/// A tip that was sealed without a connection, in one file (SPEC section 8.5): what is sent, and nothing of what is kept. It
/// can be handed in later, elsewhere, by somebody else. Whoever finds it learns its size, to which channel and directory it was
/// sealed, and, since both leaves are in it, from the public log whether and in which interval the report was entered.
/// </summary>
public sealed class TipBundle
{
    /// <summary>
    /// Zero bits of the work that a bundle brings, over a nonce of zeros: nobody could ask the server for a challenge. More
    /// than a server asks with one, since it can be done in advance.
    /// </summary>
    public const int WorkBits = 18;

    /// <summary>Bytes at most: the body, and one object of attachments with its padding.</summary>
    public const int MaxLength = TipBody.MaxLength + (28 << 20) + 64;

    private static readonly byte[] NoChallenge = new byte[Challenge.Length];

    private TipBundle(TipBody body, ReadOnlyMemory<byte> attachments) => (Body, Attachments) = (body, attachments);

    /// <summary>Bytes before the body: the first line and the body's length.</summary>
    public static int HeadLength => Magic.Length + LengthPrefix.Length;

    private static ReadOnlySpan<byte> Magic => "whistle/bundle/v1\n"u8;

    /// <summary>The tip, whose hashes and signature hold.</summary>
    public TipBody Body { get; }

    /// <summary>The sealed object of attachments, which is the one that the manifest names; empty where it names none.</summary>
    public ReadOnlyMemory<byte> Attachments { get; }

    /// <summary>The length of the body behind these first bytes; null where they begin no bundle.</summary>
    public static int? BodyLength(ReadOnlySpan<byte> head) =>
        head.Length == HeadLength && head.StartsWith(Magic)
        && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(head[Magic.Length..]) is var length and <= TipBody.MaxLength
            ? (int)length
            : null;

    /// <summary>The body of a bundle: the codes of <see cref="TipBody.Parse"/>, and <c>work-wrong</c>.</summary>
    public static Parsed<TipBody> ParseBody(ReadOnlyMemory<byte> bytes)
    {
        var body = TipBody.Parse(bytes);
        return body.IsOk && !IsPaid(body.Value) ? new Refusal("work-wrong") : body;
    }

    /// <summary>Whether the work of a bundle was done for this tip.</summary>
    /// <param name="body">The body of a bundle.</param>
    /// <param name="bits">What a server asks of everybody: more than <see cref="WorkBits"/> while there is a flood, which few bundles have.</param>
    public static bool IsPaid(TipBody body, int bits = WorkBits)
    {
        ArgumentNullException.ThrowIfNull(body);
        return body.Work.Nonce.Span.SequenceEqual(NoChallenge) && body.Work.IsFor(body.ManifestBytes.Span, Math.Max(bits, WorkBits));
    }

    /// <summary>Writes a bundle. Does the work, which takes a while.</summary>
    public static byte[] Encode(SealedTip tip, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(tip);
        var writer = new ArrayBufferWriter<byte>(128 * 1024 + tip.Attachments.Length);
        writer.Write(Magic);
        LengthPrefix.Write(writer, tip.ToBody(ProofOfWork.Solve(NoChallenge, tip.WorkSubject(), WorkBits, ct)));
        LengthPrefix.Write(writer, tip.Attachments.Span);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Reads one: <c>bundle-malformed</c> where it is none, cut short or longer; the codes of <see cref="TipBody.Parse"/>;
    /// <c>work-wrong</c>; <c>attachment-differs</c> where the object is another than the manifest names.
    /// </summary>
    public static Parsed<TipBundle> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > MaxLength || !bytes.Span.StartsWith(Magic))
            return new Refusal("bundle-malformed");
        var rest = bytes.Span[Magic.Length..];
        if (!LengthPrefix.TryRead(ref rest, TipBody.MaxLength, out var bodyBytes)
            || !LengthPrefix.TryRead(ref rest, MaxLength, out var attachments) || !rest.IsEmpty)
            return new Refusal("bundle-malformed");
        var body = ParseBody(bodyBytes.ToArray());
        if (!body.IsOk)
            return new Refusal(body.Code);
        var isNamed = body.Value.Manifest.Attachments switch
        {
            [] => attachments.IsEmpty,
            [var one] => one.Size == attachments.Length && one.Cipher == TreeHash.Of(attachments),
            _ => false,
        };
        return isNamed ? new TipBundle(body.Value, bytes.Slice(bytes.Length - attachments.Length)) : new Refusal("attachment-differs");
    }

    /// <summary>The body of the submission with work over a challenge of the server.</summary>
    public byte[] ToBody(ProofOfWork work) => TipBody.Encode(
        Body.ManifestBytes.Span, Body.Signature.Span, work, Body.KeyBlob.Span, Body.Sheet.Span, Body.Message.Span, Body.Identity.Span, Body.State.Span);

    /// <summary>Never the content.</summary>
    public override string ToString() => "TipBundle(redacted)";
}
