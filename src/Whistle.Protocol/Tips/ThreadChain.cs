using System.Runtime.InteropServices;
using Whistle.Protocol.Cases;

namespace Whistle.Protocol.Tips;

/// <summary>Where a ciphertext stands in its thread, as whoever delivered it says: nothing about it is believed yet.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ThreadLink(Direction Direction, int Seq, Hash32 Hash);

/// <summary>
/// The hash chain over both directions of a thread (SPEC section 5.3): every message names the ciphertext before it and
/// the last one that its writer had seen of the other side, so a server that drops, swaps, repeats or reorders messages
/// shows.
/// </summary>
public sealed class ThreadChain
{
    private readonly List<ThreadLink> _source;
    private readonly List<ThreadLink> _team;

    /// <summary>A chain over every ciphertext of the thread, in whatever order.</summary>
    public ThreadChain(IEnumerable<ThreadLink> links)
    {
        var all = links.ToLookup(l => l.Direction);
        _source = [.. all[Direction.Source].OrderBy(l => l.Seq)];
        _team = [.. all[Direction.Team].OrderBy(l => l.Seq)];
    }

    /// <summary>
    /// The newest of one direction, for <c>prev</c> and <c>seen</c> of what is written next; <see cref="Seen.Nothing"/>
    /// where there is none.
    /// </summary>
    public Seen Newest(Direction direction) => Side(direction) is [.., var last] ? new Seen(last.Seq, last.Hash) : Seen.Nothing;

    /// <summary>
    /// Null where a message stands in the chain, else <c>chain-broken</c>: a number is missing or taken twice, the one
    /// before is another than it names, or what it claims to have seen or to answer is not there.
    /// </summary>
    /// <param name="message">What the ciphertext says.</param>
    /// <param name="hash">The hash of that ciphertext.</param>
    public string? Refuse(Message message, Hash32 hash)
    {
        ArgumentNullException.ThrowIfNull(message);
        var side = Side(message.Direction);
        var other = Side(message.Direction == Direction.Source ? Direction.Team : Direction.Source);
        var at = message.Seq - 1;
        // Sorted and without a gap up to here, a message with number n stands n-th; a second one with it pushes others on.
        var stands = at >= 0 && at < side.Count && side[at] == new ThreadLink(message.Direction, message.Seq, hash)
            && (at + 1 == side.Count || side[at + 1].Seq > message.Seq) && (at == 0 || side[at - 1].Seq == message.Seq - 1);
        if (!stands || message.Previous != (at == 0 ? Hash32.Zero : side[at - 1].Hash))
            return "chain-broken";
        var hasSeen = message.Seen.Seq == 0
            ? message.Seen.Hash == Hash32.Zero
            : other.Contains(new ThreadLink(Flip(message.Direction), message.Seen.Seq, message.Seen.Hash));
        // Nobody answers what they have not read.
        var answers = message.Body.About is not { } about
            || (about.Seq <= message.Seen.Seq && other.Contains(new ThreadLink(Flip(message.Direction), about.Seq, about.Hash)));
        return hasSeen && answers ? null : "chain-broken";
    }

    private static Direction Flip(Direction direction) => direction == Direction.Source ? Direction.Team : Direction.Source;

    private List<ThreadLink> Side(Direction direction) => direction == Direction.Source ? _source : _team;
}
