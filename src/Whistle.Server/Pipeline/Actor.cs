using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.People;

namespace Whistle.Server.Pipeline;

/// <summary>
/// Who asks, as Authorise found it; one per request scope. A handler reads what its marker promises and nothing else:
/// <see cref="Member"/> after IForRole or IAboutCase, <see cref="Case"/> after IAboutCase, <see cref="Mailbox"/> after
/// IFromSource with a mailbox.
/// </summary>
internal sealed class Actor
{
    private Member? _member;
    private Case? _case;
    private MailboxId? _mailbox;

    /// <summary>The signed-in member, freshly read; tracked in a command.</summary>
    public Member Member => _member ?? throw new InvalidOperationException("This request has no member.");

    /// <summary>The case of an IAboutCase request; tracked in a command.</summary>
    public Case Case => _case ?? throw new InvalidOperationException("This request is about no case.");

    /// <summary>The mailbox whose session the request carried.</summary>
    public MailboxId Mailbox => _mailbox ?? throw new InvalidOperationException("This request has no mailbox.");

    public PersonId? MemberId => _member?.Id;

    public CaseId? CaseId => _case?.Id;

    internal void Is(Member member) => _member = member;

    internal void Is(MailboxId mailbox) => _mailbox = mailbox;

    internal void About(Case about) => _case = about;
}

/// <summary>The claim that a session principal carries: the member's id in hex.</summary>
internal static class MemberClaim
{
    public const string Type = "whistle:member";

    public static PersonId? Of(System.Security.Claims.ClaimsPrincipal? principal) =>
        principal?.FindFirst(Type) is { } claim && PersonId.TryParse(claim.Value, null, out var id) ? id : null;
}
