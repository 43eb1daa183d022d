using System.Text;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Directories;

/// <summary>A person who can be sealed to, and whose signature counts.</summary>
public sealed record DirectoryPerson
{
    /// <summary>The person's id.</summary>
    public required PersonId Id { get; init; }

    /// <summary>The name that sources see.</summary>
    public required string Name { get; init; }

    /// <summary><c>lead</c>, <c>reviewer</c>, <c>approver</c> or <c>custodian</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>inside</c> or <c>outside</c> the organisation.</summary>
    public required string Place { get; init; }

    /// <summary>Whom to seal to.</summary>
    public required HybridRecipient Recipient { get; init; }

    /// <summary>What the person signs with.</summary>
    public required VerifyKey Signing { get; init; }

    /// <summary>The first day on which the person can be sealed to.</summary>
    public required Day From { get; init; }

    /// <summary>The last day on which the person can be sealed to.</summary>
    public required Day Until { get; init; }

    /// <summary>The person as lists of readers name it.</summary>
    public ReaderRef Reader => ReaderRef.Of(Id, Recipient);

    /// <summary>Whether the person can be sealed to on this day.</summary>
    public bool CanBeSealedTo(Day day) => From <= day && day <= Until;
}

/// <summary>A channel that tips are sent to.</summary>
public sealed record DirectoryChannel
{
    /// <summary>The channel's id.</summary>
    public required ChannelId Id { get; init; }

    /// <summary>Its name, by language.</summary>
    public required IReadOnlyDictionary<string, string> Name { get; init; }

    /// <summary>The legal entity that answers for it.</summary>
    public required string Entity { get; init; }

    /// <summary>Leads and reviewers who can read its tips.</summary>
    public required IReadOnlyList<PersonId> Readers { get; init; }

    /// <summary>Who may approve summaries without reading cases.</summary>
    public required IReadOnlyList<PersonId> Approvers { get; init; }

    /// <summary>Who keeps identities.</summary>
    public required IReadOnlyList<PersonId> Custodians { get; init; }

    /// <summary>Whether the recovery recipient is offered as a reader.</summary>
    public required bool OffersRecovery { get; init; }

    /// <summary><c>eu</c> or <c>plain</c>: which clocks run.</summary>
    public required string Policy { get; init; }

    /// <summary>The hash of the questionnaire.</summary>
    public required Hash32 Questionnaire { get; init; }

    /// <summary>The hash of the legal texts.</summary>
    public required Hash32 Texts { get; init; }

    /// <summary>The hash of the taxonomy.</summary>
    public required Hash32 Taxonomy { get; init; }
}

/// <summary>Who holds a piece of the recovery identity.</summary>
public sealed record RecoveryHolder(string Name, string Place);

/// <summary>The recovery recipient and its holders.</summary>
public sealed record DirectoryRecovery(
    HybridRecipient Recipient, int Threshold, IReadOnlyList<RecoveryHolder> Holders);

/// <summary>What one version of the directory says (SPEC section 6), before anybody signed it.</summary>
public sealed partial record DirectoryVersion
{
    /// <summary>Days that a version is good for, at most.</summary>
    public const int MaxLifetime = 60;

    /// <summary>Readers of a channel, recovery included, at most: stanzas of a case key.</summary>
    public const int MaxReaders = CaseKey.Stanzas;

    /// <summary>Custodians of a channel, at most: stanzas of an identity envelope.</summary>
    public const int MaxCustodians = IdentityEnvelope.Stanzas;

    /// <summary>Bytes of a witness policy in UTF-8, at most.</summary>
    public const int MaxLogPolicy = 4096;

    private const string Label = "whistle/directory/v1";

    /// <summary>Starts at 1 and grows by one.</summary>
    public required int Version { get; init; }

    /// <summary>The hash of the version before; zero for version 1.</summary>
    public required Hash32 Previous { get; init; }

    /// <summary>The day of issue.</summary>
    public required Day Issued { get; init; }

    /// <summary>The last day of use.</summary>
    public required Day Expires { get; init; }

    /// <summary>The organisation's name.</summary>
    public required string Organisation { get; init; }

    /// <summary>Where it is served.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Who signs it.</summary>
    public required RootKeys Root { get; init; }

    /// <summary>The key that signs promises.</summary>
    public required NoteKey Log { get; init; }

    /// <summary>
    /// Whose word counts beside the log's own: a C2SP tlog-policy, as the root holders signed it; null where only the
    /// organisation vouches.
    /// </summary>
    public string? LogPolicy { get; init; }

    /// <summary>The same, read; a policy that asks for nobody where there is none.</summary>
    public WitnessPolicy Witnesses => LogPolicy is not null && WitnessPolicy.TryParse(LogPolicy, out var policy, out _) ? policy : WitnessPolicy.NoWitness;

    /// <summary>Where somebody else keeps a copy of the log (SPEC section 6), as the root holders signed it; null where nobody does.</summary>
    public string? LogMirror { get; init; }

    /// <summary>The people.</summary>
    public required IReadOnlyList<DirectoryPerson> People { get; init; }

    /// <summary>The channels.</summary>
    public required IReadOnlyList<DirectoryChannel> Channels { get; init; }

    /// <summary>The recovery recipient; null where no channel offers it.</summary>
    public DirectoryRecovery? Recovery { get; init; }

    /// <summary>The person of this id, or null.</summary>
    public DirectoryPerson? Person(PersonId id) => People.FirstOrDefault(p => p.Id == id);

    /// <summary>The channel of this id, or null.</summary>
    public DirectoryChannel? Channel(ChannelId id) => Channels.FirstOrDefault(c => c.Id == id);

    /// <summary>The three lines that are signed.</summary>
    public string ToText() => $"{Label}\n{Root.Fingerprint}\n{Encoding.UTF8.GetString(Jcs.Serialize(ToJcs()))}\n";

    /// <summary><c>H(note text)</c>.</summary>
    public Hash32 Hash => Hash32.Of(Encoding.UTF8.GetBytes(ToText()));

    /// <summary>A note of this version that nobody signed yet.</summary>
    /// <exception cref="InvalidOperationException">It breaks a rule of SPEC section 6.</exception>
    public SignedNote ToNote() => IsConsistent()
        ? SignedNote.FromText(ToText())
        : throw new InvalidOperationException("This directory breaks a rule of the specification.");

    /// <summary>
    /// Reads the text of a note: <c>directory-malformed</c>, or <c>directory-root-mismatch</c> where its second line is
    /// not the fingerprint of its own root. Signatures are not looked at: see <see cref="VerifiedDirectory"/>.
    /// </summary>
    public static Parsed<DirectoryVersion> ParseText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split('\n') is not [Label, var rootText, var jcs, ""]
            || !Hash32.TryParse(rootText, out var root)
            || !Jcs.TryParse(Encoding.UTF8.GetBytes(jcs), SignedNote.MaxLength, out var json)
            || Read(json) is not { } version)
            return new Refusal("directory-malformed");
        return version.Root.Fingerprint == root ? version : new Refusal("directory-root-mismatch");
    }
}
