using System.Text.Json.Nodes;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Notes;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class DirectoryVectors
{
    private static readonly Team Team = Team.Default;

    public static JsonObject Directory()
    {
        var good = new DirectoryChecks
        {
            Today = Team.Today,
            PinnedRoot = Team.Root.Fingerprint,
            Origin = Team.Origin,
            HighestVersion = 1,
        };
        var note = Text(Team.Note);
        var cases = new List<(string Name, string Note, DirectoryChecks Checks)>
        {
            ("good", note, good),
            ("on its last day", note, good with { Today = Team.Version.Expires }),
            ("with a signature nobody knows", note + "\u2014 other.example/x AAAAAAAA\n", good),
            ("after its last day", note, good with { Today = Team.Version.Expires.Plus(1) }),
            ("at another origin", note, good with { Origin = "https://elsewhere.example" }),
            ("below the highest version", note, good with { HighestVersion = 2 }),
            ("under another pinned root", note, good with { PinnedRoot = Hash32.Zero }),
            ("signed by one of two", Text(Team.SignedBy(Team.Version, 1).ToBytes()), good),
            ("signed twice by one", Text(Team.SignedBy(Team.Version, 1).Sign("ethics", Team.RootSigners[0].Key).ToBytes()), good),
            ("signed by one and forged", Text(Team.SignedBy(Team.Version, 1).Sign("council", Team.Lead.Signing).ToBytes()), good),
            ("text altered", note.Replace("Meridian (test)", "Meridian (tent)", StringComparison.Ordinal), good),
            ("fingerprint altered", note.Replace(Team.Root.Fingerprint.ToString(), Hash32.Zero.ToString(), StringComparison.Ordinal), good),
            ("not canonical", note.Replace("{\"channels\"", "{ \"channels\"", StringComparison.Ordinal), good),
            ("unknown member", note.Replace("\"v\":1,", "\"v\":1,\"vv\":1,", StringComparison.Ordinal), good),
            ("no signatures", note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)], good),
        };
        var witness = new NoteKey("union.example/witness", Team.Lead.Signing.Public, NoteAlgorithm.Ed25519Cosignature);
        var policy = $"log {Team.Version.Log}\nwitness union {witness} https://union.example/\nquorum union\n";
        cases.Add(("with a witness policy", Text(Team.SignedBy(Team.Version with { LogPolicy = policy }, 2).ToBytes()), good));
        cases.AddRange(new[] { "https://mirror.example", "http://127.0.0.1:8080/whistle/log-1.a" }.Select(
            m => ($"with a mirror at {m}", Text(Team.SignedBy(Team.Version with { LogMirror = m }, 2).ToBytes()), good)));
        var (lead, channel) = (Team.Version.People[0], Team.Version.Channels[0]);
        var others = Team.Version.People.Skip(1);
        var extra = new Team.Member("extra", "reviewer", "inside").Entry;
        (string Name, DirectoryVersion Version)[] broken =
        [
            ("a first version after another", Team.Version with { Previous = Hash32.Of([]) }),
            ("a second version after none", Team.Version with { Version = 2 }),
            ("expired before it was issued", Team.Version with { Expires = Team.Version.Issued.Plus(-1) }),
            ("good for longer than 60 days", Team.Version with { Expires = Team.Version.Issued.Plus(61) }),
            ("an origin with a path", Team.Version with { Origins = [Team.Origin + "/"] }),
            ("an origin in capitals", Team.Version with { Origins = ["https://Example.org"] }),
            ("an origin with its scheme's own port", Team.Version with { Origins = ["https://example.org:443"] }),
            ("an origin of another scheme", Team.Version with { Origins = ["ftp://example.org"] }),
            ("an empty witness policy", Team.Version with { LogPolicy = "" }),
            ("a witness policy without a quorum", Team.Version with { LogPolicy = $"witness union {witness}\n" }),
            ("a witness policy for another log", Team.Version with { LogPolicy = $"log {new NoteKey(Team.Version.Log.Name, Team.Lead.Signing.Public)}\nquorum none\n" }),
            ("a witness policy of more than 4096 bytes", Team.Version with { LogPolicy = policy + "# " + new string('x', 4096 - policy.Length - 1) }),
            ("a witness policy of more than 4096 bytes in fewer characters", Team.Version with { LogPolicy = policy + "# " + new string('é', 2040) }),
            .. new[]
            {
                "", "mirror.example", "ftp://mirror.example", "https://Mirror.example", "https://mirror.example/", "https://mirror.example/log/",
                "https://mirror.example/log?x", "https://mirror.example/log#x", "https://mirror.example/../log", "https://a@mirror.example",
                "https://mirror.example:port", "https://mirror.example/log\n", "https://mirror.example/" + new string('l', 180),
            }.Select(m => ($"a mirror at {(m.Length > 60 ? "an address of more than 200 characters" : m)}", Team.Version with { LogMirror = m })),
            ("no origin", Team.Version with { Origins = [] }),
            ("two people with one id", Team.Version with { People = [lead, .. others, extra with { Id = lead.Id }] }),
            ("two people with one recipient", Team.Version with { People = [lead, .. others, extra with { Recipient = lead.Recipient }] }),
            ("two people with one signing key", Team.Version with { People = [lead, .. others, extra with { Signing = lead.Signing }] }),
            ("somebody without a name", Team.Version with { People = [lead with { Name = "" }, .. others] }),
            ("somebody valid until before", Team.Version with { People = [lead with { Until = lead.From.Plus(-1) }, .. others] }),
            ("the recovery key is a person's", Team.Version with { People = [lead, .. others, Team.Recovery.Entry] }),
            ("recovery that no channel offers", Team.Version with { Channels = [channel with { OffersRecovery = false }] }),
            ("recovery that is not there", Team.Version with { Recovery = null }),
            ("more pieces of recovery than holders", Team.Version with { Recovery = Team.Version.Recovery! with { Threshold = 2 } }),
            ("two channels with one id", Team.Version with { Channels = [channel, channel] }),
            ("a channel without a name", Team.Version with { Channels = [channel with { Name = new Dictionary<string, string>(StringComparer.Ordinal) }] }),
            ("a channel without readers", Team.Version with { Channels = [channel with { Readers = [] }] }),
            ("an approver who reads", Team.Version with { Channels = [channel with { Readers = [Team.Approver.Id] }] }),
            ("a reader who approves", Team.Version with { Channels = [channel with { Approvers = [Team.Lead.Id] }] }),
            ("a custodian who reads", Team.Version with { Channels = [channel with { Custodians = [Team.Lead.Id] }] }),
            ("a reader who is not there", Team.Version with { Channels = [channel with { Readers = [PersonId.FromBytes(new byte[16])] }] }),
            ("a reader twice", Team.Version with { Channels = [channel with { Readers = [Team.Lead.Id, Team.Lead.Id] }] }),
        ];
        cases.AddRange(broken.Select(b => (
            b.Name,
            Text(SignedNote.FromText(b.Version.ToText()).Sign("ethics", Team.RootSigners[0].Key).Sign("council", Team.RootSigners[1].Key).ToBytes()),
            good)));
        Assert.All(broken, b => Assert.False(b.Version.IsConsistent(), b.Name));
        return new JsonObject
        {
            ["description"] = "SPEC section 6: a directory signed by 2 of 3 roots, its root fingerprint and hash, and notes with the code that a client answers (empty: accepted).",
            ["rootKeys"] = List(Team.RootSigners.Select(s => (JsonNode?)new JsonObject
            {
                ["name"] = s.Name,
                ["seed"] = Hex(s.Key.ExportSeed()),
                ["key"] = s.Key.Public.ToString(),
                ["keyHash"] = new Whistle.Protocol.Notes.NoteKey(s.Name, s.Key.Public).Hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture),
            })),
            ["threshold"] = Team.Root.Threshold,
            ["fingerprint"] = Team.Root.Fingerprint.ToString(),
            ["hash"] = Team.Version.Hash.ToString(),
            ["text"] = Team.Version.ToText(),
            ["notes"] = List(cases.Select(c => (JsonNode?)new JsonObject
            {
                ["name"] = c.Name,
                ["note"] = c.Note,
                ["today"] = c.Checks.Today.Number,
                ["pinnedRoot"] = c.Checks.PinnedRoot.ToString(),
                ["origin"] = c.Checks.Origin,
                ["highestVersion"] = c.Checks.HighestVersion,
                ["code"] = VerifiedDirectory.Verify(System.Text.Encoding.UTF8.GetBytes(c.Note), c.Checks).Code ?? string.Empty,
            })),
        };
    }
}
