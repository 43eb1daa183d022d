using Whistle.Protocol.Cases;

namespace Whistle.Protocol.Tests.Cases;

/// <summary>Asking for an identity, and the answer (SPEC 5.6.1).</summary>
public sealed class IdentityRequestTests
{
    private static readonly Team Team = Team.Default;
    private static readonly Hash32 Root = Team.Root.Fingerprint;

    private static Randomness Random => Randomness.System;

    private static IdentityRequest Told => Samples.IdentityRequest;

    private static IdentityRequest Untold => Told with { Told = null, Ground = "It would warn the accused." };

    [Fact]
    public void A_request_opens_for_those_asked_and_for_the_case_and_for_nobody_else()
    {
        using var key = Samples.CaseKey;
        var file = Sealed(Told);
        foreach (var identity in new[] { Team.Custodian.Identity, key.Identity })
        {
            var opened = IdentityRequest.Open(file, identity).Require();
            Assert.True(opened.IsSignedBy(Team.Lead.Signing.Public, Root));
            Assert.False(opened.IsSignedBy(Team.Custodian.Signing.Public, Root));
            Assert.Equal((Told.Reason, Told.Told), (opened.Value.Reason, opened.Value.Told));
        }
        Assert.Equal("seal-not-for-you", IdentityRequest.Open(file, Team.Reviewer.Identity).Code);
    }

    [Fact]
    public void Either_the_source_was_told_or_it_is_written_why_not()
    {
        Assert.True(Open(Told).IsOk);
        Assert.True(Open(Untold).IsOk);
        foreach (var wrong in new[]
        {
            Told with { Told = null }, Untold with { Ground = " \n" }, Told with { Ground = Untold.Ground }, Told with { Reason = " " },
            Told with { Told = Told.Told! with { Text = "" } }, Told with { Told = Told.Told! with { Seq = 0 } }, Told with { To = [] },
            Told with { To = [ReaderRef.OfRecovery(Samples.CaseKey.Recipient)] }, Told with { Reason = new string('x', IdentityRequest.MaxReason + 1) },
        })
            Assert.Equal("identity-request-malformed", Open(wrong).Code);
    }

    [Fact]
    public void What_an_answer_would_be_sealed_to_is_the_case_s_or_the_request_does_not_open()
    {
        Assert.Equal("case-id-differs", Open(Told with { Recipient = Team.Reviewer.Identity.Recipient }, Team.Custodian.Identity).Code);
        Assert.Equal("case-id-differs", Open(Told with { Access = Team.Reviewer.Signing.Public }).Code);
        Assert.Equal("case-id-differs", Open(Told with { Case = CaseId.New(Random) }).Code);
    }

    [Fact]
    public void An_answer_belongs_to_one_request_and_says_one_thing()
    {
        using var key = Samples.CaseKey;
        var file = Sealed(Told);
        var request = IdentityRequest.Open(file, key.Identity).Require();
        var answer = Samples.IdentityAnswer with { Hash = Hash32.Of(file) };
        Assert.Equal(("Nadia", "nadia@example.org"), Read(answer).Require().Value.Identity);
        Assert.True(Read(answer).Require().IsSignedBy(Team.Custodian.Signing.Public, Root));
        Assert.Equal("Not needed", Read(answer with { Outcome = IdentityOutcome.Refused, Identity = null, Reason = "Not needed" }).Require().Value.Reason);

        foreach (var other in new[] { answer with { Hash = Hash32.Of(Sealed(Told)) }, answer with { Request = RequestId.New(Random) }, answer with { Case = CaseId.New(Random) } })
            Assert.Equal("request-differs", Read(other).Code);
        foreach (var wrong in new[]
        {
            answer with { Identity = null }, answer with { Reason = "and a reason" }, answer with { Outcome = IdentityOutcome.None },
            answer with { Outcome = IdentityOutcome.Refused, Identity = null }, answer with { Outcome = IdentityOutcome.Refused, Identity = null, Reason = " " },
            answer with { Identity = (new string('n', IdentityEnvelope.MaxName + 1), "") },
        })
            Assert.Equal("identity-answer-malformed", Read(wrong).Code);

        Parsed<SignedObject<IdentityAnswer>> Read(IdentityAnswer said) => IdentityAnswer.Open(
            IdentityAnswer.Seal(said.Sign(Team.Custodian.Signing, Root), key.Recipient, Random).Require(), key.Identity, request, file);
    }

    [Fact]
    public void The_longest_identity_fits_into_an_answer_however_it_is_escaped()
    {
        var answer = Samples.IdentityAnswer with { Identity = (new string('\u0001', IdentityEnvelope.MaxName), new string('\u0001', IdentityEnvelope.MaxContact)) };
        Assert.Equal(WireLengths.IdentityAnswerFile, IdentityAnswer.Seal(answer.Sign(Team.Custodian.Signing, Root), Samples.CaseKey.Recipient, Random).Require().Length);
    }

    private static byte[] Sealed(IdentityRequest request) =>
        IdentityRequest.Seal(request.Sign(Team.Lead.Signing, Root), [Team.Custodian.Identity.Recipient], Random).Require();

    private static Parsed<SignedObject<IdentityRequest>> Open(IdentityRequest request, Whistle.Protocol.Age.HybridIdentity? identity = null) =>
        IdentityRequest.Open(Sealed(request), identity ?? Team.Custodian.Identity);
}
