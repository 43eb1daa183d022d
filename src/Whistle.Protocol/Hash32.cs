using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Whistle.Protocol;

/// <summary>A SHA-256 hash: 32 bytes, written as 64 lower-case hexadecimal digits (SPEC section 1).</summary>
[JsonConverter(typeof(Converter))]
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Hash32 : ISpanParsable<Hash32>
{
    /// <summary>Bytes in a hash.</summary>
    public const int Length = 32;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private Hash32(ReadOnlySpan<byte> bytes)
    {
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>32 zero bytes: "there is none before".</summary>
    public static Hash32 Zero => default;

    /// <summary>Takes 32 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 32 bytes.</exception>
    public static Hash32 FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(bytes)
        : throw new ArgumentException("A hash is 32 bytes.", nameof(bytes));

    /// <summary>SHA-256 of the bytes.</summary>
    public static Hash32 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(bytes, hash);
        return new(hash);
    }

    /// <summary>SHA-256 of a label, without terminator, and the bytes after it.</summary>
    public static Hash32 Of(ReadOnlySpan<byte> label, params ReadOnlySpan<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(label);
        foreach (var part in parts)
            hash.AppendData(part);
        Span<byte> result = stackalloc byte[Length];
        hash.GetHashAndReset(result);
        return new(result);
    }

    /// <summary>Writes the 32 bytes to the beginning of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes in a new array.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The first 16 bytes, as ids are made of hashes.</summary>
    public Id128 First16 => new(_a, _b);

    /// <summary>How many zero bits it begins with (the proof of work).</summary>
    public int LeadingZeroBits =>
        _a != 0 ? int.CreateChecked(ulong.LeadingZeroCount(_a))
        : _b != 0 ? 64 + int.CreateChecked(ulong.LeadingZeroCount(_b))
        : _c != 0 ? 128 + int.CreateChecked(ulong.LeadingZeroCount(_c))
        : 192 + int.CreateChecked(ulong.LeadingZeroCount(_d));

    /// <summary>Reads exactly 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash32 hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var ok = Hex.TryParse(text, bytes);
        hash = ok ? new(bytes) : default;
        return ok;
    }

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Hash32 result) =>
        TryParse(s, out result);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out Hash32 result) =>
        TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static Hash32 Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, out var hash) ? hash : throw new FormatException("Not a hash.");

    /// <inheritdoc/>
    public static Hash32 Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    internal sealed class Converter : JsonConverter<Hash32>
    {
        public override Hash32 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var hash)
                ? hash
                : throw new JsonException("Not a hash.");

        public override void Write(Utf8JsonWriter writer, Hash32 value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
