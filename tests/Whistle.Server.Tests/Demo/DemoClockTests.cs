using Whistle.Server.Demo;

namespace Whistle.Server.Tests.Demo;

public sealed class DemoClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 3, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Whoever_waits_wakes_when_the_clock_passes_the_end_of_the_wait()
    {
        var clock = new DemoClock(Start);
        var wait = Task.Delay(TimeSpan.FromHours(5), clock, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromHours(4));
        Assert.False(wait.IsCompleted);
        clock.Advance(TimeSpan.FromHours(2));
        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(Start.AddHours(6), clock.GetUtcNow());
    }

    [Fact]
    public async Task A_wait_that_was_given_up_rings_no_more()
    {
        var clock = new DemoClock(Start);
        using var stop = new CancellationTokenSource();
        var wait = Task.Delay(TimeSpan.FromHours(1), clock, stop.Token);
        await stop.CancelAsync();
        clock.Advance(TimeSpan.FromHours(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public void It_never_goes_back() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DemoClock(Start).MoveTo(Start.AddSeconds(-1)));
}
