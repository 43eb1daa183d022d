using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Whistle.Protocol;

/// <summary>
/// 16 bytes, written as 32 lower-case hexadecimal digits (SPEC section 1). The typed ids wrap it, so that an id of one
/// kind never passes for one of another.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Id128(ulong High, ulong Low)
{
    /// <summary>Bytes in an id.</summary>
    public const int Length = 16;

    /// <summary>Digits in an id's text.</summary>
    public const int TextLength = 32;

    /// <summary>Takes 16 bytes.</summary>
    /// <exception cref="ArgumentException">There are not 16 bytes.</exception>
    public static Id128 FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]))
        : throw new ArgumentException("An id is 16 bytes.", nameof(bytes));

    /// <summary>128 random bits. Draws 16 bytes.</summary>
    public static Id128 New(Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(randomness);
        return FromBytes(randomness.Bytes(Length));
    }

    /// <summary>Writes the 16 bytes to the beginning of <paramref name="destination"/>.</summary>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    /// <summary>The 16 bytes in a new array.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Reads exactly 32 lower-case hexadecimal digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Id128 id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var ok = Hex.TryParse(text, bytes);
        id = ok ? FromBytes(bytes) : default;
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}

/// <summary>What every typed id offers; generic code reads and writes ids through it.</summary>
public interface IId<TSelf> : ISpanParsable<TSelf>, IEquatable<TSelf>
    where TSelf : struct, IId<TSelf>
{
    /// <summary>The bytes without their kind.</summary>
    Id128 Value { get; }

    /// <summary>Says which kind the bytes are of.</summary>
    static abstract TSelf From(Id128 value);
}

/// <summary>Writes an id as its 32 digits, as a value and as a member name.</summary>
public sealed class IdJsonConverter<TId> : JsonConverter<TId>
    where TId : struct, IId<TId>
{
    /// <inheritdoc/>
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Id128.TryParse(reader.GetString(), out var id)
            ? TId.From(id)
            : throw new JsonException("Not an id.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value.ToString());
    }

    /// <inheritdoc/>
    public override TId ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Id128.TryParse(reader.GetString(), out var id) ? TId.From(id) : throw new JsonException("Not an id.");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Value.ToString());
    }
}

/// <summary>Strict lower-case hexadecimal: the framework's reader takes capitals, which would give bytes two spellings.</summary>
public static class Hex
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads exactly as many lower-case digits as fill <paramref name="destination"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Span<byte> destination) =>
        text.Length == destination.Length * 2
        && !text.ContainsAnyExcept(Digits)
        && Convert.FromHexString(text, destination, out _, out _) == OperationStatus.Done;

    /// <summary>Reads lower-case digits of any even number.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var result = new byte[text.Length / 2];
        bytes = TryParse(text, result) ? result : null;
        return bytes is not null;
    }
}
