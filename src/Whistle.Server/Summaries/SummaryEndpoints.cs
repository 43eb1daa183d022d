namespace Whistle.Server.Summaries;

internal static class SummaryEndpoints
{
    public static void MapSummaries(this IEndpointRouteBuilder desk)
    {
        ProposeSummary.Map(desk);
        ListApprovals.Map(desk);
        ApproveSummary.Map(desk);
        RefuseSummary.Map(desk);
        ListReleased.Map(desk);
    }
}
