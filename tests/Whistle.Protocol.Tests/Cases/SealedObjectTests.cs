using CsCheck;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Tests.Cases;

public sealed class SealedObjectTests
{
    private static readonly Team Team = Team.Default;
    private static readonly Hash32 Root = Team.Root.Fingerprint;

    private static Randomness Random => Randomness.System;

    [Fact]
    public void A_sheet_names_another_case_that_leads_and_neither_itself_nor_in_a_source_s_hand()
    {
        var read = Open(Samples.Led).Require();
        Assert.Equal(Samples.Led.Leading, read.Value.Leading);
        Assert.Null(Open(Samples.Sheet).Require().Value.Leading);
        Assert.Equal("with-counsel", read.Value.Stage);
        Assert.Null(Open(Samples.Sheet).Require().Value.Stage);
        Assert.Equal("sheet-malformed", Open(Samples.Sheet with { Stage = "" }).Code);
        Assert.Equal("sheet-malformed", Open(Samples.Sheet with { Stage = "with-counsel", Author = Sheet.Source }).Code);
        Assert.Equal("sheet-malformed", Open(Samples.Led with { Leading = Samples.CaseKey.Id }).Code);
        Assert.Equal("sheet-malformed", Open(Samples.Led with { Author = Sheet.Source }).Code);

        static Parsed<SignedObject<Sheet>> Open(Sheet sheet) =>
            Sheet.Open(Sheet.Seal(sheet.Sign(Team.Lead.Signing, default), Samples.CaseKey.Recipient, Random).Require(), Samples.CaseKey.Identity);
    }

    [Fact]
    public void Any_text_of_a_message_survives() =>
        Gen.String[Gen.Char['\0', '\ud7ff'], 0, 3000].Sample(text =>
        {
            var message = Samples.Reply with { Body = new MessageBody(MessageBody.Plain, text, []) };
            var file = Message.Seal(message.Sign(Team.Lead.Signing, Root), Samples.CaseKey.Recipient, null, Random);
            var opened = Message.Open(file.Require(), Samples.CaseKey.Identity).Require();
            Assert.Equal(text, opened.Value.Body.Text);
            Assert.True(opened.IsSignedBy(Team.Lead.Signing.Public, Root));
            Assert.False(opened.IsSignedBy(Team.Reviewer.Signing.Public, Root));
            Assert.False(opened.IsSignedBy(Team.Lead.Signing.Public, default));
        }, iter: 50);

    [Fact]
    public void A_file_that_was_altered_or_cut_does_not_open()
    {
        var file = Message.Seal(
            Samples.Reply.Sign(Team.Lead.Signing, Root), Samples.CaseKey.Recipient, null, Random).Require();
        Gen.Int[0, file.Length - 1].Sample(i =>
        {
            var altered = (byte[])file.Clone();
            altered[i] ^= 1;
            Assert.False(Message.Open(altered, Samples.CaseKey.Identity).IsOk);
            Assert.False(Message.Open(file.AsSpan(0, i), Samples.CaseKey.Identity).IsOk);
        }, iter: 50);
    }

