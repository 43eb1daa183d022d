using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Tips;

public sealed class TipAudienceTests
{
    private static readonly Team Team = Team.Default;

    [Theory]
    [InlineData("The reviewer")]
    [InlineData(" the REVIEWER ")]
    public async Task Leaving_out_a_holder_of_recovery_leaves_out_recovery(string holder)
    {
        var directory = HeldBy(holder);

        using var tip = (await SealAsync(Request(directory) with { Excluded = [Team.Reviewer.Id] })).Require();

        var blob = StreamBlob.Join(tip.KeyBlob.Span, tip.Sheet.Span);
        Assert.Equal("seal-not-for-you", StreamBlob.Open(blob, Team.Recovery.Identity).Code);
        using var lead = TipReader.Open(blob, tip.Message.Span, Team.Lead.Identity, Team.Root.Fingerprint).Require();
        Assert.Contains(lead.Introduction.Excluded, r => r.Person is null);
        Assert.DoesNotContain(lead.Introduction.Readers, r => r.Person is null);

        using var withBoth = (await SealAsync(Request(directory))).Require();
        Assert.True(StreamBlob.Open(StreamBlob.Join(withBoth.KeyBlob.Span, withBoth.Sheet.Span), Team.Recovery.Identity).IsOk);
    }

    [Fact]
    public async Task A_holder_who_reads_no_case_of_the_channel_takes_recovery_along_too()
    {
        using var tip = (await SealAsync(Request(HeldBy("The custodian")) with { Excluded = [Team.Custodian.Id], Identity = null })).Require();

        Assert.Equal("seal-not-for-you", StreamBlob.Open(StreamBlob.Join(tip.KeyBlob.Span, tip.Sheet.Span), Team.Recovery.Identity).Code);
    }

    [Fact]
    public async Task Recovery_alone_is_nobody()
    {
        var request = Request(Team.Directory) with { Excluded = [Team.Lead.Id, Team.Reviewer.Id] };
        Assert.False(request.ExcludesRecovery);

        Assert.Equal("no-readers", (await SealAsync(request)).Code);
    }

    [Fact]
    public async Task An_identity_that_no_custodian_can_open_is_said_so_instead_of_sealed_to_nobody()
    {
        var request = Request(Team.Directory) with { Identity = ("Nadia", "nadia@example.org") };
        var expired = Signed(Team.Version with
        {
            People = [.. Team.Version.People.Select(p => p.Id == Team.Custodian.Id ? p with { Until = Team.Today.Plus(-1) } : p)],
        });

        Assert.Equal("no-custodians", (await SealAsync(request with { Excluded = [Team.Custodian.Id] })).Code);
        Assert.Equal("no-custodians", (await SealAsync(request with { Directory = expired })).Code);
        using var anonymous = (await SealAsync(request with { Excluded = [Team.Custodian.Id], Identity = null })).Require();
        using var given = (await SealAsync(request)).Require();
        Assert.Equal("Nadia", IdentityEnvelope.Open(given.Identity.Span, Team.Custodian.Identity).Require().Name);
    }

    private static VerifiedDirectory HeldBy(string holder) => Signed(Team.Version with
    {
        Recovery = Team.Version.Recovery! with { Holders = [new RecoveryHolder("Works council", "inside"), new RecoveryHolder(holder, "inside")] },
    });

    private static VerifiedDirectory Signed(DirectoryVersion version) =>
        VerifiedDirectory.Verify(Team.SignedBy(version, 2).ToBytes(), new DirectoryChecks { Today = Team.Today }).Require();

    private static TipRequest Request(VerifiedDirectory directory) => new()
    {
        Directory = directory,
        Channel = Team.Channel,
        Origin = Team.Origin,
        Today = Team.Today,
        Lang = "en",
        Title = "Valve tests",
        Text = "The pressure tests are not run.",
    };

    private static Task<Parsed<SealedTip>> SealAsync(TipRequest request) =>
        TipSealer.SealAsync(request, Randomness.System, TestContext.Current.CancellationToken);
}
