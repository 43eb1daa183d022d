using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.People;

namespace Whistle.Server.Identities;

/// <summary>
/// Who may be asked for an identity, as far as the server can know: a custodian of the channel in the version of the directory
/// that the source sealed to, with the same key today, who neither holds the case nor stepped back from it. Whom the source left
/// out, only the devices know.
/// </summary>
internal sealed class CustodianRules(WhistleDb db)
{
    public async Task<bool> MayAnswerAsync(Case about, PersonId person, CancellationToken ct)
    {
        var sealedTo = await DirectoryPeople.FindAsync(db, about.Directory, ct);
        var current = await DirectoryPeople.CurrentAsync(db, ct);
        var then = sealedTo?.People.FirstOrDefault(p => p.Id == person);
        var now = current?.People.FirstOrDefault(p => p.Id == person);
        if (then is null || now is not { Role: "custodian" } || !string.Equals(then.Recipient, now.Recipient, StringComparison.Ordinal))
            return false;
        return sealedTo!.Channels.Any(c => c.Id == about.Channel && c.Custodians.Contains(person))
            && await db.Set<Member>().AnyAsync(m => m.Id == person && m.State == MemberState.Active && m.Role == Role.Custodian && m.Recipient == now.Recipient, ct)
            && !await db.Set<Claim>().AnyAsync(c => c.Case == about.Id && c.Member == person, ct);
    }

    /// <summary>A request addressed to this person and its case; null otherwise, whether it is somebody else's or never was.</summary>
    public async Task<(IdentityAsk Ask, Case About)?> FindAsync(RequestId id, PersonId person, CancellationToken ct)
    {
        if (!await db.Set<IdentityAddressee>().AnyAsync(a => a.Request == id && a.Person == person, ct)
            || await db.Set<IdentityAsk>().FirstOrDefaultAsync(r => r.Id == id, ct) is not { } ask)
            return null;
        var about = await db.Set<Case>().FirstAsync(c => c.Id == ask.Case, ct);
        return await MayAnswerAsync(about, person, ct) ? (ask, about) : null;
    }
}
