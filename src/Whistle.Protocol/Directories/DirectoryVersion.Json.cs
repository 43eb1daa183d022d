using System.Text;
using Whistle.Protocol.Age;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Directories;

/// <content>How a version is written and read, and which rules it keeps.</content>
public sealed partial record DirectoryVersion
{
    private const int MaxPeople = 500;
    private const int MaxChannels = 100;
    private const int MaxText = 200;

    /// <summary>Whether it keeps every rule of SPEC section 6 that does not depend on the day.</summary>
    public bool IsConsistent()
    {
        var offersRecovery = Channels.Any(c => c.OffersRecovery);
        return Version >= 1 && (Version == 1) == (Previous == Hash32.Zero)
            && Issued <= Expires && Expires <= Issued.Plus(MaxLifetime)
            && Origins.Count > 0 && Origins.All(IsOrigin)
            && (LogPolicy is null || IsLogPolicy(LogPolicy, Log))
            && (LogMirror is null || Protocol.Log.LogMirror.IsAddress(LogMirror))
            && People.Select(p => p.Id).Distinct().Count() == People.Count
            && People.Select(p => p.Recipient).Distinct().Count() == People.Count
            && People.Select(p => p.Signing).Distinct().Count() == People.Count
            && People.All(p => p.From <= p.Until && p.Name.Length > 0)
            && Channels.Select(c => c.Id).Distinct().Count() == Channels.Count
            && Channels.All(IsConsistent)
            && offersRecovery == Recovery is not null
            && (Recovery is null
                || (Recovery.Threshold >= 1 && Recovery.Threshold <= Recovery.Holders.Count
                    && People.All(p => !p.Recipient.Equals(Recovery.Recipient))));
    }

    /// <summary>Whether a text is a witness policy for this log: it parses, and names no other log.</summary>
    public static bool IsLogPolicy(string text, NoteKey log) =>
        Encoding.UTF8.GetByteCount(text) <= MaxLogPolicy
        && WitnessPolicy.TryParse(text, out var policy, out _) && policy.Logs.All(l => l.Equals(log));

    private bool IsConsistent(DirectoryChannel channel) =>
        channel.Name.Count > 0
        && IsOnce(channel.Readers) && IsOnce(channel.Approvers) && IsOnce(channel.Custodians)
        && channel.Readers.Count >= 1
        && channel.Readers.Count + (channel.OffersRecovery ? 1 : 0) <= MaxReaders
        && channel.Custodians.Count <= MaxCustodians
        && channel.Readers.All(id => HasRole(id, "lead", "reviewer"))
        && channel.Approvers.All(id => HasRole(id, "approver"))
        && channel.Custodians.All(id => HasRole(id, "custodian"));

    private static bool IsOnce(IReadOnlyList<PersonId> ids) => ids.Distinct().Count() == ids.Count;

    private bool HasRole(PersonId id, params ReadOnlySpan<string> roles) =>
        Person(id) is { } person && roles.Contains(person.Role);

