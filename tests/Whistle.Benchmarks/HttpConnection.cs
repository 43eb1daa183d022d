using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Whistle.Benchmarks;

/// <summary>
/// One kept-alive HTTP/1.1 connection that sends bytes made before the clock ran. Server and clients share the machine's
/// cores: what a client spends, the server lacks.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private static readonly byte[] LengthHeader = Encoding.ASCII.GetBytes("\r\ncontent-length:");

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];

    private HttpConnection(Socket socket) => _socket = socket;

    public static async Task<HttpConnection> OpenAsync(IPEndPoint address)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address);
            return new HttpConnection(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The whole request as it goes over the wire.</summary>
    public static byte[] Post(string path, string contentType, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n")),
        .. body,
    ];

    /// <summary>A request without a body.</summary>
    public static byte[] Get(string path) => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");

    /// <summary>Sends a whole request and reads the whole answer, which must say its length.</summary>
    /// <exception cref="IOException">The connection ended, or the answer is none that this client reads.</exception>
    public async Task<(int Status, byte[] Body)> SendAsync(ReadOnlyMemory<byte> request)
    {
        while (request.Length > 0)
            request = request[await _socket.SendAsync(request)..];
        var length = 0;
        int end;
        while ((end = _buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
            length += await ReceiveAsync(length);
        var (status, bodyLength) = ReadHead(_buffer.AsSpan(0, end + 2));
        var whole = end + 4 + bodyLength;
        while (length < whole)
            length += await ReceiveAsync(length);
        return (status, _buffer[(end + 4)..whole]);
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync(int at)
    {
        var read = at < _buffer.Length ? await _socket.ReceiveAsync(_buffer.AsMemory(at)) : 0;
        return read > 0 ? read : throw new IOException("The connection ended, or the answer is too long.");
    }

    private static (int Status, int BodyLength) ReadHead(ReadOnlySpan<byte> head)
    {
        var text = Encoding.ASCII.GetString(head).ToLowerInvariant();
        var at = text.IndexOf(Encoding.ASCII.GetString(LengthHeader), StringComparison.Ordinal);
        if (at < 0 || !text.StartsWith("http/1.1 ", StringComparison.Ordinal))
            throw new IOException("The answer does not say its length.");
        at += LengthHeader.Length;
        var value = text[at..text.IndexOf('\r', at)];
        return (
            int.Parse(text.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture),
            int.Parse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture));
    }
}
