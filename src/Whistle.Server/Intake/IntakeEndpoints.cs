namespace Whistle.Server.Intake;

internal static class IntakeEndpoints
{
    public static void AddIntake(this IServiceCollection services)
    {
        services.AddSingleton<BlobStore>();
        services.AddSingleton<TipStore>();
        services.AddScoped<Parts>();
    }

    public static void MapIntake(this IEndpointRouteBuilder source)
    {
        GetDirectory.Map(source);
        GetEarlierDirectory.Map(source);
        GetDocument.Map(source);
        GetSite.Map(source);
        IssueChallenge.Map(source);
        AnnounceUpload.Map(source);
        StorePart.Map(source);
        SubmitTip.Map(source);
        IssueRecoveryChallenge.Map(source);
        ReadForRecovery.Map(source);
    }
}
