using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Whistle.Server.Hosting;

/// <summary>
/// The blocks of memory that Kestrel reads connections into. A tip has some 57 KB: in the framework's blocks of 4 KB that is
/// fifteen reads of a socket and as many wake-ups of a request, in one of these it is one.
/// </summary>
internal sealed class BodyBlocks : IMemoryPoolFactory<byte>
{
    public const int BlockLength = 64 * 1024;

    /// <summary>Blocks kept for the next request, 4 MiB a pool; what a crowd needs beyond that goes back to the runtime.</summary>
    private const int MostKept = 64;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        private readonly ConcurrentQueue<Block> _free = new();
        private int _count;

        public override int MaxBufferSize => BlockLength;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockLength);
            if (!_free.TryDequeue(out var block))
                return new Block(this);
            Interlocked.Decrement(ref _count);
            return block;
        }

        protected override void Dispose(bool disposing) => _free.Clear();

        private void Return(Block block)
        {
            if (Interlocked.Increment(ref _count) <= MostKept)
                _free.Enqueue(block);
            else
                Interlocked.Decrement(ref _count);
        }

        private sealed class Block(Pool pool) : IMemoryOwner<byte>
        {
            // Pinned for as long as it lives: the socket writes into it while the collector moves everything else.
            public Memory<byte> Memory { get; } = GC.AllocateUninitializedArray<byte>(BlockLength, pinned: true);

            public void Dispose() => pool.Return(this);
        }
    }
}
