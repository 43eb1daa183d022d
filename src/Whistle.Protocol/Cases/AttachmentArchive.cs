using System.Globalization;
using System.Text;

namespace Whistle.Protocol.Cases;

/// <summary>
/// The ustar archive of a message's files (SPEC section 5.5). Its bytes follow from the files' sizes and contents
/// alone: no names, owners or times. So it is written, and read, against a list of segments.
/// </summary>
internal static class AttachmentArchive
{
    public const int BlockLength = 512;

    /// <summary>The length of the archive of files of these sizes, padding included.</summary>
    public static long Length(IReadOnlyList<long> sizes) =>
        Padme.Pad(Math.Max(LengthWithoutPadding(sizes), Padme.Least));

    /// <summary>The archive as a list: literal bytes, files by number, runs of zeros.</summary>
    public static IReadOnlyList<Segment> Layout(IReadOnlyList<long> sizes)
    {
        var segments = new List<Segment>();
        for (var i = 0; i < sizes.Count; i++)
        {
            segments.Add(Segment.Of(Header((i + 1).ToString("0000", CultureInfo.InvariantCulture), sizes[i])));
            segments.Add(new Segment(null, i, sizes[i]));
            segments.Add(Segment.Zeros(RoundUp(sizes[i]) - sizes[i]));
        }
        var padding = Length(sizes) - LengthWithoutPadding(sizes);
        segments.Add(Segment.Of(Header("PADDING", padding)));
        segments.Add(Segment.Zeros(padding + (2 * BlockLength)));
        return segments;
    }

    private static long LengthWithoutPadding(IReadOnlyList<long> sizes) =>
        sizes.Sum(s => BlockLength + RoundUp(s)) + (3 * BlockLength);

    private static long RoundUp(long size) => (size + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>POSIX.1-1988 ustar: octal numbers, the checksum as six digits, NUL and space.</summary>
    private static byte[] Header(string name, long size)
    {
        var block = new byte[BlockLength];
        Put(block, 0, name);
        Put(block, 100, "0000644\0");
        Put(block, 108, "0000000\0");
        Put(block, 116, "0000000\0");
        Put(block, 124, Convert.ToString(size, 8).PadLeft(11, '0') + "\0");
        Put(block, 136, "00000000000\0");
        Put(block, 148, "        ");
        Put(block, 156, "0");
        Put(block, 257, "ustar\0" + "00");
        Put(block, 329, "0000000\0");
        Put(block, 337, "0000000\0");
        Put(block, 148, Convert.ToString(block.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return block;
    }

    private static void Put(byte[] block, int offset, string text) =>
        Encoding.ASCII.GetBytes(text, block.AsSpan(offset));

    /// <summary>A run of the archive: literal bytes, or a file's content, or zeros where both are absent.</summary>
    internal sealed record Segment(byte[]? Literal, int? File, long Length)
    {
        public static Segment Of(byte[] literal) => new(literal, null, literal.Length);

        public static Segment Zeros(long length) => new(null, null, length);
    }
}

/// <summary>One file to attach: its bytes are read once, from where the stream stands.</summary>
public sealed record AttachmentFile(string Name, string Type, long Size, Stream Content)
{
    /// <summary>A file in memory.</summary>
    public static AttachmentFile FromBytes(string name, string type, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        return new(name, type, content.Length, new MemoryStream(content, writable: false));
    }

    /// <summary>Never the name.</summary>
    public override string ToString() => "AttachmentFile(redacted)";
}

/// <summary>Reads the archive of files without ever holding it; hashes each file on the way.</summary>
internal sealed class ArchiveSource(IReadOnlyList<AttachmentFile> files) : SequentialStream
{
    private readonly IReadOnlyList<AttachmentArchive.Segment> _layout =
        AttachmentArchive.Layout([.. files.Select(f => f.Size)]);

    private readonly Hash32[] _hashes = new Hash32[files.Count];
    private readonly TreeHash _hash = new();
    private int _segment;
    private long _offset;

    public override bool CanRead => true;

    /// <summary>The tree hashes of the files, once all was read.</summary>
    public IReadOnlyList<Hash32> FileHashes => _hashes;

    public override int Read(Span<byte> buffer)
    {
        while (_segment < _layout.Count)
        {
            var segment = _layout[_segment];
            if (_offset == segment.Length)
            {
                EndSegment(segment);
                continue;
            }
            var count = (int)Math.Min(buffer.Length, segment.Length - _offset);
            if (segment.Literal is { } literal)
                literal.AsSpan((int)_offset, count).CopyTo(buffer);
            else if (segment.File is { } file)
            {
                count = files[file].Content.Read(buffer[..count]);
                if (count == 0 && !buffer.IsEmpty)
                    throw new IOException("A file became shorter while it was read.");
                _hash.Append(buffer[..count]);
            }
            else
                buffer[..count].Clear();
            _offset += count;
            return count;
        }
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    private void EndSegment(AttachmentArchive.Segment segment)
    {
        if (segment.File is { } file)
        {
            if (files[file].Content.ReadByte() >= 0)
                throw new IOException("A file became longer while it was read.");
            _hashes[file] = _hash.Finish();
        }
        _segment++;
        _offset = 0;
    }
}

/// <summary>Takes an archive as it is decrypted, holds it against its layout, and passes each file on.</summary>
internal sealed class ArchiveSink(IReadOnlyList<AttachmentEntry> entries, Func<AttachmentEntry, Stream> open)
    : SequentialStream
{
    private readonly IReadOnlyList<AttachmentArchive.Segment> _layout =
        AttachmentArchive.Layout([.. entries.Select(e => e.Size)]);

    private readonly TreeHash _hash = new();
    private Stream? _current;
    private int _segment;
    private long _offset;
    private bool _differs;

    public override bool CanWrite => true;

    /// <summary>Whether every byte of the archive came and was what the message said.</summary>
    public bool IsComplete
    {
        get
        {
            SkipEnded();
            return !_differs && _segment == _layout.Count;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !_differs)
        {
            SkipEnded();
            if (_segment == _layout.Count)
            {
                _differs = true;
                return;
            }
            var segment = _layout[_segment];
            var part = buffer[..(int)Math.Min(buffer.Length, segment.Length - _offset)];
            if (segment.Literal is { } literal)
                _differs |= !part.SequenceEqual(literal.AsSpan((int)_offset, part.Length));
            else if (segment.File is { } file)
            {
                _current ??= open(entries[file]);
                _current.Write(part);
                _hash.Append(part);
            }
            else
                _differs |= part.ContainsAnyExcept((byte)0);
            _offset += part.Length;
            buffer = buffer[part.Length..];
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            _current?.Dispose();
        }
        base.Dispose(disposing);
    }

    private void SkipEnded()
    {
        while (!_differs && _segment < _layout.Count && _offset == _layout[_segment].Length)
        {
            if (_layout[_segment].File is { } file)
            {
                (_current ?? open(entries[file])).Dispose();
                _current = null;
                _differs |= _hash.Finish() != entries[file].File;
            }
            _segment++;
            _offset = 0;
        }
    }
}

/// <summary>A stream that goes one way, from beginning to end.</summary>
internal abstract class SequentialStream : Stream
{
    public override bool CanRead => false;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
