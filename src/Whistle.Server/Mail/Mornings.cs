using Microsoft.Extensions.Options;
using NodaTime;
using Whistle.Protocol;
using Whistle.Server.Hosting;

namespace Whistle.Server.Mail;

/// <summary>
/// The organisation's calendar: its day, its morning hour, its working days. Where the clocks skip that hour the morning is
/// the moment after; where they have it twice, the first.
/// </summary>
internal sealed class Mornings(IOptions<WhistleOptions> options)
{
    private readonly DateTimeZone _zone = DateTimeZoneProviders.Tzdb[options.Value.MorningMail.Zone];

    private readonly LocalTime _hour = new(options.Value.MorningMail.Hour, 0);

    /// <summary>The day on the zone's calendar.</summary>
    public Day DayAt(DateTimeOffset moment) => Day.Of(Instant.FromDateTimeOffset(moment).InZone(_zone).Date.ToDateOnly());

    /// <summary>The morning of a day, in UTC.</summary>
    public DateTimeOffset Of(Day day) => _zone.AtLeniently(DateOf(day) + _hour).ToInstant().ToDateTimeOffset();

    /// <summary>Monday to Friday; holidays differ by office, so they count as working days.</summary>
    public static bool IsWorkday(Day day) => DateOf(day).DayOfWeek is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Friday;

    private static LocalDate DateOf(Day day) => LocalDate.FromDateOnly(day.ToDate());
}

/// <summary>How far ahead of its last day a directory is spoken of: 14, 7, 3 and 1 days.</summary>
internal static class ExpirySteps
{
    private static readonly int[] s_days = [14, 7, 3, 1];

    public static int Count => s_days.Length;

    /// <summary>The step that is reached with so many days left; null where it is too early, or over.</summary>
    public static int? At(int daysLeft)
    {
        var reached = Array.FindLastIndex(s_days, days => daysLeft <= days);
        return daysLeft < 0 || reached < 0 ? null : reached;
    }
}
