using System.Net;
using Microsoft.Data.Sqlite;
using Whistle.Protocol.Log;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Log;

/// <summary>The server as a process of its own whose log grows every second, killed without warning again and again.</summary>
public sealed class LogKillTests
{
    [Fact]
    public async Task Kill_9_never_forks_the_log_and_loses_and_repeats_no_leaf()
    {
        const int Kills = 5;
        const int TipsPerLife = 4;
        using var server = WhistleServer.WithQuickBatches();
        // The processes live in the real time, so their directory and challenges must.
        server.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        var portal = await server.OpenPortalAsync();
        var tips = new List<SealedTip>();
        var heads = new List<Checkpoint>();
        var data = Directory.CreateTempSubdirectory("whistle-kill");
        try
        {
            server.CopyDataTo(data.FullName);
            for (var life = 0; life < Kills; life++)
            {
                using var child = await StartAsync(data.FullName);
                using var anybody = new HttpClient { BaseAddress = child.Address };
                for (var i = 0; i < TipsPerLife; i++)
                {
                    var tip = await server.SealTipAsync(portal);
                    Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(anybody, await server.BodyOfAsync(tip))).StatusCode);
                    tips.Add(tip);
                    if ((await anybody.GetAsync("/log/checkpoint")).IsSuccessStatusCode)
                        heads.Add(await WhistleServer.CheckpointAsync(anybody, portal));
                }
                // The interval ends with the second: now and then in the middle of it.
                await Task.Delay(life * 230, TestContext.Current.CancellationToken);
                child.Kill();
            }

            using var last = await StartAsync(data.FullName);
            using var reader = new HttpClient { BaseAddress = last.Address };
            var leaves = tips.SelectMany(t => new[] { t.Manifest.Existence, t.Manifest.Content }).Select(l => l.ToString()).ToHashSet(StringComparer.Ordinal);
            var head = await WhistleServer.CheckpointAsync(reader, portal);
            var found = new List<string>();
            for (var tries = 0; tries < 50 && found.Count < leaves.Count; tries++)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
                head = await WhistleServer.CheckpointAsync(reader, portal);
                found = [.. (await WhistleServer.EntriesAsync(reader, head)).Select(Convert.ToHexStringLower).Where(leaves.Contains)];
            }
            Assert.Equal(leaves.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
            Assert.NotEmpty(heads);
            foreach (var earlier in heads)
            {
                var proof = await WhistleServer.HashesAsync(reader, LeafRange.Consistency(earlier.Size, head.Size), head.Size);
                Assert.True(TreeProof.IsConsistent(earlier.Size, earlier.Root, head.Size, head.Root, proof));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
            tips.ForEach(t => t.Dispose());
        }
    }

    private static Task<ServerChild> StartAsync(string data) =>
        ServerChild.StartAsync(data, "--Whistle:LogSeconds=1", "--Whistle:LogMultiple=4", "--Whistle:LogNoise=3");
}
