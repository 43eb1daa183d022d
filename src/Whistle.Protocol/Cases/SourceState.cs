using System.Security.Cryptography;
using NSec.Cryptography;
using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>
/// What the source must find again (SPEC section 5.7). Written once with the tip; a server that does not give it back
/// cannot pass the directory, the case or the readers off as others.
/// </summary>
public sealed record SourceState
{
    private const int NonceLength = 24;

    private static readonly AeadAlgorithm Aead = AeadAlgorithm.XChaCha20Poly1305;

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>The case recipient.</summary>
    public required HybridRecipient Recipient { get; init; }

    /// <summary>The root fingerprint.</summary>
    public required Hash32 Root { get; init; }

    /// <summary>The hash of the directory that was sealed to.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>That directory's version.</summary>
    public required int Version { get; init; }

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>Whether the source keeps a readable copy of what it writes.</summary>
    public required bool KeepsCopy { get; init; }

    /// <summary>Who was sealed to.</summary>
    public required IReadOnlyList<ReaderRef> Readers { get; init; }

    /// <summary>Who must not be sealed to.</summary>
    public required IReadOnlyList<ReaderRef> Excluded { get; init; }

    /// <summary>Seals the state: 4136 bytes, or <c>state-too-long</c>. Draws 24 bytes.</summary>
    public Parsed<byte[]> Seal(SourceKeys keys, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(randomness);
        if (Sealing.Pad(Jcs.Serialize(ToJcs()), WireLengths.StatePlaintext) is not { } padded)
            return new Refusal("state-too-long");
        var nonce = randomness.Bytes(NonceLength);
        using var key = Key.Import(Aead, keys.StateKey, KeyBlobFormat.RawSymmetricKey);
        return (byte[])[.. nonce, .. Aead.Encrypt(key, nonce, keys.MailboxId.ToBytes(), padded)];
    }

    /// <summary>Opens a state: <c>state-damaged</c>, <c>state-malformed</c>.</summary>
    public static Parsed<SourceState> Open(ReadOnlySpan<byte> state, SourceKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (state.Length != WireLengths.StateFile)
            return new Refusal("state-damaged");
        using var key = Key.Import(Aead, keys.StateKey, KeyBlobFormat.RawSymmetricKey);
        var padded = Aead.Decrypt(key, state[..NonceLength], keys.MailboxId.ToBytes(), state[NonceLength..]);
        if (padded is null)
            return new Refusal("state-damaged");
        var json = Sealing.ReadPadded(padded, n => n == WireLengths.StatePlaintext, "state-malformed");
        CryptographicOperations.ZeroMemory(padded);
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        var hasRecipient = HybridRecipient.TryFromBytes(
            form.Bytes("recipient", HybridRecipient.Length), out var recipient);
        form.Require(hasRecipient);
        var result = new SourceState
        {
            Case = form.Id<CaseId>("case"),
            Recipient = recipient!,
            Root = form.Hash("root"),
            Directory = form.Hash("directory"),
            Version = (int)form.Integer("version", 1, int.MaxValue),
            Channel = form.Id<ChannelId>("channel"),
            KeepsCopy = string.Equals(form.OneOf("copy", "kept", "none"), "kept", StringComparison.Ordinal),
            Readers = ReaderRef.List(form, "readers", ReaderRef.MaxReaders),
            Excluded = ReaderRef.List(form, "excluded", ReaderRef.MaxNamed),
        };
        return form.IsDone ? result : new Refusal("state-malformed");
    }

    /// <summary>Never the lists.</summary>
    public override string ToString() => "SourceState(redacted)";

    private JcsObject ToJcs() => new()
    {
        { "v", 1 },
        { "case", Case },
        { "recipient", Recipient.Bytes.Span },
        { "root", Root },
        { "directory", Directory },
        { "version", Version },
        { "channel", Channel },
        { "copy", KeepsCopy ? "kept" : "none" },
        { "readers", JcsArray.OfText(Readers) },
        { "excluded", JcsArray.OfText(Excluded) },
    };
}
