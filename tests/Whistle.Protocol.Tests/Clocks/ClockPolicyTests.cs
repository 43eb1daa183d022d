using System.Globalization;
using NodaTime;
using Whistle.Protocol.Clocks;

namespace Whistle.Protocol.Tests.Clocks;

/// <summary>The clocks against dates that were counted on a calendar, by article of law.</summary>
public sealed class ClockPolicyTests
{
    [Theory]
    // Directive (EU) 2019/1937 Art. 9(1)(b) and (f): acknowledged on day 0, on day 7, late, never.
    [InlineData("eu", "2026-03-03", "2026-03-03", "2026-03-10", "2026-06-03")]
    [InlineData("eu", "2026-03-03", "2026-03-10", "2026-03-10", "2026-06-10")]
    [InlineData("eu", "2026-03-03", "2026-04-20", "2026-03-10", "2026-06-10")]
    [InlineData("eu", "2026-03-03", null, "2026-03-10", "2026-06-10")]
    // Month ends, with and without 29 February; over the end of the year.
    [InlineData("eu", "2025-11-23", "2025-11-30", "2025-11-30", "2026-02-28")]
    [InlineData("eu", "2027-11-22", null, "2027-11-29", "2028-02-29")]
    [InlineData("eu", "2028-02-22", null, "2028-02-29", "2028-05-29")]
    [InlineData("eu", "2026-11-30", "2026-11-30", "2026-12-07", "2027-02-28")]
    [InlineData("eu", "2026-12-28", null, "2027-01-04", "2027-04-04")]
    [InlineData("eu", "2026-08-31", "2026-08-31", "2026-09-07", "2026-11-30")]
    // HinSchG § 17(1) no. 1 and (2): 7 days; 3 months, or 3 months and 7 days from receipt.
    [InlineData("de", "2026-03-03", null, "2026-03-10", "2026-06-10")]
    [InlineData("de", "2026-12-20", "2026-12-22", "2026-12-27", "2027-03-22")]
    // D.Lgs. 24/2023 Art. 5(1)(a) and (d).
    [InlineData("it", "2026-03-03", "2026-03-06", "2026-03-10", "2026-06-06")]
    // Ley 2/2023 Art. 9(2)(c) and (d): from receipt where it was acknowledged, else from the end of the 7 days.
    [InlineData("es", "2026-03-03", "2026-03-03", "2026-03-10", "2026-06-03")]
    [InlineData("es", "2026-03-03", "2026-03-10", "2026-03-10", "2026-06-03")]
    [InlineData("es", "2026-03-03", null, "2026-03-10", "2026-06-10")]
    [InlineData("es", "2026-03-03", "2026-03-11", "2026-03-10", "2026-06-10")]
    // Décret 2022-1284 Art. 4: 7 working days, each weekday of receipt (no holiday near).
    [InlineData("fr", "2026-03-02", null, "2026-03-11", "2026-06-11")]
    [InlineData("fr", "2026-03-03", null, "2026-03-12", "2026-06-12")]
    [InlineData("fr", "2026-03-04", null, "2026-03-13", "2026-06-13")]
    [InlineData("fr", "2026-03-05", null, "2026-03-16", "2026-06-16")]
    [InlineData("fr", "2026-03-06", null, "2026-03-17", "2026-06-17")]
    [InlineData("fr", "2026-03-07", null, "2026-03-17", "2026-06-17")]
    [InlineData("fr", "2026-03-08", null, "2026-03-17", "2026-06-17")]
    // Easter Monday (6 April 2026); 1 May, 8 May and Ascension (14 May 2026); Christmas and New Year.
    [InlineData("fr", "2026-04-01", "2026-04-01", "2026-04-13", "2026-07-01")]
    [InlineData("fr", "2026-04-30", null, "2026-05-13", "2026-08-13")]
    [InlineData("fr", "2026-05-07", null, "2026-05-20", "2026-08-20")]
    [InlineData("fr", "2026-12-22", null, "2027-01-04", "2027-04-04")]
    // No law: 7 days and 90.
    [InlineData("plain", "2026-03-03", null, "2026-03-10", "2026-06-08")]
    [InlineData("plain", "2026-03-03", "2026-03-03", "2026-03-10", "2026-06-01")]
    public void The_last_days(string policy, string received, string? acknowledged, string acknowledgeBy, string feedbackBy)
    {
        var clocks = ClockPolicy.Of(policy);
        Assert.Equal(Of(acknowledgeBy), clocks.AcknowledgeBy(Of(received)));
        Assert.Equal(Of(feedbackBy), clocks.FeedbackBy(Of(received), acknowledged is null ? null : Of(acknowledged)));
    }

    [Theory]
    // 20 working days in France, over 1 and 8 May, Ascension and Whit Monday; 7 days in Spain; elsewhere "reasonable".
    [InlineData("fr", "2026-03-02", "2026-03-30")]
    [InlineData("fr", "2026-04-27", "2026-05-29")]
    [InlineData("es", "2026-03-02", "2026-03-09")]
    [InlineData("eu", "2026-03-02", null)]
    [InlineData("de", "2026-03-02", null)]
    [InlineData("it", "2026-03-02", null)]
    [InlineData("plain", "2026-03-02", null)]
    public void The_last_day_for_a_meeting(string policy, string asked, string? by) =>
        Assert.Equal(by is null ? null : Of(by), ClockPolicy.Of(policy).MeetBy(Of(asked)));

