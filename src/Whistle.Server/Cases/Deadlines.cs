using NodaTime;
using Whistle.Protocol;

namespace Whistle.Server.Cases;

internal enum DeadlinePolicy
{
    Eu = 1,
    Plain = 2,
}

/// <summary>
/// The two clocks of a case. <c>eu</c> is Directive (EU) 2019/1937: acknowledge within 7 days of receipt, the day of receipt
/// not counted (Art. 9(1)(b)); feedback within 3 months of the acknowledgement, or of the end of those 7 days if none was
/// sent (Art. 9(1)(f)), month ends as in Regulation 1182/71 Art. 3(2)(c): where the last month lacks the day, its last day.
/// <c>plain</c> is a promise without a law behind it: 7 days, and 90 days.
/// </summary>
internal static class Deadlines
{
    private const int DaysToAcknowledge = 7;
    private const int PlainDaysToFeedback = 90;
    private const int MonthsToFeedback = 3;

    public static Day AcknowledgeBy(Day received) => received.Plus(DaysToAcknowledge);

    /// <param name="acknowledgeBy">The last day for the acknowledgement.</param>
    /// <param name="acknowledged">The day of the acknowledgement, if it was sent; a late one does not move the clock.</param>
    public static Day FeedbackBy(DeadlinePolicy policy, Day acknowledgeBy, Day? acknowledged)
    {
        var from = acknowledged is { } day && day < acknowledgeBy ? day : acknowledgeBy;
        return policy == DeadlinePolicy.Eu
            ? Day.Of(LocalDate.FromDateOnly(from.ToDate()).PlusMonths(MonthsToFeedback).ToDateOnly())
            : from.Plus(PlainDaysToFeedback);
    }
}
