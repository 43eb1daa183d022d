using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Tips;

public sealed class TipAudienceTests
{
    private static readonly Team Team = Team.Default;

    [Theory]
    [InlineData("The reviewer")]
    [InlineData(" the REVIEWER ")]
    [InlineData("The\u00a0 reviewer")]
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
    public void A_reader_whose_key_is_not_valid_yet_is_named_as_one_of_later_and_can_be_left_out()
    {
        var late = Team.Reviewer.Entry with { From = Team.Today.Plus(1) };
        var version = Team.Version with { People = [.. Team.Version.People.Select(p => p.Id == late.Id ? late : p)] };

        var (kept, without) = (Of([]), Of([late.Id]));

        Assert.Equal([Team.Lead.Id], kept.Readers.Select(p => p.Id));
        Assert.Equal([late.Id], kept.Later.Select(p => p.Id));
        Assert.Empty(without.Later);
        Assert.Contains(Team.Reviewer.Reader, without.Excluded);

        TipAudience Of(PersonId[] excluded) =>
            TipAudience.Of(version, version.Channel(Team.Channel)!, Team.Today, excluded, excludesRecovery: false).Require();
    }

    [Fact]
    public async Task Recovery_alone_is_nobody()
    {
        var request = Request(Team.Directory) with { Excluded = [Team.Lead.Id, Team.Reviewer.Id] };
        Assert.False(request.ExcludesRecovery);

        Assert.Equal("no-readers", (await SealAsync(request)).Code);
    }

    /// <summary>A directory that holds names no key twice; who is left out does not rest on that.</summary>
    [Fact]
    public void The_key_of_somebody_left_out_is_not_sealed_to_under_another_name_nor_as_recovery()
    {
        var key = Team.Reviewer.Identity.Recipient;
        var twins = Team.Version with { People = [.. Team.Version.People.Select(p => p.Id == Team.Lead.Id ? p with { Recipient = key } : p)] };
        var recovery = Team.Version with { Recovery = Team.Version.Recovery! with { Recipient = key } };

        Assert.Equal("no-readers", Of(twins).Code);
        Assert.Null(Of(recovery).Require().Recovery);
        Assert.Contains(Of(recovery).Require().Excluded, r => r.Person is null);
        Assert.NotNull(Of(Team.Version).Require().Recovery);

        static Parsed<TipAudience> Of(DirectoryVersion version) =>
            TipAudience.Of(version, version.Channel(Team.Channel)!, Team.Today, [Team.Reviewer.Id], excludesRecovery: false);
    }

    [Fact]
    public async Task A_tip_names_as_many_people_as_its_state_holds_and_one_more_is_refused()
    {
        // The lead and recovery are chosen, the reviewer and a crowd left out.
        var crowd = Enumerable.Range(0, ReaderRef.MaxNamed - 2).Select(i => new Team.Member($"custodian {i}", "custodian", "outside")).ToList();
        var directory = Signed(Team.Version with { People = [.. Team.Version.People, .. crowd.Select(m => m.Entry)] });
        var request = Request(directory) with { Excluded = [Team.Reviewer.Id, .. crowd.Skip(1).Select(m => m.Id)] };

        using var tip = (await SealAsync(request)).Require();

        var state = SourceState.Open(tip.State.Span, tip.Keys).Require();
        Assert.Equal(ReaderRef.MaxNamed, state.Readers.Count + state.Excluded.Count);
        using var read = TipReader.Open(StreamBlob.Join(tip.KeyBlob.Span, tip.Sheet.Span), tip.Message.Span, Team.Lead.Identity, Team.Root.Fingerprint).Require();
        Assert.Equal(state.Excluded, read.Introduction.Excluded);
        Assert.Equal("too-many-left-out", (await SealAsync(request with { Excluded = [.. request.Excluded, crowd[0].Id] })).Code);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(1)]
    public void A_state_of_the_most_readers_and_people_left_out_fits_at_any_version_and_one_more_does_not(int readers)
    {
        using var receipt = Receipt.Generate(Team.Random("state"));
        using var keys = receipt.DeriveKeys();
        var all = Enumerable.Range(0, ReaderRef.MaxNamed + 1)
            .Select(i => new ReaderRef(PersonId.FromBytes(Team.Seed($"id {i}").AsSpan(0, 16)), Team.Lead.Reader.Key)).ToList();
        var most = Samples.State with { Version = int.MaxValue, Readers = all[..readers], Excluded = all[readers..^1] };

        var opened = SourceState.Open(most.Seal(keys, Randomness.System).Require(), keys).Require();

        Assert.Equal((most.Readers, most.Excluded), (opened.Readers, opened.Excluded), (a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2.SequenceEqual(b.Item2));
        Assert.Equal("state-too-long", (most with { Excluded = all[readers..] }).Seal(keys, Randomness.System).Code);
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
