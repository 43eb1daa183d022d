namespace Whistle.Server.People;

internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder desk)
    {
        GiveSalt.Map(desk);
        SignIn.Map(desk);
        SignOut.Map(desk);
        ShowSession.Map(desk);
        OpenInvitation.Map(desk);
        Enrol.Map(desk);
        ListPeople.Map(desk);
        InvitePerson.Map(desk);
        RenewInvitation.Map(desk);
        SetAbsence.Map(desk);
        SetPersonState.Map(desk);
        SetMail.Map(desk);
    }
}
