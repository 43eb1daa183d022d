using Whistle.Protocol.Summaries;

namespace Whistle.Protocol.Tests.Summaries;

public sealed class SummaryTests
{
    private static readonly Team Team = Team.Default;

    [Fact]
    public void Two_people_release_exactly_one_text()
    {
        var root = Team.Root.Fingerprint;
        var proposal = Samples.Proposal.Sign(Team.Lead.Signing, root);
        var approval = FourEyesApproval.Of(proposal, Team.Approver.Id).Sign(Team.Approver.Signing, root);
        proposal = FourEyesProposal.Parse(proposal.ToBytes()).Require();
        approval = FourEyesApproval.Parse(approval.ToBytes()).Require();
        var released = ReleasedText.Parse(Samples.Released.ToBytes()).Require();
        var (lead, approver) = (Team.Lead.Signing.Public, Team.Approver.Signing.Public);

        Assert.Null(FourEyesApproval.Refuse(proposal, lead, approval, approver, released, root));
        Assert.Equal("summary-differs", FourEyesApproval.Refuse(
            proposal, lead, approval, approver, released with { Text = "Another text." }, root));
        Assert.Equal("signature-invalid", FourEyesApproval.Refuse(proposal, lead, approval, approver, released, default));
        Assert.Equal("signature-invalid",
            FourEyesApproval.Refuse(proposal, Team.Reviewer.Signing.Public, approval, approver, released, root));
        var other = (Samples.Proposal with { Hash = Hash32.Zero }).Sign(Team.Lead.Signing, root);
        Assert.Equal("summary-differs", FourEyesApproval.Refuse(other, lead, approval, approver, released, root));
        var own = FourEyesApproval.Of(proposal, Team.Lead.Id).Sign(Team.Lead.Signing, root);
        Assert.Equal("same-person", FourEyesApproval.Refuse(proposal, lead, own, lead, released, root));
        var alias = FourEyesApproval.Of(proposal, Team.Approver.Id).Sign(Team.Lead.Signing, root);
        Assert.Equal("same-person", FourEyesApproval.Refuse(proposal, lead, alias, lead, released, root));
    }

    [Fact]
    public void A_text_out_of_form_is_refused()
    {
        Assert.Equal("summary-malformed", Code(Samples.Released with { Outcome = "guilty" }));
        Assert.Equal("summary-malformed", Code(Samples.Released with { Quarter = "2026-Q5" }));
        Assert.Equal("summary-malformed", Code(Samples.Released with { Title = new string('a', 201) }));
        Assert.Equal("summary-malformed", Code(Samples.Released with { Text = new string('a', 20_001) }));
        Assert.Equal("summary-malformed", ReleasedText.Parse("{}"u8).Code);

        static string? Code(ReleasedText text) => ReleasedText.Parse(text.ToBytes()).Code;
    }
}
