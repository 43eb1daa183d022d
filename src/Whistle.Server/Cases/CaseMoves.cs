namespace Whistle.Server.Cases;

/// <summary>What makes a case move.</summary>
internal enum MoveBy
{
    Decision = 1,
    Acknowledgement = 2,
    Feedback = 3,
}

/// <summary>The whole state machine of a case (SPEC 14.3). What is not here cannot happen.</summary>
internal static class CaseMoves
{
    private static readonly Dictionary<(CaseState From, CaseState To), MoveBy> Moves = new()
    {
        [(CaseState.Received, CaseState.Acknowledged)] = MoveBy.Acknowledgement,
        [(CaseState.Acknowledged, CaseState.InReview)] = MoveBy.Decision,
        [(CaseState.InReview, CaseState.FeedbackGiven)] = MoveBy.Feedback,
        [(CaseState.Acknowledged, CaseState.Closed)] = MoveBy.Decision,
        [(CaseState.InReview, CaseState.Closed)] = MoveBy.Decision,
        [(CaseState.FeedbackGiven, CaseState.Closed)] = MoveBy.Decision,
        [(CaseState.Reopened, CaseState.Closed)] = MoveBy.Decision,
        [(CaseState.Closed, CaseState.Reopened)] = MoveBy.Decision,
        [(CaseState.Reopened, CaseState.InReview)] = MoveBy.Decision,
    };

    /// <summary>How a case gets from one state to the other; nothing where it cannot.</summary>
    public static MoveBy? Between(CaseState from, CaseState to) => Moves.TryGetValue((from, to), out var by) ? by : null;
}
