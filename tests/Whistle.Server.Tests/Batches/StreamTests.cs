using System.Buffers.Binary;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Batches;

/// <summary>
/// What somebody who was left out can count (DESIGN 1.4 and 7). Two channels side by side: one without tips, one with one
/// tip in most batches and a flood in some, and the person who was left out of them all reads both over HTTP.
/// </summary>
/// <remarks>
/// Sizes are held against what DESIGN promises: geometric noise of mean 6, rounded up to a multiple of 8. With t tips the
/// same draw lands t blobs further, so that one batch tells at most 1 - (6/7)^t about them, which for one tip is one
/// seventh. The statistics are chi-squares; their bounds lie beyond the point of one false alarm in 10^9 (44.9 at 3
/// degrees of freedom, 41.4 at 2, 56.5 at 7), with room for what so few batches add.
/// </remarks>
public sealed class StreamTests
{
    private const int Batches = 80;
    private const int Multiple = 8;
    private const int Mean = 6;
    private const int FloodEvery = 20;
    private const int Flood = (2 * Multiple) + 1;
    private const double SizeBound = 60;
    private const double PlaceBound = 70;

    private const int MostPerAnswer = 32;

    [Fact]
    public async Task A_left_out_reviewer_counts_noise_and_nothing_tells_a_decoy()
    {
        // No loop beside the test: every batch is made here, once.
        using var server = new WhistleServer(("BatchSeconds", "60"), ("KeyDelayHours", "0"))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        var portal = await server.OpenPortalAsync();
        var quiet = await WhistleServer.DraftChannelAsync(portal.Admin, [portal.Lead.Id, portal.Other.Id]);
        await server.PublishDirectoryAsync(portal.Admin);
        portal = portal with { Directory = await server.CurrentDirectoryAsync() };
        var silent = new View(portal.Other, quiet);
        var busy = new View(portal.Other, portal.Channel);
        var places = new int[Multiple];
        var tips = 0;

        for (var batch = 0; batch < Batches; batch++)
        {
            var sent = await SendAsync(server, portal, batch % FloodEvery == FloodEvery - 1 ? Flood : 1);
            tips += sent.Count;
            await server.RunBatchAsync();
            Assert.Equal(0, (await silent.ReadAsync()).Count % Multiple);
            var blobs = await busy.ReadAsync();
            Assert.Equal(0, blobs.Count % Multiple);
            foreach (var tip in sent)
            {
                var at = blobs.FindIndex(b => b.AsSpan().SequenceEqual(tip));
                Assert.NotEqual(-1, at);
                places[at * Multiple / blobs.Count]++;
            }
        }

        // Noise 0, 1-8, 9-16, more: a batch of 0, 8, 16, more blobs.
        AssertFits([Below(1), Below(9) - Below(1), Below(17) - Below(9), 1 - Below(17)], silent.Sizes, s => s / Multiple, SizeBound);
        // With one tip beyond a multiple: noise 0-7, 8-15, more. A flood moves the sizes by its own multiples and no further.
        AssertFits(
            [Below(8), Below(16) - Below(8), 1 - Below(16)], busy.Sizes,
            (s, i) => ((s - (i % FloodEvery == FloodEvery - 1 ? Flood - 1 : 0)) / Multiple) - 1, SizeBound);
        AssertFits([.. Enumerable.Repeat(1.0 / Multiple, Multiple)], places, PlaceBound);
        // Seven standard deviations of the noise of both channels.
        var spread = 7 * Math.Sqrt(2 * Batches * ((Mean * (Mean + 1)) + (Multiple * Multiple / 3.0)));
        Assert.InRange(busy.Sizes.Sum() - silent.Sizes.Sum() - tips, -spread, spread + Batches);

        // Every answer with blobs, from either channel, has the same status and headers; the length follows from the count.
        _ = Assert.Single(silent.Shapes.Concat(busy.Shapes).Distinct(StringComparer.Ordinal));
        Assert.Equal(
            await WhistleServer.StreamAsync(portal.Reviewer, portal.Channel), await WhistleServer.StreamAsync(portal.Other, portal.Channel),
            (a, b) => a.Position == b.Position && a.Blob.AsSpan().SequenceEqual(b.Blob));
    }

