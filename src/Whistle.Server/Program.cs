using Microsoft.Extensions.Options;
using Whistle.Server.Demo;
using Whistle.Server.Hosting;
using Whistle.Server.Log;
using Whistle.Server.Setup;

var line = CommandLine.Parse(args);
if (line.Problem is { } problem)
{
    await Console.Error.WriteLineAsync(problem);
    return 2;
}

// The content root is where the assembly and the built client lie, whatever folder the operator stands in.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = line.Settings,
    ContentRootPath = AppContext.BaseDirectory,
});
if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])
    && string.IsNullOrEmpty(builder.Configuration["http_ports"])
    && string.IsNullOrEmpty(builder.Configuration["https_ports"]))
{
    builder.WebHost.UseUrls(WhistleHost.DefaultUrl);
}

DemoPage? demo = null;
if (DemoPlan.IsAsked(builder.Configuration) && line.Verb == Verb.Serve)
{
    var plan = DemoPlan.Of(builder.Configuration);
    if ((plan.Problem ?? plan.PortProblem()) is { } refused)
    {
        await Console.Error.WriteLineAsync(refused);
        return 2;
    }
    try
    {
        var record = await DemoStart.EnsureAsync(plan, line.Settings, Console.Out.WriteLine, CancellationToken.None);
        demo = new DemoPage(plan, record, TimeProvider.System);
    }
    catch (DemoProblemException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 2;
    }
    catch (OperationCanceledException)
    {
        await Console.Error.WriteLineAsync("Stopped. The next start builds the demo anew.");
        return 1;
    }
    plan.Apply(builder);
}
else if (DemoFolder.IsDemo(builder.Configuration["Whistle:Data"] ?? WhistleOptions.DefaultData))
{
    // Its keys were printed for everybody; real reports must not end up under them.
    await Console.Error.WriteLineAsync("This data folder is a demo's. Start it with --demo, or choose another with --data.");
    return 2;
}
builder.AddWhistle();

try
{
    await using var app = builder.Build();
    switch (line.Verb)
    {
        case Verb.Migrate:
            await WhistleHost.MigrateAsync(app.Services);
            return 0;
        case Verb.NewLogKey:
            return await LogKeyVerbs.NewAsync(app.Services, Console.Out, Console.Error);
        case Verb.DropLogKey:
            return await LogKeyVerbs.DropAsync(app.Services, Console.Out, Console.Error);
        default:
            break;
    }
    app.UseWhistle();
    await WhistleHost.PrepareAsync(app.Services);
    if (await SetupEndpoints.SetupLinkAsync(app.Services) is { } setup)
        await Console.Out.WriteLineAsync($"Set up Whistle once, in a browser: {setup}");
    if (demo is null)
    {
        await app.RunAsync();
        return 0;
    }
    await app.StartAsync();
    await Console.Out.WriteLineAsync(demo.Text());
    var stopping = app.Lifetime.ApplicationStopping;
    var fresh = demo.KeepFreshAsync(stopping);
    if (!Console.IsInputRedirected)
        _ = Task.Run(() => demo.AnswerAsync(Console.In, Console.Out, stopping), stopping);
    await app.WaitForShutdownAsync();
    await fresh;
    return 0;
}
catch (OptionsValidationException wrong)
{
    // A setting that cannot be is the operator's to mend: what it is, and no trace of code.
    foreach (var failure in wrong.Failures)
        await Console.Error.WriteLineAsync(failure);
    return 2;
}
