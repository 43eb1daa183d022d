namespace Whistle.Server.Mailbox;

internal static class MailboxEndpoints
{
    public static void AddMailbox(this IServiceCollection services) => services.AddSingleton<MailboxSessions>();

    public static void MapMailbox(this IEndpointRouteBuilder source)
    {
        OpenSession.Map(source);
        ReadMailbox.Map(source);
        WriteMessage.Map(source);
        MarkSeen.Map(source);
        FetchAttachment.Map(source);
        BurnMailbox.Map(source);
    }
}
