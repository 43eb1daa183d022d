using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>What a custodian decided.</summary>
public enum IdentityOutcome
{
    /// <summary>The identity that the source gave.</summary>
    Released,

    /// <summary>It stays sealed.</summary>
    Refused,

    /// <summary>The source gave none: nothing opens.</summary>
    None,
}

/// <summary>
/// A custodian's answer to a request (SPEC section 5.6.1), sealed to the case alone. Whatever it says, it has one length, so
/// that what is stored does not tell whether there was an identity.
/// </summary>
public sealed record IdentityAnswer
{
    /// <summary>The request.</summary>
    public required RequestId Request { get; init; }

    /// <summary>SHA-256 of the request's ciphertext: no other one of the same id is answered.</summary>
    public required Hash32 Hash { get; init; }

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>The hash of the directory that the custodian used.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>Who answers.</summary>
    public required PersonId From { get; init; }

    /// <summary>The day.</summary>
    public required Day Day { get; init; }

    /// <summary>The decision.</summary>
    public required IdentityOutcome Outcome { get; init; }

    /// <summary>Name and contact as the source wrote them; with <see cref="IdentityOutcome.Released"/> and only there.</summary>
    public (string Name, string Contact)? Identity { get; init; }

    /// <summary>Why it stays sealed; with <see cref="IdentityOutcome.Refused"/> and only there.</summary>
    public string? Reason { get; init; }

    private const string Malformed = "identity-answer-malformed";

    private static ReadOnlySpan<byte> Label => "whistle/identity-answer/v1\0"u8;

    /// <summary>Signs the answer.</summary>
    public SignedObject<IdentityAnswer> Sign(SigningKey key, Hash32 root) => SignedObject<IdentityAnswer>.Make(this, ToJcs(), Label, key, root);

    /// <summary>Seals an answer to the case recipient: 9851 bytes, or <c>identity-answer-too-long</c>.</summary>
    public static Parsed<byte[]> Seal(SignedObject<IdentityAnswer> answer, HybridRecipient recipient, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Sealing.Pad(answer.ToBytes(), WireLengths.IdentityAnswerPlaintext) is { } padded
            ? Sealing.Seal(padded, [recipient], 1, randomness)
            : new Refusal("identity-answer-too-long");
    }

    /// <summary>
    /// Opens an answer with the case key: <c>identity-answer-malformed</c>, <c>request-differs</c> where it answers another request
    /// than the file that is given. The caller checks that <see cref="From"/> signed it, and was asked.
    /// </summary>
    public static Parsed<SignedObject<IdentityAnswer>> Open(
        ReadOnlySpan<byte> file, HybridIdentity identity, SignedObject<IdentityRequest> request, ReadOnlySpan<byte> requestFile)
    {
        ArgumentNullException.ThrowIfNull(request);
        var json = Sealing.OpenObject(file, 1, identity, n => n == WireLengths.IdentityAnswerPlaintext, Malformed);
        if (!json.IsOk)
            return new Refusal(json.Code);
        var read = SignedObject<IdentityAnswer>.Read(json.Value, Label, Malformed, Read);
        if (!read.IsOk)
            return read;
        var answer = read.Value.Value;
        return answer.Request == request.Value.Request && answer.Case == request.Value.Case && answer.Hash == Hash32.Of(requestFile)
            ? read
            : new Refusal("request-differs");
    }

    /// <summary>Never the name.</summary>
    public override string ToString() => "IdentityAnswer(redacted)";

    private static string Word(IdentityOutcome outcome) => outcome switch
    {
        IdentityOutcome.Released => "released",
        IdentityOutcome.Refused => "refused",
        IdentityOutcome.None => "none",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 }, { "type", "identity-answer" }, { "request", Request }, { "hash", Hash }, { "case", Case }, { "directory", Directory },
            { "from", From }, { "day", Day }, { "outcome", Word(Outcome) },
        };
        if (Identity is var (name, contact))
            json.Add("identity", new JcsObject { { "name", name }, { "contact", contact } });
        if (Reason is { } reason)
            json.Add("reason", reason);
        return json;
    }

    private static IdentityAnswer Read(FormReader form)
    {
        form.Version();
        form.OneOf("type", "identity-answer");
        var outcome = form.OneOf("outcome", "released", "refused", "none") switch
        {
            "released" => IdentityOutcome.Released,
            "refused" => IdentityOutcome.Refused,
            _ => IdentityOutcome.None,
        };
        var answer = new IdentityAnswer
        {
            Request = form.Id<RequestId>("request"),
            Hash = form.Hash("hash"),
            Case = form.Id<CaseId>("case"),
            Directory = form.Hash("directory"),
            From = form.Id<PersonId>("from"),
            Day = form.Day("day"),
            Outcome = outcome,
            Identity = form.Has("identity") ? form.Nested("identity", f => (f.Text("name"), f.Text("contact"))) : null,
            Reason = form.OptionalText("reason", IdentityRequest.MaxReason),
        };
        form.Require(answer.Identity is not null == (outcome == IdentityOutcome.Released));
        form.Require(answer.Reason is null ? outcome != IdentityOutcome.Refused : outcome == IdentityOutcome.Refused && !IdentityRequest.IsBlank(answer.Reason));
        form.Require(answer.Identity is not var (name, contact) || IdentityEnvelope.Fits(name, contact));
        return answer;
    }
}