    /// <summary>Seals tips that leave the person out and hands them in; their blobs.</summary>
    private static async Task<List<byte[]>> SendAsync(WhistleServer server, WhistleServer.Portal portal, int count)
    {
        var blobs = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            using var tip = await server.SubmitTipAsync(portal, excluded: [portal.Other.Id]);
            blobs.Add([.. tip.KeyBlob.Span, .. tip.Sheet.Span]);
        }
        return blobs;
    }

    /// <summary>The chance of less than <paramref name="noise"/> blobs of noise.</summary>
    private static double Below(int noise) => 1 - Math.Pow(Mean / (Mean + 1.0), noise);

    private static void AssertFits(double[] chances, IReadOnlyList<int> sizes, Func<int, int> binOf, double bound) =>
        AssertFits(chances, sizes, (size, _) => binOf(size), bound);

    private static void AssertFits(double[] chances, IReadOnlyList<int> sizes, Func<int, int, int> binOf, double bound)
    {
        var counts = new int[chances.Length];
        for (var i = 0; i < sizes.Count; i++)
            counts[Math.Min(binOf(sizes[i], i), counts.Length - 1)]++;
        AssertFits(chances, counts, bound);
    }

    /// <summary>Pearson's chi-square of the counts under the chances stays below the bound.</summary>
    private static void AssertFits(double[] chances, int[] counts, double bound)
    {
        var all = counts.Sum();
        var statistic = chances.Select((chance, i) => Math.Pow(counts[i] - (chance * all), 2) / (chance * all)).Sum();
        Assert.True(statistic < bound, string.Create(CultureInfo.InvariantCulture, $"{statistic} for {string.Join(", ", counts)}"));
    }

    /// <summary>One channel as one person sees it.</summary>
    private sealed class View(WhistleServer.Account person, ChannelId channel)
    {
        private long _position;

        public List<int> Sizes { get; } = [];

        public List<string> Shapes { get; } = [];

        /// <summary>The blobs of the newest batch.</summary>
        public async Task<List<byte[]>> ReadAsync()
        {
            var blobs = new List<byte[]>();
            while (await AnswerAsync() is { Count: > 0 } more)
                blobs.AddRange(more);
            var listed = (await person.Http.GetFromJsonAsync<JsonElement>("/api/desk/channels")).GetProperty("channels").EnumerateArray()
                .Single(c => c.GetProperty("id").ValueEquals(channel.ToString()));
            Assert.Equal(_position, listed.GetProperty("position").GetInt64());
            Sizes.Add(blobs.Count);
            return blobs;
        }

        private async Task<List<byte[]>> AnswerAsync()
        {
            using var answer = await person.Http.GetAsync($"/api/desk/channels/{channel}/stream?after={_position}");
            var bytes = await answer.Content.ReadAsByteArrayAsync();
            var count = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes);
            Assert.InRange(count, 0, MostPerAnswer);
            const int Each = sizeof(ulong) + WireLengths.Blob;
            Assert.Equal(sizeof(uint) + (count * Each), bytes.Length);
            Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
            Shapes.Add((int)answer.StatusCode + "\n" + string.Join('\n', answer.Headers.Concat(answer.Content.Headers)
                .Where(h => h.Key is not ("Date" or "Content-Length"))
                .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal)));
            var blobs = new List<byte[]>();
            for (var i = 0; i < count; i++)
            {
                var one = bytes.AsSpan(sizeof(uint) + (i * Each), Each);
                Assert.Equal(++_position, (long)BinaryPrimitives.ReadUInt64BigEndian(one));
                blobs.Add(one[sizeof(ulong)..].ToArray());
                AssertLooksLikeAny(blobs[^1]);
            }
            return blobs;
        }

        /// <summary>A case key for exactly 16 of one kind of recipient, and a sheet for one, at the places where every blob has them.</summary>
        private static void AssertLooksLikeAny(byte[] blob)
        {
            var key = Encoding.Latin1.GetString(blob, 0, WireLengths.CaseKeyFile);
            var sheet = Encoding.Latin1.GetString(blob, WireLengths.CaseKeyFile, WireLengths.SheetFile);
            Assert.Equal(WireLengths.Blob, blob.Length);
            Assert.StartsWith("age-encryption.org/v1\n-> mlkem768x25519 ", key, StringComparison.Ordinal);
            Assert.StartsWith("age-encryption.org/v1\n-> mlkem768x25519 ", sheet, StringComparison.Ordinal);
            Assert.Equal(16, Stanzas(key));
            Assert.Equal(1, Stanzas(sheet));
        }

        private static int Stanzas(string file) =>
            Regex.Count(file[..file.IndexOf("\n--- ", StringComparison.Ordinal)], "\n-> mlkem768x25519 ", RegexOptions.None, TimeSpan.FromSeconds(1));
    }
}
