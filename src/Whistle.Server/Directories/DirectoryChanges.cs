namespace Whistle.Server.Directories;

/// <summary>
/// What the next directory changes, as data that the desk turns into sentences: a root holder signs what they can read.
/// </summary>
internal static class DirectoryChanges
{
    /// <param name="Kind">A stable kind, for instance <c>person-added</c>.</param>
    /// <param name="Name">What it happens to: a person, a channel.</param>
    /// <param name="Detail">The new value: a role, a day number, another person's name.</param>
    public sealed record Change(string Kind, string Name, string Detail);

    public static IReadOnlyList<Change> Between(DirectoryText? before, DirectoryText after)
    {
        var changes = new List<Change>();
        if (!string.Equals(before?.Organisation, after.Organisation, StringComparison.Ordinal))
            changes.Add(new("organisation", after.Organisation, ""));
        if (before is null || !before.Origins.SequenceEqual(after.Origins, StringComparer.Ordinal))
            changes.Add(new("origins", string.Join(' ', after.Origins), ""));
        if (before is not null && !(before.Log.Key.AsSpan().SequenceEqual(after.Log.Key) && string.Equals(before.Log.Name, after.Log.Name, StringComparison.Ordinal)))
            changes.Add(new("log-key-changed", after.Log.Name, ""));
        if (!string.Equals(before?.Log.Policy, after.Log.Policy, StringComparison.Ordinal))
            changes.Add(new("log-policy", after.Log.Name, after.Log.Policy ?? ""));
        if (!string.Equals(before?.Log.Mirror, after.Log.Mirror, StringComparison.Ordinal))
            changes.Add(new("log-mirror", after.Log.Name, after.Log.Mirror ?? ""));
        People(before, after, changes);
        Channels(before, after, changes);
        changes.Add(new("expires", "", Number(after.Expires)));
        return changes;
    }

    private static void People(DirectoryText? before, DirectoryText after, List<Change> changes)
    {
        var old = before?.People.ToDictionary(p => p.Id) ?? [];
        foreach (var person in after.People)
        {
            if (!old.Remove(person.Id, out var was))
            {
                changes.Add(new("person-added", person.Name, person.Role));
                changes.Add(new("person-usable", person.Name, Number(person.From)));
                continue;
            }
            if (!string.Equals(was.Name, person.Name, StringComparison.Ordinal))
                changes.Add(new("person-renamed", was.Name, person.Name));
            if (!string.Equals(was.Role, person.Role, StringComparison.Ordinal))
                changes.Add(new("person-role", person.Name, person.Role));
            if (!string.Equals(was.Place, person.Place, StringComparison.Ordinal))
                changes.Add(new("person-place", person.Name, person.Place));
            if (!string.Equals(was.Recipient, person.Recipient, StringComparison.Ordinal) || !was.Signing.AsSpan().SequenceEqual(person.Signing))
            {
                changes.Add(new("person-keys", person.Name, ""));
                changes.Add(new("person-usable", person.Name, Number(person.From)));
            }
        }
        changes.AddRange(old.Values.Select(gone => new Change("person-removed", gone.Name, gone.Role)));
    }

    private static void Channels(DirectoryText? before, DirectoryText after, List<Change> changes)
    {
        var names = (before?.People ?? []).Concat(after.People).GroupBy(p => p.Id).ToDictionary(g => g.Key, g => g.Last().Name);
        var old = before?.Channels.ToDictionary(c => c.Id) ?? [];
        foreach (var channel in after.Channels)
        {
            if (!old.Remove(channel.Id, out var was))
            {
                changes.Add(new("channel-added", channel.Called, channel.Entity));
                was = channel with { Readers = [], Approvers = [], Custodians = [] };
            }
            Lists("channel-reader", was.Readers, channel.Readers);
            Lists("channel-approver", was.Approvers, channel.Approvers);
            Lists("channel-custodian", was.Custodians, channel.Custodians);
            Value("channel-entity", was.Entity, channel.Entity);
            Value("channel-policy", was.Policy, channel.Policy);
            Value("channel-recovery", was.Recovery, channel.Recovery);
            Value("channel-questionnaire", was.Questionnaire.ToString(), channel.Questionnaire.ToString());
            Value("channel-texts", was.Texts.ToString(), channel.Texts.ToString());
            Value("channel-taxonomy", was.Taxonomy.ToString(), channel.Taxonomy.ToString());
            if (!was.Name.OrderBy(n => n.Key, StringComparer.Ordinal).SequenceEqual(channel.Name.OrderBy(n => n.Key, StringComparer.Ordinal)))
                changes.Add(new("channel-renamed", was.Called, channel.Called));

            void Lists(string kind, IReadOnlyList<Protocol.PersonId> then, IReadOnlyList<Protocol.PersonId> now)
            {
                changes.AddRange(now.Except(then).Select(id => new Change($"{kind}-added", channel.Called, names[id])));
                changes.AddRange(then.Except(now).Select(id => new Change($"{kind}-removed", channel.Called, names[id])));
            }

            void Value(string kind, string then, string now)
            {
                if (!string.Equals(then, now, StringComparison.Ordinal))
                    changes.Add(new(kind, channel.Called, now));
            }
        }
        changes.AddRange(old.Values.Select(gone => new Change("channel-removed", gone.Called, "")));
    }

    private static string Number(int day) => day.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
