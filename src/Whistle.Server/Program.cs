using Microsoft.Extensions.FileProviders;
using Whistle.Server.Hosting;

// The content root is where the assembly and the built client lie, whatever folder the operator stands in.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
});
if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])
    && string.IsNullOrEmpty(builder.Configuration["http_ports"])
    && string.IsNullOrEmpty(builder.Configuration["https_ports"]))
{
    builder.WebHost.UseUrls("http://localhost:5080");
}

var app = builder.Build();
using var client = new PhysicalFileProvider(ClientFiles.Root);
app.UseClientFiles(client);
app.MapGet("/health/live", () => TypedResults.Text("ok")).WithName("Live");
await app.RunAsync();
