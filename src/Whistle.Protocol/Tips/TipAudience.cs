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
        IReadOnlyList<DirectoryPerson> readers, IReadOnlyList<DirectoryPerson> later, DirectoryRecovery? recovery,
        IReadOnlyList<DirectoryPerson> custodians, IReadOnlyList<ReaderRef> excluded) =>
        (Readers, Later, Recovery, Custodians, Excluded) = (readers, later, recovery, custodians, excluded);

    /// <summary>People who will be able to open the tip.</summary>
    public IReadOnlyList<DirectoryPerson> Readers { get; }

    /// <summary>
    /// Readers of the channel to whom nothing can be sealed today and who are not left out: they may be given the tip later.
    /// </summary>
    public IReadOnlyList<DirectoryPerson> Later { get; }

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
    /// knows holders by name alone, so a holder is whoever bears the name of somebody left out. The key of somebody left
    /// out stays out under another name too. The codes <c>no-readers</c> where no person is left (recovery is offline until
    /// all else is lost, so alone it is nobody), and <c>too-many-left-out</c> where a tip can't name them all.
    /// </summary>
    public static Parsed<TipAudience> Of(
        DirectoryVersion directory, DirectoryChannel channel, Day today, IReadOnlyCollection<PersonId> excluded, bool excludesRecovery)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(excluded);
        var leftOut = directory.People.Where(p => excluded.Contains(p.Id)).ToList();
        var refs = leftOut.ConvertAll(p => p.Reader);
        var recovery = channel.OffersRecovery ? directory.Recovery : null;
        if (recovery is not null && (excludesRecovery || leftOut.Exists(p => Holds(recovery, p.Name)) || IsLeftOut(ReaderRef.OfRecovery(recovery.Recipient))))
        {
            refs.Add(ReaderRef.OfRecovery(recovery.Recipient));
            recovery = null;
        }
        var readers = Open(channel.Readers);
        if (readers.Count == 0)
            return new Refusal("no-readers");
        return readers.Count + (recovery is null ? 0 : 1) + refs.Count <= ReaderRef.MaxNamed
            ? new TipAudience(readers, [.. Left(channel.Readers).Except(readers)], recovery, Open(channel.Custodians), refs)
            : new Refusal("too-many-left-out");

        List<DirectoryPerson> Open(IReadOnlyList<PersonId> ids) => [.. Left(ids).Where(p => p.CanBeSealedTo(today))];

        IEnumerable<DirectoryPerson> Left(IReadOnlyList<PersonId> ids) => ids.Select(id => directory.Person(id)!).Where(p => !IsLeftOut(p.Reader));

        bool IsLeftOut(ReaderRef reader) => refs.Exists(r => r.IsSameAs(reader));
    }

    /// <summary>Whether somebody of this name holds a piece of recovery. Letter case and white space make no other person.</summary>
    public static bool Holds(DirectoryRecovery recovery, string name)
    {
        ArgumentNullException.ThrowIfNull(recovery);
        ArgumentNullException.ThrowIfNull(name);
        return recovery.Holders.Any(h => string.Equals(OneSpaced(h.Name), OneSpaced(name), StringComparison.OrdinalIgnoreCase));
    }

    private static string OneSpaced(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
