namespace Whistle.Server.Exports;

internal static class ExportEndpoints
{
    public static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSingleton<IExportWriter, CsvExportWriter>()
        .AddSingleton<IExportWriter, JsonExportWriter>()
        .AddSingleton<IExportWriter, PdfExportWriter>();

    public static void MapExports(this IEndpointRouteBuilder desk)
    {
        ExportSummaries.Map(desk);
        ListExports.Map(desk);
    }
}
