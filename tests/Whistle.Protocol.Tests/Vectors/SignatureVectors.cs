using System.Text.Json.Nodes;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Summaries;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class SignatureVectors
{
    private static readonly Team Team = Team.Default;

    public static JsonObject Objects()
    {
        var root = Team.Root.Fingerprint;
        var lead = Team.Lead.Signing;
        var proposal = Samples.Proposal.Sign(lead, root);
        var closing = new FourEyesProposal(FourEyesKind.Closing, Samples.Closing.Closing, Samples.Closing.Case, Samples.Closing.Hash, Team.Lead.Id).Sign(lead, root);
        var purge = new FourEyesProposal(FourEyesKind.Purge, Samples.Purge.Purge, Samples.Purge.Case, Samples.Purge.Hash, Team.Lead.Id, new PurgeTarget(Hash32.Of("target"u8), Hash32.Of("directory"u8), new Day(20500))).Sign(lead, root);
        return new JsonObject
        {
            ["description"] = "One signed object of every label of SPEC section 1, all under one root fingerprint. sig is Ed25519 over label, root fingerprint and H of the object without sig.",
            ["root"] = root.ToString(),
            ["objects"] = new JsonArray(
                Entry("whistle/msg/v1\0", Samples.Reply.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/sheet/v1\0", Samples.Sheet.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/note/v1\0", Samples.Note.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/grant/v1\0", Samples.Grant.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/keyring/v1\0", Samples.Keyring.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/summary-propose/v1\0", proposal.ToBytes(), Team.Lead),
                Entry("whistle/summary-approve/v1\0",
                    FourEyesApproval.Of(proposal, Team.Approver.Id).Sign(Team.Approver.Signing, root).ToBytes(),
                    Team.Approver),
                Entry("whistle/closing-propose/v1\0", closing.ToBytes(), Team.Lead),
                Entry("whistle/closing-approve/v1\0",
                    FourEyesApproval.Of(closing, Team.Approver.Id).Sign(Team.Approver.Signing, root).ToBytes(),
                    Team.Approver),
                Entry("whistle/purge-propose/v1\0", purge.ToBytes(), Team.Lead),
                Entry("whistle/purge-approve/v1\0",
                    FourEyesApproval.Of(purge, Team.Approver.Id).Sign(Team.Approver.Signing, root).ToBytes(),
                    Team.Approver),
                Entry("whistle/identity-request/v1\0", Samples.IdentityRequest.Sign(lead, root).ToBytes(), Team.Lead),
                Entry("whistle/identity-answer/v1\0", Samples.IdentityAnswer.Sign(Team.Custodian.Signing, root).ToBytes(), Team.Custodian)),
        };
    }

    public static JsonObject Proofs()
    {
        var nonce = new byte[Challenge.Length];
        nonce.AsSpan().Fill(7);
        using var caseKey = Samples.CaseKey;
        using var receipt = Whistle.Protocol.Keys.Receipt.FromEntropy(Team.Seed("receipt").AsSpan(0, 16));
        using var keys = receipt.DeriveKeys();
        var claim = PossessionProofs.Claim(Team.Origin, caseKey.Id, Team.Lead.Signing.Public, nonce);
        var mailbox = PossessionProofs.Mailbox(Team.Origin, keys.MailboxId, nonce);
        var enrolment = PossessionProofs.Enrolment(
            Team.Origin, "invitation-token", Team.Lead.Identity.Recipient.Bytes.Span, Team.Lead.Signing.Public);
        return new JsonObject
        {
            ["description"] = "Possession proofs of SPEC sections 9, 10 and 11: what is signed, with which seed, and the signature; and a challenge of each purpose.",
            ["origin"] = Team.Origin,
            ["nonce"] = B64(nonce),
            ["mailbox"] = new JsonObject
            {
                ["entropy"] = Hex(receipt.ExportEntropy()),
                ["mailbox"] = keys.MailboxId.ToString(),
                ["input"] = B64(mailbox),
                ["signature"] = B64(keys.Mailbox.Sign(mailbox)),
            },
            ["claim"] = new JsonObject
            {
                ["caseSeed"] = Hex(Team.Seed("case")),
                ["case"] = caseKey.Id.ToString(),
                ["reviewerSigning"] = Team.Lead.Signing.Public.ToString(),
                ["input"] = B64(claim),
                ["signature"] = B64(caseKey.Access.Sign(claim)),
            },
            ["enrolment"] = new JsonObject
            {
                ["token"] = "invitation-token",
                ["recipient"] = Team.Lead.Identity.Recipient.ToString(),
                ["signingSeed"] = Hex(Team.Lead.SigningSeed),
                ["input"] = B64(enrolment),
                ["signature"] = B64(Team.Lead.Signing.Sign(enrolment)),
            },
            ["challenges"] = List(Enum.GetValues<ChallengePurpose>().Select(p => (JsonNode?)new JsonObject
            {
                ["purpose"] = Challenge.NameOf(p),
                ["serverKey"] = Hex(Team.Seed("server")),
                ["now"] = 1_700_000_000,
                ["nonce"] = B64(Challenge.Issue(Team.Seed("server"), p, new byte[16], 1_700_000_000)),
            })),
        };
    }

    public static JsonObject Work()
    {
        var nonce = new byte[Challenge.Length];
        nonce.AsSpan().Fill(9);
        return new JsonObject
        {
            ["description"] = "SPEC section 8.3: the least counter that reaches the bits for a nonce and a subject.",
            ["solutions"] = List(new[] { 0, 1, 8, 12, 16 }.Select(bits =>
            {
                var work = ProofOfWork.Solve(nonce, "subject"u8, bits, TestContext.Current.CancellationToken);
                return (JsonNode?)new JsonObject
                {
                    ["nonce"] = B64(nonce),
                    ["subject"] = "subject",
                    ["bits"] = bits,
                    ["counter"] = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    ["bytes"] = B64(work.ToBytes()),
                };
            })),
        };
    }

    private static JsonObject Entry(string label, byte[] canonical, Team.Member signer) => new()
    {
        ["label"] = B64(System.Text.Encoding.UTF8.GetBytes(label)),
        ["signingSeed"] = Hex(signer.SigningSeed),
        ["signingPublic"] = signer.Signing.Public.ToString(),
        ["signed"] = Text(canonical),
    };
}
