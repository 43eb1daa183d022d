using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;

namespace Whistle.Server.Setup;

internal static class SetupEndpoints
{
    public static void MapSetup(this IEndpointRouteBuilder desk)
    {
        OpenSetup.Map(desk);
        RunSetup.Map(desk);
    }

    /// <summary>The link for the operator's console while nothing is set up; null afterwards. The token stands behind <c>#</c>.</summary>
    public static async Task<string?> SetupLinkAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        if (await scope.ServiceProvider.GetRequiredService<WhistleDb>().Set<PinnedRoot>().AnyAsync())
            return null;
        var origin = services.GetRequiredService<IOptions<WhistleOptions>>().Value.Origins[0];
        return $"{origin}/desk#setup={services.GetRequiredService<SetupGate>().Open()}";
    }
}
