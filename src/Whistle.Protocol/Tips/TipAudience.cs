using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;

namespace Whistle.Protocol.Tips;

/// <summary>
/// Who a tip to a channel is sealed to and who is not: what a source is shown before it sends, and what
/// <see cref="TipSealer"/> then does.
/// </summary>
public sealed record TipAudience
{
    private TipAudience(
        IReadOnlyList<DirectoryPerson> readers, DirectoryRecovery? recovery, IReadOnlyList<DirectoryPerson> custodians, IReadOnlyList<ReaderRef> excluded) =>
        (Readers, Recovery, Custodians, Excluded) = (readers, recovery, custodians, excluded);

    /// <summary>People who will be able to open the tip.</summary>
    public IReadOnlyList<DirectoryPerson> Readers { get; }

    /// <summary>The recovery that can open it too; null where the channel offers none or it is left out.</summary>
    public DirectoryRecovery? Recovery { get; }

    /// <summary>People to whom an identity would be sealed.</summary>
    public IReadOnlyList<DirectoryPerson> Custodians { get; }

    /// <summary>Who must not be sealed to, now or later: the list that goes with the tip.</summary>
    public IReadOnlyList<ReaderRef> Excluded { get; }

    internal IReadOnlyList<ReaderRef> ReaderRefs =>
        [.. Readers.Select(p => p.Reader), .. Recovery is null ? Array.Empty<ReaderRef>() : [ReaderRef.OfRecovery(Recovery.Recipient)]];

    internal IReadOnlyList<HybridRecipient> Recipients =>
        [.. Readers.Select(p => p.Recipient), .. Recovery is null ? Array.Empty<HybridRecipient>() : [Recovery.Recipient]];

    /// <summary>
    /// Makes the choice. Recovery is left out where it is asked for, and where one of its holders is: the directory
    /// knows holders by name alone, so a holder is whoever bears the name of somebody left out. The code
    /// <c>no-readers</c> where no person is left: recovery is offline until all else is lost, so alone it is nobody.
    /// </summary>
    public static Parsed<TipAudience> Of(
        DirectoryVersion directory, DirectoryChannel channel, Day today, IReadOnlyCollection<PersonId> excluded, bool excludesRecovery)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(excluded);
        var leftOut = directory.People.Where(p => excluded.Contains(p.Id)).ToList();
        var recovery = channel.OffersRecovery ? directory.Recovery : null;
        var withoutRecovery = excludesRecovery || (recovery is not null && leftOut.Exists(p => Holds(recovery, p.Name)));
        var readers = Open(channel.Readers);
        if (readers.Count == 0)
            return new Refusal("no-readers");
        var refs = leftOut.ConvertAll(p => p.Reader);
        if (withoutRecovery && recovery is not null)
            refs.Add(ReaderRef.OfRecovery(recovery.Recipient));
        return new TipAudience(readers, withoutRecovery ? null : recovery, Open(channel.Custodians), refs);

        List<DirectoryPerson> Open(IReadOnlyList<PersonId> ids) =>
            [.. ids.Select(id => directory.Person(id)!).Where(p => p.CanBeSealedTo(today) && !excluded.Contains(p.Id))];
    }

    /// <summary>Whether somebody of this name holds a piece of recovery. Letter case and outer spaces make no other person.</summary>
    public static bool Holds(DirectoryRecovery recovery, string name)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(name);
        return recovery.Holders.Any(h => string.Equals(h.Name.Trim(), name.Trim(), StringComparison.OrdinalIgnoreCase));
    }
}
