using Whistle.Server.Batches;
using Whistle.Server.Retention;

namespace Whistle.Server.Cases;

internal static class CaseEndpoints
{
    public static void AddCases(this IServiceCollection services)
    {
        services.AddSingleton<DeskEvents>();
        services.AddScoped<Threads>();
        services.AddScoped<Purges>();
        services.AddScoped<AttachmentReader>();
        services.AddScoped<CaseWires>();
        services.AddScoped<Notes>();
        services.AddScoped<Custody>();
        services.AddScoped<PossessionCheck>();
    }

    public static void MapCases(this IEndpointRouteBuilder desk)
    {
        ListChannels.Map(desk);
        ReadStream.Map(desk);
        ReadInbox.Map(desk);
        ClearInboxItem.Map(desk);
        ReadKeyring.Map(desk);
        ReplaceKeyring.Map(desk);
        IssueClaimChallenge.Map(desk);
        AnnounceDeskUpload.Map(desk);
        StoreDeskPart.Map(desk);
        ListCases.Map(desk);
        DeskEvents.Map(desk);
        ReadSheets.Map(desk);
        ReadCase.Map(desk);
        ReadCaseAttachment.Map(desk);
        ClaimCase.Map(desk);
        RecuseFromCase.Map(desk);
        WriteReply.Map(desk);
        AddNote.Map(desk);
        ReplaceSheet.Map(desk);
        MoveCase.Map(desk);
        AssignCase.Map(desk);
        ReclockCase.Map(desk);
        FileCase.Map(desk);
        HoldCase.Map(desk);
        GrantCase.Map(desk);
        MarkCaseSeen.Map(desk);
        foreach (var kind in Enum.GetValues<DraftKind>())
        {
            ReadDraft.Map(desk, kind);
            KeepDraft.Map(desk, kind);
            DropDraft.Map(desk, kind);
        }
    }
}
