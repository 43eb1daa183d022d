using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Mailbox;
using Whistle.Server.People;

namespace Whistle.Server.Pipeline;

/// <summary>
/// Second: who asks, and may they. For a command it runs inside the unit of work, so that a claim or a role that is
/// taken away in the same moment is seen.
/// </summary>
internal sealed class AuthoriseBehaviour<TRequest, TResponse>(Authoriser authoriser)
    : IPipelineBehavior<TRequest, TResponse>
    where TRequest : IRequest<TResponse>
    where TResponse : IOutcome<TResponse>
{
    public async Task<TResponse> Handle(TRequest request, CancellationToken cancellationToken, RequestHandlerDelegate<TResponse> next) =>
        await authoriser.CheckAsync(request, cancellationToken) is { } refusal ? TResponse.Refuse(refusal) : await next();
}

/// <summary>Reads the rights of one request from the database and tells the <see cref="Actor"/>.</summary>
internal sealed class Authoriser(
    WhistleDb db, Actor actor, MailboxSessions sessions, KnownDirectories directories, IHttpContextAccessor http)
{
    public Task<Refusal?> CheckAsync(object request, CancellationToken ct) => request switch
    {
        IAboutCase about => CheckCaseAsync(about, ct),
        IForRole role => CheckRoleAsync(role.Roles, ct),
        IFromSource source => Task.FromResult(CheckSource(source)),
        IAnonymous => Task.FromResult<Refusal?>(null),
        _ => throw new InvalidOperationException($"{request.GetType().FullName} carries no access marker."),
    };

    private Refusal? CheckSource(IFromSource source)
    {
        if (!source.NeedsMailbox)
            return null;
        if (source.Token is not { } token || sessions.Find(token) is not { } mailbox)
            return Refusal.SessionOver;
        actor.Is(mailbox);
        return null;
    }

    private async Task<Refusal?> CheckRoleAsync(IReadOnlyCollection<Role> roles, CancellationToken ct)
    {
        if (MemberClaim.Of(http.HttpContext?.User) is not { } id)
            return Refusal.SignedOut;
        // Read at every request: a role that is taken away ends here, whatever the session still says.
        var member = await db.Set<Member>().FirstOrDefaultAsync(m => m.Id == id, ct);
        if (member is not { State: MemberState.Active })
            return Refusal.SignedOut;
        if (!roles.Contains(member.Role))
            return Refusal.NotFound;
        // What is about cases is for whom the current directory lists with this very key: an admin who enrols as somebody
        // has another, and whom the root holders removed has none. Before the first listing there is the session alone.
        if (roles.All(r => r.HasKeys()) && !await IsListedAsync(member, ct))
            return Refusal.NotFound;
        actor.Is(member);
        return null;
    }

    private async Task<bool> IsListedAsync(Member member, CancellationToken ct) =>
        member.Signing is { } signing && await directories.CurrentAsync(db, ct) is { } current && current.Lists(member.Id, signing);

    private async Task<Refusal?> CheckCaseAsync(IAboutCase request, CancellationToken ct)
    {
        if (await CheckRoleAsync(Roles.Readers, ct) is { } refusal)
            return refusal;
        var me = actor.Member.Id;
        var found = await (
            from claim in db.Set<Claim>()
            join row in db.Set<Case>() on claim.Case equals row.Id
            where claim.Case == request.Case && claim.Member == me && !claim.Recused
            select row).FirstOrDefaultAsync(ct);
        if (found is null || (request.Needs == CaseRight.Lead && !await CaseLeads.MayLeadAsync(db, actor.Member, request.Case, ct)))
            return Refusal.NotFound;
        actor.About(found);
        return null;
    }
}
