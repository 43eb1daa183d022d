using System.Text.Json.Nodes;
using Whistle.Protocol.Clocks;

namespace Whistle.Protocol.Tests.Vectors;

internal static class ClockVectors
{
    public static JsonObject Clocks()
    {
        // Every day of receipt of three years, a leap year among them: the sums are of the days' numbers.
        var first = Day.Of(new DateOnly(2027, 1, 1));
        var days = Enumerable.Range(0, 365 + 366 + 365).Select(first.Plus).ToArray();
        return new JsonObject
        {
            ["description"] = "The clocks of SPEC section 18: for each policy and each day of receipt from `first` on, the last day for the acknowledgement, the last day for feedback without one, after one on the day of receipt and after one on the last day, the last day for a meeting that was asked for on that day (0 where no law names one), the last day on which a case closed that day is kept, by retention class, and until when the last day for the acknowledgement perhaps runs (0 where it is a working day); all as days after that of receipt, one number for each day, separated by spaces.",
            ["first"] = first.Number,
            ["count"] = days.Length,
            ["policies"] = new JsonObject(ClockPolicy.Names.Order(StringComparer.Ordinal).Select(name =>
            {
                var policy = ClockPolicy.Of(name);
                return KeyValuePair.Create(name, (JsonNode?)new JsonObject
                {
                    ["acknowledgeBy"] = Days(d => policy.AcknowledgeBy(d)),
                    ["feedbackBy"] = Days(d => policy.FeedbackBy(d, null)),
                    ["feedbackByAtOnce"] = Days(d => policy.FeedbackBy(d, d)),
                    ["feedbackByInTime"] = Days(d => policy.FeedbackBy(d, policy.AcknowledgeBy(d))),
                    ["meetBy"] = Days(d => policy.MeetBy(d)),
                    ["keepShort"] = Days(d => policy.KeepUntil(d, "short")),
                    ["keepStandard"] = Days(d => policy.KeepUntil(d, "standard")),
                    ["keepLong"] = Days(d => policy.KeepUntil(d, "long")),
                    ["perhapsUntil"] = Days(d => policy.PerhapsUntil(policy.AcknowledgeBy(d))),
                });
            })),
        };

        JsonNode? Days(Func<Day, Day?> of) => string.Join(' ', days.Select(d => of(d) is { } day ? day.Number - d.Number : 0));
    }
}
