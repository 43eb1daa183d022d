using System.Globalization;

namespace Whistle.Server.Tests.LeftOut;

/// <summary>The same three weeks three times, lived once for all tests.</summary>
public sealed class LeftOutWorlds : IAsyncLifetime
{
    internal LeftOutWorld Without { get; private set; } = null!;

    internal LeftOutWorld With { get; private set; } = null!;

    internal LeftOutWorld Flooded { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Without = await LeftOutWorld.LiveAsync(Happening.Nothing);
        With = await LeftOutWorld.LiveAsync(Happening.HiddenCase);
        Flooded = await LeftOutWorld.LiveAsync(Happening.HiddenCaseAndFlood);
    }

    public ValueTask DisposeAsync()
    {
        Without.Dispose();
        With.Dispose();
        Flooded.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>
/// A person who was left out gets the same from Whistle whether or not there is a case, whatever is done with it, and whatever they
/// send in themselves (DESIGN 1.4): every endpoint, every answer, three times a day for three weeks and after the deletion.
/// </summary>
public sealed class LeftOutTests(LeftOutWorlds worlds) : IClassFixture<LeftOutWorlds>
{
    private const int PlannedActs = 13;

    // Pearson's chi-square beyond these is one false alarm in 10^9 at 3 degrees of freedom, with room for few batches.
    private const double SizeBound = 60;

    [Fact]
    public void Nothing_that_a_left_out_reviewer_can_fetch_tells_whether_there_is_a_case()
    {
        // The case was there with everything that can happen to one, and is gone.
        Assert.Equal(PlannedActs + 1, worlds.With.Acts.Count);
        Assert.Equal("deleted", worlds.With.Acts[^1]);
        Assert.Equal(worlds.With.Acts, worlds.Flooded.Acts);
        Assert.True(worlds.Without.LeftOut.Requests > 3000);

        AssertAlike(worlds.Without.LeftOut, worlds.With.LeftOut);
        AssertAlike(worlds.Without.LeftOut, worlds.Flooded.LeftOut);
    }

    [Fact]
    public void The_hidden_case_answers_at_every_moment_as_one_that_never_was()
    {
        foreach (var world in new[] { worlds.With, worlds.Flooded })
        {
            var hidden = world.LeftOut.Lines.Where(l => l.Address.Contains("HIDDEN", StringComparison.Ordinal)).ToList();
            Assert.True(hidden.Count > 300);
            foreach (var line in hidden)
            {
                var never = world.LeftOut.Lines.First(l => string.Equals(l.Moment, line.Moment, StringComparison.Ordinal) && string.Equals(l.Address, line.Address.Replace("HIDDEN", "NEVER", StringComparison.Ordinal), StringComparison.Ordinal));
                Assert.Equal(never.Answer, line.Answer);
            }
        }
    }

    [Fact]
    public void No_id_of_the_hidden_case_stands_in_any_byte_that_came()
    {
        foreach (var world in new[] { worlds.With, worlds.Flooded })
        {
            Assert.True(world.Forbidden.Count >= 5 * 5);
            var raw = world.LeftOut.Raw.ToString();
            Assert.DoesNotContain(world.Forbidden, id => raw.Contains(id, StringComparison.Ordinal));
            // They do stand in what a reader gets: the search would find them.
            Assert.Contains(world.Forbidden, id => world.Reader.Raw.ToString().Contains(id, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_mails_are_the_same_to_the_byte()
    {
        Assert.Equal(LeftOutWorld.Days / 7 * 5, worlds.Without.Mails.Count);
        Assert.Equal(worlds.Without.Mails, worlds.With.Mails);
        Assert.Equal(worlds.Without.Mails, worlds.Flooded.Mails);
    }

    [Fact]
    public void The_stream_opens_only_what_is_theirs_and_its_size_is_noise()
    {
        foreach (var world in new[] { worlds.Without, worlds.With, worlds.Flooded })
        {
            // Their own tips and the case that they hold, however many others there are.
            var own = 1 + (world == worlds.Flooded ? LeftOutWorld.Floods.Values.Sum() : 0);
            Assert.Equal(1 + own, world.LeftOut.Opened.Count);

            // A batch falls between every two askings but one: its blobs come at once or not at all.
            var sizes = Batches(world);
            var tips = world.TipsInBatch;
            Assert.Equal(2 + (2 * LeftOutWorld.Days), tips.Count);
            Assert.Equal(own + (world == worlds.Without ? 1 : 2), tips.Sum());
            Assert.Equal(tips.Count - 1, sizes.Count);
            var quiet = new List<int>();
            // The first asking finds the first two batches together.
            for (var i = 0; i < sizes.Count; i++)
            {
                var inBatch = i == 0 ? tips[0] + tips[1] : tips[i + 1];
                Assert.Equal(0, sizes[i] % LeftOutWorld.BatchMultiple);
                Assert.True(sizes[i] >= inBatch);
                if (inBatch == 0)
                    quiet.Add(sizes[i]);
            }
            Assert.True(quiet.Count >= 38);
            AssertFits([Below(1), Below(9) - Below(1), Below(17) - Below(9), 1 - Below(17)], quiet.Select(s => s / LeftOutWorld.BatchMultiple));
        }
        // Seven standard deviations of the noise: beyond what the flooder knows to be theirs, nothing.
        var spread = 7 * Math.Sqrt(4 * LeftOutWorld.Days * ((LeftOutWorld.BatchNoise * (LeftOutWorld.BatchNoise + 1.0)) + (LeftOutWorld.BatchMultiple * LeftOutWorld.BatchMultiple / 3.0)));
        Assert.InRange(Batches(worlds.With).Sum() - Batches(worlds.Without).Sum(), -spread, spread);
        Assert.InRange(Batches(worlds.Flooded).Sum() - LeftOutWorld.Floods.Values.Sum() - Batches(worlds.Without).Sum(), -spread, spread);
    }

    [Fact]
    public void The_log_grows_by_noise_at_the_same_moments()
    {
        var all = new[] { worlds.Without, worlds.With, worlds.Flooded };
        foreach (var world in all)
        {
            foreach (var grown in Growth(world))
            {
                Assert.Equal(0, grown.By % LeftOutWorld.LogMultiple);
                // Once a day, whatever happened, and never beside it.
                Assert.Equal(grown.Moment.EndsWith(" 6 h", StringComparison.Ordinal), grown.By > 0);
            }
        }
        var spread = 7 * Math.Sqrt(2 * LeftOutWorld.Days * ((LeftOutWorld.LogNoise * (LeftOutWorld.LogNoise + 1.0)) + (LeftOutWorld.LogMultiple * LeftOutWorld.LogMultiple / 3.0)));
        var entries = all.Select(w => Growth(w).Sum(g => g.By)).ToList();
        // A tip has two entries, an answer two, the rest of a case a few.
        Assert.InRange(entries[1] - entries[0], -spread, spread + 12);
        Assert.InRange(entries[2] - entries[0] - (2 * LeftOutWorld.Floods.Values.Sum()), -spread, spread + 12);
    }

    [Fact]
    public void The_comparison_sees_what_a_reader_sees()
    {
        // Until the hidden case came, the reader's worlds are alike; then they are not, and it shows on the day of the claim.
        var difference = worlds.Without.Reader.FirstDifference(worlds.With.Reader);
        Assert.NotNull(difference);
        Assert.True(difference.StartsWith("day 2, 11 h, /api/desk/cases ", StringComparison.Ordinal), difference);
        Assert.NotNull(worlds.With.LeftOut.FirstDifference(worlds.With.Reader));
        // One more row for a moment is enough, and so is one header, one byte of a ciphertext's length.
        foreach (var (address, leak) in new (string Address, Func<string, string> Leak)[]
        {
            ("/api/desk/cases", a => a.Replace("\"cases\":[", "\"cases\":[{},", StringComparison.Ordinal)),
            ("/api/desk/inbox", a => "200\nX-Waiting: 1" + a[3..]),
            ("/api/desk/cases/KNOWN", a => a.Replace(" of base64", "1 of base64", StringComparison.Ordinal)),
        })
        {
            var lines = worlds.With.LeftOut.Lines;
            var at = lines.FindIndex(lines.Count / 2, l => string.Equals(l.Address, address, StringComparison.Ordinal));
            var kept = lines[at];
            lines[at] = kept with { Answer = leak(kept.Answer) };
            Assert.NotNull(worlds.Without.LeftOut.FirstDifference(worlds.With.LeftOut));
            lines[at] = kept;
        }
    }

    private static void AssertAlike(Transcript one, Transcript other) => Assert.True(one.FirstDifference(other) is null, one.FirstDifference(other));

    /// <summary>The sizes of the batches, from the moments at which one was new.</summary>
    private static List<int> Batches(LeftOutWorld world) =>
        [.. world.LeftOut.Blobs.Where(b => !b.Moment.EndsWith(" 11 h", StringComparison.Ordinal)).Select(b => b.Count)];

    private static IEnumerable<(string Moment, long By)> Growth(LeftOutWorld world) =>
        world.LeftOut.LogSizes.Zip(world.LeftOut.LogSizes.Skip(1), (before, now) => (now.Moment, now.Size - before.Size));

    /// <summary>The chance of less than <paramref name="noise"/> blobs of noise.</summary>
    private static double Below(int noise) => 1 - Math.Pow(LeftOutWorld.BatchNoise / (LeftOutWorld.BatchNoise + 1.0), noise);

    /// <summary>Pearson's chi-square of the counts under the chances stays below the bound.</summary>
    private static void AssertFits(double[] chances, IEnumerable<int> bins)
    {
        var counts = new int[chances.Length];
        foreach (var bin in bins)
            counts[Math.Min(bin, counts.Length - 1)]++;
        var statistic = chances.Select((chance, i) => Math.Pow(counts[i] - (chance * counts.Sum()), 2) / (chance * counts.Sum())).Sum();
        Assert.True(statistic < SizeBound, string.Create(CultureInfo.InvariantCulture, $"{statistic} for {string.Join(", ", counts)}"));
    }
}
