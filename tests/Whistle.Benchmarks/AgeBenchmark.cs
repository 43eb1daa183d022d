using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Whistle.Protocol;
using Whistle.Protocol.Age;

namespace Whistle.Benchmarks;

/// <summary>
/// Our age beside the <c>age</c> command (Debian: <c>apt-get install age</c>), files on disk, X25519, which both have.
/// Each opens what the other sealed.
/// </summary>
internal static class AgeBenchmark
{
    private const int Mebibytes = 256;

    private sealed class Times
    {
        private readonly List<(double Wall, double Cpu)> _rounds = [];

        public void Add(TimeSpan wall, TimeSpan cpu) => _rounds.Add((wall.TotalSeconds, cpu.TotalSeconds));

        /// <summary>The best round is the one that the least else disturbed.</summary>
        public double PerSecond => Mebibytes / _rounds.Min(r => r.Wall);

        public double CpuSeconds => _rounds.Min(r => r.Cpu);
    }

    public static async Task RunAsync(Plan plan, string temporary, Report report)
    {
        using var identity = X25519Identity.Generate(Randomness.System);
        var keyFile = Path.Combine(temporary, "key.txt");
        await File.WriteAllTextAsync(keyFile, identity.ExportString() + "\n");
        var plain = Path.Combine(temporary, "plain");
        await WritePlainAsync(plain);
        var expected = await HashAsync(plain);
        var ours = Path.Combine(temporary, "ours.age");
        var theirs = Path.Combine(temporary, "theirs.age");
        var back = Path.Combine(temporary, "back");
        Times seal = new(), open = new(), theirSeal = new(), theirOpen = new();
        var isRight = true;
        for (var round = -1; round < plan.AgeRounds; round++)
        {
            var isWarmUp = round < 0;
            await OursAsync(isWarmUp ? new Times() : seal, plain, ours, async (from, to) =>
            {
                await AgeStreams.EncryptAsync(from, to, [identity.Recipient], Randomness.System);
                return true;
            });
            await TheirsAsync(isWarmUp ? new Times() : theirSeal, theirs, "-r", identity.Recipient.ToString(), plain);
            isRight &= await OursAsync(isWarmUp ? new Times() : open, theirs, back, async (from, to) =>
                await AgeStreams.DecryptAsync(from, to, [identity]) == AgeError.None);
            isRight &= !isWarmUp || string.Equals(expected, await HashAsync(back), StringComparison.Ordinal);
            await TheirsAsync(isWarmUp ? new Times() : theirOpen, back, "-d", "-i", keyFile, ours);
            isRight &= !isWarmUp || string.Equals(expected, await HashAsync(back), StringComparison.Ordinal);
        }
        report.Table(
            $"age, {Mebibytes} MiB from file to file, X25519, best of {plan.AgeRounds} rounds in turns; the command's time includes its start.",
            ["", "Whistle.Protocol MiB/s", "CPU s", "`age` MiB/s", "CPU s"],
            [Row("encrypt", seal, theirSeal), Row("decrypt", open, theirOpen)]);
        Judge(report, "encrypt", seal, theirSeal, isRight);
        Judge(report, "decrypt", open, theirOpen, isRight);
    }

    private static IReadOnlyList<string> Row(string name, Times ours, Times theirs) =>
        [name, Report.Number(ours.PerSecond), Report.Ratio(ours.CpuSeconds), Report.Number(theirs.PerSecond), Report.Ratio(theirs.CpuSeconds)];

    private static void Judge(Report report, string name, Times ours, Times theirs, bool isRight) => report.Goal(
        $"age, {name}: at least as fast as the `age` command, each reading the other's files",
        isRight ? $"{Report.Ratio(ours.PerSecond / theirs.PerSecond)} times as fast" : "the bytes differ",
        isRight && ours.PerSecond >= theirs.PerSecond);

    private static async Task<bool> OursAsync(Times times, string from, string to, Func<Stream, Stream, Task<bool>> act)
    {
        File.Delete(to);
        using var self = Process.GetCurrentProcess();
        var cpu = self.TotalProcessorTime;
        var wall = Stopwatch.StartNew();
        bool done;
        await using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
        await using (var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            done = await act(source, target);
        var elapsed = wall.Elapsed;
        self.Refresh();
        times.Add(elapsed, self.TotalProcessorTime - cpu);
        return done;
    }

    private static async Task TheirsAsync(Times times, string to, params string[] arguments)
    {
        File.Delete(to);
        var cpu = CpuOfChildren();
        var wall = Stopwatch.StartNew();
        using var age = Process.Start("age", ["-o", to, .. arguments]);
        await age.WaitForExitAsync();
        var elapsed = wall.Elapsed;
        if (age.ExitCode != 0)
            throw new InvalidOperationException($"age ended with {age.ExitCode}.");
        times.Add(elapsed, CpuOfChildren() - cpu);
    }

    private static async Task WritePlainAsync(string path)
    {
        var piece = new byte[1 << 20];
        await using var file = File.Create(path);
        for (var i = 0; i < Mebibytes; i++)
        {
            RandomNumberGenerator.Fill(piece);
            await file.WriteAsync(piece);
        }
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(file));
    }

    /// <summary>User and system time of all children that ended.</summary>
    private static TimeSpan CpuOfChildren()
    {
        const int children = -1;
        const int longs = 18; // struct rusage: seconds and microseconds of user, then of system time, and 14 counters
        var usage = new long[longs];
        if (GetUsage(children, usage) != 0)
            throw new InvalidOperationException("getrusage failed.");
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [DllImport("libc", EntryPoint = "getrusage", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
