using System.Globalization;
using System.Text;
using Whistle.Protocol.Intake;

namespace Whistle.Benchmarks;

/// <summary>
/// Complete tips (a message of 4 KiB, the blob with its 16 stanzas, sheet, identity envelope and state) against the shipped
/// server, beside the bare endpoint; then every one of them is read back.
/// </summary>
internal static class TipBenchmark
{
    private const int GoalClients = 32;
    private const int CrowdClients = 256;
    private const string TipsPath = "/api/source/tips";
    private const double LeastOfBare = 0.5;
    private const double LeastOfLoop = 0.8;

    /// <summary>How often endpoint and loop insert the tips of a turn: they refuse none that they have had, and half a second of either says little.</summary>
    private const int YardstickRounds = 4;

    private sealed record Measured(Stage Stage)
    {
        public LoadResult Whistle { get; } = new();

        public LoadResult Bare { get; } = new();

        /// <summary>The bare endpoint's inserts in a plain loop, in transactions as large as those that the endpoint has just made.</summary>
        public LoadResult Loop { get; } = new();

        public long Rows { get; set; }

        public long Groups { get; set; }

        public double BusyMilliseconds { get; set; }

        /// <summary>Rows in a transaction of the bare endpoint, on average.</summary>
        public double Group => Rows / (double)Math.Max(1, Groups);
    }

    public static async Task RunAsync(Plan plan, string temporary, Report report)
    {
        var organisation = await Organisation.FoundAsync(Path.Combine(temporary, "whistle"));
        var prepared = await PreparedTips.MakeAsync(organisation, plan.Tips);
        var bareFolder = Path.Combine(temporary, "bare");
        List<Measured> measured;
        long bareSent;
        using (var whistle = await ChildProcess.StartWhistleAsync(organisation.Data))
        using (var bare = await ChildProcess.StartBareAsync(bareFolder))
        {
            using var loop = new BareTable(Path.Combine(temporary, "loop"));
            (measured, bareSent) = await SendAsync(plan, prepared.Tips, whistle, bare, loop);
        }
        var answered = prepared.Tips.Where(t => t.Promise is not null).ToList();
        var sound = await StoredTips.CountSoundAsync(organisation, answered);
        long bareRows;
        using (var bare = new BareTable(bareFolder))
            bareRows = bare.Count;

        report.Table(
            string.Create(CultureInfo.InvariantCulture, $"Tips of {prepared.Tips[0].Body.Length:#,##0} bytes by loopback HTTP, on disk before they are answered. Made beforehand: sealing {prepared.SealingSeconds * 1000:0.0} ms, proof of work ({prepared.WorkBits} bits) {prepared.WorkSeconds * 1000:0} ms each on one core."),
            ["clients", "tips", "tips/s", "p50 ms", "p99 ms", "CPU ms", "errors", "bare endpoint/s", "p50 ms", "p99 ms", "CPU ms", "errors", "Whistle : bare"],
            measured.Select(m => (IReadOnlyList<string>)
            [
                m.Stage.Clients.ToString(CultureInfo.InvariantCulture), Report.Number(m.Whistle.Count),
                .. Cells(m.Whistle), .. Cells(m.Bare), Report.Ratio(m.Whistle.PerSecond / m.Bare.PerSecond),
            ]));
        // Why the bare endpoint cannot reach the loop where it does not: its one writer is busy nearly all of the time, and
        // an insert takes longer beside the work of the requests than alone.
        report.Table(
            string.Create(CultureInfo.InvariantCulture, $"Milliseconds for a tip; {Environment.ProcessorCount} cores are shared by clients and servers."),
            ["clients", "an insert in the loop", "an insert in the bare endpoint", "its writer is busy", "its processor time", "rows in a group", "bare endpoint : loop"],
            measured.Select(m => (IReadOnlyList<string>)
            [
                m.Stage.Clients.ToString(CultureInfo.InvariantCulture), Report.Ratio(1000 / m.Loop.PerSecond), Report.Ratio(m.BusyMilliseconds / m.Rows),
                string.Create(CultureInfo.InvariantCulture, $"{m.BusyMilliseconds * m.Bare.PerSecond / m.Rows / 10:0} %"), Report.Ratio(m.Bare.CpuMilliseconds), Report.Number(m.Group),
                Report.Ratio(m.Bare.PerSecond / m.Loop.PerSecond),
            ]));
        Judge(report, measured, bareRows == bareSent);
        report.Goal(
            "every answered tip decrypted from the database reopened after kill -9",
            $"{sound} of {answered.Count}", sound == answered.Count && sound > 0);
    }

