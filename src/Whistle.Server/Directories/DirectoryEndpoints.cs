namespace Whistle.Server.Directories;

internal static class DirectoryEndpoints
{
    public static void MapDirectories(this IEndpointRouteBuilder desk)
    {
        ListChannelDrafts.Map(desk);
        PutChannelDraft.Map(desk);
        DeleteChannelDraft.Map(desk);
        AddDocument.Map(desk);
        ShowDirectory.Map(desk);
        ReplaceRecovery.Map(desk);
        ProposeDirectory.Map(desk);
        SignDirectory.Map(desk);
    }
}
