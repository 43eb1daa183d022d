using Whistle.Protocol.Cases;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Tips;

public sealed class TipTests
{
    private static readonly Team Team = Team.Default;

    private static TipRequest Request => new()
    {
        Directory = Team.Directory,
        Channel = Team.Channel,
        Origin = Team.Origin,
        Today = Team.Today,
        Lang = "en",
        Title = "Valve tests",
        Text = "The pressure tests are not run.",
        Answers = [new Answer("relation", ["experienced"])],
        Files = [AttachmentFile.FromBytes("lots.csv", "text/csv", "a,b\n"u8.ToArray()),
            AttachmentFile.FromBytes("empty", "application/octet-stream", [])],
        KeepsCopy = true,
        Identity = ("Nadia", "nadia@example.org"),
    };

    [Fact]
    public async Task A_tip_reaches_its_readers_and_nobody_else()
    {
        using var tip = await SealAsync(Request with { Excluded = [Team.Reviewer.Id] });
        var blob = StreamBlob.Join(tip.KeyBlob.Span, tip.Sheet.Span);

        using var lead = TipReader.Open(blob, tip.Message.Span, Team.Lead.Identity, Team.Root.Fingerprint).Require();
        Assert.Equal("Valve tests", lead.Sheet.Title);
        Assert.Equal("The pressure tests are not run.", lead.First.Body.Text);
        Assert.Equal(tip.Manifest.Case, lead.Key.Id);
        Assert.Equal(tip.Manifest.Content, lead.ContentLeaf());
        Assert.Contains(lead.Introduction.Excluded, r => r.Person == Team.Reviewer.Id);
        Assert.DoesNotContain(lead.Introduction.Readers, r => r.Person == Team.Reviewer.Id);

        foreach (var outsider in new[] { Team.Reviewer, Team.Approver, Team.Custodian })
        {
            Assert.Equal("seal-not-for-you",
                TipReader.Open(blob, tip.Message.Span, outsider.Identity, Team.Root.Fingerprint).Code);
        }
        Assert.True(StreamBlob.Open(blob, Team.Recovery.Identity).IsOk);
    }

    [Fact]
    public async Task The_files_come_out_as_they_went_in()
    {
        using var tip = await SealAsync(Request);
        using var reader = OpenAsLead(tip);
        var files = new Dictionary<string, MemoryStream>(StringComparer.Ordinal);
        Assert.Null(await Attachments.OpenAsync(
            new MemoryStream(tip.Attachments.ToArray()), reader.First.Attachments, reader.Key.Identity,
            e => files[e.Name] = new MemoryStream(), TestContext.Current.CancellationToken));
        Assert.Equal("a,b\n"u8.ToArray(), files["lots.csv"].ToArray());
        Assert.Empty(files["empty"].ToArray());
        Assert.Equal(tip.Attachments.Length, tip.Parts().Sum(p => p.Length));
    }

    [Fact]
    public async Task The_identity_opens_for_its_custodian_alone()
    {
        using var tip = await SealAsync(Request);
        var identity = IdentityEnvelope.Open(tip.Identity.Span, Team.Custodian.Identity).Require();
        Assert.Equal(("Nadia", "nadia@example.org"), (identity.Name, identity.Contact));
        Assert.Equal("seal-not-for-you", IdentityEnvelope.Open(tip.Identity.Span, Team.Lead.Identity).Code);

        using var anonymous = await SealAsync(Request with { Identity = null });
        Assert.Equal(tip.Identity.Length, anonymous.Identity.Length);
        Assert.Equal("seal-not-for-you", IdentityEnvelope.Open(anonymous.Identity.Span, Team.Custodian.Identity).Code);
    }

