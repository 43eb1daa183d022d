using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>A case key passed on to one more person (SPEC section 11), signed by who passes it on.</summary>
public sealed record Grant
{
    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>Who receives it.</summary>
    public required PersonId To { get; init; }

    /// <summary>Who passes it on.</summary>
    public required PersonId From { get; init; }

    /// <summary>The case identity, <c>AGE-SECRET-KEY-PQ-1…</c>: a secret.</summary>
    public required string Key { get; init; }

    /// <summary>The hash of the directory that was used.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>The source's signing key, from its first message.</summary>
    public required VerifyKey SourceSigning { get; init; }

    /// <summary>The source's reply recipient, from its first message.</summary>
    public required HybridRecipient SourceReply { get; init; }

    /// <summary>Who could read the case before.</summary>
    public required IReadOnlyList<ReaderRef> Readers { get; init; }

    /// <summary>Who must not be sealed to.</summary>
    public required IReadOnlyList<ReaderRef> Excluded { get; init; }

    private static ReadOnlySpan<byte> Label => "whistle/grant/v1\0"u8;

    /// <summary>Signs the grant.</summary>
    public SignedObject<Grant> Sign(SigningKey key, Hash32 root) => SignedObject<Grant>.Make(this, ToJcs(), Label, key, root);

    /// <summary>
    /// Seals a grant to its receiver: 9851 bytes. <c>seal-to-excluded</c> where the source left the receiver out,
    /// <c>grant-too-long</c>.
    /// </summary>
    public static Parsed<byte[]> Seal(SignedObject<Grant> grant, HybridRecipient receiver, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(grant);
        if (grant.Value.Excludes(receiver))
            return new Refusal("seal-to-excluded");
        return Sealing.Pad(grant.ToBytes(), WireLengths.GrantPlaintext) is { } padded
            ? Sealing.Seal(padded, [receiver], 1, randomness)
            : new Refusal("grant-too-long");
    }

    /// <summary>
    /// Opens a grant as its receiver: <c>grant-malformed</c>, <c>grant-not-to-you</c>, <c>grant-excluded</c>,
    /// <c>case-id-differs</c>. The caller checks that <see cref="From"/> signed it.
    /// </summary>
    public static Parsed<SignedObject<Grant>> Open(ReadOnlySpan<byte> file, PersonId receiver, HybridIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var json = Sealing.OpenObject(file, 1, identity, n => n == WireLengths.GrantPlaintext, "grant-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var read = SignedObject<Grant>.Read(json.Value, Label, "grant-malformed", Read);
        if (!read.IsOk)
            return read;
        var grant = read.Value.Value;
        if (grant.To != receiver)
            return new Refusal("grant-not-to-you");
        if (grant.Excludes(identity.Recipient))
            return new Refusal("grant-excluded");
        using var key = CaseKey.TryParse(grant.Key);
        if (key is null)
            return new Refusal("grant-malformed");
        return key.Id == grant.Case ? read : new Refusal("case-id-differs");
    }

    /// <summary>Never the key.</summary>
    public override string ToString() => "Grant(redacted)";

    private bool Excludes(HybridRecipient receiver)
    {
        var reader = ReaderRef.Of(To, receiver);
        return Excluded.Any(e => e.IsSameAs(reader));
    }

    private JcsObject ToJcs() => new()
    {
        { "v", 1 },
        { "type", "grant" },
        { "case", Case },
        { "to", To },
        { "version", 1 },
        { "from", From },
        { "key", Key },
        { "directory", Directory },
        { "source", new JcsObject { { "signing", SourceSigning.ToString() }, { "reply", SourceReply.ToString() } } },
        { "readers", JcsArray.OfText(Readers) },
        { "excluded", JcsArray.OfText(Excluded) },
    };

    private static Grant Read(FormReader form)
    {
        form.Version();
        form.OneOf("type", "grant");
        form.Integer("version", 1, 1);
        var (signing, reply) = form.Nested("source", f => (
            f.Parse<VerifyKey>("signing", VerifyKey.TryParse)!,
            f.Parse<HybridRecipient>("reply", HybridRecipient.TryParse)!));
        return new Grant
        {
            Case = form.Id<CaseId>("case"),
            To = form.Id<PersonId>("to"),
            From = form.Id<PersonId>("from"),
            Key = form.Text("key", 77),
            Directory = form.Hash("directory"),
            SourceSigning = signing,
            SourceReply = reply,
            Readers = ReaderRef.List(form, "readers", ReaderRef.MaxInCase),
            Excluded = ReaderRef.List(form, "excluded", ReaderRef.MaxInCase),
        };
    }
}
