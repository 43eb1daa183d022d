using Whistle.Server.Hosting;
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
builder.AddWhistle();

await using var app = builder.Build();
if (line.Verb == Verb.Migrate)
{
    await WhistleHost.MigrateAsync(app.Services);
    return 0;
}
app.UseWhistle();
await WhistleHost.PrepareAsync(app.Services);
if (await SetupEndpoints.SetupLinkAsync(app.Services) is { } setup)
    await Console.Out.WriteLineAsync($"Set up Whistle once, in a browser: {setup}");
await app.RunAsync();
return 0;