    [Fact]
    public async Task The_words_bring_state_and_copy_back()
    {
        using var tip = await SealAsync(Request);
        var words = string.Join(' ', tip.Receipt.ToWords());
        using var keys = Receipt.Read(words).Receipt!.DeriveKeys();
        var state = SourceState.Open(tip.State.Span, keys).Require();
        Assert.Equal(tip.Manifest.Case, state.Case);
        Assert.Equal(Team.Root.Fingerprint, state.Root);
        Assert.True(state.KeepsCopy);
        Assert.Equal("The pressure tests are not run.",
            Message.Open(tip.Message.Span, keys.Reply).Require().Value.Body.Text);

        using var noCopy = await SealAsync(Request with { KeepsCopy = false });
        Assert.Equal(tip.Message.Length, noCopy.Message.Length);
        Assert.Equal("seal-not-for-you", Message.Open(noCopy.Message.Span, noCopy.Keys.Reply).Code);
        Assert.Equal("state-damaged", SourceState.Open(noCopy.State.Span, keys).Code);
    }

    [Fact]
    public async Task The_body_is_taken_and_the_promise_is_for_it()
    {
        using var tip = await SealAsync(Request);
        var body = Body(tip);
        var parsed = TipBody.Parse(body).Require();
        Assert.True(parsed.Work.IsFor(parsed.ManifestBytes.Span, 8));
        Assert.False(parsed.Work.IsFor([.. parsed.ManifestBytes.Span, 0], 60));

        var note = Promise.For(parsed.Manifest, Team.Root.Fingerprint, Team.Today, Team.Today.Plus(2))
            .Sign("log.example", Team.Log);
        var promise = Promise.Verify(note, Team.Version.Log).Require();
        Assert.True(promise.IsFor(tip.Manifest, Team.Root.Fingerprint));
        Assert.False(promise.IsFor(tip.Manifest with { Existence = Hash32.Zero }, Team.Root.Fingerprint));
        Assert.False(promise.IsFor(tip.Manifest, Hash32.Zero));
        foreach (var (days, holds) in new[] { (-1, false), (0, true), (30, true), (31, false) })
            Assert.Equal(holds, (promise with { IncludedBy = promise.Day.Plus(days) }).IsFor(tip.Manifest, Team.Root.Fingerprint));
        Assert.Equal("promise-unsigned", Promise.Verify(note, new NoteKey("log.example", Team.Lead.Signing.Public)).Code);
        note[^90] ^= 1;
        Assert.False(Promise.Verify(note, Team.Version.Log).IsOk);
    }

