using System.Buffers;
using System.Buffers.Binary;

namespace Whistle.Protocol;

/// <summary><c>lp(x) = u32(length of x) || x</c> and its companions (SPEC section 1).</summary>
public static class LengthPrefix
{
    /// <summary>Bytes before the value.</summary>
    public const int Length = sizeof(uint);

    /// <summary>Appends <c>lp(value)</c>.</summary>
    public static void Write(IBufferWriter<byte> writer, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        BinaryPrimitives.WriteUInt32BigEndian(writer.GetSpan(Length), (uint)value.Length);
        writer.Advance(Length);
        writer.Write(value);
    }

    /// <summary><c>lp(value)</c> in a new array.</summary>
    public static byte[] Of(ReadOnlySpan<byte> value)
    {
        var bytes = new byte[Length + value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)value.Length);
        value.CopyTo(bytes.AsSpan(Length));
        return bytes;
    }

    /// <summary><c>lp</c> of the UTF-8 bytes.</summary>
    public static byte[] Of(string text) => Of(System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Takes one value from the beginning of <paramref name="rest"/>. False, with nothing taken, when it is cut short
    /// or longer than <paramref name="maxLength"/>.
    /// </summary>
    public static bool TryRead(ref ReadOnlySpan<byte> rest, int maxLength, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.Length < Length)
            return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > (uint)maxLength || length > (uint)(rest.Length - Length))
            return false;
        value = rest.Slice(Length, (int)length);
        rest = rest[(Length + (int)length)..];
        return true;
    }
}

/// <summary>Big-endian integers as bytes.</summary>
internal static class BigEndian
{
    public static byte[] U32(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] U64(ulong value)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return bytes;
    }
}
