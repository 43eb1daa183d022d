using Whistle.Protocol.Age;
using Whistle.Protocol.Intake;

namespace Whistle.Protocol.Cases;

/// <summary>A sealed object of attachments: what goes into the message, and what the server is told.</summary>
public sealed record SealedAttachments(IReadOnlyList<AttachmentEntry> Entries, AttachmentObject Upload);

/// <summary>Seals and opens the files of one message (SPEC section 5.5), in memory of a few MiB.</summary>
public static class Attachments
{
    /// <summary>
    /// Whether files can go in one message: null, <c>attachments-too-many</c> or <c>attachments-too-large</c>.
    /// </summary>
    public static string? Refuse(IReadOnlyList<AttachmentFile> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count > WireLengths.MaxAttachments)
            return "attachments-too-many";
        return files.Sum(f => f.Size) > WireLengths.MaxAttachmentBytes ? "attachments-too-large" : null;
    }

    /// <summary>
    /// Writes the sealed object to <paramref name="output"/>. Upload it in parts of 1 MiB, and never seal it a second
    /// time for the same id.
    /// </summary>
    /// <exception cref="IOException">A file has not the size that was given.</exception>
    public static async Task<Parsed<SealedAttachments>> SealAsync(
        IReadOnlyList<AttachmentFile> files, HybridRecipient caseRecipient, HybridRecipient? reply,
        Randomness randomness, Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(randomness);
        ArgumentNullException.ThrowIfNull(output);
        if (Refuse(files) is { } code)
            return new Refusal(code);
        if (files.Count == 0)
            throw new ArgumentException("There is nothing to seal.", nameof(files));
        var id = UploadId.New(randomness);
        var recipients = Sealing.Stanzas(
            reply is null ? [caseRecipient] : [caseRecipient, reply], Message.Stanzas, randomness);
        using var source = new ArchiveSource(files);
        using var counted = new HashingStream(output);
        await AgeStreams.EncryptAsync(source, counted, recipients, randomness, cancellationToken);
        var cipher = counted.Finish();
        var entries = files.Select((f, i) => new AttachmentEntry(id, f.Name, f.Type, f.Size, source.FileHashes[i], cipher));
        return new SealedAttachments([.. entries], new AttachmentObject(id, cipher, counted.Count));
    }

    /// <summary>
    /// Decrypts an object and writes each file where <paramref name="open"/> says; the streams are disposed of.
    /// Anything but null means that what was written must be thrown away: <c>attachment-damaged</c>,
    /// <c>seal-not-for-you</c>, <c>attachment-differs</c>.
    /// </summary>
    public static async Task<string?> OpenAsync(
        Stream cipher, IReadOnlyList<AttachmentEntry> entries, HybridIdentity identity,
        Func<AttachmentEntry, Stream> open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ArgumentNullException.ThrowIfNull(open);
        using var hashed = new HashingStream(cipher);
        using var sink = new ArchiveSink(entries, open);
        var error = await AgeStreams.DecryptAsync(hashed, sink, [identity], cancellationToken);
        if (error == AgeError.NoMatch)
            return "seal-not-for-you";
        if (error != AgeError.None)
            return "attachment-damaged";
        var hash = hashed.Finish();
        return sink.IsComplete && entries.All(e => e.Cipher == hash) ? null : "attachment-differs";
    }

    /// <summary>Hashes and counts what passes, either way.</summary>
    private sealed class HashingStream(Stream inner) : SequentialStream
    {
        private readonly TreeHash _hash = new();

        public long Count { get; private set; }

        public override bool CanRead => inner.CanRead;

        public override bool CanWrite => inner.CanWrite;

        public Hash32 Finish() => _hash.Finish();

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer);
            Take(buffer[..count]);
            return count;
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            Take(buffer);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _hash.Dispose();
            base.Dispose(disposing);
        }

        private void Take(ReadOnlySpan<byte> bytes)
        {
            _hash.Append(bytes);
            Count += bytes.Length;
        }
    }
}
