using Whistle.Protocol;
using Whistle.Protocol.Directories;

namespace Whistle.Cli.Tips;

/// <summary>Who may open a tip and who is left out, as <c>--exclude</c> says it: names, ids, or <c>recovery</c>.</summary>
internal sealed record Audience(IReadOnlyList<DirectoryPerson> Readers, bool HasRecovery, IReadOnlyCollection<PersonId> Excluded, bool ExcludesRecovery)
{
    private const string Recovery = "recovery";

    /// <summary>
    /// Refuses rather than guesses: a misspelt name would otherwise let in the very person who was to be left out.
    /// Leaving out a holder of recovery leaves out recovery.
    /// </summary>
    public static Audience Of(DirectoryVersion directory, DirectoryChannel channel, IReadOnlyList<string> exclude, Day today)
    {
        var excluded = new HashSet<PersonId>();
        var excludesRecovery = false;
        var people = channel.Readers.Concat(channel.Custodians).Distinct().Select(id => directory.Person(id)!).ToList();
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
            var holdsRecovery = channel.OffersRecovery && !isId && Holds(directory, asked);
            if (found.Count > 1)
                throw Stop.Failed("exclude-ambiguous", position);
            if (found.Count == 0 && !holdsRecovery)
                throw Stop.Failed("exclude-unknown", position);
            if (found.Count == 1)
            {
                excluded.Add(found[0].Id);
                excludesRecovery |= channel.OffersRecovery && Holds(directory, found[0].Name);
            }
            excludesRecovery |= holdsRecovery;
        }
        var readers = channel.Readers.Select(r => directory.Person(r)!).Where(p => p.CanBeSealedTo(today) && !excluded.Contains(p.Id)).ToList();
        // Recovery alone is nobody: it is offline until all else is lost.
        return readers.Count == 0
            ? throw Stop.Failed("nobody-left")
            : new Audience(readers, channel.OffersRecovery && !excludesRecovery, excluded, excludesRecovery);
    }

    private static bool Holds(DirectoryVersion directory, string name) =>
        directory.Recovery?.Holders.Any(h => string.Equals(h.Name, name, StringComparison.OrdinalIgnoreCase)) == true;
}
