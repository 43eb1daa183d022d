using System.Text.Json.Nodes;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;
using static Whistle.Protocol.Tests.Vectors.VectorFilesTests;

namespace Whistle.Protocol.Tests.Vectors;

internal static class TipVectors
{
    private static readonly Team Team = Team.Default;

    public static JsonObject Tip()
    {
        using var tip = TipSealer.SealAsync(
            new TipRequest
            {
                Directory = Team.Directory,
                Channel = Team.Channel,
                Origin = Team.Origin,
                Today = Team.Today,
                Lang = "en",
                Title = "Valve tests",
                Text = "The pressure tests are not run.",
                Answers = [new Answer("relation", ["experienced"]), new Answer("harm", ["health", "other"])],
                Files = [AttachmentFile.FromBytes("lots.csv", "text/csv", "lot,date\nP40,2026-05-04\n"u8.ToArray())],
                Excluded = [Team.Reviewer.Id],
                KeepsCopy = true,
                Identity = ("Nadia", "nadia@example.org"),
            },
            Team.Random("tip")).GetAwaiter().GetResult().Require();
        var nonce = Challenge.Issue(Team.Seed("server"), ChallengePurpose.Tip, new byte[16], 1_700_000_000);
        var body = tip.ToBody(ProofOfWork.Solve(nonce, tip.WorkSubject(), 8, TestContext.Current.CancellationToken));
        var promise = Promise.For(tip.Manifest, Team.Root.Fingerprint, Team.Today, Team.Today.Plus(2))
            .Sign("log.example", Team.Log);
        return new JsonObject
        {
            ["description"] = "A complete tip (SPEC sections 3 to 8): the source's entropy, what is sent, the promise, and the seeds of those who open it. The reviewer was left out.",
            ["directory"] = Text(Team.Note),
            ["today"] = Team.Today.Number,
            ["entropy"] = Hex(tip.Receipt.ExportEntropy()),
            ["leadIdentity"] = Hex(Team.Lead.IdentitySeed),
            ["excludedReviewerIdentity"] = Hex(Team.Reviewer.IdentitySeed),
            ["custodianIdentity"] = Hex(Team.Custodian.IdentitySeed),
            ["recoveryIdentity"] = Hex(Team.Recovery.IdentitySeed),
            ["title"] = "Valve tests",
            ["text"] = "The pressure tests are not run.",
            ["fileText"] = "lot,date\nP40,2026-05-04\n",
            ["case"] = tip.Manifest.Case.ToString(),
            ["manifest"] = Text(tip.Manifest.ToBytes()),
            ["manifestSignature"] = B64(tip.Signature.Span),
            ["copy"] = Text(tip.Copy.Span),
            ["existence"] = tip.Manifest.Existence.ToString(),
            ["content"] = tip.Manifest.Content.ToString(),
            ["workBits"] = 8,
            ["body"] = B64(body),
            ["attachments"] = B64(tip.Attachments.Span),
            ["promise"] = Text(promise),
        };
    }
}
