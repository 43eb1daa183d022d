using System.Collections.Frozen;
using System.Text.Json;
using NodaTime;

namespace Whistle.Protocol.Clocks;

/// <summary>
/// The clocks of a channel: what the team owes the source, and by when (SPEC section 18). Read from <c>clocks.json</c>, which
/// every client reads too. The days of a period are counted from the day after (Regulation (EEC, Euratom) 1182/71
/// Art. 3(1)); a period of months ends on the day with the same number, or the last of that month (Art. 3(2)(c)).
/// </summary>
public sealed class ClockPolicy
{
    private static readonly FrozenDictionary<string, ClockPolicy> ByName = Read();

    private readonly Holidays? _holidays;
    private readonly bool _countsWorkingDays;
    private readonly int _acknowledge;
    private readonly int _months;
    private readonly int _days;
    private readonly bool _feedbackFromReceipt;
    private readonly int _meeting;
    private readonly int[] _keep;

    private ClockPolicy(string name, Holidays? holidays, JsonElement json)
    {
        Name = name;
        _holidays = holidays;
        _countsWorkingDays = json.GetProperty("working").GetBoolean();
        _acknowledge = json.GetProperty("acknowledge").GetInt32();
        _months = json.GetProperty("months").GetInt32();
        _days = json.GetProperty("days").GetInt32();
        _feedbackFromReceipt = json.GetProperty("from").ValueEquals("receipt");
        _meeting = json.GetProperty("meeting").GetInt32();
        _keep = [.. json.GetProperty("keep").EnumerateArray().Select(m => m.GetInt32())];
    }

    /// <summary>Their names in a directory: <c>eu</c>, <c>de</c>, <c>fr</c>, <c>it</c>, <c>es</c>, <c>plain</c>.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>The name in a directory.</summary>
    public string Name { get; }

    /// <summary>Whether a law stands behind the days; <c>plain</c> is a promise without one.</summary>
    public bool IsLaw => _holidays is not null;

    /// <summary>The policy of a name, or null.</summary>
    public static ClockPolicy? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The policy of a name that was checked.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static ClockPolicy Of(string name) => ByName[name];

    /// <summary>
    /// The last day for the acknowledgement: 7 days after receipt (Directive (EU) 2019/1937 Art. 9(1)(b); HinSchG § 17(1)
    /// no. 1; D.Lgs. 24/2023 Art. 5(1)(a); Ley 2/2023 Art. 9(2)(c)), in France 7 working days (décret 2022-1284 Art. 4).
    /// </summary>
    public Day AcknowledgeBy(Day received) => After(received, _acknowledge);

    /// <summary>
    /// The last day for feedback: 3 months from the acknowledgement, or from the end of the time for it where none was sent
    /// in time (Directive Art. 9(1)(f)). In Spain 3 months from receipt where it was acknowledged (Ley 2/2023 Art. 9(2)(d)).
    /// </summary>
    /// <param name="received">The day of receipt.</param>
    /// <param name="acknowledged">The day of the acknowledgement, if it was sent; a late one does not move the clock.</param>
    public Day FeedbackBy(Day received, Day? acknowledged)
    {
        var by = AcknowledgeBy(received);
        var from = acknowledged is { } day && day <= by ? (_feedbackFromReceipt ? received : day) : by;
        return _months > 0 ? Day.Of(LocalDate.FromDateOnly(from.ToDate()).PlusMonths(_months).ToDateOnly()) : from.Plus(_days);
    }

    /// <summary>
    /// The last day for a meeting that the source asked for: 20 working days in France (décret 2022-1284 Art. 4), 7 days in
    /// Spain (Ley 2/2023 Art. 7(2)); null where the law says "within a reasonable time" (Directive Art. 9(2)).
    /// </summary>
    public Day? MeetBy(Day asked) => _meeting == 0 ? null : After(asked, _meeting);

    /// <summary>
    /// A last day that is a Saturday, a Sunday or a holiday: the next working day, on which the period perhaps only ends
    /// (Regulation 1182/71 Art. 3(4); BGB § 193). Both are shown, and the earlier one is warned of. Null where it is none.
    /// </summary>
    public Day? PerhapsUntil(Day due)
    {
        if (_holidays is null || _holidays.IsWorkingDay(due))
            return null;
        var day = due;
        while (!_holidays.IsWorkingDay(day))
            day = day.Plus(1);
        return day;
    }

    /// <summary>How long a closed case may be needed: <c>short</c> (nothing came of it), <c>standard</c>, <c>long</c> (proceedings).</summary>
    public static IReadOnlyList<string> RetentionClasses { get; } = ["short", "standard", "long"];

    /// <summary>
    /// The last day on which a closed case is kept (Directive Art. 18(1): no longer than necessary). In Germany 3 years
    /// (HinSchG § 11(5)), in Italy at most 5 (D.Lgs. 24/2023 Art. 14(1)), in Spain 3 months where nothing was investigated and
    /// at most 10 years (Ley 2/2023 Art. 26(2), 32(4)).
    /// </summary>
    /// <exception cref="ArgumentException">It is none of <see cref="RetentionClasses"/>.</exception>
    public Day KeepUntil(Day closed, string retention)
    {
        for (var i = 0; i < RetentionClasses.Count; i++)
        {
            if (string.Equals(RetentionClasses[i], retention, StringComparison.Ordinal))
                return Day.Of(LocalDate.FromDateOnly(closed.ToDate()).PlusMonths(_keep[i]).ToDateOnly());
        }
        throw new ArgumentException("Not a retention class.", nameof(retention));
    }

    private Day After(Day day, int count)
    {
        if (!_countsWorkingDays || _holidays is null)
            return day.Plus(count);
        for (var left = count; left > 0;)
        {
            day = day.Plus(1);
            if (_holidays.IsWorkingDay(day))
                left--;
        }
        return day;
    }

    private static FrozenDictionary<string, ClockPolicy> Read()
    {
        using var stream = typeof(ClockPolicy).Assembly.GetManifestResourceStream("clocks.json")
            ?? throw new InvalidOperationException("clocks.json is not in the assembly.");
        using var json = JsonDocument.Parse(stream);
        var calendars = json.RootElement.GetProperty("calendars").EnumerateObject().ToDictionary(c => c.Name, c => new Holidays(c.Value), StringComparer.Ordinal);
        return json.RootElement.GetProperty("policies").EnumerateObject()
            .Select(p => new ClockPolicy(p.Name, calendars.GetValueOrDefault(p.Value.GetProperty("calendar").GetString()!), p.Value))
            .ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
    }

    /// <summary>The holidays of the whole country; those of its regions are not counted, so that a warning is never too late.</summary>
    private sealed class Holidays
    {
        private readonly FrozenSet<(int Month, int Day)> _fixed;
        private readonly FrozenSet<int> _fromEaster;

        public Holidays(JsonElement json)
        {
            _fixed = json.GetProperty("fixed").EnumerateArray().Select(d => d.GetString()!.Split('-'))
                .Select(d => (int.Parse(d[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(d[1], System.Globalization.CultureInfo.InvariantCulture)))
                .ToFrozenSet();
            _fromEaster = json.GetProperty("easter").EnumerateArray().Select(d => d.GetInt32()).ToFrozenSet();
        }

        public bool IsWorkingDay(Day day)
        {
            var date = day.ToDate();
            return date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
                && !_fixed.Contains((date.Month, date.Day))
                && !_fromEaster.Contains(day.Number - Easter.Of(date.Year).Number);
        }
    }
}
