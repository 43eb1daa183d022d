using System.Runtime.InteropServices;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>
/// A case whose key its owner has unwrapped already, and what must not change behind the owner's back: what was seen of
/// it in the stream, what a grant said, and the first message as it was opened first.
/// </summary>
public sealed record KeyringCase(CaseId Case, string Key)
{
    /// <summary>The channel in whose stream it was found; null where it came by a grant.</summary>
    public ChannelId? Channel { get; init; }

    /// <summary>
    /// The sheet as it was last vouched for, or its version 1 where the case is not claimed: the row is drawn from it, without
    /// reading the stream again or opening a sheet again.
    /// </summary>
    public KeyringSheet? Sheet { get; init; }

    /// <summary>What the colleague who gave the case had signed.</summary>
    public GrantedPin? Granted { get; init; }

    /// <summary>The first message, once it was opened and held.</summary>
    public FirstPin? First { get; init; }

    /// <summary>Never the key.</summary>
    public override string ToString() => "KeyringCase(redacted)";

    internal static KeyringCase From(FormReader form) => new(form.Id<CaseId>("case"), form.Text("key", 77))
    {
        Channel = form.Has("channel") ? form.Id<ChannelId>("channel") : null,
        Sheet = form.Has("sheet") ? form.Nested("sheet", KeyringSheet.From) : null,
        Granted = form.Has("granted") ? form.Nested("granted", GrantedPin.From) : null,
        First = form.Has("first") ? form.Nested("first", FirstPin.From) : null,
    };

    internal JcsObject ToJcs()
    {
        var json = new JcsObject { { "case", Case }, { "key", Key } };
        if (Channel is { } channel)
            json.Add("channel", channel);
        json.AddOptional("sheet", Sheet?.ToJcs());
        json.AddOptional("granted", Granted?.ToJcs());
        json.AddOptional("first", First?.ToJcs());
        return json;
    }
}

/// <summary>What the row of a case shows.</summary>
public sealed record KeyringSheet(Day Day, string Lang, string Title)
{
    /// <summary>Which version of the sheet says so; 1 is the source's, which has none of the following.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The category's id, or nothing.</summary>
    public string Category { get; init; } = "";

    /// <summary>The severity's id, or nothing.</summary>
    public string Severity { get; init; } = "";

    /// <summary>The case that leads, where one does.</summary>
    public CaseId? Leading { get; init; }

    /// <summary>The step of the channel's taxonomy at which the case is, where there is one.</summary>
    public string? Stage { get; init; }

    /// <summary>Never the title.</summary>
    public override string ToString() => "KeyringSheet(redacted)";

    internal static KeyringSheet From(FormReader form) => new(form.Day("day"), form.Text("lang", 35), form.Text("title", 200))
    {
        Version = form.Has("version") ? (int)form.Integer("version", 2, int.MaxValue) : 1,
        Category = form.Has("category") ? form.Text("category", 64) : "",
        Severity = form.Has("severity") ? form.Text("severity", 64) : "",
        Leading = form.Has("leading") ? form.Id<CaseId>("leading") : null,
        Stage = form.Has("stage") ? form.Text("stage", 64) : null,
    };

    internal JcsObject ToJcs()
    {
        var json = new JcsObject { { "day", Day }, { "lang", Lang }, { "title", Title } };
        if (Version > 1)
            json.Add("version", Version);
        if (Category.Length > 0)
            json.Add("category", Category);
        if (Severity.Length > 0)
            json.Add("severity", Severity);
        if (Leading is { } leading)
            json.Add("leading", leading);
        if (Stage is { } stage)
            json.Add("stage", stage);
        return json;
    }
}

/// <summary>The source's keys and lists as a grant gave them; the reply recipient by its fingerprint.</summary>
public sealed record GrantedPin(
    VerifyKey Signing, KeyFingerprint Reply, IReadOnlyList<ReaderRef> Readers, IReadOnlyList<ReaderRef> Excluded)
{
    /// <summary>Never the lists.</summary>
    public override string ToString() => "GrantedPin(redacted)";

    internal static GrantedPin From(FormReader form) => new(
        form.Parse<VerifyKey>("signing", VerifyKey.TryParse)!, form.Id<KeyFingerprint>("reply"),
        ReaderRef.List(form, "readers", ReaderRef.MaxInCase), ReaderRef.List(form, "excluded", ReaderRef.MaxInCase));

    internal JcsObject ToJcs() => new()
    {
        { "signing", Signing.ToString() },
        { "reply", Reply },
        { "readers", JcsArray.OfText(Readers) },
        { "excluded", JcsArray.OfText(Excluded) },
    };
}

/// <summary>The hash of the first message's ciphertext, and the key that signed it.</summary>
public sealed record FirstPin(Hash32 Hash, VerifyKey Signing)
{
    internal static FirstPin From(FormReader form) => new(form.Hash("hash"), form.Parse<VerifyKey>("signing", VerifyKey.TryParse)!);

    internal JcsObject ToJcs() => new() { { "hash", Hash }, { "signing", Signing.ToString() } };
}

/// <summary>What its owner looks for again and again in the list, by a name of the owner's own.</summary>
/// <param name="Name">1 to 60 code points; no two alike.</param>
/// <param name="Only">At most 10 words of the desk, such as <c>overdue</c>.</param>
public sealed record SavedFilter(string Name, IReadOnlyList<string> Only)
{
    /// <summary>Filters of one keyring.</summary>
    public const int MaxFilters = 20;

