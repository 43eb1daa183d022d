using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;

namespace Whistle.Server.Data;

/// <summary>The random key of a row that needs no type of its own: audit entries, waiting leaves, inbox items.</summary>
[JsonConverter(typeof(IdJsonConverter<RowId>))]
internal readonly record struct RowId(Id128 Value) : IId<RowId>
{
    public static RowId From(Id128 value) => new(value);

    public static RowId Parse(string s, IFormatProvider? provider) => Parse(s.AsSpan(), provider);

    public static RowId Parse(ReadOnlySpan<char> s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("Not an id.");

    public static bool TryParse(string? s, IFormatProvider? provider, out RowId result) => TryParse(s.AsSpan(), provider, out result);

    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out RowId result)
    {
        var ok = Id128.TryParse(s, out var value);
        result = new(value);
        return ok;
    }

    public override string ToString() => Value.ToString();
}

/// <summary>New ids are 128 random bits: never derived from a time or a counter.</summary>
internal static class NewId
{
    public static TId Of<TId>() where TId : struct, IId<TId> =>
        TId.From(Id128.FromBytes(RandomNumberGenerator.GetBytes(Id128.Length)));
}

/// <summary>Ids are stored as 16 bytes.</summary>
internal sealed class IdValueConverter<TId>()
    : ValueConverter<TId, byte[]>(id => id.Value.ToBytes(), bytes => IdOf(bytes))
    where TId : struct, IId<TId>
{
    private static TId IdOf(byte[] bytes) => TId.From(Id128.FromBytes(bytes));
}

internal sealed class HashValueConverter() : ValueConverter<Hash32, byte[]>(hash => hash.ToBytes(), bytes => Hash32.FromBytes(bytes));

/// <summary>Clock policies are numbered in the database; a number is never used again.</summary>
internal sealed class ClockPolicyValueConverter() : ValueConverter<ClockPolicy, int>(policy => NumberOf(policy), number => Of(number))
{
    private static readonly string[] Names = ["", "eu", "plain", "de", "fr", "it", "es"];

    public static int NumberOf(ClockPolicy policy) => Array.IndexOf(Names, policy.Name) is > 0 and var number
        ? number
        : throw new InvalidOperationException("A clock policy without a number.");

    private static ClockPolicy Of(int number) => ClockPolicy.Of(Names[number]);
}

internal sealed class DayValueConverter() : ValueConverter<Day, int>(day => day.Number, number => new Day(number));

/// <summary>Identity's stores turn the text of an id into the id through this.</summary>
internal sealed class IdTypeConverter<TId> : TypeConverter where TId : struct, IId<TId>
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) =>
        value is string text && Id128.TryParse(text, out var id) ? TId.From(id) : throw new FormatException("Not an id.");

    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        value?.ToString();
}
