namespace Whistle.Protocol.Age;

/// <summary>
/// One recipient stanza of a header: the file key wrapped once. Nothing in it is secret, and nothing in a
/// <c>mlkem768x25519</c> stanza tells whom it is for.
/// </summary>
public sealed class AgeStanza
{
    private readonly string[] _arguments;
    private readonly byte[] _body;

    internal AgeStanza(string[] arguments, byte[] body)
    {
        _arguments = arguments;
        _body = body;
    }

    /// <summary>The first argument: the type, such as <c>mlkem768x25519</c>.</summary>
    public string Type => _arguments[0];

    /// <summary>All arguments, the type first; at least one, each of one or more visible ASCII characters.</summary>
    public IReadOnlyList<string> Arguments => _arguments;

    /// <summary>The body: for the native types 32 bytes, the file key sealed with its tag.</summary>
    public ReadOnlyMemory<byte> Body => _body;

    /// <inheritdoc/>
    public override string ToString() => $"{Type} stanza, {_arguments.Length} arguments, body of {_body.Length} bytes";

    internal bool Is(string type) => string.Equals(Type, type, StringComparison.Ordinal);
}
