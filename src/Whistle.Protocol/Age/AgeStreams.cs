using System.Buffers;
using System.Security.Cryptography;

namespace Whistle.Protocol.Age;

/// <summary>
/// Encrypts and decrypts age v1 files of any size from stream to stream, in less than 1 MiB of memory. The streams stay
/// open, and are read and written from where they stand.
/// </summary>
public static class AgeStreams
{
    /// <summary>Chunks that are read, worked on and written together: 256 KiB, which stays in a core's cache.</summary>
    private const int BatchChunks = 4;

    private const int BatchLength = BatchChunks * AgePayload.ChunkLength;
    private const int SealedBatchLength = BatchChunks * AgePayload.SealedChunkLength;

    /// <summary>
    /// Encrypts all that is left of <paramref name="plaintext"/>. Draws randomness as <see cref="AgeFile.Encrypt"/>.
    /// </summary>
    /// <exception cref="ArgumentException">As of <see cref="AgeFile.Encrypt"/>.</exception>
    public static async Task EncryptAsync(
        Stream plaintext, Stream file, IReadOnlyList<IAgeRecipient> recipients, Randomness randomness,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(file);
        using var fileKey = AgeFile.NewFileKey(recipients, randomness, out var header);
        var nonce = randomness.Bytes(AgePayload.NonceLength);
        using var key = fileKey.PayloadKey(nonce);
        await file.WriteAsync(header.ToBytes(), cancellationToken);
        await file.WriteAsync(nonce, cancellationToken);

        var sealer = new Batches(key, seals: true, BatchLength, AgePayload.ChunkLength, SealedBatchLength);
        await sealer.RunAsync(plaintext, default, file, cancellationToken);
    }

    /// <summary>
    /// Decrypts all that is left of <paramref name="file"/>, a binary (not armored) file. Writes only plaintext that
    /// was authenticated at its place: a chunk that claims to be the last one and is not, or is and does not claim it,
    /// is not written.
    /// </summary>
    /// <returns>
    /// Anything but <see cref="AgeError.None"/> means that what was written is the beginning of some file at best:
    /// the caller throws it away.
    /// </returns>
    public static async Task<AgeError> DecryptAsync(
        Stream file, Stream plaintext, IReadOnlyList<IAgeIdentity> identities,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(identities);
        var beginning = await ReadBeginningAsync(file, cancellationToken);
        if (!AgeHeader.TryParse(beginning.Span, out var header))
            return AgeError.HeaderFailure;
        var unwrapped = header.Unwrap(identities);
        if (!unwrapped.IsOk)
            return unwrapped.Error;
        using var fileKey = unwrapped.Value;
        if (beginning.Length - header.Length < AgePayload.NonceLength)
            return AgeError.HeaderFailure;
        using var key = fileKey.PayloadKey(beginning.Span.Slice(header.Length, AgePayload.NonceLength));

        var opener = new Batches(key, seals: false, SealedBatchLength, AgePayload.SealedChunkLength, BatchLength);
        var payload = beginning[(header.Length + AgePayload.NonceLength)..];
        return await opener.RunAsync(file, payload, plaintext, cancellationToken)
            ? AgeError.None
            : AgeError.PayloadFailure;
    }

    /// <summary>
    /// Reads until the header and the payload's nonce are there, or the stream ends, or it can't be a header. What was
    /// read beyond them is the beginning of the payload.
    /// </summary>
    private static async Task<ReadOnlyMemory<byte>> ReadBeginningAsync(Stream file, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        for (var length = 0; ;)
        {
            // Full buffers only, so that a stream of single bytes is not searched once for each of them.
            length += await file.ReadAtLeastAsync(
                buffer.AsMemory(length), buffer.Length - length, throwOnEndOfStream: false, cancellationToken);
            var end = AgeHeader.FindEnd(buffer.AsSpan(0, length));
            if (length < buffer.Length || length > AgeHeader.MaxLength
                || (end >= 0 && length >= end + AgePayload.NonceLength))
                return buffer.AsMemory(0, length);
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>
    /// Takes a stream through the cipher batch by batch. The next batch is read before the current one is worked on:
    /// only then is it known whether its last chunk is the last of all.
    /// </summary>
    private sealed class Batches(ChaCha20Poly1305 key, bool seals, int inputLength, int inputChunkLength, int outputLength)
    {
        private readonly int _outputChunkLength = outputLength / BatchChunks;
        private readonly int _growth = seals ? AgePayload.TagLength : -AgePayload.TagLength;

        /// <summary>False as soon as a chunk does not open; those before it were written.</summary>
        public async Task<bool> RunAsync(
            Stream source, ReadOnlyMemory<byte> before, Stream destination, CancellationToken cancellationToken)
        {
            var current = ArrayPool<byte>.Shared.Rent(inputLength);
            var next = ArrayPool<byte>.Shared.Rent(inputLength);
            var output = ArrayPool<byte>.Shared.Rent(outputLength);
            try
            {
                (var length, before) = await FillAsync(current, source, before, cancellationToken);
                for (var index = 0L; ; index += BatchChunks)
                {
                    (var nextLength, before) = length < inputLength
                        ? (0, before)
                        : await FillAsync(next, source, before, cancellationToken);
                    var (good, all) = Work(current.AsMemory(0, length), output, index, isLast: nextLength == 0);
                    await destination.WriteAsync(output.AsMemory(0, good), cancellationToken);
                    if (!all || nextLength == 0)
                        return all;
                    (current, next, length) = (next, current, nextLength);
                }
            }
            finally
            {
                foreach (var buffer in (byte[][])[current, next, output])
                {
                    // Whichever side it is on, plaintext does not stay in a shared buffer.
                    SecretBytes.Wipe(buffer);
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }

        private async Task<(int Length, ReadOnlyMemory<byte> Left)> FillAsync(
            byte[] buffer, Stream source, ReadOnlyMemory<byte> before, CancellationToken cancellationToken)
        {
            var taken = Math.Min(before.Length, inputLength);
            before[..taken].CopyTo(buffer);
            var read = await source.ReadAtLeastAsync(
                buffer.AsMemory(taken, inputLength - taken), inputLength - taken, throwOnEndOfStream: false,
                cancellationToken);
            return (taken + read, before[taken..]);
        }

        /// <summary>How many bytes of output may be written, and whether every chunk was good.</summary>
        private (int Good, bool All) Work(ReadOnlyMemory<byte> input, byte[] output, long index, bool isLast)
        {
            var chunks = Math.Max(1, (input.Length + inputChunkLength - 1) / inputChunkLength);
            for (var i = 0; i < chunks; i++)
            {
                if (!WorkOn(i, input, output, index, isLast && i == chunks - 1))
                    return (i * _outputChunkLength, false);
            }
            return (input.Length + (chunks * _growth), true);
        }

        private bool WorkOn(int chunk, ReadOnlyMemory<byte> input, byte[] output, long index, bool isLast)
        {
            var start = chunk * inputChunkLength;
            var source = input.Span[start..Math.Min(start + inputChunkLength, input.Length)];
            if (!seals && source.Length < AgePayload.TagLength)
                return false;
            var target = output.AsSpan(chunk * _outputChunkLength, source.Length + _growth);
            if (!seals)
                return AgePayload.TryOpen(key, index + chunk, isLast, source, target);
            AgePayload.Seal(key, index + chunk, isLast, source, target);
            return true;
        }
    }
}