    [Fact]
    public async Task A_body_that_was_altered_anywhere_is_refused()
    {
        using var tip = await SealAsync(Request with { Files = [] });
        var body = Body(tip);
        Assert.True(TipBody.Parse(body).IsOk);
        Assert.Equal("tip-malformed", TipBody.Parse(new byte[] { 1, 2, 3 }).Code);
        Assert.Equal("tip-malformed", TipBody.Parse((byte[])[.. body, 0]).Code);
        Assert.Equal("tip-malformed", TipBody.Parse(body.AsMemory(0, body.Length - 1)).Code);
        // Every part but the proof of work, which is judged by the server's bits.
        // The step is shorter than the shortest part, the signature of 64 bytes.
        var codes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < body.Length; i += 61)
        {
            var altered = (byte[])body.Clone();
            altered[i] ^= 0x40;
            var parsed = TipBody.Parse(altered);
            if (parsed.IsOk)
                Assert.False(parsed.Value.Work.IsFor(parsed.Value.ManifestBytes.Span, 60));
            else
                codes.Add(parsed.Code);
        }
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal) { "tip-hash-differs", "signature-invalid" }, codes);
    }

    [Fact]
    public async Task A_reply_of_the_team_opens_for_the_source_and_is_checked_against_the_directory()
    {
        using var tip = await SealAsync(Request);
        using var reader = OpenAsLead(tip);
        var reply = new Message
        {
            Case = reader.Key.Id,
            Direction = Direction.Team,
            Seq = 1,
            Previous = Hash32.Zero,
            Seen = new Seen(1, tip.Manifest.Message),
            Day = Team.Today.Plus(1),
            Lang = "en",
            Signer = Team.Lead.Id.ToString(),
            Directory = Team.Directory.Hash,
            Body = new MessageBody(MessageBody.Plain, "Thank you.", []),
            Attachments = [],
        };
        var sealedReply = Message.Seal(reply.Sign(Team.Lead.Signing, Team.Root.Fingerprint), reader.Key.Recipient,
            reader.Introduction.Reply, Team.Random("reply")).Require();
        var opened = Message.Open(sealedReply, tip.Keys.Reply).Require();
        Assert.Equal("Thank you.", opened.Value.Body.Text);
        Assert.Null(MessageSignatures.Refuse(
            opened, reader.Key.Id, tip.Keys.Signing.Public, Team.Version, Team.Root.Fingerprint));
        Assert.Equal("Thank you.", reader.OpenMessage(sealedReply, Team.Version).Require().Body.Text);

        // Signed by somebody else in the lead's name; by somebody whom the directory does not list; under another root.
        var forged = reply.Sign(Team.Reviewer.Signing, Team.Root.Fingerprint);
        Assert.Equal("signature-invalid", Judge(forged, Team.Root.Fingerprint));
        var stranger = reply with { Signer = PersonId.FromBytes(new byte[16]).ToString() };
        Assert.Equal("signer-unknown",
            Judge(stranger.Sign(Team.Reviewer.Signing, Team.Root.Fingerprint), Team.Root.Fingerprint));
        Assert.Equal("signature-invalid", Judge(reply.Sign(Team.Lead.Signing, Hash32.Zero), Team.Root.Fingerprint));
        Assert.Equal("case-id-differs", MessageSignatures.Refuse(
            opened, CaseId.FromBytes(new byte[16]), tip.Keys.Signing.Public, Team.Version, Team.Root.Fingerprint));

        string? Judge(SignedObject<Message> message, Hash32 root) =>
            MessageSignatures.Refuse(message, reader.Key.Id, tip.Keys.Signing.Public, Team.Version, root);
    }

    [Fact]
    public async Task What_cannot_be_sealed_is_said_so()
    {
        Assert.Equal("channel-unknown", await Code(Request with { Channel = ChannelId.FromBytes(new byte[16]) }));
        Assert.Equal("directory-expired", await Code(Request with { Today = Team.Today.Plus(51) }));
        Assert.Equal("directory-origin", await Code(Request with { Origin = "https://elsewhere.example" }));
        Assert.Equal("no-readers", await Code(Request with
        {
            Excluded = [Team.Lead.Id, Team.Reviewer.Id],
            ExcludesRecovery = true,
        }));
        Assert.Equal("message-too-long", await Code(Request with { Text = new string('a', 65536) }));
        Assert.Equal("sheet-too-long", await Code(Request with { Title = new string('a', 5000) }));
        Assert.Equal("identity-too-long", await Code(Request with { Identity = (new string('ä', 101), string.Empty) }));
        Assert.Equal("attachments-too-many", await Code(Request with
        {
            Files = [.. Enumerable.Range(0, 65).Select(_ => AttachmentFile.FromBytes("a", "b", []))],
        }));

        static async Task<string?> Code(TipRequest request) =>
            (await TipSealer.SealAsync(request, Randomness.System, TestContext.Current.CancellationToken)).Code;
    }

    internal static byte[] Body(SealedTip tip)
    {
        var nonce = Challenge.Issue(new byte[32], ChallengePurpose.Tip, new byte[16], 1_700_000_000);
        return tip.ToBody(ProofOfWork.Solve(
            nonce, tip.WorkSubject(), 8, TestContext.Current.CancellationToken));
    }

    private static async Task<SealedTip> SealAsync(TipRequest request) =>
        (await TipSealer.SealAsync(request, Randomness.System, TestContext.Current.CancellationToken)).Require();

    private static TipReader OpenAsLead(SealedTip tip) => TipReader.Open(
        StreamBlob.Join(tip.KeyBlob.Span, tip.Sheet.Span), tip.Message.Span, Team.Lead.Identity,
        Team.Root.Fingerprint).Require();
}
