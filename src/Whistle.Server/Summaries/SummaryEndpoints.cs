namespace Whistle.Server.Summaries;

internal static class SummaryEndpoints
{
    public static void MapSummaries(this IEndpointRouteBuilder desk) => ListReleased.Map(desk);
}
