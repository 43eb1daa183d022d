namespace Whistle.Protocol.Tests.Age;

/// <summary>A stream that can only be read, at the pace that a test chooses.</summary>
internal abstract class PartStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public abstract override int Read(Span<byte> buffer);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Bytes that arrive in parts of these sizes, over and over.</summary>
    public sealed class Chopped(byte[] bytes, int[] parts) : PartStream
    {
        private int _position;
        private int _part;

        public override int Read(Span<byte> buffer)
        {
            var taken = Math.Min(Math.Min(parts[_part++ % parts.Length], buffer.Length), bytes.Length - _position);
            bytes.AsSpan(_position, taken).CopyTo(buffer);
            _position += taken;
            return taken;
        }
    }
}
