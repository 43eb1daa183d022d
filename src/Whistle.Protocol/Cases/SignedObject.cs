using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>
/// A signed object (SPEC section 1): a canonical object with a member <c>sig</c>. That it could be read says nothing
/// about who signed it: ask <see cref="IsSignedBy"/>.
/// </summary>
public sealed class SignedObject<T>
    where T : class
{
    private const string Sig = "sig";

    private readonly JcsObject _json;
    private readonly byte[] _label;
    private readonly byte[] _signature;

    internal SignedObject(T value, byte[] label, JcsObject json, byte[] signature)
    {
        Value = value;
        _label = label;
        _json = json;
        _signature = signature;
    }

    /// <summary>What is signed.</summary>
    public T Value { get; }

    /// <summary>Whether this key signed exactly this under this root.</summary>
    public bool IsSignedBy(VerifyKey key, Hash32 root)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Verify(Input(_label, root, _json), _signature);
    }

    /// <summary>The canonical bytes, signature included.</summary>
    public byte[] ToBytes()
    {
        var whole = _json.Without(Sig);
        whole.Add(Sig, _signature);
        return Jcs.Serialize(whole);
    }

    /// <summary>Never the content.</summary>
    public override string ToString() => $"SignedObject({typeof(T).Name}, redacted)";

    internal static SignedObject<T> Make(T value, JcsObject json, ReadOnlySpan<byte> label, SigningKey key, Hash32 root)
    {
        ArgumentNullException.ThrowIfNull(key);
        var labelBytes = label.ToArray();
        return new(value, labelBytes, json, key.Sign(Input(labelBytes, root, json)));
    }

    internal static Parsed<SignedObject<T>> Read(
        JcsObject json, ReadOnlySpan<byte> label, string malformed, Func<FormReader, T> read)
    {
        var form = new FormReader(json);
        var signature = form.Bytes(Sig, SigningKey.SignatureLength);
        var value = read(form);
        return form.IsDone
            ? new SignedObject<T>(value, label.ToArray(), json.Without(Sig), signature)
            : new Refusal(malformed);
    }

    /// <summary><c>label || root fingerprint || H(JCS of the object without sig)</c>.</summary>
    private static byte[] Input(byte[] label, Hash32 root, JcsObject withoutSig) =>
        [.. label, .. root.ToBytes(), .. Hash32.Of(Jcs.Serialize(withoutSig)).ToBytes()];
}