    /// <summary>RFC 6454 section 6.2: scheme, host and port only where it is not the scheme's own; lower case.</summary>
    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), origin, StringComparison.Ordinal)
        && uri.UserInfo.Length == 0;

    private static DirectoryVersion? Read(JcsObject json)
    {
        var form = new FormReader(json);
        form.Version();
        var (threshold, keys) = form.Nested("root", f => (
            (int)f.Integer("threshold", 1, RootKeys.MaxKeys),
            f.Objects("keys", RootKeys.MaxKeys, ReadKey)));
        var (log, logPolicy, logMirror) = form.Nested(
            "log", f => (ReadKey(f), f.OptionalText("policy", MaxLogPolicy), f.OptionalText("mirror", Protocol.Log.LogMirror.MaxLength)));
        var hasRecovery = form.Has("recovery");
        // A missing key must not reach the constructors below: they throw on misuse.
        if (keys.Any(k => k is null) || log is null || !RootKeys.AreValid(threshold, keys!))
            return null;
        var version = new DirectoryVersion
        {
            Version = (int)form.Integer("version", 1, int.MaxValue),
            Previous = form.Hash("previous"),
            Issued = form.Day("issued"),
            Expires = form.Day("expires"),
            Organisation = form.Text("organisation", MaxText),
            Origins = form.Texts("origins", 16),
            Root = new RootKeys(threshold, keys!),
            Log = log,
            LogPolicy = logPolicy,
            LogMirror = logMirror,
            People = form.Objects("people", MaxPeople, ReadPerson),
            Channels = form.Objects("channels", MaxChannels, ReadChannel),
            Recovery = hasRecovery ? form.Nested("recovery", ReadRecovery) : null,
        };
        return form.IsDone && version.IsConsistent() ? version : null;
    }

    private static NoteKey? ReadKey(FormReader form)
    {
        var name = form.Text("name");
        var key = form.Parse<VerifyKey>("key", VerifyKey.TryParse);
        return NoteKey.IsName(name) && key is not null ? new NoteKey(name, key) : null;
    }

    private static DirectoryPerson ReadPerson(FormReader form) => new()
    {
        Id = form.Id<PersonId>("id"),
        Name = form.Text("name", MaxText),
        Role = form.OneOf("role", "lead", "reviewer", "approver", "custodian"),
        Place = form.OneOf("place", "inside", "outside"),
        Recipient = form.Parse<HybridRecipient>("recipient", HybridRecipient.TryParse)!,
        Signing = form.Parse<VerifyKey>("signing", VerifyKey.TryParse)!,
        From = form.Day("from"),
        Until = form.Day("until"),
    };

    private static DirectoryChannel ReadChannel(FormReader form) => new()
    {
        Id = form.Id<ChannelId>("id"),
        Name = form.TextMap("name", Names.IsLanguage),
        Entity = form.Text("entity", MaxText),
        Readers = form.Ids<PersonId>("readers", MaxReaders),
        Approvers = form.Ids<PersonId>("approvers", 64),
        Custodians = form.Ids<PersonId>("custodians", MaxCustodians),
        OffersRecovery = string.Equals(
            form.OneOf("recovery", "offered", "none"), "offered", StringComparison.Ordinal),
        Policy = form.OneOf("policy", [.. Clocks.ClockPolicy.Names]),
        Questionnaire = form.Hash("questionnaire"),
        Texts = form.Hash("texts"),
        Taxonomy = form.Hash("taxonomy"),
    };

    private static DirectoryRecovery ReadRecovery(FormReader form) => new(
        form.Parse<HybridRecipient>("recipient", HybridRecipient.TryParse)!,
        (int)form.Integer("threshold", 1, 64),
        form.Objects("holders", 64, f => new RecoveryHolder(
            f.Text("name", MaxText), f.OneOf("place", "inside", "outside"))));

    private static JcsObject KeyJcs(NoteKey key) => new() { { "name", key.Name }, { "key", key.Key.ToString() } };

    private JcsObject LogJcs()
    {
        var json = KeyJcs(Log);
        if (LogPolicy is not null)
            json.Add("policy", LogPolicy);
        if (LogMirror is not null)
            json.Add("mirror", LogMirror);
        return json;
    }

    private static JcsObject MapJcs(IReadOnlyDictionary<string, string> map)
    {
        var json = new JcsObject();
        foreach (var (key, value) in map)
            json.Add(key, value);
        return json;
    }

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 },
            { "version", Version },
            { "previous", Previous },
            { "issued", Issued },
            { "expires", Expires },
            { "organisation", Organisation },
            { "origins", JcsArray.Of(Origins) },
            {
                "root",
                new JcsObject
                {
                    { "threshold", Root.Threshold }, { "keys", new JcsArray(Root.Keys.Select(KeyJcs)) },
                }
            },
            { "log", LogJcs() },
            {
                "people",
                new JcsArray(People.Select(p => new JcsObject
                {
                    { "id", p.Id }, { "name", p.Name }, { "role", p.Role }, { "place", p.Place },
                    { "recipient", p.Recipient.ToString() }, { "signing", p.Signing.ToString() },
                    { "from", p.From }, { "until", p.Until },
                }))
            },
            {
                "channels",
                new JcsArray(Channels.Select(c => new JcsObject
                {
                    { "id", c.Id }, { "name", MapJcs(c.Name) }, { "entity", c.Entity },
                    { "readers", JcsArray.OfText(c.Readers) }, { "approvers", JcsArray.OfText(c.Approvers) },
                    { "custodians", JcsArray.OfText(c.Custodians) },
                    { "recovery", c.OffersRecovery ? "offered" : "none" }, { "policy", c.Policy },
                    { "questionnaire", c.Questionnaire }, { "texts", c.Texts }, { "taxonomy", c.Taxonomy },
                }))
            },
        };
        if (Recovery is not null)
        {
            json.Add("recovery", new JcsObject
            {
                { "recipient", Recovery.Recipient.ToString() },
                { "threshold", Recovery.Threshold },
                {
                    "holders",
                    new JcsArray(Recovery.Holders.Select(
                        h => new JcsObject { { "name", h.Name }, { "place", h.Place } }))
                },
            });
        }
        return json;
    }
}
