using System.Text;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Log;

/// <summary>Our witness by the statuses of C2SP tlog-witness, and our server against our witness.</summary>
public sealed class WitnessTests
{
    private const string Origin = "log.example";

    [Fact]
    public async Task Each_fault_gets_the_status_of_the_standard_and_only_growth_is_cosigned()
    {
        using var log = SigningKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        using var stranger = SigningKey.FromSeed([.. Enumerable.Repeat((byte)2, 32)]);
        await using var running = await RunningWitness.StartAsync(new NoteKey(Origin, log.Public));
        var leaves = Enumerable.Range(0, 40).Select(i => Merkle.LeafHash([(byte)i])).ToList();

        Assert.Equal((404, ""), await running.GetAsync(Origin));
        Assert.Equal((409, "0\n"), await running.AddAsync(3, [], Head(10).Sign(log)));
        Assert.Equal(422, (await running.AddAsync(0, [Hash32.Zero], Head(10).Sign(log))).Status);
        await running.CosignsAsync(0, [], Head(10).Sign(log));
        Assert.Equal((409, "10\n"), await running.AddAsync(0, [], Head(20).Sign(log)));
        Assert.Equal(422, (await running.AddAsync(10, [], Head(20).Sign(log))).Status);
        Assert.Equal(422, (await running.AddAsync(10, Proof(10, 20), new Checkpoint(Origin, 20, Hash32.Zero).Sign(log))).Status);
        Assert.Equal(400, (await running.AddAsync(10, [], Head(9).Sign(log))).Status);
        Assert.Equal(403, (await running.AddAsync(10, Proof(10, 20), Head(20).Sign(stranger))).Status);
        Assert.Equal(404, (await running.AddAsync(0, [], new Checkpoint("other.example", 20, Head(20).Root).Sign(stranger))).Status);
        foreach (var malformed in new[] { "", "old 10\n", "old 010\n\n", "old -1\n\n", "old 10\nAAAA\n\n" })
            Assert.Equal(400, (await running.PostAsync(Encoding.UTF8.GetBytes(malformed + Encoding.UTF8.GetString(Head(20).Sign(log).ToBytes())))).Status);
        // The same one again, with another root of the same size, and then the honest next one.
        await running.CosignsAsync(10, [], Head(10).Sign(log));
        Assert.Equal(422, (await running.AddAsync(10, [], new Checkpoint(Origin, 10, Hash32.Zero).Sign(log))).Status);
        await running.CosignsAsync(10, Proof(10, 20), Head(20).Sign(log));
        var (status, latest) = await running.GetAsync(Origin);
        Assert.Equal(200, status);
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(latest), out var kept));
        Assert.Equal(Head(20), Checkpoint.Read(kept.Text));
        Assert.True(kept.IsSignedBy(new NoteKey(Origin, log.Public)));
        Assert.NotNull(Cosignature.TimeOf(kept, running.Key));

        Checkpoint Head(int size)
        {
            var edge = new TreeEdge();
            edge.Append(leaves.Take(size));
            return new(Origin, size, edge.Root());
        }

        List<Hash32> Proof(int first, int second)
        {
            var tiles = new Tiles();
            foreach (var (id, hashes) in new TreeEdge().Append(leaves.Take(second)))
                tiles.TryAdd(id, hashes);
            return [.. LeafRange.Consistency(first, second).Select(r => tiles.TryHash(r, out var hash) ? hash.Value : throw new InvalidOperationException())];
        }
    }

    [Fact]
    public async Task Of_two_requests_at_once_one_is_cosigned_and_a_restart_forgets_nothing()
    {
        using var log = SigningKey.FromSeed([.. Enumerable.Repeat((byte)1, 32)]);
        var state = Directory.CreateTempSubdirectory("whistle-witness");
        try
        {
            await using (var running = await RunningWitness.StartAsync(new NoteKey(Origin, log.Public), state.FullName))
            {
                var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i =>
                    running.AddAsync(0, [], new Checkpoint(Origin, i, Hash32.Of([(byte)i])).Sign(log))));
                Assert.Single(answers, a => a.Status == 200);
                Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal(409, a.Status));
            }
            await using var again = await RunningWitness.StartAsync(new NoteKey(Origin, log.Public), state.FullName);
            Assert.Equal(409, (await again.AddAsync(0, [], new Checkpoint(Origin, 9, Hash32.Of([9])).Sign(log))).Status);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_server_gathers_cosignatures_and_a_witness_that_is_down_or_another_costs_nothing()
    {
        using var other = SigningKey.FromSeed([.. Enumerable.Repeat((byte)3, 32)]);
        // The witness is there before the server, but must know its log: a server that only shows its key comes first.
        using var server = new WhistleServer(
            ("LogSeconds", "60"), ("LogMultiple", "4"), ("LogNoise", "1"), ("KeyDelayHours", "0"),
            ("Witnesses:0:Key", RunningWitness.OwnKey.ToString()), ("Witnesses:0:Url", RunningWitness.Address(0)),
            ("Witnesses:1:Key", new NoteKey("down.example", other.Public, NoteAlgorithm.Ed25519Cosignature).ToString()), ("Witnesses:1:Url", RunningWitness.Address(1)))
        {
            Bend = static services =>
            {
                services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop)));
            },
        };
        var portal = await server.OpenPortalAsync();
        using var anybody = server.Source();
        await server.RunLogAsync();
        Assert.Equal(0, await server.GatherAsync());

        await using var running = await RunningWitness.StartAsync(portal.Directory.Version.Log, state: null, RunningWitness.Address(0));
        Assert.Equal(1, await server.GatherAsync());
        Assert.Equal(0, await server.GatherAsync());
        await AssertCosignedAsync();
        for (var interval = 0; interval < 3; interval++)
        {
            await server.RunLogAsync();
            Assert.Equal(1, await server.GatherAsync());
            await AssertCosignedAsync();
        }

        async Task AssertCosignedAsync()
        {
            Assert.True(SignedNote.TryParse(await anybody.GetByteArrayAsync("/log/checkpoint"), out var note));
            Assert.True(note.IsSignedBy(portal.Directory.Version.Log));
            Assert.NotNull(Cosignature.TimeOf(note, RunningWitness.OwnKey));
            Assert.Equal(2, note.Signatures.Count);
        }
    }

    [Fact]
    public async Task The_policy_that_root_holders_signed_counts_and_its_witnesses_are_asked()
    {
        var path = Path.GetTempFileName();
        var policy = $"witness union {RunningWitness.OwnKey} {RunningWitness.Address(0)}\nquorum union\n";
        await File.WriteAllTextAsync(path, policy.ReplaceLineEndings("\r\n"));
        using var server = new WhistleServer(("LogSeconds", "60"), ("LogMultiple", "4"), ("LogNoise", "1"), ("KeyDelayHours", "0"), ("WitnessPolicy", path))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        var portal = await server.OpenPortalAsync();
        Assert.Equal(policy, portal.Directory.Version.LogPolicy);
        var changes = await portal.Admin.Http.GetStringAsync("/api/desk/directory");
        Assert.Contains("quorum union", changes, StringComparison.Ordinal);
        using var terminal = new CliTerminal(server.Clock, () => new Liar(server.Source().BaseAddress!, (_, honest) => honest));
        string[] verify = ["verify-log", "--server", WhistleServer.Origin, "--json", "--root", portal.Directory.Root.ToString()];
        await server.RunLogAsync();

        Assert.Equal(0, await server.GatherAsync()); // it is down
        (await terminal.RunAsync(verify)).Fails(4, "quorum-not-met");
        await using var running = await RunningWitness.StartAsync(portal.Directory.Version.Log, state: null, RunningWitness.Address(0), server.Clock);
        Assert.Equal(1, await server.GatherAsync());
        Assert.Equal("witnesses", (await terminal.RunAsync(verify)).Succeeds().Field("vouched"));
        // Nine days on, the cosignature of today says nothing about a log that is shown again.
        server.Clock.Advance(TimeSpan.FromDays(9));
        (await terminal.RunAsync(verify)).Fails(4, "quorum-not-met");
        File.Delete(path);
    }

    [Theory]
    [InlineData("witness union nonsense\nquorum union\n", "line 1 is not understood")]
    [InlineData("# nobody\n", "the quorum line is missing")]
    [InlineData("log other.example+1111\nquorum none\n", "line 1 is not understood")]
    [InlineData(null, "cannot be read")]
    public async Task A_policy_file_that_is_none_stops_the_start_and_says_why(string? text, string why)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        if (text is not null)
            await File.WriteAllTextAsync(path, text);
        var data = Directory.CreateTempSubdirectory("whistle-refused");

        var (exit, said) = await ServerChild.RunAsync("serve", data.FullName, "--urls", "http://127.0.0.1:0", "--Whistle:WitnessPolicy=" + path);

        Assert.Equal(2, exit);
        Assert.Contains(why, said, StringComparison.Ordinal);
        data.Delete(recursive: true);
        File.Delete(path);
    }
}
