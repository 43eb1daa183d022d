using Whistle.Benchmarks;

// The bare endpoint runs as a process of its own, as the server does: this program started with its name.
if (args is [BareServer.Verb, var folder, var url])
{
    await BareServer.RunAsync(folder, url);
    return 0;
}
if (args is not ([] or ["--quick"]))
{
    await Console.Error.WriteLineAsync("usage: Whistle.Benchmarks [--quick]");
    return 2;
}

var plan = args.Length == 0 ? Plan.Full : Plan.Quick;
var report = new Report();
var temporary = Directory.CreateTempSubdirectory("whistle-bench");
try
{
    await StartBenchmark.RunAsync(plan, temporary.FullName, report);
    await TipBenchmark.RunAsync(plan, temporary.FullName, report);
    await AgeBenchmark.RunAsync(plan, temporary.FullName, report);
}
finally
{
    temporary.Delete(recursive: true);
}
await Console.Out.WriteLineAsync(report.ToMarkdown());
return report.AllReached ? 0 : 1;
