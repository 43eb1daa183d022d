using Whistle.Protocol;
using Whistle.Protocol.Directories;

namespace Whistle.Cli.Directories;

/// <summary>
/// What a version changes since the one before, in sentences: a root holder signs what they can read. Everything that a
/// version says is covered: what has no sentence of its own would be signed unseen.
/// </summary>
internal static class DirectorySentences
{
    /// <summary>The sentences; <paramref name="before"/> is null for version 1, where everything is new.</summary>
    public static IReadOnlyList<string> Of(DirectoryVersion? before, DirectoryVersion after)
    {
        var lines = new List<string>();
        if (before is null)
            lines.Add($"This is the first directory of {after.Organisation}.");
        else if (!Same(before.Organisation, after.Organisation))
            lines.Add($"The organisation {before.Organisation} is now called {after.Organisation}.");
        Addresses(before, after, lines);
        RootAndLog(before, after, lines);
        Witnesses(before, after, lines);
        People(before, after, lines);
        Channels(before, after, lines);
        Recovery(before?.Recovery, after.Recovery, lines);
        if (lines.Count == 0)
            lines.Add("Nothing changes but the dates.");
        lines.Add($"It is issued on {after.Issued} and can be used through {after.Expires}.");
        return lines;
    }

    private static void Addresses(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        foreach (var origin in after.Origins.Except(before?.Origins ?? [], StringComparer.Ordinal))
            lines.Add($"Adds the address {origin}.");
        foreach (var origin in (before?.Origins ?? []).Except(after.Origins, StringComparer.Ordinal))
            lines.Add($"Removes the address {origin}.");
    }

    private static void RootAndLog(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        if (before is null || before.Root.Fingerprint != after.Root.Fingerprint)
        {
            lines.Add((before is null ? "The root: " : "CHANGES THE ROOT. From now on: ")
                + $"{after.Root.Threshold} of {after.Root.Keys.Count} root keys must sign ({string.Join(", ", after.Root.Keys.Select(k => k.Name))}).");
        }
        else
        {
            foreach (var key in after.Root.Keys)
            {
                if (before.Root.Keys.FirstOrDefault(k => k.Key.Equals(key.Key)) is { } was && !Same(was.Name, key.Name))
                    lines.Add($"The root key {was.Name} is now called {key.Name}.");
            }
        }
        if (before is null)
            lines.Add($"Promises to sources are signed by {after.Log.Name}.");
        else if (!before.Log.Key.Equals(after.Log.Key) || !Same(before.Log.Name, after.Log.Name))
            lines.Add($"CHANGES THE KEY THAT SIGNS PROMISES, from {before.Log.Name} to {after.Log.Name}.");
    }

