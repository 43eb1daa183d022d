using Whistle.Server.Batches;
using Whistle.Server.Cases;

namespace Whistle.Server.Tests.Cases;

public sealed class DeadlineTests
{
    [Fact]
    public void A_case_moves_only_along_the_table()
    {
        var states = Enum.GetValues<CaseState>();
        var moves = states.SelectMany(from => states.Select(to => CaseMoves.Between(from, to))).Where(by => by is not null).ToList();
        Assert.Equal(9, moves.Count);
        Assert.Equal(MoveBy.Acknowledgement, CaseMoves.Between(CaseState.Received, CaseState.Acknowledged));
        Assert.Equal(MoveBy.Feedback, CaseMoves.Between(CaseState.InReview, CaseState.FeedbackGiven));
        Assert.Null(CaseMoves.Between(CaseState.Received, CaseState.Closed));
    }

    [Theory]
    [InlineData(0, 0, 8, 0)]
    [InlineData(1, 0, 8, 8)]
    [InlineData(3, 5, 8, 8)]
    [InlineData(3, 6, 8, 16)]
    public void A_batch_is_a_multiple_of_k(int tips, int noise, int multiple, int size) =>
        Assert.Equal(size, BatchSize.Of(tips, noise, multiple));

    [Fact]
    public void Noise_has_the_mean_and_the_spread_of_a_geometric_draw()
    {
        const int draws = 20_000;
        var noise = Enumerable.Range(0, draws).Select(_ => (double)Noise.Geometric(6)).ToList();
        var mean = noise.Average();
        var variance = noise.Average(n => (n - mean) * (n - mean));
        Assert.InRange(mean, 5.6, 6.4);
        Assert.InRange(variance, 36, 48);
        Assert.Contains(0.0, noise);
    }
}
