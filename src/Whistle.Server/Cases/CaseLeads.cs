using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.People;

namespace Whistle.Server.Cases;

/// <summary>
/// Who leads a case: the leads who hold it. Where a source left out every lead, or none has opened the case, its holders do
/// what a lead would, so that nobody's absence strands it.
/// </summary>
internal static class CaseLeads
{
    public static Task<bool> HasAnyAsync(WhistleDb db, CaseId about, CancellationToken ct) => (
        from claim in db.Set<Claim>()
        join member in db.Set<Member>() on claim.Member equals member.Id
        where claim.Case == about && !claim.Recused && member.Role == Role.Lead && member.State == MemberState.Active
        select claim).AnyAsync(ct);

    public static async Task<bool> MayLeadAsync(WhistleDb db, Member holder, CaseId about, CancellationToken ct) =>
        holder.Role == Role.Lead || !await HasAnyAsync(db, about, ct);
}
