namespace Whistle.Server.Identities;

internal static class IdentityEndpoints
{
    public static void AddIdentities(this IServiceCollection services) => services.AddScoped<CustodianRules>();

    public static void MapIdentities(this IEndpointRouteBuilder desk)
    {
        RequestIdentity.Map(desk);
        WithdrawIdentity.Map(desk);
        ListIdentities.Map(desk);
        FetchEnvelope.Map(desk);
        AnswerIdentity.Map(desk);
    }
}
