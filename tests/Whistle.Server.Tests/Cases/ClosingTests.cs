using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Summaries;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Cases;

/// <summary>A case is closed by two people, or not at all (SPEC 12.1; ISO 37002:2021, 8.5).</summary>
public sealed class ClosingTests
{
    [Fact]
    public async Task A_case_is_closed_once_with_what_a_second_person_approved_and_reopened_for_a_reason()
    {
        using var world = await World.MakeAsync();
        await world.Server.HoldAsync(world.Case, world.Reviewer.Id);
        await world.AcknowledgeAsync(world.Reviewer);
        await RefusedAsync(world.MoveAsync(world.Reviewer, "closed"), 409, "closing-not-approved");

        var closing = world.Propose(world.Reviewer);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, closing, world.Approver)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, closing, world.Approver)).StatusCode);
        await RefusedAsync(world.MoveAsync(world.Reviewer, "closed"), 409, "closing-not-approved");
        await RefusedAsync(world.ApproveAsync(world.Reviewer, closing), 404, "not-found");

        // The approver sees the sealed closing and nothing else of the case.
        var item = Assert.Single((await JsonAsync(world.Approver, "/api/desk/approvals")).GetProperty("items").EnumerateArray());
        Assert.Equal(("closing", "proposed"), (item.GetProperty("kind").GetString(), item.GetProperty("state").GetString()));
        StrictBase64Url.TryDecode(item.GetProperty("ciphertext").GetString(), out var file);
        Assert.Equal("The tests were run after all.", ClosingText.Open(file, world.Approver.Identity!).Require().Text);
        await RefusedAsync(world.Approver.Http.GetAsync($"/api/desk/cases/{world.Case}"), 404, "not-found");
        Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Approver, closing)).StatusCode);
        await RefusedAsync(world.ApproveAsync(world.Approver, closing), 409, "move-not-allowed");

        Assert.Equal(HttpStatusCode.OK, (await world.MoveAsync(world.Reviewer, "closed")).StatusCode);
        Assert.Equal("done", await world.StateAsync(closing));
        await RefusedAsync(world.MoveAsync(world.Reviewer, "reopened"), 400, "reason-missing");
        Assert.Equal(HttpStatusCode.OK, (await world.MoveAsync(world.Reviewer, "reopened", reason: true)).StatusCode);
        // What was approved once closes once.
        await RefusedAsync(world.MoveAsync(world.Reviewer, "closed"), 409, "closing-not-approved");
        var read = await JsonAsync(world.Reviewer, $"/api/desk/cases/{world.Case}");
        Assert.Single(read.GetProperty("notes").EnumerateArray());
        var acts = read.GetProperty("history").EnumerateArray().Select(h => h.GetProperty("act").GetString()).ToList();
        foreach (var act in new[] { "closing.proposed", "closing.approved", "case.closed", "note.added", "case.reopened" })
            Assert.Single(acts, act);
    }

    [Fact]
    public async Task Nobody_approves_alone_and_two_reviewers_only_where_there_is_nobody_else()
    {
        using var world = await World.MakeAsync();
        await world.Server.HoldAsync(world.Case, world.Reviewer.Id);
        await world.Server.HoldAsync(world.Case, world.Other.Id);
        await world.AcknowledgeAsync(world.Reviewer);
        var closing = world.Propose(world.Reviewer);

        await RefusedAsync(world.SendAsync(world.Reviewer, closing, world.Reviewer), 403, "same-person");
        // The channel has an approver: two reviewers are not enough.
        await RefusedAsync(world.SendAsync(world.Reviewer, closing, world.Other), 409, "approver-unfit");
        // The lead has not opened the case, and learns nothing by being asked.
        await RefusedAsync(world.SendAsync(world.Reviewer, closing, world.Lead), 409, "approver-unfit");
        await RefusedAsync(world.SendAsync(world.Lead, world.Propose(world.Lead), world.Reviewer), 404, "not-found");
        await world.Server.HoldAsync(world.Case, world.Lead.Id);
        // A lead and a reviewer are two, whoever of them proposes.
        var ofLead = world.Propose(world.Lead);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Lead, ofLead, world.Other)).StatusCode);
        await RefusedAsync(world.ApproveAsync(world.Other, ofLead, world.Reviewer), 400, "signature-invalid");
        Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Other, ofLead)).StatusCode);

        using var small = await World.MakeAsync(hasApprover: false);
        await small.Server.HoldAsync(small.Case, small.Reviewer.Id);
        await small.Server.HoldAsync(small.Case, small.Other.Id);
        await small.AcknowledgeAsync(small.Reviewer);
        var ofTwo = small.Propose(small.Reviewer);
        Assert.Equal(HttpStatusCode.Created, (await small.SendAsync(small.Reviewer, ofTwo, small.Other)).StatusCode);
        // A lead who comes meanwhile is one to be asked: what was asked before does not do any more.
        await small.Server.HoldAsync(small.Case, small.Lead.Id);
        await RefusedAsync(small.ApproveAsync(small.Other, ofTwo), 404, "not-found");
        await RefusedAsync(small.MoveAsync(small.Reviewer, "closed"), 409, "closing-not-approved");
        await small.Server.StepBackAsync(small.Case, small.Lead.Id);
        Assert.Equal(HttpStatusCode.NoContent, (await small.ApproveAsync(small.Other, ofTwo)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await small.MoveAsync(small.Other, "closed")).StatusCode);
    }

    [Fact]
    public async Task Of_two_who_propose_the_second_is_told_and_a_refusal_says_why()
    {
        using var world = await World.MakeAsync();
        foreach (var person in new[] { world.Reviewer, world.Other, world.Lead })
            await world.Server.HoldAsync(world.Case, person.Id);
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer), world.Lead), 409, "move-not-allowed");
        await world.AcknowledgeAsync(world.Reviewer);
        var first = world.Propose(world.Reviewer);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, first, world.Lead)).StatusCode);

        await RefusedAsync(world.SendAsync(world.Other, world.Propose(world.Other), world.Lead), 409, "closing-pending");
        await RefusedAsync(world.Lead.Http.PostAsJsonAsync($"/api/desk/approvals/{first.Text.Closing}/refuse", new { code = "I do not like it" }), 400, "refusal-unknown");
        Assert.Equal(HttpStatusCode.NoContent, (await world.Lead.Http.PostAsJsonAsync($"/api/desk/approvals/{first.Text.Closing}/refuse", new { code = "not-ready" }, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal("refused", await world.StateAsync(first));
        await RefusedAsync(world.ApproveAsync(world.Lead, first), 409, "move-not-allowed");

        var second = world.Propose(world.Other);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Other, second, world.Lead)).StatusCode);
        var ofLead = world.Propose(world.Lead);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Lead, ofLead, world.Other)).StatusCode);
        Assert.Equal(("done", "proposed"), (await world.StateAsync(second), await world.StateAsync(ofLead)));
        await RefusedAsync(world.ApproveAsync(world.Lead, second), 409, "move-not-allowed");
        // A summary's approval is none of a closing, and the other way round.
        await RefusedAsync(
            world.Other.Http.PostAsJsonAsync($"/api/desk/approvals/{ofLead.Text.Closing}/approve", new { approval = Encoding.UTF8.GetString(world.Approval(world.Other, ofLead)), released = "{}" }),
            400, "approval-malformed");
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> answer, int status, string code)
    {
        using var refused = await answer;
        var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
        var codes = problem.TryGetProperty("fields", out var fields) ? fields.EnumerateArray().Select(f => f.GetProperty("code").GetString()) : [problem.GetProperty("code").GetString()];
        Assert.Equal(status, (int)refused.StatusCode);
        Assert.Contains(code, codes);
    }

    private static Task<JsonElement> JsonAsync(WhistleServer.Account person, string path) => person.Http.GetFromJsonAsync<JsonElement>(path);

    internal sealed record Closing(SignedObject<FourEyesProposal> Proposal, ClosingText Text);

    internal sealed class World : IDisposable
    {
        public required WhistleServer Server { get; init; }

        public required WhistleServer.Account Lead { get; init; }

        public required WhistleServer.Account Reviewer { get; init; }

        public required WhistleServer.Account Other { get; init; }

        public required WhistleServer.Account Approver { get; init; }

        public required CaseId Case { get; init; }

        public required Hash32 Root { get; init; }

        public static async Task<World> MakeAsync(bool hasApprover = true)
        {
            var server = new WhistleServer(("KeyDelayHours", "0"));
            var admin = await server.SetUpAsync();
            var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
            var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Reviewer");
            var other = await server.JoinAsync(admin, Role.Reviewer, "O. Other");
            var approver = await server.JoinAsync(admin, Role.Approver, "D. Approver");
            var channel = await WhistleServer.DraftChannelAsync(admin, [lead.Id, reviewer.Id, other.Id], approvers: hasApprover ? [approver.Id] : []);
            await server.PublishDirectoryAsync(admin);
            using var tip = await server.TipAsync(channel);
            return new World
            {
                Server = server,
                Lead = lead,
                Reviewer = reviewer,
                Other = other,
                Approver = approver,
                Case = tip.Manifest.Case,
                Root = (await server.DirectoryAsync()).Root,
            };
        }

        public Closing Propose(WhistleServer.Account who)
        {
            var text = new ClosingText
            {
                Closing = ProposalId.New(Randomness.System),
                Case = Case,
                Outcome = "unsubstantiated",
                Retention = "short",
                Lang = "en",
                Text = "The tests were run after all.",
            };
            return new(new FourEyesProposal(FourEyesKind.Closing, text.Closing, Case, text.Hash, who.Id).Sign(who.Signing!, Root), text);
        }

        public async Task<HttpResponseMessage> SendAsync(WhistleServer.Account who, Closing closing, params WhistleServer.Account[] approvers)
        {
            using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
            return await who.Http.PostAsJsonAsync($"/api/desk/cases/{Case}/closings", new
            {
                proposal = Encoding.UTF8.GetString(closing.Proposal.ToBytes()),
                ciphertext = StrictBase64Url.Encode(closing.Text.Seal(any.Recipient, [.. approvers.Select(a => a.Identity!.Recipient)], Randomness.System).Require()),
                approvers = approvers.Select(a => a.Id.ToString()),
            });
        }

        public byte[] Approval(WhistleServer.Account who, Closing closing, WhistleServer.Account? signer = null) =>
            FourEyesApproval.Of(closing.Proposal, who.Id).Sign((signer ?? who).Signing!, Root).ToBytes();

        public Task<HttpResponseMessage> ApproveAsync(WhistleServer.Account who, Closing closing, WhistleServer.Account? signer = null) =>
            who.Http.PostAsJsonAsync($"/api/desk/approvals/{closing.Text.Closing}/approve", new { approval = Encoding.UTF8.GetString(Approval(who, closing, signer)) });

        public async Task AcknowledgeAsync(WhistleServer.Account who)
        {
            var version = await VersionAsync(who);
            var answer = await who.Http.PostAsJsonAsync($"/api/desk/cases/{Case}/messages", new
            {
                version,
                seq = 1,
                ciphertext = StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(7312)),
                attachments = Array.Empty<object>(),
                counts = "acknowledgement",
                leaves = new[] { Hash32.Zero, Hash32.Zero },
            });
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }

        public async Task<HttpResponseMessage> MoveAsync(WhistleServer.Account who, string to, bool reason = false)
        {
            var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["version"] = await VersionAsync(who), ["to"] = to };
            if (to is "closed")
                (body["leaf"], body["deletion"], body["retention"]) = (Hash32.Zero, Hash32.Of("deleted"u8), "short");
            if (reason)
                body["reason"] = new { id = NoteId.New(Randomness.System), ciphertext = StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(4096 + WireLengths.NoteOverhead)) };
            return await who.Http.PutAsJsonAsync($"/api/desk/cases/{Case}/state", body);
        }

        public async Task<string?> StateAsync(Closing closing) =>
            (await JsonAsync(Reviewer, $"/api/desk/cases/{Case}")).GetProperty("closings").EnumerateArray()
                .Single(c => string.Equals(c.GetProperty("id").GetString(), closing.Text.Closing.ToString(), StringComparison.Ordinal)).GetProperty("state").GetString();

        public void Dispose() => Server.Dispose();

        private async Task<int> VersionAsync(WhistleServer.Account who) =>
            (await JsonAsync(who, $"/api/desk/cases/{Case}")).GetProperty("case").GetProperty("version").GetInt32();
    }
}