    private static void Witnesses(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        Mirror(before, after, lines);
        if (before is not null && (before.LogPolicy is null) == (after.LogPolicy is null) && (after.LogPolicy is null || Same(before.LogPolicy!, after.LogPolicy)))
            return;
        if (after.LogPolicy is null)
        {
            lines.Add(before is null
                ? "Nobody but the organisation vouches for the log: no witness is named."
                : "REMOVES THE WITNESSES OF THE LOG: nobody but the organisation vouches for it any more.");
            return;
        }
        lines.Add(after.Witnesses.NeedsWitnesses
            ? "The log counts as witnessed where these cosigned it as this policy asks:"
            : "The log has a witness policy that ASKS FOR NOBODY:");
        lines.AddRange(after.LogPolicy.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => "    " + Io.SafeText.Line(l)));
    }

    private static void Mirror(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        if (after.LogMirror is { } mirror && !(before?.LogMirror is { } was && Same(was, mirror)))
            lines.Add($"Sources may compare the log with the copy at {mirror}, and show their network address there.");
        else if (before?.LogMirror is { } gone && after.LogMirror is null)
            lines.Add($"Sources cannot compare the log with the copy at {gone} any more.");
    }

    private static void People(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        foreach (var person in after.People)
        {
            if (before?.Person(person.Id) is not { } was)
            {
                lines.Add($"Adds {person.Name} as {person.Role} ({person.Place} the organisation), from {person.From} until {person.Until}.");
                continue;
            }
            if (!Same(was.Name, person.Name))
                lines.Add($"{was.Name} is now called {person.Name}.");
            if (!Same(was.Role, person.Role))
                lines.Add($"{person.Name} becomes {person.Role} (was {was.Role}).");
            if (!Same(was.Place, person.Place))
                lines.Add($"{person.Name} is now {person.Place} the organisation.");
            if (!was.Recipient.Equals(person.Recipient))
                lines.Add($"{person.Name} has a NEW KEY to open tips with, from {person.From}.");
            if (!was.Signing.Equals(person.Signing))
                lines.Add($"{person.Name} has a NEW KEY to sign replies with.");
            if (was.From != person.From || was.Until != person.Until)
                lines.Add($"{person.Name} can be sealed to from {person.From} until {person.Until} (was from {was.From} until {was.Until}).");
        }
        foreach (var gone in (before?.People ?? []).Where(p => after.Person(p.Id) is null))
            lines.Add($"Removes {gone.Name} ({gone.Role}).");
    }

    private static void Channels(DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        foreach (var channel in after.Channels)
        {
            var name = $"“{NameOf(channel)}”";
            var was = before?.Channel(channel.Id);
            if (was is null)
                lines.Add($"Adds the channel {name} of {channel.Entity}, with the clocks of “{channel.Policy}”.");
            else if (!was.Name.OrderBy(n => n.Key, StringComparer.Ordinal).SequenceEqual(channel.Name.OrderBy(n => n.Key, StringComparer.Ordinal)))
                lines.Add($"The channel “{NameOf(was)}” has new names: {string.Join(", ", channel.Name.Select(n => $"{n.Value} ({n.Key})"))}.");
            if (was is not null && !Same(was.Entity, channel.Entity))
                lines.Add($"{name} now belongs to {channel.Entity} (was {was.Entity}).");
            if (was is not null && !Same(was.Policy, channel.Policy))
                lines.Add($"{name} now runs the clocks of “{channel.Policy}” (was “{was.Policy}”).");
            Members(name, "can read the tips of", was?.Readers, channel.Readers, before, after, lines);
            Members(name, "may approve summaries of", was?.Approvers, channel.Approvers, before, after, lines);
            Members(name, "keeps identities for", was?.Custodians, channel.Custodians, before, after, lines);
            if (channel.OffersRecovery != (was?.OffersRecovery ?? false))
                lines.Add(channel.OffersRecovery ? $"{name} offers recovery as a reader." : $"{name} no longer offers recovery as a reader.");
            Document(name, "questionnaire", was?.Questionnaire, channel.Questionnaire, lines);
            Document(name, "legal texts", was?.Texts, channel.Texts, lines);
            Document(name, "categories and severities", was?.Taxonomy, channel.Taxonomy, lines);
        }
        foreach (var gone in (before?.Channels ?? []).Where(c => after.Channel(c.Id) is null))
            lines.Add($"Removes the channel “{NameOf(gone)}” of {gone.Entity}.");
    }

    private static void Members(
        string channel, string does, IReadOnlyList<PersonId>? then, IReadOnlyList<PersonId> now,
        DirectoryVersion? before, DirectoryVersion after, List<string> lines)
    {
        foreach (var id in now.Except(then ?? []))
            lines.Add($"{after.Person(id)?.Name} {does} {channel}.");
        foreach (var id in (then ?? []).Except(now))
            lines.Add($"{(after.Person(id) ?? before?.Person(id))?.Name} no longer {does} {channel}.");
    }

    private static void Document(string channel, string what, Hash32? then, Hash32 now, List<string> lines)
    {
        if (then != now)
            lines.Add($"{channel} {(then is null ? "has" : "has new")} {what}, with hash {now.ToString()[..16]}….");
    }

    private static void Recovery(DirectoryRecovery? before, DirectoryRecovery? after, List<string> lines)
    {
        if (after is null)
        {
            if (before is not null)
                lines.Add("Removes the recovery identity.");
            return;
        }
        var holders = string.Join(", ", after.Holders.Select(h => $"{h.Name} ({h.Place})"));
        if (before is null)
            lines.Add($"Adds a recovery identity that {after.Threshold} of its holders open together: {holders}.");
        else if (!before.Recipient.Equals(after.Recipient))
            lines.Add($"Recovery has a NEW KEY. {after.Threshold} of its holders open it together: {holders}.");
        else if (before.Threshold != after.Threshold || !before.Holders.SequenceEqual(after.Holders))
            lines.Add($"Recovery is now opened by {after.Threshold} of: {holders}.");
    }

    public static string NameOf(DirectoryChannel channel) =>
        channel.Name.TryGetValue("en", out var english) ? english : channel.Name.Values.First();

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
