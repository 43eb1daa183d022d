using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>What a channel must keep (SPEC 6): fitting roles, room in the key blob, documents that are there.</summary>
internal static class ChannelRules
{
    public const int MostReaders = 16;
    public const int MostCustodians = 8;

    /// <summary>Shape alone; null where it is sound, else a stable code.</summary>
    public static string? FaultOfForm(DirectoryText.Channel channel)
    {
        if (channel.Name.Count is 0 or > 40 || channel.Name.Any(n => n.Key.Length is < 2 or > 35 || !IsText(n.Value)))
            return "channel-name-wrong";
        if (!IsText(channel.Entity))
            return "entity-wrong";
        if (ClockPolicy.Find(channel.Policy) is null)
            return "policy-unknown";
        if (channel.Recovery is not ("offered" or "none"))
            return "recovery-unknown";
        if (channel.Readers.Count == 0)
            return "readers-missing";
        if (channel.Readers.Count + (channel.Recovery is "offered" ? 1 : 0) > MostReaders)
            return "too-many-readers";
        if (channel.Custodians.Count > MostCustodians)
            return "too-many-custodians";
        if (channel.Approvers.Count > MostReaders)
            return "too-many-approvers";
        IReadOnlyList<PersonId>[] lists = [channel.Readers, channel.Approvers, channel.Custodians];
        return lists.Any(l => l.Distinct().Count() != l.Count) ? "person-twice" : null;
    }

    /// <summary>Whether every person is there with a role that fits, and every document with its kind.</summary>
    public static async Task<Refusal?> FaultAsync(WhistleDb db, DirectoryText.Channel channel, PinnedRoot root, bool readyToSign, CancellationToken ct)
    {
        var people = await db.Set<Member>().AsNoTracking().Where(m => m.State != MemberState.Disabled).ToDictionaryAsync(m => m.Id, ct);
        var faults = new List<FieldError>();
        Check("readers", channel.Readers, r => r is Role.Lead or Role.Reviewer);
        Check("approvers", channel.Approvers, r => r == Role.Approver);
        Check("custodians", channel.Custodians, r => r == Role.Custodian);
        if (channel.Recovery is "offered" && root.Recovery is null)
            faults.Add(new("recovery", "recovery-missing"));
        (string Name, Hash32 Hash, DocumentKind Kind)[] documents =
        [
            ("questionnaire", channel.Questionnaire, DocumentKind.Questionnaire),
            ("texts", channel.Texts, DocumentKind.Texts),
            ("taxonomy", channel.Taxonomy, DocumentKind.Taxonomy),
        ];
        foreach (var (name, hash, kind) in documents)
        {
            if (!await db.Set<Document>().AnyAsync(d => d.Hash == hash && d.Kind == kind, ct))
                faults.Add(new(name, "document-unknown"));
        }
        return faults.Count == 0 ? null : new Refusal(StatusCodes.Status409Conflict, faults[0].Code, faults);

        void Check(string list, IReadOnlyList<PersonId> ids, Func<Role, bool> fits)
        {
            foreach (var id in ids)
            {
                if (!people.TryGetValue(id, out var person))
                    faults.Add(new(list, "person-unknown"));
                else if (!fits(person.Role))
                    faults.Add(new(list, "role-unfit"));
                else if (readyToSign && (person.State != MemberState.Active || person.Recipient is null))
                    faults.Add(new(list, "person-not-enrolled"));
            }
        }
    }

    private static bool IsText(string text) => text.Length is > 0 and <= 200 && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}