    [Theory]
    [InlineData("eu", "2026-03-06", null)]
    [InlineData("eu", "2026-03-07", "2026-03-09")]
    [InlineData("eu", "2026-03-08", "2026-03-09")]
    [InlineData("eu", "2026-12-25", null)]
    [InlineData("de", "2026-12-25", "2026-12-28")]
    [InlineData("de", "2026-04-03", "2026-04-07")]
    [InlineData("de", "2026-10-03", "2026-10-05")]
    [InlineData("fr", "2026-04-03", null)]
    [InlineData("fr", "2026-07-14", "2026-07-15")]
    [InlineData("it", "2026-06-02", "2026-06-03")]
    [InlineData("it", "2027-10-04", "2027-10-05")]
    [InlineData("es", "2026-10-12", "2026-10-13")]
    [InlineData("es", "2026-04-03", "2026-04-06")]
    [InlineData("plain", "2026-03-07", null)]
    public void A_last_day_that_is_no_working_day_perhaps_runs_until_the_next_one(string policy, string due, string? until) =>
        Assert.Equal(until is null ? null : Of(until), ClockPolicy.Of(policy).PerhapsUntil(Of(due)));

    [Theory]
    // HinSchG § 11(5): 3 years; D.Lgs. 24/2023 Art. 14(1): 5 years at most; Ley 2/2023 Art. 32(4) and 26(2): 3 months, 10 years.
    [InlineData("de", "standard", "2026-02-28", "2029-02-28")]
    [InlineData("de", "standard", "2028-02-29", "2031-02-28")]
    [InlineData("it", "long", "2026-06-30", "2031-06-30")]
    [InlineData("es", "short", "2026-11-30", "2027-02-28")]
    [InlineData("es", "long", "2026-11-30", "2036-11-30")]
    [InlineData("fr", "short", "2027-12-31", "2028-02-29")]
    public void The_last_day_on_which_a_closed_case_is_kept(string policy, string retention, string closed, string until) =>
        Assert.Equal(Of(until), ClockPolicy.Of(policy).KeepUntil(Of(closed), retention));

    [Theory]
    // As the churches publish it; 2285 and 2038 have the earliest and the latest day that there is.
    [InlineData("2024-03-31")]
    [InlineData("2025-04-20")]
    [InlineData("2026-04-05")]
    [InlineData("2027-03-28")]
    [InlineData("2028-04-16")]
    [InlineData("2029-04-01")]
    [InlineData("2030-04-21")]
    [InlineData("2038-04-25")]
    [InlineData("2285-03-22")]
    public void Easter_Sunday(string day) => Assert.Equal(Of(day), Easter.Of(Of(day).ToDate().Year));

    /// <summary>A day is one in UTC on both sides, so a clock that is put forward or back moves no deadline.</summary>
    [Theory]
    [InlineData("2026-03-28T23:30:00Z", "2026-04-04")]
    [InlineData("2026-03-29T00:30:00Z", "2026-04-05")]
    [InlineData("2026-03-29T23:59:59Z", "2026-04-05")]
    [InlineData("2026-10-24T23:59:59Z", "2026-10-31")]
    [InlineData("2026-10-25T00:00:00Z", "2026-11-01")]
    [InlineData("2026-10-25T23:59:59Z", "2026-11-01")]
    public void Daylight_saving_moves_no_deadline_and_none_ends_after_the_local_one(string moment, string by)
    {
        var instant = NodaTime.Text.InstantPattern.General.Parse(moment).Value;
        var due = ClockPolicy.Of("de").AcknowledgeBy(Day.Of(instant.ToDateTimeOffset()));
        Assert.Equal(Of(by), due);
        var local = instant.InZone(DateTimeZoneProviders.Tzdb["Europe/Berlin"]).Date.PlusDays(7);
        Assert.True(due <= Day.Of(local.ToDateOnly()));
    }

    [Fact]
    public void An_acknowledgement_in_time_never_gives_more_time_than_none_and_every_last_day_is_later()
    {
        Assert.Equal(6, ClockPolicy.Names.Count);
        foreach (var policy in ClockPolicy.Names.Select(ClockPolicy.Of))
        {
            for (var received = Of("2026-01-01"); received < Of("2030-01-01"); received = received.Plus(1))
            {
                var by = policy.AcknowledgeBy(received);
                Assert.True(by >= received.Plus(7));
                for (var on = received; on <= by; on = on.Plus(1))
                {
                    var feedback = policy.FeedbackBy(received, on);
                    Assert.True(feedback <= policy.FeedbackBy(received, null) && feedback > by);
                }
            }
        }
    }

    private static Day Of(string date) => Day.Of(DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture));
}