    [Fact]
    public void A_message_with_another_number_of_stanzas_or_a_wrong_form_is_refused()
    {
        using var key = Samples.CaseKey;
        var text = Samples.Reply.Sign(Team.Lead.Signing, Root).ToBytes();
        byte[] padded = [.. text, .. Enumerable.Repeat((byte)' ', 4096 - text.Length)];
        Assert.Equal("seal-malformed", Message.Open(AgeFile.Encrypt(padded, [key.Recipient], Random), key.Identity).Code);
        var second = HybridIdentity.Generate(Random).Recipient;
        Assert.True(Message.Open(AgeFile.Encrypt(padded, [key.Recipient, second], Random), key.Identity).IsOk);
        foreach (var bad in new[] { padded[..4095], [.. padded, (byte)' '], [(byte)' ', .. padded[..4095]], new byte[4096] })
        {
            Assert.Equal("message-malformed",
                Message.Open(AgeFile.Encrypt(bad, [key.Recipient, second], Random), key.Identity).Code);
        }
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "previous")]
    [InlineData(2, "")]
    public void A_first_message_has_no_predecessor_and_any_other_has_one(int seq, string previous)
    {
        var message = Samples.Reply with { Seq = seq, Previous = previous.Length == 0 ? default : Hash32.Of("x"u8) };
        var file = Message.Seal(message.Sign(Team.Lead.Signing, Root), Samples.CaseKey.Recipient, null, Random).Require();
        Assert.Equal("message-malformed", Message.Open(file, Samples.CaseKey.Identity).Code);
    }

    [Fact]
    public void A_decoy_opens_for_nobody_and_a_case_key_of_fifteen_stanzas_for_nobody_either()
    {
        Assert.Equal("seal-not-for-you", StreamBlob.Open(StreamBlob.Decoy(Random), Team.Lead.Identity).Code);
        using var key = Samples.CaseKey;
        var text = System.Text.Encoding.ASCII.GetBytes(key.Identity.ExportString() + "\n");
        var fifteen = Enumerable.Range(0, 15).Select(_ => (IAgeRecipient)Team.Lead.Identity.Recipient).ToList();
        Assert.Equal("seal-malformed", CaseKey.Open(AgeFile.Encrypt(text, fifteen, Random), Team.Lead.Identity).Code);
    }

    [Fact]
    public void A_grant_is_taken_by_its_receiver_alone()
    {
        var file = Grant.Seal(
            Samples.Grant.Sign(Team.Lead.Signing, Root), Team.Reviewer.Identity.Recipient, Random).Require();
        var opened = Grant.Open(file, Team.Reviewer.Id, Team.Reviewer.Identity).Require();
        Assert.True(opened.IsSignedBy(Team.Lead.Signing.Public, Root));
        Assert.Equal(Samples.Grant.Key, opened.Value.Key);
        Assert.Equal("seal-not-for-you", Grant.Open(file, Team.Lead.Id, Team.Lead.Identity).Code);
        Assert.Equal("grant-not-to-you", Grant.Open(file, Team.Lead.Id, Team.Reviewer.Identity).Code);
    }

    [Fact]
    public void Nothing_is_granted_to_somebody_whom_the_source_left_out()
    {
        // Left out as a person, with another key, and as a key under another name.
        foreach (var excluded in new[]
        {
            Team.Reviewer.Reader, new ReaderRef(Team.Reviewer.Id, default),
            new ReaderRef(Team.Lead.Id, Team.Reviewer.Reader.Key),
        })
        {
            var grant = (Samples.Grant with { Excluded = [excluded] }).Sign(Team.Lead.Signing, Root);
            Assert.Equal("seal-to-excluded", Grant.Seal(grant, Team.Reviewer.Identity.Recipient, Random).Code);
        }
    }

    [Fact]
    public void A_forged_grant_carries_no_case()
    {
        var other = CaseKey.Generate(Random);
        var wrongCase = (Samples.Grant with { Key = other.Identity.ExportString() }).Sign(Team.Lead.Signing, Root);
        Assert.Equal("case-id-differs", Grant.Open(
            Grant.Seal(wrongCase, Team.Reviewer.Identity.Recipient, Random).Require(),
            Team.Reviewer.Id, Team.Reviewer.Identity).Code);
        var wrongSigner = Samples.Grant.Sign(Team.Approver.Signing, Root);
        Assert.False(Grant.Open(
            Grant.Seal(wrongSigner, Team.Reviewer.Identity.Recipient, Random).Require(),
            Team.Reviewer.Id, Team.Reviewer.Identity).Require().IsSignedBy(Team.Lead.Signing.Public, Root));
    }

    [Fact]
    public void A_keyring_opens_for_its_owner_who_signed_it()
    {
        var (identity, signing) = (Team.Lead.Identity, Team.Lead.Signing);
        var file = Keyring.Seal(Samples.Keyring.Sign(signing, Root), identity.Recipient, Random).Require();
        var opened = Keyring.Open(file, Team.Lead.Id, identity, signing.Public, Root).Require();
        Assert.Equal(Samples.Keyring.Sign(signing, Root).ToBytes(), opened.Sign(signing, Root).ToBytes());
        var (sample, found) = (Samples.Keyring.Cases[0], Assert.Single(opened.Cases));
        Assert.Equal((sample.Key, sample.Channel, sample.Sheet, sample.First), (found.Key, found.Channel, found.Sheet, found.First));
        Assert.Equal((sample.Granted!.Signing, sample.Granted.Reply), (found.Granted!.Signing, found.Granted.Reply));
        Assert.Equal(sample.Granted.Excluded, found.Granted.Excluded);
        Assert.Equal(Samples.Keyring.Positions, opened.Positions);
        var forged = Keyring.Seal(Samples.Keyring.Sign(Team.Reviewer.Signing, Root), identity.Recipient, Random).Require();
        Assert.Equal("signature-invalid", Keyring.Open(forged, Team.Lead.Id, identity, signing.Public, Root).Code);
        Assert.Equal("keyring-not-yours", Keyring.Open(file, Team.Reviewer.Id, identity, signing.Public, Root).Code);
        var wrongKey = Samples.Keyring with
        {
            Cases = [new KeyringCase(Samples.Keyring.Recused[0], Samples.Grant.Key)],
        };
        Assert.Equal("keyring-malformed", Keyring.Open(
            Keyring.Seal(wrongKey.Sign(signing, Root), identity.Recipient, Random).Require(),
            Team.Lead.Id, identity, signing.Public, Root).Code);
    }

    [Fact]
    public void Nothing_that_holds_content_or_a_key_prints_it()
    {
        object[] secrets =
        [
            Samples.Sheet, Samples.Reply, Samples.Reply.Body, Samples.Note, Samples.Draft, Samples.Grant, Samples.Keyring,
            Samples.Keyring.Cases[0], Samples.Keyring.Cases[0].Sheet!, Samples.Keyring.Cases[0].Granted!, Samples.State, Samples.Released, Samples.CaseKey, Samples.CaseKey.Identity,
            new IdentityEnvelope(default, "Nadia", "nadia@example.org"), Samples.Note.Sign(Team.Lead.Signing, Root),
            AttachmentFile.FromBytes("lots.csv", "text/csv", []), MemberKeys.Generate(Random),
        ];
        foreach (var secret in secrets)
        {
            var printed = secret.ToString()!;
            foreach (var word in new[] { "Nadia", "lots", "Prüfungen", "Thank", "Ask", "AGE-SECRET", "employee", "Tests" })
                Assert.DoesNotContain(word, printed, StringComparison.Ordinal);
        }
    }
}
