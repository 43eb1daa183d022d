using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Age;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Summaries;

public sealed class SummaryTests
{
    [Fact]
    public async Task What_one_proposes_and_another_approves_is_released_without_its_case()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        Assert.Equal(HttpStatusCode.Created, (await team.SendAsync(proposal, text, team.Approver)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await team.SendAsync(proposal, text, team.Approver)).StatusCode);
        Assert.Empty(await ReleasedAsync(team.Admin));

        var item = Assert.Single(await ApprovalsAsync(team.Approver));
        Assert.Equal("proposed", item.GetProperty("state").GetString());
        StrictBase64Url.TryDecode(item.GetProperty("ciphertext").GetString(), out var file);
        Assert.Equal(text.ToBytes(), ReleasedText.Open(file, team.Approver.Identity!).Require().ToBytes());
        Assert.Empty(await ApprovalsAsync(team.Lead));

        Assert.Equal(HttpStatusCode.NoContent, (await team.ApproveAsync(team.Approver, proposal, text)).StatusCode);
        Assert.Equal("released", Assert.Single(await ApprovalsAsync(team.Approver)).GetProperty("state").GetString());
        var released = Assert.Single(await ReleasedAsync(team.Admin));
        Assert.Equal("Results changed", released.GetProperty("title").GetString());
        Assert.DoesNotContain(team.Case.ToString(), released.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("move-not-allowed", await (await team.ApproveAsync(team.Approver, proposal, text)).CodeAsync());
    }

