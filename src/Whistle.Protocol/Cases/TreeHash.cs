using System.Security.Cryptography;

namespace Whistle.Protocol.Cases;

/// <summary>
/// <c>H</c> over the concatenated <c>H</c> of each piece of 1 MiB (SPEC section 5.5): pieces, because a browser's native
/// digest takes whole buffers only. An empty file has one empty piece.
/// </summary>
public sealed class TreeHash : IDisposable
{
    /// <summary>Bytes in a piece.</summary>
    public const int PieceLength = 1 << 20;

    private readonly IncrementalHash _piece = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _tree = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _inPiece;
    private bool _hasPiece;

    /// <summary>The tree hash of bytes in memory.</summary>
    public static Hash32 Of(ReadOnlySpan<byte> bytes)
    {
        using var hash = new TreeHash();
        hash.Append(bytes);
        return hash.Finish();
    }

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var taken = Math.Min(bytes.Length, PieceLength - _inPiece);
            _piece.AppendData(bytes[..taken]);
            bytes = bytes[taken..];
            _inPiece += taken;
            if (_inPiece == PieceLength)
                EndPiece();
        }
    }

    /// <summary>The tree hash of all that was taken; begins anew afterwards.</summary>
    public Hash32 Finish()
    {
        if (_inPiece > 0 || !_hasPiece)
            EndPiece();
        _hasPiece = false;
        return Hash32.FromBytes(_tree.GetHashAndReset());
    }

    /// <summary>Releases both hashes.</summary>
    public void Dispose()
    {
        _piece.Dispose();
        _tree.Dispose();
    }

    private void EndPiece()
    {
        _tree.AppendData(_piece.GetHashAndReset());
        _inPiece = 0;
        _hasPiece = true;
    }
}
