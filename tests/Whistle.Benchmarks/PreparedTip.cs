using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Benchmarks;

/// <summary>A tip sealed and worked for beforehand, and what is needed to check later that it arrived.</summary>
internal sealed class PreparedTip(string text, SealedTip tip, byte[] body)
{
    public string Text => text;

    public byte[] Body => body;

    public TipManifest Manifest { get; } = tip.Manifest;

    public Receipt Receipt { get; } = tip.Receipt;

    /// <summary>What the server answered, once it has.</summary>
    public byte[]? Promise { get; set; }
}

/// <summary>Tips and what it took to make them, in seconds of one core each.</summary>
internal sealed record PreparedTips(IReadOnlyList<PreparedTip> Tips, double SealingSeconds, double WorkSeconds, int WorkBits)
{
    /// <summary>Seals the tips as a source's device does, and does the work at the difficulty that the server ships with.</summary>
    public static async Task<PreparedTips> MakeAsync(Organisation organisation, int count)
    {
        await using var services = Organisation.Open(organisation.Data);
        var bits = services.GetRequiredService<IOptions<WhistleOptions>>().Value.ProofOfWorkBits;
        var challenges = services.GetRequiredService<Challenges>();
        var tips = new ConcurrentBag<PreparedTip>();
        long sealing = 0, work = 0;
        await Parallel.ForAsync(0, count, async (index, ct) =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"Report {index}: the pressure tests of the last lots were recorded, and not run.");
            var start = Stopwatch.GetTimestamp();
            var tip = (await TipSealer.SealAsync(
                new TipRequest
                {
                    Directory = organisation.Directory,
                    Channel = organisation.Directory.Version.Channels[0].Id,
                    Origin = WhistleHost.DefaultUrl,
                    Today = TimeProvider.System.Today(),
                    Lang = "en",
                    Title = "Tests that were not run",
                    Text = text,
                },
                Randomness.System,
                ct)).Require();
            var sealedAt = Stopwatch.GetTimestamp();
            var body = tip.ToBody(ProofOfWork.Solve(challenges.Issue(ChallengePurpose.Tip), tip.WorkSubject(), bits, ct));
            Interlocked.Add(ref sealing, sealedAt - start);
            Interlocked.Add(ref work, Stopwatch.GetTimestamp() - sealedAt);
            tips.Add(new PreparedTip(text, tip, body));
        });
        return new PreparedTips([.. tips], Each(sealing), Each(work), bits);

        double Each(long ticks) => ticks / (double)Stopwatch.Frequency / count;
    }
}
