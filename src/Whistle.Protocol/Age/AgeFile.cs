using System.Diagnostics.CodeAnalysis;

namespace Whistle.Protocol.Age;

/// <summary>
/// Encrypts and decrypts age v1 files (C2SP <c>age.md</c>) that fit in memory; <see cref="AgeStreams"/> does the rest.
/// Bad data comes back as an <see cref="AgeError"/>; only misuse throws.
/// </summary>
public static class AgeFile
{
    /// <summary>
    /// Encrypts to every recipient. Draws, in this order: the file key (16 bytes), what each recipient draws, in their
    /// order, and the payload's nonce (16 bytes).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// There is no recipient, or they must not share a file: post-quantum with classical ones, a passphrase with any.
    /// </exception>
    public static byte[] Encrypt(
        ReadOnlySpan<byte> plaintext, IReadOnlyList<IAgeRecipient> recipients, Randomness randomness)
    {
        using var fileKey = NewFileKey(recipients, randomness, out var header);
        var headerBytes = header.ToBytes();
        var file = new byte[headerBytes.Length + AgePayload.SealedLength(plaintext.Length)];
        headerBytes.CopyTo(file, 0);
        var rest = file.AsSpan(headerBytes.Length);
        randomness.Fill(rest[..AgePayload.NonceLength]);
        using var key = fileKey.PayloadKey(rest[..AgePayload.NonceLength]);
        rest = rest[AgePayload.NonceLength..];
        for (var index = 0L; ; index++)
        {
            var isLast = plaintext.Length <= AgePayload.ChunkLength;
            var length = isLast ? plaintext.Length : AgePayload.ChunkLength;
            AgePayload.Seal(key, index, isLast, plaintext[..length], rest[..(length + AgePayload.TagLength)]);
            if (isLast)
                return file;
            plaintext = plaintext[length..];
            rest = rest[(length + AgePayload.TagLength)..];
        }
    }

    /// <summary>Decrypts a binary (not armored) file with the first identity that opens it.</summary>
    public static AgeResult<byte[]> Decrypt(ReadOnlySpan<byte> file, params IReadOnlyList<IAgeIdentity> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        if (!TryReadHeader(file, out var header))
            return new(AgeError.HeaderFailure);
        var unwrapped = header.Unwrap(identities);
        if (!unwrapped.IsOk)
            return new(unwrapped.Error);
        using var fileKey = unwrapped.Value;
        return DecryptPayload(file[header.Length..], fileKey);
    }

    /// <summary>Decrypts a binary file with its own file key, after checking the header with it.</summary>
    public static AgeResult<byte[]> Decrypt(ReadOnlySpan<byte> file, AgeFileKey fileKey)
    {
        ArgumentNullException.ThrowIfNull(fileKey);
        if (!TryReadHeader(file, out var header))
            return new(AgeError.HeaderFailure);
        return header.IsAuthenticFor(fileKey)
            ? DecryptPayload(file[header.Length..], fileKey)
            : new(AgeError.HmacFailure);
    }

    /// <summary>
    /// The file key, from the header alone: the payload is neither decrypted nor checked, and need not be there.
    /// </summary>
    public static AgeResult<AgeFileKey> UnwrapFileKey(
        ReadOnlySpan<byte> file, params IReadOnlyList<IAgeIdentity> identities)
    {
        ArgumentNullException.ThrowIfNull(identities);
        return AgeHeader.TryParse(file, out var header) ? header.Unwrap(identities) : new(AgeError.HeaderFailure);
    }

    internal static AgeFileKey NewFileKey(
        IReadOnlyList<IAgeRecipient> recipients, Randomness randomness, out AgeHeader header)
    {
        ArgumentNullException.ThrowIfNull(recipients);
        ArgumentNullException.ThrowIfNull(randomness);
        if (recipients.Count == 0)
            throw new ArgumentException("A file needs a recipient.", nameof(recipients));
        var group = recipients[0].Group;
        if (recipients.Any(r => r.Group != group))
            throw new ArgumentException("Recipients of different groups must not share a file.", nameof(recipients));
        if (group == AgeRecipientGroup.Passphrase && recipients.Count > 1)
            throw new ArgumentException("A passphrase must be the only recipient.", nameof(recipients));

        Span<byte> bytes = stackalloc byte[AgeFileKey.Length];
        randomness.Fill(bytes);
        try
        {
            var stanzas = new AgeStanza[recipients.Count];
            for (var i = 0; i < stanzas.Length; i++)
                stanzas[i] = recipients[i].Wrap(bytes, randomness);
            var fileKey = AgeFileKey.Import(bytes);
            header = AgeHeader.Create(stanzas, fileKey);
            return fileKey;
        }
        finally
        {
            SecretBytes.Wipe(bytes);
        }
    }

    /// <summary>A file whose payload lacks its nonce counts as one with a bad header, as in the CCTV vectors.</summary>
    private static bool TryReadHeader(ReadOnlySpan<byte> file, [NotNullWhen(true)] out AgeHeader? header) =>
        AgeHeader.TryParse(file, out header) && file.Length - header.Length >= AgePayload.NonceLength;

    private static AgeResult<byte[]> DecryptPayload(ReadOnlySpan<byte> payload, AgeFileKey fileKey)
    {
        if (AgePayload.PlaintextLength(payload.Length) is not { } length)
            return new(AgeError.PayloadFailure);
        using var key = fileKey.PayloadKey(payload[..AgePayload.NonceLength]);
        payload = payload[AgePayload.NonceLength..];
        var plaintext = new byte[length];
        var rest = plaintext.AsSpan();
        for (var index = 0L; ; index++)
        {
            var isLast = payload.Length <= AgePayload.SealedChunkLength;
            var taken = isLast ? payload.Length : AgePayload.SealedChunkLength;
            if (!AgePayload.TryOpen(key, index, isLast, payload[..taken], rest[..(taken - AgePayload.TagLength)]))
            {
                SecretBytes.Wipe(plaintext);
                return new(AgeError.PayloadFailure);
            }
            if (isLast)
                return new(plaintext);
            payload = payload[taken..];
            rest = rest[(taken - AgePayload.TagLength)..];
        }
    }
}
