using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;

namespace Whistle.Protocol.Keys;

/// <summary>
/// One holder's piece of the recovery identity (SPEC section 11.1), a line of text that can be copied by hand:
/// <c>whistle-share-1:fingerprint:threshold:number:y:check</c>. Alone, or with fewer than the threshold, it tells nothing but
/// whose it is.
/// </summary>
public sealed record RecoveryShare
{
    private const string Prefix = "whistle-share-1";
    private const int CheckLength = 4;

    private RecoveryShare(KeyFingerprint fingerprint, int threshold, byte[] bytes) => (Fingerprint, Threshold, Bytes) = (fingerprint, threshold, bytes);

    /// <summary>Of the recovery recipient.</summary>
    public KeyFingerprint Fingerprint { get; }

    /// <summary>How many of them are needed.</summary>
    public int Threshold { get; }

    /// <summary>Which of them it is, from 1.</summary>
    public int Number => Bytes[^1];

    /// <summary><c>y (32) || x (1)</c>.</summary>
    private byte[] Bytes { get; }

    /// <summary>Splits the seed of an identity.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 2 ≤ threshold ≤ shares ≤ 255.</exception>
    public static IReadOnlyList<RecoveryShare> Split(HybridIdentity identity, int threshold, int shares, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var seed = identity.ExportSeed();
        try
        {
            var fingerprint = ReaderRef.FingerprintOf(identity.Recipient);
            return [.. SecretSharing.Split(seed, threshold, shares, randomness).Select(s => new RecoveryShare(fingerprint, threshold, s))];
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Reads the line; <c>share-malformed</c> (no share), <c>share-mistyped</c> (the check does not fit).</summary>
    public static Parsed<RecoveryShare> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Trim().Split(':') is not [Prefix, var key, var threshold, var number, var y, var check]
            || !KeyFingerprint.TryParse(key, out var fingerprint)
            || !TryRead(threshold, 2, out var needed) || !TryRead(number, 1, out var x)
            || !StrictBase64Url.TryDecode(y, out var bytes) || bytes.Length != HybridIdentity.SeedLength)
            return new Refusal("share-malformed");
        var share = new RecoveryShare(fingerprint, needed, [.. bytes, (byte)x]);
        return string.Equals(share.Check(), check, StringComparison.Ordinal) ? share : new Refusal("share-mistyped");
    }

    /// <summary>
    /// The identity. <c>shares-mixed</c> (of different identities or splits), <c>share-twice</c>, <c>shares-too-few</c>, or
    /// <c>shares-wrong</c>: together they give another identity, so one of them is not of this split.
    /// </summary>
    public static Parsed<HybridIdentity> Combine(IReadOnlyList<RecoveryShare> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        if (shares.Count == 0)
            return new Refusal("shares-too-few");
        if (shares.Any(s => s.Fingerprint != shares[0].Fingerprint || s.Threshold != shares[0].Threshold))
            return new Refusal("shares-mixed");
        if (shares.Select(s => s.Number).Distinct().Count() != shares.Count)
            return new Refusal("share-twice");
        if (shares.Count < shares[0].Threshold || SecretSharing.Combine([.. shares.Select(s => s.Bytes)]) is not { } seed)
            return new Refusal("shares-too-few");
        try
        {
            var identity = HybridIdentity.FromSeed(seed);
            if (ReaderRef.FingerprintOf(identity.Recipient) == shares[0].Fingerprint)
                return identity;
            identity.Dispose();
            return new Refusal("shares-wrong");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The line that a holder keeps: a secret.</summary>
    public string Export() => $"{Body()}:{Check()}";

    /// <summary>Never the share.</summary>
    public override string ToString() => "RecoveryShare(redacted)";

    private string Body() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}:{Fingerprint}:{Threshold}:{Number}:{StrictBase64Url.Encode(Bytes.AsSpan(0, HybridIdentity.SeedLength))}");

    /// <summary>Against slips of the pen: the first bytes of a hash, in hex.</summary>
    private string Check() => Hash32.Of("whistle/share/v1"u8, Encoding.ASCII.GetBytes(Body())).ToString()[..(2 * CheckLength)];

    private static bool TryRead(string text, int least, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= SecretSharing.Most
        && string.Equals(text, number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