    private static async Task<(List<Measured> Measured, long BareSent)> SendAsync(
        Plan plan, IReadOnlyList<PreparedTip> tips, ChildProcess whistle, ChildProcess bare, BareTable loop)
    {
        var next = 0;
        var bareSent = 0L;
        await TurnsAsync(new Measured(new Stage(GoalClients, plan.WarmUpTips, 1)));
        // The same tips again: answered with the same promise, written no second time. The runtime compiles what is hot
        // meanwhile, on the cores that are measured afterwards.
        var warm = tips.Take(plan.WarmUpTips).ToList();
        for (var sent = 0; sent < plan.Repeats; sent += warm.Count)
            await SendAsync(whistle, GoalClients, TipsPath, warm, new LoadResult(), (_, _) => { });
        for (var sent = 0; sent < plan.Repeats / 4; sent += warm.Count)
        {
            var rows = new LoadResult();
            await SendAsync(bare, GoalClients, BareServer.Path, warm, rows, (_, _) => { });
            bareSent += rows.Count - rows.Errors;
        }
        var measured = plan.Stages.Select(s => new Measured(s)).ToList();
        foreach (var stage in measured)
            await TurnsAsync(stage);
        return (measured, bareSent);

        async Task TurnsAsync(Measured into)
        {
            for (var turn = 0; turn < into.Stage.Turns; turn++)
            {
                var some = tips.Skip(next).Take(into.Stage.TipsPerTurn).ToList();
                next += some.Count;
                var before = into.Bare.Count - into.Bare.Errors;
                var (rows, groups, busy) = await WrittenAsync(bare);
                await SendAsync(whistle, into.Stage.Clients, TipsPath, some, into.Whistle, (index, promise) => some[index].Promise = promise);
                for (var round = 0; round < YardstickRounds; round++)
                    await SendAsync(bare, into.Stage.Clients, BareServer.Path, some, into.Bare, (_, _) => { });
                bareSent += into.Bare.Count - into.Bare.Errors - before;
                var (rowsAfter, groupsAfter, busyAfter) = await WrittenAsync(bare);
                into.BusyMilliseconds += busyAfter - busy;
                var group = (int)Math.Round((rowsAfter - rows) / (double)(groupsAfter - groups));
                (into.Rows, into.Groups) = (into.Rows + rowsAfter - rows, into.Groups + groupsAfter - groups);
                for (var round = 0; round < YardstickRounds; round++)
                    Load.Run([.. some.Select(t => t.Body).Chunk(Math.Max(1, group))], into.Loop, loop.Insert);
            }
        }
    }

    private static async Task SendAsync(
        ChildProcess server, int clients, string path, List<PreparedTip> tips, LoadResult into, Action<int, byte[]> answered)
    {
        var requests = tips.ConvertAll(t => HttpConnection.Post(path, TipBody.MediaType, t.Body));
        var cpu = server.CpuTime;
        await Load.SendAsync(server.Address, clients, requests, into, answered);
        into.AddCpu(server.CpuTime - cpu);
    }

    /// <summary>How many rows the bare endpoint has written, in how many transactions, and how long that took.</summary>
    private static async Task<(long Rows, long Groups, double BusyMilliseconds)> WrittenAsync(ChildProcess bare)
    {
        using var connection = await HttpConnection.OpenAsync(bare.Address);
        var (_, body) = await connection.SendAsync(HttpConnection.Get(BareServer.GroupsPath));
        var numbers = Encoding.ASCII.GetString(body).Split(' ');
        return (long.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture), double.Parse(numbers[2], CultureInfo.InvariantCulture));
    }

    private static void Judge(Report report, List<Measured> measured, bool bareIsComplete)
    {
        foreach (var goal in measured.Where(m => m.Stage.Clients == GoalClients))
        {
            var ofLoop = goal.Bare.PerSecond / goal.Loop.PerSecond;
            report.Goal(
                $"the bare endpoint makes at least {Report.Ratio(LeastOfLoop)} of the same inserts in a loop without HTTP ({GoalClients} clients, groups of {Report.Number(goal.Group)} as the endpoint makes them)",
                $"{Report.Ratio(ofLoop)} of {Report.Number(goal.Loop.PerSecond)}/s", ofLoop >= LeastOfLoop && bareIsComplete);
            // What both ratios together ask of the server, whatever becomes of the yardstick between them.
            var ofAll = goal.Whistle.PerSecond / goal.Loop.PerSecond;
            report.Goal(
                $"{GoalClients} clients: at least {Report.Ratio(LeastOfLoop * LeastOfBare)} of the loop itself, which is {Report.Ratio(LeastOfBare)} of {Report.Ratio(LeastOfLoop)}",
                Report.Ratio(ofAll), ofAll >= LeastOfLoop * LeastOfBare);
            var ofBare = goal.Whistle.PerSecond / goal.Bare.PerSecond;
            report.Goal(
                $"{GoalClients} clients: at least {Report.Ratio(LeastOfBare)} of the bare endpoint", Report.Ratio(ofBare), ofBare >= LeastOfBare);
        }
        foreach (var crowd in measured.Where(m => m.Stage.Clients == CrowdClients))
            report.Goal($"{CrowdClients} clients: no error", $"{crowd.Whistle.Errors} of {crowd.Whistle.Count}", crowd.Whistle.Errors == 0);
    }

    private static IReadOnlyList<string> Cells(LoadResult load) =>
    [
        Report.Number(load.PerSecond), Report.Number(load.Percentile(0.5)), Report.Number(load.Percentile(0.99)), Report.Ratio(load.CpuMilliseconds),
        load.Errors.ToString(CultureInfo.InvariantCulture),
    ];
}
