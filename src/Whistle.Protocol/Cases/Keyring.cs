using System.Runtime.InteropServices;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>A case whose key its owner has unwrapped already.</summary>
public sealed record KeyringCase(CaseId Case, string Key)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => "KeyringCase(redacted)";
}

/// <summary>Up to which position a channel's stream was tried.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StreamPosition(ChannelId Channel, long Position);

/// <summary>
/// Case keys that one person has unwrapped (SPEC section 11): a cache that can be rebuilt from stream and inbox.
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

    private JcsObject ToJcs() => new()
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
        { "cases", new JcsArray(Cases.Select(c => new JcsObject { { "case", c.Case }, { "key", c.Key } })) },
        { "recused", JcsArray.OfText(Recused) },
    };

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
            Cases = form.Objects("cases", 100_000, f => new KeyringCase(f.Id<CaseId>("case"), f.Text("key", 77))),
            Recused = form.Ids<CaseId>("recused", 100_000),
        };
        foreach (var entry in keyring.Cases)
        {
            using var key = CaseKey.TryParse(entry.Key);
            form.Require(key is not null && key.Id == entry.Case);
        }
        return keyring;
    }
}
