using Whistle.Protocol;
using Whistle.Server.Mailbox;
using Whistle.Server.People;

namespace Whistle.Server.Pipeline;

// Every request carries exactly one of IAnonymous, IFromSource, IForRole, IAboutCase. Authorise throws on a request
// without one, the start-up guard refuses to serve, and a test counts: three nets, because a missing marker would
// mean that a request runs for anybody.

/// <summary>Anyone may ask: set-up, enrolment, sign-in. The request itself carries the proof, if it needs one.</summary>
internal interface IAnonymous;

/// <summary>Asked by a source. Where <see cref="NeedsMailbox"/> is true, <see cref="Token"/> must name a live mailbox session.</summary>
internal interface IFromSource
{
    bool NeedsMailbox => false;

    MailboxToken? Token => null;
}

/// <summary>Asked by a signed-in member whose role, read from the database at this request, is one of <see cref="Roles"/>.</summary>
internal interface IForRole
{
    IReadOnlyCollection<Role> Roles { get; }
}

/// <summary>
/// Asked by a signed-in member about one case. Without a claim, with a recusal, without the right, or where no such
/// case is, the answer is the same <c>404 not-found</c>.
/// </summary>
internal interface IAboutCase
{
    CaseId Case { get; }

    CaseRight Needs { get; }
}

/// <summary>What a lead or reviewer who claimed a case asks to do. What only a lead may do, the handler checks.</summary>
internal enum CaseRight
{
    Read,
    Work,

    /// <summary>Of a lead who holds the case; of every holder where no lead does.</summary>
    Lead,
}

/// <summary>Reads only: runs beside the writer, on a connection of its own, and saves nothing.</summary>
internal interface IQuery;

/// <summary>
/// A request of the one path that a flood takes: its handler runs prepared commands of the writer and changes nothing in
/// the context, so that setting the context up (more work than the rest) is left out. Such a unit leaves no audit entry
/// and keeps nothing on a refusal; such a query asks without tracking by itself.
/// </summary>
internal interface IPrepared
{
    bool IsPrepared { get; }
}

/// <summary>When the request succeeds, an audit entry with this name is written in its transaction.</summary>
internal interface IAudited
{
    string AuditName { get; }
}
