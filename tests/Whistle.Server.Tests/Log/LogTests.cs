using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Log;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Log;

/// <summary>The log as anybody reads it: nothing here asks with a session.</summary>
public sealed class LogTests
{
    private const int Multiple = 8;
    private const int Mean = 6;

    [Fact]
    public async Task What_was_promised_is_in_the_log_after_the_interval_and_can_be_proved_from_its_tiles()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunLogAsync();
        var head = await WhistleServer.CheckpointAsync(anybody, portal);
        var entries = await WhistleServer.EntriesAsync(anybody, head);
        foreach (var leaf in (Hash32[])[tip.Manifest.Existence, tip.Manifest.Content])
        {
            var index = entries.FindIndex(e => e.AsSpan().SequenceEqual(leaf.ToBytes()));
            Assert.NotEqual(-1, index);
            var proof = await WhistleServer.HashesAsync(anybody, LeafRange.Inclusion(index, head.Size), head.Size);
            Assert.True(TreeProof.Includes(head.Size, head.Root, index, Merkle.LeafHash(leaf.ToBytes()), proof));
        }
        Assert.Equal(0, await server.PendingAsync());
    }

    [Fact]
    public async Task The_source_gets_its_proofs_with_the_mailbox_and_they_hold_without_a_network()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        using var source = await server.ReturnAsync(tip);
        Assert.Empty((await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken)).GetProperty("proofs").EnumerateArray());
        await server.RunLogAsync();
        await server.RunLogAsync();
        using var later = await server.ReturnAsync(tip);
        var proofs = (await later.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken)).GetProperty("proofs")
            .EnumerateArray().ToDictionary(p => p.GetProperty("leaf").GetString()!, p => p.GetProperty("proof").GetString()!, StringComparer.Ordinal);
        Assert.Equal(2, proofs.Count);
        foreach (var leaf in (Hash32[])[tip.Manifest.Existence, tip.Manifest.Content])
        {
            Assert.True(InclusionProof.TryParse(Encoding.UTF8.GetBytes(proofs[leaf.ToString()]), out var proof));
            Assert.True(proof.Verify(leaf.ToBytes(), portal.Directory.Version.Log).IsOk);
        }
    }

    [Fact]
    public async Task A_mailbox_opens_after_the_log_key_was_replaced_too()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunLogAsync();
        var data = Directory.CreateTempSubdirectory("whistle-rotated");
        try
        {
            server.CopyDataTo(data.FullName);
            File.Delete(Path.Combine(data.FullName, "secrets", "log-ed25519.key"));
            using var rotated = await ServerChild.StartAsync(data.FullName);
            using var source = new HttpClient { BaseAddress = rotated.Address };
            var token = (await (await WhistleServer.OpenMailboxAsync(source, tip)).Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("token").GetString();
            source.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var mailbox = await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken);
            Assert.Contains("whistle/promise/v1", mailbox.GetProperty("promise").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_is_public_stands_in_the_log_in_the_clear()
    {
        using var server = NewServer();
        var team = await Summaries.SummaryTests.Team.MakeAsync(server);
        await team.ReleaseAsync("Results changed");
        var file = await (await team.Admin.Http.PostAsJsonAsync("/api/desk/exports", new { format = "json" }, TestContext.Current.CancellationToken))
            .Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var directory = await server.CurrentDirectoryAsync();
        await server.RunLogAsync();
        using var anybody = server.Source();
        var head = Checkpoint.Verify(await anybody.GetByteArrayAsync("/log/checkpoint", TestContext.Current.CancellationToken), directory.Version.Log).Require().Checkpoint;
        var entries = (await WhistleServer.EntriesAsync(anybody, head)).Select(e => PublicEntry.Read(e)).OfType<PublicEntry>().ToList();
        Assert.Contains(PublicEntry.Directory(directory.Version.Version, directory.Hash), entries);
        Assert.Equal(Hash32.Of(file), Assert.Single(entries, e => e.Kind is "export").Hash);
    }

    [Fact]
    public async Task Each_act_of_the_team_leaves_what_the_device_made_and_a_repeated_one_nothing_more()
    {
        using var server = NewServer(("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"));
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(portal.Reviewer, portal.Channel));
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(portal.Reviewer, key, "claim")).StatusCode);
        var about = await portal.Reviewer.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{key.Id}", TestContext.Current.CancellationToken);
        Assert.Equal(tip.Manifest.Content.ToString(), about.GetProperty("content").GetString());
        var version = about.GetProperty("case").GetProperty("version").GetInt32();
        var leaves = new[] { Hash32.Of("act"u8), Hash32.Of("acknowledged"u8) };
        var reply = new
        {
            version,
            seq = 1,
            ciphertext = StrictBase64Url.Encode(new byte[7312]),
            attachments = Array.Empty<object>(),
            counts = "acknowledgement",
            leaves,
        };
        foreach (var wrong in new[] { leaves[..1], [.. leaves, leaves[0]], [] })
            Assert.Contains("leaves-wrong", await (await portal.Reviewer.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", new { version, seq = 1, reply.ciphertext, reply.attachments, reply.counts, leaves = wrong }, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        for (var again = 0; again < 2; again++)
            Assert.Equal(HttpStatusCode.Created, (await portal.Reviewer.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", reply, TestContext.Current.CancellationToken)).StatusCode);
        var closing = Hash32.Of("closed"u8);
        Assert.Contains("leaves-wrong", await (await portal.Reviewer.Http.PutAsJsonAsync($"/api/desk/cases/{key.Id}/state", new { version = version + 1, to = "closed" }, TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await server.ApproveClosingAsync(portal, key.Id);
        Assert.Equal(HttpStatusCode.OK, (await portal.Reviewer.Http.PutAsJsonAsync($"/api/desk/cases/{key.Id}/state", new { version = version + 1, to = "closed", leaf = closing, deletion = Hash32.Zero, retention = "standard" }, TestContext.Current.CancellationToken)).StatusCode);
        await server.RunLogAsync();
        using var anybody = server.Source();
        var entries = (await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, portal))).ConvertAll(e => Convert.ToHexStringLower(e));
        foreach (var leaf in leaves.Append(closing))
            Assert.Single(entries, e => string.Equals(e, leaf.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_log_only_grows_and_every_head_begins_the_next()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        var heads = new List<Checkpoint> { await WhistleServer.CheckpointAsync(anybody, portal) };
        for (var interval = 0; interval < 40; interval++)
        {
            if (interval % 3 == 0)
                (await server.SubmitTipAsync(portal)).Dispose();
            await server.RunLogAsync();
            var head = await WhistleServer.CheckpointAsync(anybody, portal);
            foreach (var earlier in heads)
            {
                var proof = await WhistleServer.HashesAsync(anybody, LeafRange.Consistency(earlier.Size, head.Size), head.Size);
                Assert.True(TreeProof.IsConsistent(earlier.Size, earlier.Root, head.Size, head.Root, proof));
            }
            heads.Add(head);
        }
        Assert.True(heads[^1].Size > TileId.Width, "the log never filled a tile");
        var entries = await WhistleServer.EntriesAsync(anybody, heads[^1]);
        Assert.Equal(entries.Count, entries.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>
    /// A prober sends a tip a day and learns its index and how much the log grew. With t entries of others the same draw of
    /// the noise lands t further: one interval tells at most 1 - (6/7)^t about them. The bounds are chi-squares beyond one
    /// false alarm in 10^9, with room for what so few intervals add.
    /// </summary>
    [Fact]
    public async Task A_prober_learns_nothing_beyond_the_noise_from_growth_and_from_its_own_places()
    {
        const int Intervals = 160;
        const double Bound = 60;
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        var before = (await WhistleServer.CheckpointAsync(anybody, portal)).Size;
        var growths = new List<long>();
        var places = new int[Multiple];
        for (var interval = 0; interval < Intervals; interval++)
        {
            using var probe = await server.SubmitTipAsync(portal);
            await server.RunLogAsync();
            var head = await WhistleServer.CheckpointAsync(anybody, portal);
            growths.Add(head.Size - before);
            var entries = await WhistleServer.EntriesAsync(anybody, head);
            foreach (var leaf in (Hash32[])[probe.Manifest.Existence, probe.Manifest.Content])
            {
                var place = entries.FindIndex(e => e.AsSpan().SequenceEqual(leaf.ToBytes())) - before;
                Assert.InRange(place, 0, head.Size - before - 1);
                places[place * Multiple / (head.Size - before)]++;
            }
            before = head.Size;
        }
        Assert.All(growths, g => Assert.Equal(0, g % Multiple));
        // Two entries of the prober's own: noise 0-6, 7-14, more.
        AssertFits([Below(7), Below(15) - Below(7), 1 - Below(15)], [.. growths.Select(g => (int)Math.Min((g / Multiple) - 1, 2))], Bound);
        var statistic = places.Sum(p => Math.Pow(p - (Intervals * 2.0 / Multiple), 2) / (Intervals * 2.0 / Multiple));
        Assert.True(statistic < Bound, string.Join(' ', places));

        static double Below(int noise) => 1 - Math.Pow(Mean / (Mean + 1.0), noise);
    }

    [Fact]
    public async Task An_interval_in_which_nothing_happened_grows_the_log_too()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        for (var interval = 0; interval < 10; interval++)
        {
            var before = await WhistleServer.CheckpointAsync(anybody, portal);
            await server.RunLogAsync();
            var growth = (await WhistleServer.CheckpointAsync(anybody, portal)).Size - before.Size;
            Assert.True(growth >= Multiple && growth % Multiple == 0, growth.ToString(CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task What_is_more_than_an_interval_takes_waits_for_the_next_and_the_oldest_promise_goes_first()
    {
        using var server = NewServer(("LogMost", "5"));
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        while (await server.PendingAsync() > 0)
            await server.RunLogAsync();
        var today = Day.Of(server.Clock.GetUtcNow());
        await server.LetWaitAsync(9, today.Plus(30));
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunLogAsync();
        Assert.Equal(6, await server.PendingAsync());
        var head = await WhistleServer.CheckpointAsync(anybody, portal);
        Assert.Contains(await WhistleServer.EntriesAsync(anybody, head), e => e.AsSpan().SequenceEqual(tip.Manifest.Content.ToBytes()));
        await server.RunLogAsync();
        await server.RunLogAsync();
        Assert.Equal(0, await server.PendingAsync());
    }

    [Fact]
    public async Task Tiles_may_be_kept_for_ever_a_checkpoint_for_seconds_and_nothing_else_is_there()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/log/checkpoint")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.GetAsync("/log/tile/0/000.p/1")).StatusCode);
        await server.LetWaitAsync(300, Day.Of(server.Clock.GetUtcNow()));
        await server.RunLogAsync();
        var size = (await WhistleServer.CheckpointAsync(anybody, portal)).Size;
        var rest = (size - 256).ToString(CultureInfo.InvariantCulture);
        foreach (var path in new[] { "0/000", "0/001.p/" + rest, "1/000.p/1", "entries/000", "entries/001.p/" + rest, "0/000.p/17" })
        {
            var answer = await anybody.GetAsync("/log/tile/" + path);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, path);
            Assert.Equal("public, max-age=31536000, immutable", Assert.Single(answer.Headers.GetValues("Cache-Control")));
            Assert.Equal("*", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
        Assert.Equal(8192, (await anybody.GetByteArrayAsync("/log/tile/0/000")).Length);
        Assert.Equal("public, max-age=5", Assert.Single((await anybody.GetAsync("/log/checkpoint")).Headers.GetValues("Cache-Control")));
        foreach (var path in new[] { "0/001", "0/002.p/1", "0/001.p/256", "0/001.p/0", "0/1", "2/000.p/1", "8/000", "00/000", "-1/000", "x/000", "entries/001", "entries/x001/000" })
        {
            var answer = await anybody.GetAsync("/log/tile/" + path);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, path);
            Assert.Equal("no-store", Assert.Single(answer.Headers.GetValues("Cache-Control")));
        }
    }

    [Fact]
    public async Task A_database_from_an_older_backup_is_not_continued()
    {
        using var server = NewServer();
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        var head = await WhistleServer.CheckpointAsync(anybody, portal);
        // As if the log had gone on, and the database had then been restored.
        var file = Path.Combine(server.DataFolder, "secrets", "log-head");
        Assert.Equal($"{head.Size} {head.Root}\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        await File.WriteAllTextAsync(file, $"{head.Size + 8} {head.Root}\n", TestContext.Current.CancellationToken);
        await server.RunLogAsync();
        Assert.Equal(head, await WhistleServer.CheckpointAsync(anybody, portal));
        await File.WriteAllTextAsync(file, $"{head.Size} {Hash32.Zero}\n", TestContext.Current.CancellationToken);
        await server.RunLogAsync();
        Assert.Equal(head, await WhistleServer.CheckpointAsync(anybody, portal));
        await File.WriteAllTextAsync(file, $"{head.Size} {head.Root}\n", TestContext.Current.CancellationToken);
        await server.RunLogAsync();
        Assert.True((await WhistleServer.CheckpointAsync(anybody, portal)).Size > head.Size);
    }

    private static WhistleServer NewServer(params (string Name, string Value)[] settings) => new(
        [("LogSeconds", "60"), ("LogMultiple", Multiple.ToString(CultureInfo.InvariantCulture)), ("LogNoise", Mean.ToString(CultureInfo.InvariantCulture)), ("KeyDelayHours", "0"), .. settings])
    {
        // No loop beside the test: every interval is ended here, once.
        Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
    };

    private static void AssertFits(double[] chances, int[] bins, double bound)
    {
        var statistic = chances.Select((chance, i) => Math.Pow(bins.Count(b => b == i) - (chance * bins.Length), 2) / (chance * bins.Length)).Sum();
        Assert.True(statistic < bound, string.Create(CultureInfo.InvariantCulture, $"{statistic}"));
    }
}
