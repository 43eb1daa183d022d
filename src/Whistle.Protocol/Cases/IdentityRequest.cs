using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>The letter by which the source was told before its identity is asked for.</summary>
/// <param name="Seq">Its number in the team's direction.</param>
/// <param name="Hash">SHA-256 of its ciphertext.</param>
/// <param name="Text">What it says: a custodian cannot open the letter itself.</param>
public sealed record ToldSource(int Seq, Hash32 Hash, string Text)
{
    /// <summary>Never the text.</summary>
    public override string ToString() => $"ToldSource({Seq})";
}

/// <summary>
/// A reader asks custodians who the source is (SPEC section 5.6.1): with a reason, and with the letter that told the source, or
/// the written ground on which it was not told. Custodians and everybody who holds the case can open it, and nobody else.
/// </summary>
public sealed record IdentityRequest
{
    /// <summary>Stanzas: the custodians' and the case's.</summary>
    public const int Stanzas = IdentityEnvelope.Stanzas + 1;

    /// <summary>Code points of a reason or a ground, at most.</summary>
    public const int MaxReason = 2000;

    /// <summary>Code points of what the source was told, at most.</summary>
    public const int MaxTold = 4000;

    /// <summary>The random id.</summary>
    public required RequestId Request { get; init; }

    /// <summary>The case; it follows from <see cref="Recipient"/> and <see cref="Access"/>.</summary>
    public required CaseId Case { get; init; }

    /// <summary>The case recipient: what an answer is sealed to. Only who holds the case knows it.</summary>
    public required HybridRecipient Recipient { get; init; }

    /// <summary>The case access public key, so that a custodian can recompute the case id.</summary>
    public required VerifyKey Access { get; init; }

    /// <summary>The hash of the directory that the requester used.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>Who asks.</summary>
    public required PersonId From { get; init; }

    /// <summary>The day of asking.</summary>
    public required Day Day { get; init; }

    /// <summary>The custodians who are asked.</summary>
    public required IReadOnlyList<ReaderRef> To { get; init; }

    /// <summary>Why the team needs to know.</summary>
    public required string Reason { get; init; }

    /// <summary>How the source was told first; null where it was not.</summary>
    public ToldSource? Told { get; init; }

    /// <summary>Why the source was not told (Directive (EU) 2019/1937 Art. 16(3)); null where it was.</summary>
    public string? Ground { get; init; }

    private static ReadOnlySpan<byte> Label => "whistle/identity-request/v1\0"u8;

    /// <summary>Signs the request.</summary>
    public SignedObject<IdentityRequest> Sign(SigningKey key, Hash32 root) => SignedObject<IdentityRequest>.Make(this, ToJcs(), Label, key, root);

    /// <summary>
    /// Seals a request to its custodians and to the case: 30499 bytes, however many they are. <c>identity-request-too-long</c>.
    /// </summary>
    public static Parsed<byte[]> Seal(SignedObject<IdentityRequest> request, IReadOnlyList<HybridRecipient> custodians, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(custodians);
        return Sealing.Pad(request.ToBytes(), WireLengths.IdentityRequestPlaintext) is { } padded
            ? Sealing.Seal(padded, [request.Value.Recipient, .. custodians], Stanzas, randomness)
            : new Refusal("identity-request-too-long");
    }

    /// <summary>
    /// Opens a request as a custodian or with the case key: <c>identity-request-malformed</c>, <c>case-id-differs</c> where what an
    /// answer would be sealed to is not that case. The caller checks who signed it and who is asked.
    /// </summary>
    public static Parsed<SignedObject<IdentityRequest>> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = Sealing.OpenObject(file, Stanzas, identity, n => n == WireLengths.IdentityRequestPlaintext, Malformed);
        if (!json.IsOk)
            return new Refusal(json.Code);
        var read = SignedObject<IdentityRequest>.Read(json.Value, Label, Malformed, Read);
        if (!read.IsOk)
            return read;
        var request = read.Value.Value;
        return CaseKey.IdOf(request.Recipient, request.Access) == request.Case ? read : new Refusal("case-id-differs");
    }

    /// <summary>Never the reason.</summary>
    public override string ToString() => "IdentityRequest(redacted)";

    private const string Malformed = "identity-request-malformed";

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 }, { "type", "identity-request" }, { "request", Request }, { "case", Case },
            { "recipient", StrictBase64Url.Encode(Recipient.Bytes.Span) }, { "access", Access.ToString() }, { "directory", Directory },
            { "from", From }, { "day", Day }, { "to", JcsArray.OfText(To) }, { "reason", Reason },
        };
        if (Told is { } told)
            json.Add("told", new JcsObject { { "seq", told.Seq }, { "hash", told.Hash }, { "text", told.Text } });
        if (Ground is { } ground)
            json.Add("ground", ground);
        return json;
    }

    private static IdentityRequest Read(FormReader form)
    {
        form.Version();
        form.OneOf("type", "identity-request");
        var request = new IdentityRequest
        {
            Request = form.Id<RequestId>("request"),
            Case = form.Id<CaseId>("case"),
            Recipient = form.Parse<HybridRecipient>("recipient", TryRecipient)!,
            Access = form.Parse<VerifyKey>("access", VerifyKey.TryParse)!,
            Directory = form.Hash("directory"),
            From = form.Id<PersonId>("from"),
            Day = form.Day("day"),
            To = ReaderRef.List(form, "to", IdentityEnvelope.Stanzas),
            Reason = form.Text("reason", MaxReason),
            Told = form.Has("told")
                ? form.Nested("told", f => new ToldSource((int)f.Integer("seq", 1, int.MaxValue), f.Hash("hash"), f.Text("text", MaxTold)))
                : null,
            Ground = form.OptionalText("ground", MaxReason),
        };
        // The source was told, or it is written why not: one of the two, and never without a reason.
        form.Require(request.To.Count > 0 && request.To.All(t => t.Person is not null) && !IsBlank(request.Reason));
        form.Require(request.Told is { } told ? request.Ground is null && !IsBlank(told.Text) : !IsBlank(request.Ground));
        return request;
    }

    private static bool TryRecipient(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HybridRecipient? recipient)
    {
        recipient = null;
        return StrictBase64Url.TryDecode(text, HybridRecipient.Length, out var bytes) && HybridRecipient.TryFromBytes(bytes, out recipient);
    }

    internal static bool IsBlank(string? text) => string.IsNullOrWhiteSpace(text);
}
