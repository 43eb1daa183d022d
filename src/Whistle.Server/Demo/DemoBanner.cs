using Microsoft.Extensions.Options;
using Whistle.Server.Hosting;

namespace Whistle.Server.Demo;

/// <summary>
/// Lets the two pages say from their first moment that this is a demonstration. A header, since the pages are served byte
/// for byte as they were built, and one that a page can read of itself without asking the server for anything
/// (<c>Server-Timing</c>, W3C). Nothing but a demo sends it.
/// </summary>
internal static class DemoBanner
{
    public const string Header = "Server-Timing";
    public const string Value = "demo";

    public static void UseDemoBanner(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<WhistleOptions>>().Value.Demo)
            return;
        app.Use(static (context, next) =>
        {
            if (context.Request.Path.Value is "/" or "/desk" or "/desk/")
                context.Response.Headers[Header] = Value;
            return next(context);
        });
    }
}
