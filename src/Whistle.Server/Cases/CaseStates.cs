namespace Whistle.Server.Cases;

/// <summary>Names on the wire (SPEC 13).</summary>
internal static class CaseStates
{
    private static readonly Dictionary<CaseState, string> Names = new()
    {
        [CaseState.Received] = "received",
        [CaseState.Acknowledged] = "acknowledged",
        [CaseState.InReview] = "in-review",
        [CaseState.FeedbackGiven] = "feedback-given",
        [CaseState.Closed] = "closed",
        [CaseState.Reopened] = "reopened",
    };

    public static string NameOf(CaseState state) => Names[state];

    public static CaseState? Of(string name)
    {
        foreach (var (state, known) in Names)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
                return state;
        }
        return null;
    }

    public static string NameOf(Direction direction) => direction == Direction.Source ? "source" : "team";
}