    /// <summary>Cases of this channel alone, where it is given.</summary>
    public ChannelId? Channel { get; init; }

    /// <summary>Cases of this severity alone, where it is given.</summary>
    public string? Severity { get; init; }

    /// <summary>Never the name.</summary>
    public override string ToString() => "SavedFilter(redacted)";

    internal static SavedFilter From(FormReader form) => new(form.Text("name", 60), form.Texts("only", 10))
    {
        Channel = form.Has("channel") ? form.Id<ChannelId>("channel") : null,
        Severity = form.Has("severity") ? form.Text("severity", 64) : null,
    };

    internal JcsObject ToJcs()
    {
        var json = new JcsObject { { "name", Name }, { "only", JcsArray.Of(Only) } };
        if (Channel is { } channel)
            json.Add("channel", channel);
        if (Severity is { } severity)
            json.Add("severity", severity);
        return json;
    }
}

/// <summary>Up to which position a channel's stream was tried.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StreamPosition(ChannelId Channel, long Position);

/// <summary>
/// Case keys that one person has unwrapped (SPEC section 11), and what of each case must not change.
/// </summary>
public sealed record Keyring
{
    private const int MinPlaintext = 65536;

    /// <summary>The longest keyring before sealing: 16 MiB.</summary>
    private const int MaxPlaintext = 16 << 20;

    /// <summary>Whose it is.</summary>
    public required PersonId Owner { get; init; }

    /// <summary>Grows by one with every change.</summary>
    public required int Version { get; init; }

    /// <summary>Up to where each stream was tried.</summary>
    public required IReadOnlyList<StreamPosition> Positions { get; init; }

    /// <summary>The cases and their keys.</summary>
    public required IReadOnlyList<KeyringCase> Cases { get; init; }

    /// <summary>Cases that the owner has stepped back from for good.</summary>
    public required IReadOnlyList<CaseId> Recused { get; init; }

    /// <summary>What its owner looks for in the list.</summary>
    public IReadOnlyList<SavedFilter> Filters { get; init; } = [];

    private static ReadOnlySpan<byte> Label => "whistle/keyring/v1\0"u8;

    /// <summary>Signs the keyring.</summary>
    public SignedObject<Keyring> Sign(SigningKey key, Hash32 root) => SignedObject<Keyring>.Make(this, ToJcs(), Label, key, root);

    /// <summary>Seals a keyring to its owner, padded to 65536 bytes and doubling; or <c>keyring-too-long</c>.</summary>
    public static Parsed<byte[]> Seal(SignedObject<Keyring> keyring, HybridRecipient owner, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(keyring);
        var text = keyring.ToBytes();
        for (var length = MinPlaintext; length <= MaxPlaintext; length *= 2)
        {
            if (Sealing.Pad(text, length) is { } padded)
                return Sealing.Seal(padded, [owner], 1, randomness);
        }
        return new Refusal("keyring-too-long");
    }

    /// <summary>
    /// Opens a keyring and checks that its owner signed it: <c>keyring-malformed</c>, <c>keyring-not-yours</c>,
    /// <c>signature-invalid</c>.
    /// </summary>
    public static Parsed<Keyring> Open(
        ReadOnlySpan<byte> file, PersonId owner, HybridIdentity identity, VerifyKey signing, Hash32 root)
    {
        var json = Sealing.OpenObject(file, 1, identity, IsLength, "keyring-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var read = SignedObject<Keyring>.Read(json.Value, Label, "keyring-malformed", Read);
        if (!read.IsOk)
            return new Refusal(read.Code);
        if (!read.Value.IsSignedBy(signing, root))
            return new Refusal("signature-invalid");
        return read.Value.Value.Owner == owner ? read.Value.Value : new Refusal("keyring-not-yours");
    }

    /// <summary>Never the keys.</summary>
    public override string ToString() => "Keyring(redacted)";

    private static bool IsLength(int length) =>
        length is >= MinPlaintext and <= MaxPlaintext && int.IsPow2(length);

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 },
            { "type", "keyring" },
            { "owner", Owner },
            { "version", Version },
            {
                "positions",
                new JcsArray(Positions.Select(
                    p => new JcsObject { { "channel", p.Channel }, { "position", p.Position } }))
            },
            { "cases", new JcsArray(Cases.Select(c => c.ToJcs())) },
            { "recused", JcsArray.OfText(Recused) },
        };
        json.AddOptional("filters", Filters.Count == 0 ? null : new JcsArray(Filters.Select(f => f.ToJcs())));
        return json;
    }

    private static Keyring Read(FormReader form)
    {
        form.Version();
        form.OneOf("type", "keyring");
        var keyring = new Keyring
        {
            Owner = form.Id<PersonId>("owner"),
            Version = (int)form.Integer("version", 1, int.MaxValue),
            Positions = form.Objects("positions", 1000,
                f => new StreamPosition(f.Id<ChannelId>("channel"), f.Integer("position", 0, JcsNumber.Max))),
            Cases = form.Objects("cases", 100_000, KeyringCase.From),
            Recused = form.Ids<CaseId>("recused", 100_000),
            Filters = form.Has("filters") ? form.Objects("filters", SavedFilter.MaxFilters, SavedFilter.From) : [],
        };
        foreach (var entry in keyring.Cases)
        {
            using var key = CaseKey.TryParse(entry.Key);
            form.Require(key is not null && key.Id == entry.Case);
        }
        return keyring;
    }
}