    [Fact]
    public async Task Nobody_approves_their_own()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        var asked = await team.SendAsync(proposal, text, team.Lead);
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        Assert.Equal("same-person", await asked.CodeAsync());
        Assert.Equal(HttpStatusCode.Created, (await team.SendAsync(proposal, text, team.Approver)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await team.ApproveAsync(team.Lead, proposal, text)).StatusCode);
        Assert.Empty(await ReleasedAsync(team.Admin));
    }

    [Fact]
    public async Task A_forged_signature_and_another_text_release_nothing()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        await team.SendAsync(proposal, text, team.Approver);
        using var foreign = SigningKey.FromSeed(RandomNumberGenerator.GetBytes(32));

        var forged = FourEyesApproval.Of(proposal, team.Approver.Id).Sign(foreign, team.Root);
        Assert.Equal("signature-invalid", await (await ApproveAsync(team.Approver, text.Summary, forged.ToBytes(), text.ToBytes())).CodeAsync());
        var borrowed = FourEyesApproval.Of(proposal, team.Approver.Id).Sign(team.Approver.Signing!, Hash32.Zero);
        Assert.Equal("signature-invalid", await (await ApproveAsync(team.Approver, text.Summary, borrowed.ToBytes(), text.ToBytes())).CodeAsync());
        var named = FourEyesApproval.Of(proposal, team.Reviewer.Id).Sign(team.Approver.Signing!, team.Root);
        Assert.Equal("signature-invalid", await (await ApproveAsync(team.Approver, text.Summary, named.ToBytes(), text.ToBytes())).CodeAsync());

        var longer = text with { Text = text.Text + " by R. Moreau" };
        var differs = await team.ApproveAsync(team.Approver, proposal, longer);
        Assert.Equal(HttpStatusCode.Conflict, differs.StatusCode);
        Assert.Equal("summary-differs", await differs.CodeAsync());
        Assert.Empty(await ReleasedAsync(team.Admin));

        var unsigned = team.ProposeAs(team.Lead, foreign);
        Assert.Equal("signature-invalid", await (await team.SendAsync(unsigned.Proposal, unsigned.Text, team.Approver)).CodeAsync());
        var stolen = team.ProposeAs(team.Reviewer, team.Reviewer.Signing!);
        Assert.Equal("proposal-differs", await (await team.SendAsync(stolen.Proposal, stolen.Text, team.Approver)).CodeAsync());
    }

    [Fact]
    public async Task Not_addressed_and_never_proposed_answer_alike()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        await team.SendAsync(proposal, text, team.Approver);

        var notMine = await (await team.ApproveAsync(team.Reviewer, proposal, text)).WholeAsync();
        var (never, other) = team.Propose();
        Assert.Equal(notMine, await (await team.ApproveAsync(team.Reviewer, never, other)).WholeAsync());
        Assert.StartsWith("404", notMine, StringComparison.Ordinal);
        Assert.Equal(notMine, await (await team.Admin.Http.PostAsJsonAsync($"/api/desk/approvals/{text.Summary}/refuse", new { code = "other" })).WholeAsync());
    }

    [Fact]
    public async Task A_reader_who_does_not_hold_the_case_and_one_who_stepped_back_are_not_asked()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        Assert.Equal("approver-unfit", await (await team.SendAsync(proposal, text, team.Reviewer)).CodeAsync());

        await server.HoldAsync(team.Case, team.Reviewer.Id);
        Assert.Equal(HttpStatusCode.Created, (await team.SendAsync(proposal, text, team.Reviewer)).StatusCode);
        Assert.Single(await ApprovalsAsync(team.Reviewer));
        await server.StepBackAsync(team.Case, team.Reviewer.Id);
        Assert.Empty(await ApprovalsAsync(team.Reviewer));
        Assert.Equal(HttpStatusCode.NotFound, (await team.Reviewer.Http.PostAsJsonAsync($"/api/desk/approvals/{text.Summary}/refuse", new { code = "other" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await team.ApproveAsync(team.Reviewer, proposal, text)).StatusCode);
        Assert.Empty(await ReleasedAsync(team.Admin));
    }

    [Fact]
    public async Task A_refusal_carries_a_code_and_ends_the_proposal()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"));
        var team = await Team.MakeAsync(server);
        var (proposal, text) = team.Propose();
        await team.SendAsync(proposal, text, team.Approver);

        Assert.Equal("refusal-unknown", await (await team.Approver.Http.PostAsJsonAsync($"/api/desk/approvals/{text.Summary}/refuse", new { code = "Moreau did it" })).CodeAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await team.Approver.Http.PostAsJsonAsync($"/api/desk/approvals/{text.Summary}/refuse", new { code = "identifies-source" })).StatusCode);
        Assert.Equal("refused", Assert.Single(await ApprovalsAsync(team.Approver)).GetProperty("state").GetString());
        Assert.Equal("move-not-allowed", await (await team.ApproveAsync(team.Approver, proposal, text)).CodeAsync());
        Assert.Empty(await ReleasedAsync(team.Admin));
    }

    internal static async Task<IReadOnlyList<JsonElement>> ReleasedAsync(WhistleServer.Account admin, string query = "") =>
        [.. (await admin.Http.GetFromJsonAsync<JsonElement>("/api/desk/summaries" + query)).GetProperty("summaries").EnumerateArray()];

    private static async Task<IReadOnlyList<JsonElement>> ApprovalsAsync(WhistleServer.Account person) =>
        [.. (await person.Http.GetFromJsonAsync<JsonElement>("/api/desk/approvals")).GetProperty("items").EnumerateArray()];

    private static Task<HttpResponseMessage> ApproveAsync(WhistleServer.Account person, ProposalId summary, byte[] approval, byte[] released) =>
        person.Http.PostAsJsonAsync($"/api/desk/approvals/{summary}/approve", new { approval = Encoding.UTF8.GetString(approval), released = Encoding.UTF8.GetString(released) });

    /// <summary>An admin, a lead who holds a case, a reviewer who does not, and an approver of the channel.</summary>
    internal sealed class Team
    {
        public required WhistleServer.Account Admin { get; init; }

        public required WhistleServer.Account Lead { get; init; }

        public required WhistleServer.Account Reviewer { get; init; }

        public required WhistleServer.Account Approver { get; init; }

        public required ChannelId Channel { get; init; }

        public required CaseId Case { get; init; }

        public required Hash32 Root { get; init; }

        public static async Task<Team> MakeAsync(WhistleServer server)
        {
            var admin = await server.SetUpAsync();
            var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
            var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Reviewer");
            var approver = await server.JoinAsync(admin, Role.Approver, "D. Approver");
            var channel = await WhistleServer.DraftChannelAsync(admin, [lead.Id, reviewer.Id], approvers: [approver.Id]);
            await server.PublishDirectoryAsync(admin);
            using var tip = await server.TipAsync(channel);
            await server.HoldAsync(tip.Manifest.Case, lead.Id);
            return new Team
            {
                Admin = admin,
                Lead = lead,
                Reviewer = reviewer,
                Approver = approver,
                Channel = channel,
                Case = tip.Manifest.Case,
                Root = (await server.DirectoryAsync()).Root,
            };
        }

        public (Protocol.Cases.SignedObject<FourEyesProposal> Proposal, ReleasedText Text) Propose(string title = "Results changed") =>
            ProposeAs(Lead, Lead.Signing!, title);

        public (Protocol.Cases.SignedObject<FourEyesProposal> Proposal, ReleasedText Text) ProposeAs(WhistleServer.Account who, SigningKey key, string title = "Results changed")
        {
            var text = new ReleasedText
            {
                Summary = ProposalId.From(Id128.FromBytes(RandomNumberGenerator.GetBytes(16))),
                Channel = Channel,
                Category = "safety",
                Severity = "high",
                Outcome = "substantiated",
                Quarter = "2026-Q1",
                Lang = "en",
                Title = title,
                Text = "Test results were changed.",
            };
            return (new FourEyesProposal(FourEyesKind.Summary, text.Summary, Case, text.Hash, who.Id).Sign(key, Root), text);
        }

        public async Task<HttpResponseMessage> SendAsync(Protocol.Cases.SignedObject<FourEyesProposal> proposal, ReleasedText text, params WhistleServer.Account[] approvers)
        {
            // The case recipient is known to readers; for the server any recipient looks alike.
            using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
            var file = text.Seal(any.Recipient, [.. approvers.Select(a => a.Identity!.Recipient)], Randomness.System).Require();
            return await Lead.Http.PostAsJsonAsync($"/api/desk/cases/{Case}/summaries", new
            {
                proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
                ciphertext = StrictBase64Url.Encode(file),
                approvers = approvers.Select(a => a.Id.ToString()),
            });
        }

        public Task<HttpResponseMessage> ApproveAsync(WhistleServer.Account who, Protocol.Cases.SignedObject<FourEyesProposal> proposal, ReleasedText text) =>
            SummaryTests.ApproveAsync(who, text.Summary, FourEyesApproval.Of(proposal, who.Id).Sign(who.Signing!, Root).ToBytes(), text.ToBytes());

        /// <summary>A summary that went the whole way.</summary>
        public async Task ReleaseAsync(string title)
        {
            var (proposal, text) = Propose(title);
            Assert.Equal(HttpStatusCode.Created, (await SendAsync(proposal, text, Approver)).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await ApproveAsync(Approver, proposal, text)).StatusCode);
        }
    }
}
