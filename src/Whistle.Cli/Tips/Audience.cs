using Whistle.Protocol;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Tips;

namespace Whistle.Cli.Tips;

/// <summary>Who is left out of a tip, as <c>--exclude</c> says it: names, ids, or <c>recovery</c>; and who then may open it.</summary>
internal sealed record Audience(TipAudience Chosen, IReadOnlyCollection<PersonId> Excluded, bool ExcludesRecovery)
{
    private const string Recovery = "recovery";

    /// <summary>
    /// Refuses rather than guesses: a misspelt name would otherwise let in the very person who was to be left out.
    /// A holder of recovery may be named too, who is no person of the directory.
    /// </summary>
    public static Audience Of(DirectoryVersion directory, DirectoryChannel channel, IReadOnlyList<string> exclude, Day today)
    {
        var excluded = new HashSet<PersonId>();
        var excludesRecovery = false;
        var people = channel.Readers.Concat(channel.Custodians).Concat(channel.Approvers).Distinct().Select(id => directory.Person(id)!).ToList();
        for (var i = 0; i < exclude.Count; i++)
        {
            var position = (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var asked = exclude[i].Trim();
            if (channel.OffersRecovery && AnswerFile.Is(asked, Recovery))
            {
                excludesRecovery = true;
                continue;
            }
            var isId = PersonId.TryParse(asked, out var id);
            var found = people.Where(p => isId ? p.Id == id : string.Equals(p.Name, asked, StringComparison.OrdinalIgnoreCase)).ToList();
            var holdsRecovery = channel.OffersRecovery && !isId && directory.Recovery is { } recovery && TipAudience.Holds(recovery, asked);
            if (found.Count > 1)
                throw Stop.Failed("exclude-ambiguous", position);
            if (found.Count == 0 && !holdsRecovery)
                throw Stop.Failed("exclude-unknown", position);
            if (found.Count == 1)
                excluded.Add(found[0].Id);
            excludesRecovery |= holdsRecovery;
        }
        var chosen = TipAudience.Of(directory, channel, today, excluded, excludesRecovery);
        return chosen.IsOk ? new Audience(chosen.Value, excluded, excludesRecovery) : throw Stop.Failed(AnswerFile.Is(chosen.Code, "no-readers") ? "nobody-left" : chosen.Code);
    }
}
