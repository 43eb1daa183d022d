using Whistle.Protocol.Intake;

namespace Whistle.Protocol.Tests.Intake;

public sealed class ChallengeTests
{
    private static readonly byte[] Key = new byte[32];

    [Fact]
    public void A_challenge_is_good_for_its_purpose_until_its_end()
    {
        foreach (var purpose in Enum.GetValues<ChallengePurpose>())
        {
            var nonce = Challenge.Issue(Key, purpose, new byte[16], 1000);
            var end = 1000 + Challenge.Seconds(purpose);
            Assert.Equal(end, Challenge.ExpiryOf(nonce));
            Assert.Equal(ChallengeStatus.Valid, Challenge.Check(Key, purpose, nonce, 1000));
            Assert.Equal(ChallengeStatus.Valid, Challenge.Check(Key, purpose, nonce, end));
            Assert.Equal(ChallengeStatus.Expired, Challenge.Check(Key, purpose, nonce, end + 1));
            foreach (var other in Enum.GetValues<ChallengePurpose>().Where(p => p != purpose))
                Assert.Equal(ChallengeStatus.Forged, Challenge.Check(Key, other, nonce, 1000));
        }
    }

    [Fact]
    public void A_challenge_that_the_server_did_not_make_is_forged()
    {
        var nonce = Challenge.Issue(Key, ChallengePurpose.Tip, new byte[16], 1000);
        for (var i = 0; i < nonce.Length; i++)
        {
            var altered = (byte[])nonce.Clone();
            altered[i] ^= 1;
            Assert.Equal(ChallengeStatus.Forged, Challenge.Check(Key, ChallengePurpose.Tip, altered, 1000));
        }
        Assert.Equal(ChallengeStatus.Forged, Challenge.Check(Key, ChallengePurpose.Tip, nonce.AsSpan(1), 1000));
        Assert.Equal(ChallengeStatus.Forged, Challenge.Check(Key, ChallengePurpose.Tip, [], 1000));
    }

    [Fact]
    public void Work_is_good_for_its_nonce_and_subject_alone()
    {
        var nonce = Challenge.Issue(Key, ChallengePurpose.Tip, new byte[16], 1000);
        var work = ProofOfWork.FromBytes(
            ProofOfWork.Solve(nonce, "subject"u8, 12, TestContext.Current.CancellationToken).ToBytes());
        Assert.True(work.IsFor("subject"u8, 12));
        Assert.False(work.IsFor("another"u8, 12) && work.IsFor("third"u8, 12));
        Assert.False(new ProofOfWork(new byte[56], work.Counter).IsFor("subject"u8, 12)
            && new ProofOfWork(Enumerable.Repeat((byte)1, 56).ToArray(), work.Counter).IsFor("subject"u8, 12));
    }
}
