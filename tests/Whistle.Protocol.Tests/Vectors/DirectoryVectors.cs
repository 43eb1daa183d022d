using System.Text.Json.Nodes;
using Whistle.Protocol.Directories;
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
