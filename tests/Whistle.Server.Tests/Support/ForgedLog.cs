using System.Net;
using System.Text;
using Whistle.Cli.Http;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Tests;

/// <summary>A log as whoever holds its key could make it: any entries, sound in itself.</summary>
internal sealed class ForgedLog
{
    private readonly IReadOnlyList<byte[]> _entries;
    private readonly Dictionary<TileId, byte[]> _tiles = [];
    private readonly SignedNote _note;

    public ForgedLog(string origin, SigningKey key, IReadOnlyList<byte[]> entries)
    {
        _entries = entries;
        var edge = new TreeEdge();
        foreach (var (id, hashes) in edge.Append(entries.Select(e => Merkle.LeafHash(e))))
            _tiles[id] = hashes;
        Head = new Checkpoint(origin, edge.Size, edge.Root());
        _note = Head.Sign(key);
    }

    public Checkpoint Head { get; }

    public byte[] Note => _note.ToBytes();

    /// <summary>The proof of an entry, as a mailbox gives it out.</summary>
    public string Proof(byte[] entry)
    {
        var index = _entries.Index().Single(e => e.Item.AsSpan().SequenceEqual(entry)).Index;
        var tiles = new Tiles();
        foreach (var (id, hashes) in _tiles)
            tiles.TryAdd(id, hashes);
        var hashesOf = LeafRange.Inclusion(index, Head.Size).Select(r => tiles.TryHash(r, out var hash) ? hash.Value : throw new InvalidOperationException("No such tile."));
        return Encoding.UTF8.GetString(new InclusionProof(index, [.. hashesOf], _note).ToBytes());
    }

    /// <summary>Everything under <c>/log/</c>; null for what is not there.</summary>
    public byte[]? Answer(string path)
    {
        if (path is "/log/checkpoint")
            return Note;
        var parts = path.Split('/', 5); // "", log, tile, level, index
        if (!TileId.TryParseIndex(parts[4], out var index, out var width))
            return null;
        if (parts[3] is "entries")
            return [.. _entries.Skip((int)index * TileId.Width).Take(width).SelectMany(e => EntryBundle.Encode(e))];
        return _tiles.TryGetValue(new(parts[3][0] - '0', index), out var hashes) ? hashes[..(width * Hash32.Length)] : null;
    }
}

/// <summary>
/// A server that lies, or somebody in front of it: is given each path and what the honest server said, null where it
/// refused, and says what the client gets. Resolves the signed origin to the test server's port.
/// </summary>
internal sealed class Liar(Uri address, Func<string, byte[]?, byte[]?> lies, Uri? beside = null) : DelegatingHandler(Connection.Handler(null))
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (beside is not null && string.Equals(request.RequestUri!.Authority, beside.Authority, StringComparison.Ordinal))
            return await base.SendAsync(request, cancellationToken);
        Assert.Equal(WhistleServer.Origin, request.RequestUri!.GetLeftPart(UriPartial.Authority));
        var path = request.RequestUri.AbsolutePath;
        request.RequestUri = new Uri(address, request.RequestUri.PathAndQuery);
        var answer = await base.SendAsync(request, cancellationToken);
        var honest = answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync(cancellationToken) : null;
        if (lies(path, honest) is { } told)
            return ReferenceEquals(told, honest) ? answer : new HttpResponseMessage(answer.IsSuccessStatusCode ? answer.StatusCode : HttpStatusCode.OK) { Content = new ByteArrayContent(told) };
        return honest is null ? answer : new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new ByteArrayContent([]) };
    }
}
