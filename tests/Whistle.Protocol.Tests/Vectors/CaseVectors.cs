using System.Text.Json.Nodes;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class CaseVectors
{
    private static readonly Team Team = Team.Default;

    public static JsonObject Hashes()
    {
        int[] lengths = [0, 1, 1048575, 1048576, 1048577, 2097152, 3000000];
        long[] padme = [2, 3, 100, 262144, 262145, 270336, 270337, 300000, 1000000, 1048576, 1048577, 26214400, 26300000];
        var files = new[]
        {
            AttachmentFile.FromBytes("first", "text/plain", "hello\n"u8.ToArray()),
            AttachmentFile.FromBytes("empty", "text/plain", []),
            AttachmentFile.FromBytes("block", "text/plain", Pattern(512)),
            AttachmentFile.FromBytes("big", "text/plain", Pattern(300000)),
        };
        using var archive = new MemoryStream();
        using var source = new ArchiveSource(files);
        source.CopyTo(archive);
        var bytes = archive.ToArray();
        return new JsonObject
        {
            ["description"] = "SPEC section 5.5: tree hashes and the archive. The content of n bytes is byte i = i mod 251, except where contentText is given. The archive's headers are 512 bytes in hex.",
            ["treeHashes"] = List(lengths.Select(n => (JsonNode?)new JsonObject
            {
                ["length"] = n,
                ["hash"] = TreeHash.Of(Pattern(n)).ToString(),
            })),
            ["padme"] = List(padme.Select(n => (JsonNode?)new JsonObject
            {
                ["length"] = n,
                ["padded"] = Padme.Pad(n),
            })),
            ["archive"] = new JsonObject
            {
                ["files"] = new JsonArray(
                    new JsonObject { ["contentText"] = "hello\n", ["size"] = 6 }, new JsonObject { ["size"] = 0 },
                    new JsonObject { ["size"] = 512 }, new JsonObject { ["size"] = 300000 }),
                ["fileHashes"] = List(source.FileHashes.Select(h => (JsonNode?)h.ToString())),
                ["length"] = bytes.Length,
                ["sha256"] = Hash32.Of(bytes).ToString(),
                ["firstHeader"] = Hex(bytes.AsSpan(0, 512)),
                ["paddingHeader"] = Hex(bytes.AsSpan(512 + 512 + 512 + 512 + 512 + 512 + 300032, 512)),
            },
        };
    }

    public static JsonObject State()
    {
        using var keys = Samples.Source;
        var file = Samples.State.Seal(keys, new FixedRandomness(24)).Require();
        return new JsonObject
        {
            ["description"] = "SPEC section 5.7: a state sealed with the nonce 00 01 02 … 17.",
            ["entropy"] = Hex(Team.Seed("receipt").AsSpan(0, 16)),
            ["mailbox"] = keys.MailboxId.ToString(),
            ["stateKey"] = Hex(keys.StateKey),
            ["nonce"] = Hex(file.AsSpan(0, 24)),
            ["readers"] = List(Samples.State.Readers.Select(r => (JsonNode?)r.ToString())),
            ["excluded"] = List(Samples.State.Excluded.Select(r => (JsonNode?)r.ToString())),
            ["case"] = Samples.State.Case.ToString(),
            ["file"] = B64(file),
        };
    }

    public static JsonObject Sealed()
    {
        var root = Team.Root.Fingerprint;
        var lead = Team.Lead.Signing;
        var random = Team.Random("sealed");
        using var key = Samples.CaseKey;
        using var source = Samples.Source;
        using var unlock = Whistle.Protocol.Age.HybridIdentity.FromSeed(Team.Seed("unlock"));
        using var member = MemberKeys.Generate(Team.Random("member"));
        return new JsonObject
        {
            ["description"] = "Sealed objects of SPEC sections 4, 5, 11 and 12 (age files in base64url), each with the seeds of identities that open it, and the signed or canonical text inside.",
            ["root"] = root.ToString(),
            ["signer"] = Team.Lead.Id.ToString(),
            ["signingPublic"] = lead.Public.ToString(),
            ["files"] = new JsonArray(
                Entry("case-key", key.Seal([Team.Lead.Identity.Recipient, Team.Reviewer.Identity.Recipient], random),
                    key.Identity.ExportString() + "\n", Team.Lead.IdentitySeed, Team.Reviewer.IdentitySeed),
                Entry("sheet", Sheet.Seal(Samples.Sheet.Sign(lead, root), key.Recipient, random).Require(),
                    Text(Samples.Sheet.Sign(lead, root).ToBytes()), Team.Seed("case")),
                Entry("sheet", Sheet.Seal(Samples.Led.Sign(lead, root), key.Recipient, random).Require(),
                    Text(Samples.Led.Sign(lead, root).ToBytes()), Team.Seed("case")),
                Entry("message", Message.Seal(Samples.Reply.Sign(lead, root), key.Recipient, source.Reply.Recipient, random).Require(),
                    Text(Samples.Reply.Sign(lead, root).ToBytes()), Team.Seed("case"), source.Reply.ExportSeed()),
                Entry("note", Note.Seal(Samples.Note.Sign(lead, root), key.Recipient, random).Require(),
                    Text(Samples.Note.Sign(lead, root).ToBytes()), Team.Seed("case")),
                Entry("note", Note.Seal(Samples.Record.Sign(lead, root), key.Recipient, random).Require(),
                    Text(Samples.Record.Sign(lead, root).ToBytes()), Team.Seed("case")),
                Entry("draft", Samples.Draft.Seal(Team.Lead.Identity.Recipient, random).Require(),
                    null, Team.Lead.IdentitySeed),
                Entry("identity", new IdentityEnvelope(key.Id, "Nadia", "nadia@example.org").Seal([Team.Custodian.Identity.Recipient], random).Require(),
                    null, Team.Custodian.IdentitySeed),
                Entry("grant", Grant.Seal(Samples.Grant.Sign(lead, root), Team.Reviewer.Identity.Recipient, random).Require(),
                    Text(Samples.Grant.Sign(lead, root).ToBytes()), Team.Reviewer.IdentitySeed),
                Entry("keyring", Keyring.Seal(Samples.Keyring.Sign(lead, root), Team.Lead.Identity.Recipient, random).Require(),
                    Text(Samples.Keyring.Sign(lead, root).ToBytes()), Team.Lead.IdentitySeed),
                Entry("identity-file", member.Seal(unlock.Recipient, random), null, Team.Seed("unlock")),
                Entry("released", Samples.Released.Seal(key.Recipient, [Team.Approver.Identity.Recipient], random).Require(),
                    Text(Samples.Released.ToBytes()), Team.Seed("case"), Team.Approver.IdentitySeed),
                Entry("identity-request", IdentityRequest.Seal(Samples.IdentityRequest.Sign(lead, root), [Team.Custodian.Identity.Recipient], random).Require(),
                    Text(Samples.IdentityRequest.Sign(lead, root).ToBytes()), Team.Seed("case"), Team.Custodian.IdentitySeed),
                Entry("identity-answer", IdentityAnswer.Seal(Samples.IdentityAnswer.Sign(Team.Custodian.Signing, root), key.Recipient, random).Require(),
                    Text(Samples.IdentityAnswer.Sign(Team.Custodian.Signing, root).ToBytes()), Team.Seed("case"))),
        };
    }

    private static JsonObject Entry(string kind, byte[] file, string? text, params byte[][] seeds)
    {
        var entry = new JsonObject
        {
            ["kind"] = kind,
            ["opensWith"] = List(seeds.Select(s => (JsonNode?)Hex(s))),
            ["length"] = file.Length,
            ["file"] = B64(file),
        };
        if (text is not null)
            entry["text"] = text;
        return entry;
    }

    private static byte[] Pattern(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    /// <summary>Counts up from zero, once.</summary>
    private sealed class FixedRandomness(int expected) : Randomness
    {
        public override void Fill(Span<byte> destination)
        {
            Assert.Equal(expected, destination.Length);
            for (var i = 0; i < destination.Length; i++)
                destination[i] = (byte)i;
        }
    }
}
