namespace Whistle.Benchmarks;

/// <summary>How many tips a number of clients sends, in how many turns: server and bare endpoint take turns.</summary>
internal sealed record Stage(int Clients, int TipsPerTurn, int Turns);

/// <summary>How much is measured.</summary>
internal sealed record Plan(int WarmUpTips, TimeSpan WarmUp, IReadOnlyList<Stage> Stages, int AgeRounds, int Starts)
{
    /// <summary>Under four minutes on two cores, most of them spent on the tips' proof of work.</summary>
    public static Plan Full { get; } = new(400, TimeSpan.FromSeconds(10), [new(1, 150, 2), new(32, 800, 2), new(256, 800, 2)], AgeRounds: 5, Starts: 5);

    /// <summary>Under one minute on two cores.</summary>
    public static Plan Quick { get; } = new(96, TimeSpan.FromSeconds(6), [new(1, 50, 1), new(32, 160, 2), new(256, 384, 1)], AgeRounds: 3, Starts: 2);

    public int Tips => WarmUpTips + Stages.Sum(s => s.TipsPerTurn * s.Turns);
}
