using System.Buffers;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Intake;

/// <summary>
/// The body of <c>POST /api/source/tips</c> (SPEC section 8.2): every part after its length, nothing after the last.
/// </summary>
public sealed class TipBody
{
    /// <summary>The media type of the body.</summary>
    public const string MediaType = "application/vnd.whistle.tip";

    /// <summary>A body longer than this is refused before it is read: 256 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    private TipBody(TipManifest manifest)
    {
        Manifest = manifest;
    }

    /// <summary>The manifest, whose hashes and signature hold.</summary>
    public TipManifest Manifest { get; }

    /// <summary>The manifest's canonical bytes.</summary>
    public required ReadOnlyMemory<byte> ManifestBytes { get; init; }

    /// <summary>The mailbox key's signature: 64 bytes.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The proof of work, not yet checked.</summary>
    public required ProofOfWork Work { get; init; }

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

    /// <summary>
    /// Reads a body and checks all that needs no server: lengths (<c>tip-malformed</c>), the manifest's form
    /// (<c>manifest-malformed</c>), the hashes (<c>tip-hash-differs</c>), the signature (<c>signature-invalid</c>).
    /// </summary>
    public static Parsed<TipBody> Parse(ReadOnlyMemory<byte> body)
    {
        var rest = body.Span;
        if (body.Length > MaxLength
            || !LengthPrefix.TryRead(ref rest, TipManifest.MaxLength, out var manifestBytes)
            || !TryReadExact(ref rest, SigningKey.SignatureLength, out var signature)
            || !TryReadExact(ref rest, ProofOfWork.Length, out var work)
            || !TryReadExact(ref rest, WireLengths.CaseKeyFile, out var keyBlob)
            || !TryReadExact(ref rest, WireLengths.SheetFile, out var sheet)
            || !LengthPrefix.TryRead(ref rest, WireLengths.MaxMessageFile, out var message)
            || !WireLengths.IsMessageFile(message.Length)
            || !TryReadExact(ref rest, WireLengths.IdentityFile, out var identity)
            || !TryReadExact(ref rest, WireLengths.StateFile, out var state)
            || !rest.IsEmpty)
            return new Refusal("tip-malformed");

        var parsed = TipManifest.Parse(manifestBytes);
        if (!parsed.IsOk)
            return new Refusal(parsed.Code);
        var manifest = parsed.Value;
        if (manifest.KeyBlob != Hash32.Of(keyBlob) || manifest.Sheet != Hash32.Of(sheet)
            || manifest.Message != Hash32.Of(message) || manifest.Identity != Hash32.Of(identity)
            || manifest.State != Hash32.Of(state))
            return new Refusal("tip-hash-differs");
        if (!manifest.Mailbox.Verify(TipManifest.SignatureInput(manifest.Origin, manifestBytes), signature))
            return new Refusal("signature-invalid");
        return new TipBody(manifest)
        {
            ManifestBytes = manifestBytes.ToArray(),
            Signature = signature.ToArray(),
            Work = ProofOfWork.FromBytes(work),
            KeyBlob = keyBlob.ToArray(),
            Sheet = sheet.ToArray(),
            Message = message.ToArray(),
            Identity = identity.ToArray(),
            State = state.ToArray(),
        };
    }

    /// <summary>Writes a body.</summary>
    public static byte[] Encode(
        ReadOnlySpan<byte> manifest, ReadOnlySpan<byte> signature, ProofOfWork work, ReadOnlySpan<byte> keyBlob,
        ReadOnlySpan<byte> sheet, ReadOnlySpan<byte> message, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> state)
    {
        ArgumentNullException.ThrowIfNull(work);
        var writer = new ArrayBufferWriter<byte>(64 * 1024);
        LengthPrefix.Write(writer, manifest);
        LengthPrefix.Write(writer, signature);
        LengthPrefix.Write(writer, work.ToBytes());
        LengthPrefix.Write(writer, keyBlob);
        LengthPrefix.Write(writer, sheet);
        LengthPrefix.Write(writer, message);
        LengthPrefix.Write(writer, identity);
        LengthPrefix.Write(writer, state);
        return writer.WrittenSpan.ToArray();
    }

    /// <summary>Never the content.</summary>
    public override string ToString() => "TipBody(redacted)";

    private static bool TryReadExact(ref ReadOnlySpan<byte> rest, int length, out ReadOnlySpan<byte> value) =>
        LengthPrefix.TryRead(ref rest, length, out value) && value.Length == length;
}
