using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Whistle.Protocol;
using Whistle.Protocol.Json;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>
/// The members of a directory (SPEC 6), as the server builds the next one and compares it with the last. Written
/// canonically; whoever trusts a directory verifies the note instead.
/// </summary>
internal sealed record DirectoryText(
    int V,
    int Version,
    Hash32 Previous,
    int Issued,
    int Expires,
    string Organisation,
    IReadOnlyList<string> Origins,
    DirectoryText.RootMember Root,
    DirectoryText.LogMember Log,
    IReadOnlyList<DirectoryText.Person> People,
    IReadOnlyList<DirectoryText.Channel> Channels,
    DirectoryText.RecoveryMember? Recovery = null)
{
    public const int LongestLife = 60;
    private const string Label = "whistle/directory/v1";

    public sealed record KeyMember(string Name, byte[] Key);

    public sealed record RootMember(int Threshold, IReadOnlyList<KeyMember> Keys);

    public sealed record LogMember(string Name, byte[] Key, string? Policy = null, string? Mirror = null);

    public sealed record Person(PersonId Id, string Name, string Role, string Place, string Recipient, byte[] Signing, int From, int Until);

    public sealed record Channel(
        ChannelId Id,
        IReadOnlyDictionary<string, string> Name,
        string Entity,
        IReadOnlyList<PersonId> Readers,
        IReadOnlyList<PersonId> Approvers,
        IReadOnlyList<PersonId> Custodians,
        string Recovery,
        string Policy,
        Hash32 Questionnaire,
        Hash32 Texts,
        Hash32 Taxonomy)
    {
        /// <summary>For sentences about it: the English name, or whichever is first.</summary>
        [JsonIgnore]
        public string Called => Name.TryGetValue("en", out var english) ? english : Name.Values.FirstOrDefault() ?? Id.ToString();
    }

    public sealed record HolderMember(string Name, string Place);

    public sealed record RecoveryMember(string Recipient, int Threshold, IReadOnlyList<HolderMember> Holders);

    /// <summary>The key that signs promises, as the directory lists it, whose word counts beside it, and where others keep a copy of the log.</summary>
    public static LogMember LogOf(ServerKeys keys, string? policy = null, string? mirror = null) =>
        new(keys.LogName, keys.LogNoteKey.Key.Bytes.ToArray(), policy, mirror);

    /// <summary>The note's text: three lines, the last one JCS.</summary>
    public string ToNoteText(Hash32 root) => $"{Label}\n{root}\n{Encoding.UTF8.GetString(Canonical(this))}\n";

    /// <summary>The directory hash: over the note's text without signatures.</summary>
    public static Hash32 HashOf(string noteText) => Hash32.Of(Encoding.UTF8.GetBytes(noteText));

    /// <summary>Reads a note's text that this server published or proposed itself.</summary>
    /// <exception cref="InvalidOperationException">It is not one: the database was altered.</exception>
    public static DirectoryText OfNoteText(string text) =>
        text.Split('\n') is [Label, _, var jcs, ""] && JsonSerializer.Deserialize<DirectoryText>(jcs, StrictJson.Options) is { } directory
            ? directory
            : throw new InvalidOperationException("A stored directory is not one.");

    /// <summary>A value as canonical JSON.</summary>
    public static byte[] Canonical<T>(T value) =>
        Jcs.TryParseAnySpelling(JsonSerializer.SerializeToUtf8Bytes(value, StrictJson.Options), 1 << 20, out var json)
            ? Jcs.Serialize(json)
            : throw new InvalidOperationException("Not within the limits of canonical JSON.");
}
