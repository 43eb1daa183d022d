using System.Globalization;
using System.Text.Json;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Documents;

namespace Whistle.Server.Demo;

/// <summary>
/// Lives through the months of <c>cases.json</c> day by day, so that days of receipt, clocks and signatures are what they
/// would be had it all happened. Directories run out after 60 days, so they are renewed on the way.
/// </summary>
internal sealed class DemoBuilder(DemoWorld world, DemoClock clock, DemoCases cases, DemoCeremony ceremony, TimeSpan batches) : IDisposable
{
    /// <summary>Well before a directory expires.</summary>
    private const int RenewAfterDays = 50;

    /// <summary>Acts of one day are so far apart that a history shows their order.</summary>
    private static readonly TimeSpan BetweenActs = TimeSpan.FromMinutes(7);

    private static readonly TimeSpan Morning = TimeSpan.FromHours(8);

    private readonly Dictionary<string, DemoDesk> _desks = new(StringComparer.Ordinal);
    private readonly List<Thread> _threads = [.. cases.Cases.Select(tip => new Thread(tip, new DemoSource(world, tip)))];

    private sealed class Thread(DemoCases.Tip tip, DemoSource source)
    {
        public DemoCases.Tip Tip => tip;

        public DemoSource Source => source;

        public CaseId Case { get; set; }

        /// <summary>How many messages the source has written.</summary>
        public int Letters { get; set; }

        public bool IsLabelled { get; set; }

        public int LastDay => tip.Acts.Count == 0 ? tip.Received : tip.Acts[^1].Day;
    }

    /// <summary>The first day of the story, counted back from today: the day on which the organisation sets up.</summary>
    public static int FirstDay(DemoCases cases) => cases.Cases.Max(c => c.Received) + 1;

    /// <summary>Midnight of a day before today.</summary>
    public static DateTimeOffset MorningOf(Day today, int daysAgo) => DateTimeOffset.UnixEpoch.AddDays(today.Number - daysAgo) + Morning;

    /// <summary>The words of the tips that show theirs.</summary>
    public IReadOnlyList<DemoWords> Words => [.. _threads.Where(t => t.Tip.PrintsWords).Select(t => new DemoWords(t.Tip.Title, t.Source.Words))];

    public async Task RunAsync(Day today, Action<int, int> progress, CancellationToken ct)
    {
        var days = cases.Cases.SelectMany(c => c.Acts.Select(a => a.Day).Append(c.Received)).Distinct().OrderDescending().ToList();
        for (var i = 0; i < days.Count; i++)
        {
            clock.MoveTo(MorningOf(today, days[i]));
            // Renewed on the last day too: the demo is then good for 59 days more.
            var issued = world.Directory.Version.Issued;
            if (world.Today >= issued.Plus(RenewAfterDays) || (i == days.Count - 1 && issued < world.Today))
                await ceremony.PublishAsync(ct);
            foreach (var thread in _threads)
                await LiveAsync(thread, days[i], ct);
            progress(i + 1, days.Count);
        }
    }

    public void Dispose()
    {
        foreach (var desk in _desks.Values)
            desk.Dispose();
        foreach (var thread in _threads)
            thread.Source.Dispose();
    }

    private async Task LiveAsync(Thread thread, int day, CancellationToken ct)
    {
        if (thread.Tip.Received == day)
        {
            clock.Advance(BetweenActs);
            thread.Case = await thread.Source.SubmitAsync(ceremony.Channels[thread.Tip.Channel], ceremony.Ids, ct);
            thread.Letters = 1;
        }
        foreach (var act in thread.Tip.Acts.Where(a => a.Day == day))
        {
            clock.Advance(BetweenActs);
            await ActAsync(thread, act, ct);
        }
        if (thread.Tip.Summary is { } summary && thread.LastDay == day)
        {
            clock.Advance(BetweenActs);
            await Desk(summary.By).ProposeAsync(
                thread.Case, ceremony.Channels[thread.Tip.Channel], thread.Tip, ceremony.Ids[summary.Approve], ct);
            clock.Advance(BetweenActs);
            await Desk(summary.Approve).ApproveAsync(ct);
        }
    }

    private async Task ActAsync(Thread thread, DemoCases.Act act, CancellationToken ct)
    {
        if (act.By is DemoCases.Source)
        {
            await thread.Source.WriteAsync(act.Message!, act.Answers, ct);
            thread.Letters++;
            return;
        }
        var desk = Desk(act.By);
        if (act.Claim is not null)
        {
            var channel = ceremony.Channels[thread.Tip.Channel];
            await desk.ClaimAsync(channel, thread.Case, ct);
            if (!thread.IsLabelled && thread.Tip.Category.Length > 0)
                await desk.LabelAsync(channel, thread.Case, thread.Tip, ct);
            thread.IsLabelled = true;
        }
        if (act.Message is { } text)
            await desk.WriteAsync(thread.Case, text, act.Questions, thread.Tip.Lang, act.Counts, thread.Letters, ct);
        if (act.State is { } state)
        {
            if (act.Approve is { } approver)
            {
                await desk.ProposeClosingAsync(thread.Case, act, ceremony.Ids[approver], ct);
                await Desk(approver).ApproveAsync(ct);
            }
            await desk.MoveAsync(thread.Case, state, act.Why, thread.Letters, ct);
        }
        if (act.Assign is { } person)
            await desk.AssignAsync(thread.Case, ceremony.Ids[person], ct);
        if (act.Note is { } note)
            await desk.NoteAsync(thread.Case, note, null, ct);
        if (act.Record is { } record)
            await desk.NoteAsync(thread.Case, record.Text, RecordOf(record, world.Today.Plus(act.Day)), ct);
        if (act.Ask is { } ask)
            await desk.AskAsync(thread.Case, ceremony.Ids[ask.Custodian], ask, thread.Tip.Lang, thread.Letters, ct);
    }

    private NoteRecord RecordOf(DemoCases.Record record, Day today) => new(record.Kind, null,
    [
        .. record.Fields.Select(f => new Answer(f.Key, f.Value.ValueKind == JsonValueKind.Array ? [.. f.Value.EnumerateArray().Select(v => v.GetString()!)] : [f.Value.GetString()!])),
        .. (record.Days ?? new Dictionary<string, int>(StringComparer.Ordinal)).Select(d => new Answer(d.Key, [today.Plus(d.Value).Number.ToString(CultureInfo.InvariantCulture)])),
        .. (record.People ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(p => new Answer(p.Key, [ceremony.Ids[p.Value].ToString()])),
    ]);

    private DemoDesk Desk(string key)
    {
        if (!_desks.TryGetValue(key, out var desk))
            _desks[key] = desk = new DemoDesk(world, ceremony.Members[key], WaitForBatchAsync);
        return desk;
    }

    private async Task WaitForBatchAsync(CancellationToken ct)
    {
        clock.Advance(batches);
        await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
    }
}
