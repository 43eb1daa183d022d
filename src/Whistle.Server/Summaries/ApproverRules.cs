using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;

namespace Whistle.Server.Summaries;

/// <summary>
/// Who may approve a summary of a case: an approver whom the directory gives the channel, or a reader who holds the case
/// already. Nobody learns of a case by being asked, and who stepped back stays out.
/// </summary>
internal static class ApproverRules
{
    /// <summary>The same, for a proposal of which the case alone is known.</summary>
    public static async Task<bool> MayApproveAsync(WhistleDb db, DirectoryText? directory, CaseId about, PersonId person, CancellationToken ct)
    {
        if (directory is null)
            return false;
        var channel = await db.Set<Case>().Where(c => c.Id == about).Select(c => c.Channel).FirstAsync(ct);
        return await MayApproveAsync(db, directory, about, channel, person, ct);
    }

    /// <summary>
    /// Whether these two may close a case: one of them is a lead or an approver. Where the channel has no approver and no lead
    /// holds the case, any two who hold it, so that nobody's absence strands it.
    /// </summary>
    public static async Task<bool> MayCloseAsync(WhistleDb db, DirectoryText directory, CaseId about, ChannelId channel, PersonId one, PersonId other, CancellationToken ct)
    {
        if (directory.People.Any(p => (p.Id == one || p.Id == other) && (p.Role is "lead" or "approver")))
            return true;
        return directory.Channels.All(c => c.Id != channel || c.Approvers.Count == 0)
            && !await CaseLeads.HasAnyAsync(db, about, ct);
    }

    public static async Task<bool> MayApproveAsync(WhistleDb db, DirectoryText directory, CaseId about, ChannelId channel, PersonId person, CancellationToken ct)
    {
        if (await db.Set<Claim>().AsNoTracking().FirstOrDefaultAsync(c => c.Case == about && c.Member == person, ct) is { } claim)
            return !claim.Recused && directory.People.Any(p => p.Id == person);
        return directory.People.Any(p => p.Id == person && p.Role is "approver")
            && directory.Channels.Any(c => c.Id == channel && c.Approvers.Contains(person));
    }
}
