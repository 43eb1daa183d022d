namespace Whistle.Server.Cases;

internal static class CaseEndpoints
{
    public static void AddCases(this IServiceCollection services)
    {
        services.AddScoped<Threads>();
        services.AddScoped<AttachmentReader>();
    }
}
