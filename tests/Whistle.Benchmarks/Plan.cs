namespace Whistle.Benchmarks;

/// <summary>
/// How many tips a number of clients sends, in how many turns: server, bare endpoint and loop take turns, so that whatever
/// else the machine does meets all of them.
/// </summary>
internal sealed record Stage(int Clients, int TipsPerTurn, int Turns);

/// <summary>How much is measured.</summary>
internal sealed record Plan(int WarmUpTips, int Repeats, IReadOnlyList<Stage> Stages, int AgeRounds, int Starts, long LogEntries, int DeskDraws, int DeskBlobs)
{
    /// <summary>Under ten minutes on two cores, most of them spent on the tips' proof of work and on the log.</summary>
    public static Plan Full { get; } = new(300, Repeats: 12_000, [new(1, 50, 4), new(32, 400, 4), new(256, 512, 3)], AgeRounds: 5, Starts: 5, LogEntries: 10_000_000, DeskDraws: 9, DeskBlobs: 300);

    /// <summary>Under one minute on two cores.</summary>
    public static Plan Quick { get; } = new(96, Repeats: 6_000, [new(1, 20, 2), new(32, 64, 4), new(256, 256, 1)], AgeRounds: 3, Starts: 2, LogEntries: 500_000, DeskDraws: 3, DeskBlobs: 50);

    public int Tips => WarmUpTips + Stages.Sum(s => s.TipsPerTurn * s.Turns);
}
