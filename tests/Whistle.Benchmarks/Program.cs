using Whistle.Benchmarks;

// The bare endpoint runs as a process of its own, as the server does: this program started with its name.
if (args is [BareServer.Verb, var folder, var url])
{
    await BareServer.RunAsync(folder, url);
    return 0;
}
if (args is not ([] or ["--quick"] or ["--tips"] or ["--log"] or ["--desk"]))
{
    await Console.Error.WriteLineAsync("usage: Whistle.Benchmarks [--quick | --tips | --log | --desk]");
    return 2;
}

var plan = args is ["--quick"] ? Plan.Quick : args is ["--tips"] ? Plan.Full with { Stages = [new(32, 400, 3)] } : Plan.Full;
var report = new Report();
var temporary = Directory.CreateTempSubdirectory("whistle-bench");
try
{
    if (args is [] or ["--quick"])
        await StartBenchmark.RunAsync(plan, temporary.FullName, report);
    if (args is not (["--log"] or ["--desk"]))
        await TipBenchmark.RunAsync(plan, temporary.FullName, report);
    if (args is [] or ["--quick"])
        await AgeBenchmark.RunAsync(plan, temporary.FullName, report);
    if (args is not (["--tips"] or ["--desk"]))
        await LogBenchmark.RunAsync(plan, temporary.FullName, report);
    if (args is [] or ["--quick"] or ["--desk"])
        await DeskBenchmark.RunAsync(plan, report);
}
finally
{
    temporary.Delete(recursive: true);
}
await Console.Out.WriteLineAsync(report.ToMarkdown());
return report.AllReached ? 0 : 1;
