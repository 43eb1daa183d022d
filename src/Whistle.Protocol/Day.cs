using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Whistle.Protocol;

/// <summary>
/// Days since 1970-01-01 in UTC. What a source does is dated by the day and never finer: a time could single out who
/// was at a keyboard.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct Day(int Number) : IComparable<Day>
{
    /// <summary>The last day that the wire format carries: 9999-12-31.</summary>
    public const int MaxNumber = 2932896;

    private const long SecondsPerDay = 86400;

    /// <summary>The day of a moment, in UTC.</summary>
    public static Day Of(DateTimeOffset moment) => new((int)Math.DivRem(moment.ToUnixTimeSeconds(), SecondsPerDay).Quotient);

    /// <summary>The day of a calendar date.</summary>
    public static Day Of(DateOnly date) => new(date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);

    /// <summary>The calendar date.</summary>
    public DateOnly ToDate() => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(Number);

    /// <summary>The day that many days later.</summary>
    public Day Plus(int days) => new(Number + days);

    /// <inheritdoc/>
    public int CompareTo(Day other) => Number.CompareTo(other.Number);

    /// <summary>Whether one day is before another.</summary>
    public static bool operator <(Day left, Day right) => left.Number < right.Number;

    /// <summary>Whether one day is after another.</summary>
    public static bool operator >(Day left, Day right) => left.Number > right.Number;

    /// <summary>Whether one day is not after another.</summary>
    public static bool operator <=(Day left, Day right) => left.Number <= right.Number;

    /// <summary>Whether one day is not before another.</summary>
    public static bool operator >=(Day left, Day right) => left.Number >= right.Number;

    /// <summary>ISO 8601, for people; the wire carries the number.</summary>
    public override string ToString() => ToDate().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal sealed class Converter : JsonConverter<Day>
    {
        public override Day Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var day) && day is >= 0 and <= MaxNumber
                ? new(day)
                : throw new JsonException("Not a day.");

        public override void Write(Utf8JsonWriter writer, Day value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Number);
    }
}
