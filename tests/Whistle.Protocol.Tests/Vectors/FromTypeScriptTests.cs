using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Vectors;

/// <summary>Opens what the client's library made (<c>tests/vectors/from-typescript</c>), each format by its own test.</summary>
public sealed class FromTypeScriptTests
{
    private const string Folder = "tests/vectors/from-typescript";

    [Fact]
    public void Every_committed_file_has_a_test()
    {
        string[] tested =
        [
            "attachments", "case-key", "closing", "directory", "grant", "identity", "identity-request", "keyring", "messages", "note", "possession", "purge",
            "receipt", "recovered", "sheet", "state", "submission", "summary", "unlock",
        ];
        var committed = Directory.GetFiles(RepositoryFiles.PathOf(Folder), "*.json").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(tested, committed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Attachments_unpack_to_the_files_that_were_packed()
    {
        var vector = Read("attachments");
        using var key = Identity(vector, "caseKey");
        var entries = vector["attachments"]!.AsArray().Select(a => new AttachmentEntry(
            UploadId.Parse(Text(a!, "id"), null), Text(a!, "name"), Text(a!, "type"), a!["size"]!.GetValue<long>(),
            Hash(a!, "file"), Hash(a!, "cipher"))).ToList();
        var sealedObject = Bytes(vector, "file");
        Assert.Equal(Hash(vector["object"]!, "cipher"), TreeHash.Of(sealedObject));

        var unpacked = new List<MemoryStream>();
        Assert.Null(await Attachments.OpenAsync(
            new MemoryStream(sealedObject), entries, key,
            _ =>
            {
                unpacked.Add(new MemoryStream());
                return unpacked[^1];
            },
            TestContext.Current.CancellationToken));
        var contents = vector["contents"]!.AsArray().Select(c => c!.GetValue<string>()).ToList();
        Assert.NotEmpty(contents);
        Assert.Equal(contents, unpacked.Select(u => Encoding.UTF8.GetString(u.ToArray())));

        var padme = vector["padme"]!.AsArray();
        Assert.NotEmpty(padme);
        foreach (var pair in padme.Where(p => p!.AsArray().Count == 2))
            Assert.Equal(pair![1]!.GetValue<long>(), Padme.Pad(pair[0]!.GetValue<long>()));
    }

    [Fact]
    public void A_case_key_opens_for_its_readers_and_for_nobody_left_out()
    {
        var vector = Read("case-key");
        var file = Bytes(vector, "file");
        Assert.Equal(WireLengths.CaseKeyFile, file.Length);
        foreach (var reader in vector["readers"]!.AsArray())
        {
            Assert.True(HybridIdentity.TryParse(reader!.GetValue<string>(), out var identity));
            using (identity)
            using (var key = CaseKey.Open(file, identity).Require())
            {
                Assert.Equal(CaseIn(vector), key.Id);
                Assert.Equal(Text(vector, "recipient"), key.Recipient.ToString());
                Assert.Equal(Text(vector, "accessPublic"), Convert.ToHexStringLower(key.Access.Public.Bytes.Span));
            }
        }
        using var leftOut = Identity(vector, "leftOut");
        Assert.Equal("seal-not-for-you", CaseKey.Open(file, leftOut).Code);
    }

    [Fact]
    public void A_directory_verifies_and_has_the_same_hash_and_root()
    {
        var vector = Read("directory");
        var directory = VerifiedDirectory.Verify(Utf8(vector, "note"), new DirectoryChecks
        {
            Today = new Day(vector["day"]!.GetValue<int>()),
            Origin = Text(vector, "origin"),
            PinnedRoot = Hash(vector, "root"),
        }).Require();
        Assert.Equal(Hash(vector, "hash"), directory.Hash);
        foreach (var person in vector["people"]!.AsArray())
        {
            var listed = directory.Version.People.Single(p => p.Id == PersonId.Parse(Text(person!, "id"), null));
            using var identity = Identity(person!, "identity");
            Assert.Equal(Text(person!, "reader"), ReaderRef.Of(listed.Id, identity.Recipient).ToString());
            Assert.Equal(listed.Recipient, identity.Recipient);
        }
    }

    [Fact]
    public void A_grant_opens_for_its_receiver_and_names_its_granter()
    {
        var vector = Read("grant");
        using var identity = Identity(vector, "identity");
        var grant = Grant.Open(Bytes(vector, "file"), PersonId.Parse(Text(vector, "to"), null), identity).Require();
        Assert.True(grant.IsSignedBy(Key(vector, "signing"), Hash(vector, "root")));
        Assert.Equal(CaseIn(vector), grant.Value.Case);
        Assert.Equal(Text(vector, "caseKey"), grant.Value.Key);
        Assert.Equal(Text(vector, "from"), grant.Value.From.ToString());
        Assert.Equal("grant-not-to-you", Grant.Open(Bytes(vector, "file"), grant.Value.From, identity).Code);
    }

    [Fact]
    public void An_identity_opens_for_the_custodian_and_a_dummy_for_nobody()
    {
        var vector = Read("identity");
        using var custodian = Identity(vector, "custodian");
        var opened = IdentityEnvelope.Open(Bytes(vector, "file"), custodian).Require();
        Assert.Equal((CaseIn(vector), Text(vector, "name"), Text(vector, "contact")), (opened.Case, opened.Name, opened.Contact));
        Assert.Equal(Bytes(vector, "file").Length, Bytes(vector, "dummy").Length);
        Assert.Equal("seal-not-for-you", IdentityEnvelope.Open(Bytes(vector, "dummy"), custodian).Code);
    }

    [Fact]
    public void A_request_for_an_identity_opens_for_custodian_and_case_and_its_answers_for_the_case()
    {
        var vector = Read("identity-request");
        using var custodian = Identity(vector, "custodian");
        using var key = Identity(vector, "caseKey");
        var (file, root) = (Bytes(vector, "file"), Hash(vector, "root"));
        foreach (var identity in new[] { custodian, key })
        {
            var opened = IdentityRequest.Open(file, identity).Require();
            Assert.True(opened.IsSignedBy(Key(vector, "signing"), root));
            Assert.Equal(
                (Text(vector, "reason"), Text(vector, "told"), null, Text(vector, "to")),
                (opened.Value.Reason, opened.Value.Told!.Text, opened.Value.Ground, Assert.Single(opened.Value.To).ToString()));
            var untold = IdentityRequest.Open(Bytes(vector, "override"), identity).Require().Value;
            Assert.Equal((Text(vector, "ground"), null), (untold.Ground, untold.Told));
        }
        var request = IdentityRequest.Open(file, key).Require();
        var released = IdentityAnswer.Open(Bytes(vector, "released"), key, request, file).Require();
        Assert.True(released.IsSignedBy(Key(vector, "custodianSigning"), root));
        Assert.Equal((IdentityOutcome.Released, Text(vector, "name")), (released.Value.Outcome, released.Value.Identity!.Value.Name));
        var refused = IdentityAnswer.Open(Bytes(vector, "refused"), key, request, file).Require().Value;
        Assert.Equal((IdentityOutcome.Refused, Text(vector, "refusal")), (refused.Outcome, refused.Reason));
        Assert.Equal(IdentityOutcome.None, IdentityAnswer.Open(Bytes(vector, "none"), key, request, file).Require().Value.Outcome);
        Assert.Equal("request-differs", IdentityAnswer.Open(Bytes(vector, "none"), key, request, Bytes(vector, "override")).Code);
    }

    [Fact]
    public void A_keyring_opens_for_its_owner()
    {
        var vector = Read("keyring");
        using var identity = Identity(vector, "identity");
        var keyring = Keyring.Open(
            Bytes(vector, "file"), PersonId.Parse(Text(vector, "owner"), null), identity, Key(vector, "signing"), Hash(vector, "root")).Require();
        Assert.Equal(2, keyring.Version);
        var entry = Assert.Single(keyring.Cases, c => c.Case == CaseIn(vector));
        Assert.Equal(Text(vector, "caseKey"), entry.Key);
        Assert.Equal(Text(vector, "channel"), entry.Channel.ToString());
        Assert.Equal(Text(vector, "title"), entry.Sheet!.Title);
        Assert.Equal(Text(vector, "first"), entry.First!.Hash.ToString());
        Assert.Equal(Key(vector, "sourceSigning"), entry.First.Signing);
        Assert.Equal(Text(vector, "reply"), entry.Granted!.Reply.ToString());
        Assert.Equal(vector["excluded"]!.AsArray().Select(r => r!.GetValue<string>()), entry.Granted.Excluded.Select(r => r.ToString()));
        var bare = Assert.Single(keyring.Cases, c => c.Case != CaseIn(vector));
        Assert.True((bare.Channel, bare.Sheet, bare.Granted, bare.First) is (null, null, null, null));
        var filter = Assert.Single(keyring.Filters);
        var saved = Assert.Single(vector["filters"]!.AsArray())!;
        Assert.Equal((Text(saved, "name"), Text(saved, "channel"), Text(saved, "severity")), (filter.Name, filter.Channel.ToString(), filter.Severity));
        Assert.Equal(["overdue"], filter.Only);
        Assert.Equal(vector["recused"]!.AsArray().Select(r => r!.GetValue<string>()), keyring.Recused.Select(r => r.ToString()));
        Assert.Equal(
            vector["positions"]!.AsArray().Select(p => (Text(p!, "channel"), p!["position"]!.GetValue<long>())),
            keyring.Positions.Select(p => (p.Channel.ToString(), p.Position)));
    }

    [Fact]
    public void Messages_open_with_the_case_key_and_replies_with_the_words()
    {
        var vector = Read("messages");
        using var caseKey = Identity(vector, "caseKey");
        using var reply = Identity(vector, "reply");
        var messages = vector["messages"]!.AsArray();
        Assert.Equal(4, messages.Count);
        foreach (var entry in messages)
        {
            var file = Bytes(entry!, "file");
            var message = Message.Open(file, caseKey).Require();
            Assert.True(message.IsSignedBy(Key(entry!, "signing"), Hash(vector, "root")));
            Assert.Equal(CaseIn(vector), message.Value.Case);
            Assert.StartsWith(Text(entry!, "text"), message.Value.Body.Text, StringComparison.Ordinal);
            Assert.Equal(string.Equals(Text(entry!, "openedBySource"), "yes", StringComparison.Ordinal), Message.Open(file, reply).IsOk);
            Assert.Equal(
                (entry!["questions"]?.AsArray() ?? []).Select(q => (Text(q!, "type"), Text(q!, "label"), string.Join('|', q!["options"]?.AsArray().Select(o => o!.ToString()) ?? []))),
                message.Value.Body.Questions.Select(q => (q.Type, q.Label, string.Join('|', q.Options))));
            Assert.Equal(entry["about"] is { } about ? new Seen((int)about["seq"]!, Hash(about, "hash")) : null, message.Value.Body.About);
        }
    }

    [Fact]
    public void A_note_opens_and_is_signed()
    {
        var vector = Read("note");
        using var caseKey = Identity(vector, "caseKey");
        var note = Note.Open(Bytes(vector, "file"), caseKey).Require();
        Assert.True(note.IsSignedBy(Key(vector, "signing"), Hash(vector, "root")));
        Assert.Equal(Text(vector, "text"), note.Value.Text);
        Assert.Null(note.Value.Record);
        var record = Note.Open(Bytes(vector, "record"), caseKey).Require();
        Assert.True(record.IsSignedBy(Key(vector, "signing"), Hash(vector, "root")));
        Assert.Equal("evidence", record.Value.Record!.Kind);
        Assert.Equal(Text(vector, "origin"), Assert.Single(Assert.Single(record.Value.Record.Fields).Values));
        Assert.Equal(Text(vector, "name"), Assert.Single(record.Value.Attachments).Name);
    }

    [Fact]
    public void Possession_proofs_and_a_proof_of_work_hold()
    {
        var vector = Read("possession");
        var origin = Text(vector, "origin");
        var nonce = Hex(vector, "nonce");
        var mailbox = Key(vector, "mailboxPublic");
        Assert.Equal(Text(vector, "mailboxId"), SourceKeys.IdOf(mailbox).ToString());
        Assert.True(mailbox.Verify(PossessionProofs.Mailbox(origin, SourceKeys.IdOf(mailbox), nonce), Hex(vector, "mailboxSignature")));
        Assert.True(Key(vector, "accessPublic").Verify(
            PossessionProofs.Claim(origin, CaseIn(vector), Key(vector, "reviewerSigning"), nonce), Hex(vector, "claimSignature")));
        var work = vector["work"]!;
        Assert.True(new ProofOfWork(nonce, ulong.Parse(Text(work, "counter"), CultureInfo.InvariantCulture))
            .IsFor(Utf8(work, "subject"), work["bits"]!.GetValue<int>()));
    }

    [Fact]
    public void A_receipt_derives_the_same_keys()
    {
        var vector = Read("receipt");
        using var receipt = Receipt.Read(Text(vector, "words")).Receipt!;
        Assert.Equal(Text(vector, "entropy"), Convert.ToHexStringLower(receipt.ExportEntropy()));
        using var keys = receipt.DeriveKeys();
        Assert.Equal(Text(vector, "mailboxId"), keys.MailboxId.ToString());
        Assert.Equal(Text(vector, "mailboxAuthPublic"), Convert.ToHexStringLower(keys.Mailbox.Public.Bytes.Span));
        Assert.Equal(Text(vector, "sourceSignPublic"), Convert.ToHexStringLower(keys.Signing.Public.Bytes.Span));
        Assert.Equal(Text(vector, "replyRecipient"), keys.Reply.Recipient.ToString());
        Assert.Equal(Text(vector, "existenceBlind"), Convert.ToHexStringLower(keys.ExistenceBlind.Span));
        Assert.Equal(Text(vector, "contentBlind"), Convert.ToHexStringLower(keys.ContentBlind.Span));
    }

    [Fact]
    public void A_sheet_opens_and_is_signed_by_the_source()
    {
        var vector = Read("sheet");
        using var caseKey = Identity(vector, "caseKey");
        var sheet = Sheet.Open(Bytes(vector, "file"), caseKey).Require();
        Assert.True(sheet.IsSignedBy(Key(vector, "signing"), Hash(vector, "root")));
        Assert.Equal(Text(vector, "title"), sheet.Value.Title);
    }

    [Fact]
    public void A_state_opens_with_the_words()
    {
        var vector = Read("state");
        using var receipt = Receipt.FromEntropy(Hex(vector, "entropy"));
        using var keys = receipt.DeriveKeys();
        var state = SourceState.Open(Bytes(vector, "file"), keys).Require();
        Assert.Equal((CaseIn(vector), Hash(vector, "root"), Hash(vector, "directory")), (state.Case, state.Root, state.Directory));
        Assert.Equal((3, Text(vector, "channel"), true), (state.Version, state.Channel.ToString(), state.KeepsCopy));
        Assert.Equal(vector["readers"]!.AsArray().Select(r => r!.GetValue<string>()), state.Readers.Select(r => r.ToString()));
        Assert.Equal(vector["excluded"]!.AsArray().Select(r => r!.GetValue<string>()), state.Excluded.Select(r => r.ToString()));
    }

    [Fact]
    public async Task A_whole_submission_is_taken_and_opened()
    {
        var vector = Read("submission");
        var directory = VerifiedDirectory.Verify(Utf8(vector, "directory"), new DirectoryChecks
        {
            Today = new Day(vector["day"]!.GetValue<int>()),
            Origin = Text(vector, "origin"),
        }).Require();
        var body = TipBody.Parse(Bytes(vector, "body")).Require();
        Assert.Equal(Text(vector, "manifest"), Encoding.UTF8.GetString(body.ManifestBytes.Span));
        Assert.True(body.Work.IsFor(body.ManifestBytes.Span, vector["bits"]!.GetValue<int>()));
        Assert.Equal(CaseIn(vector), body.Manifest.Case);

        using var reader = Identity(vector, "reader");
        using var leftOut = Identity(vector, "leftOut");
        using var custodian = Identity(vector, "custodian");
        var blob = StreamBlob.Join(body.KeyBlob.Span, body.Sheet.Span);
        using var tip = TipReader.Open(blob, body.Message.Span, reader, directory.Root).Require();
        Assert.Equal("seal-not-for-you", TipReader.Open(blob, body.Message.Span, leftOut, directory.Root).Code);
        Assert.Equal(Text(vector, "title"), tip.Sheet.Title);
        Assert.Equal(Text(vector, "text"), tip.First.Body.Text);
        Assert.Equal(body.Manifest.Content, tip.ContentLeaf());
        Assert.True(IdentityEnvelope.Open(body.Identity.Span, custodian).IsOk);

        using var receipt = Receipt.Read(Text(vector, "words")).Receipt!;
        using var keys = receipt.DeriveKeys();
        Assert.Equal(body.Manifest.Mailbox, keys.Mailbox.Public);
        Assert.Equal(body.Manifest.Existence, Leaves.Existence(keys.ExistenceBlind.Span));
        Assert.True(SourceState.Open(body.State.Span, keys).Require().KeepsCopy);

        using var file = new MemoryStream();
        Assert.Equal(Text(vector, "fileName"), Assert.Single(tip.First.Attachments).Name);
        Assert.Null(await Attachments.OpenAsync(
            new MemoryStream(Bytes(vector, "object")), tip.First.Attachments, tip.Key.Identity, _ => file,
            TestContext.Current.CancellationToken));
        Assert.Equal(Utf8(vector, "fileText"), file.ToArray());
    }

    [Fact]
    public void A_summary_is_approved_by_another_person()
    {
        var vector = Read("summary");
        var root = Hash(vector, "root");
        var proposal = FourEyesProposal.Parse(Utf8(vector, "proposal")).Require();
        var approval = FourEyesApproval.Parse(Utf8(vector, "approval")).Require();
        using var approver = Identity(vector, "approverIdentity");
        var released = ReleasedText.Open(Bytes(vector, "file"), approver).Require();
        Assert.Equal(Text(vector["released"]!, "text"), released.Text);
        var (first, second) = (Key(vector, "proposerSigning"), Key(vector, "approverSigning"));
        Assert.Null(FourEyesApproval.Refuse(proposal, first, approval, second, released, root));
        Assert.Equal("same-person", FourEyesApproval.Refuse(proposal, first, approval, first, released, root));
        Assert.Equal(
            "summary-differs",
            FourEyesApproval.Refuse(proposal, first, approval, second, released with { Text = released.Text + "!" }, root));
    }

    [Fact]
    public void A_closing_is_approved_by_another_person_and_is_no_summary()
    {
        var vector = Read("closing");
        var root = Hash(vector, "root");
        var proposal = FourEyesProposal.Parse(Utf8(vector, "proposal"), FourEyesKind.Closing).Require();
        var approval = FourEyesApproval.Parse(Utf8(vector, "approval"), FourEyesKind.Closing).Require();
        using var approver = Identity(vector, "approverIdentity");
        var text = ClosingText.Open(Bytes(vector, "file"), approver).Require();
        Assert.Equal(Text(vector["text"]!, "text"), text.Text);
        Assert.Equal((proposal.Value.Hash, proposal.Value.Id, proposal.Value.Case), (text.Hash, text.Closing, text.Case));
        var (first, second) = (Key(vector, "proposerSigning"), Key(vector, "approverSigning"));
        Assert.Null(FourEyesApproval.Refuse(proposal, first, approval, second, null, root));
        Assert.Equal("same-person", FourEyesApproval.Refuse(proposal, first, approval, first, null, root));
        Assert.Equal("closing-differs", FourEyesApproval.Refuse(proposal, first, approval, second, Samples.Released, root));
        Assert.Equal("summary-malformed", FourEyesProposal.Parse(Utf8(vector, "proposal")).Code);
        Assert.Equal("summary-malformed", ReleasedText.Open(Bytes(vector, "file"), approver).Code);
    }

    [Fact]
    public void A_purge_is_signed_by_two_people_who_stand_in_the_version_that_it_names()
    {
        var vector = Read("purge");
        var directory = VerifiedDirectory.VerifySignatures(Utf8(vector, "directoryNote"), Hash(vector, "root")).Require();
        var (proposal, approval) = (Text(vector, "proposal"), Text(vector, "approval"));
        var stone = Tombstone.Parse(proposal, approval).Require();
        using var approver = Identity(vector, "approverIdentity");
        var text = PurgeText.Open(Bytes(vector, "file"), approver).Require();
        Assert.Equal((Text(vector["text"]!, "text"), Text(vector["text"]!, "ground")), (text.Text, text.Ground));
        Assert.Equal((stone.Proposal.Value.Hash, stone.Proposal.Value.Id, stone.Proposal.Value.Case), (text.Hash, text.Purge, text.Case));
        Assert.Equal((Hash(vector["target"]!, "target"), directory.Hash), (stone.Purge.Target, stone.Purge.Directory));

        Assert.Null(stone.Refuse(text.Case, directory, 0, []));
        Assert.Equal("purge-differs", stone.Refuse(CaseId.FromBytes(new byte[16]), directory, 0, []));
        Assert.Equal("purge-differs", stone.Refuse(text.Case, directory, directory.Version.Version + 1, []));
        foreach (var signer in new[] { stone.Proposal.Value.Proposer, stone.Approval.Value.Approver })
            Assert.Equal("signer-excluded", stone.Refuse(text.Case, directory, 0, [directory.Version.Person(signer)!.Reader]));
        Assert.Equal("purge-malformed", Tombstone.Parse(approval, proposal).Code);
        Assert.Equal("purge-malformed", Tombstone.Parse(proposal.Replace("\"v\":1", "\"v\":2", StringComparison.Ordinal), approval).Code);
        Assert.Equal("closing-malformed", FourEyesProposal.Parse(Utf8(vector, "proposal"), FourEyesKind.Closing).Code);
        var forged = proposal.Replace(stone.Purge.Target.ToString(), Hash32.Zero.ToString(), StringComparison.Ordinal);
        Assert.Equal("signature-invalid", Tombstone.Parse(forged, approval).Require().Refuse(text.Case, directory, 0, []));
    }

    [Fact]
    public void Case_keys_that_the_holders_of_recovery_gave_open_for_one_person()
    {
        var vector = Read("recovered");
        using var identity = Identity(vector, "identity");
        using var other = HybridIdentity.FromSeed(new byte[32]);
        var person = PersonId.Parse(Text(vector, "to"), null);
        var read = RecoveredCases.Open(Bytes(vector, "file"), person, identity).Require();
        using var key = CaseKey.TryParse(Assert.Single(read.Keys));
        Assert.Equal((Text(vector, "case"), Text(vector, "recovery")), (key!.Id.ToString(), read.Recovery.ToString()));
        Assert.Equal("recovery-not-to-you", RecoveredCases.Open(Bytes(vector, "file"), PersonId.FromBytes(new byte[16]), identity).Code);
        Assert.Equal("seal-not-for-you", RecoveredCases.Open(Bytes(vector, "file"), person, other).Code);
    }

    [Fact]
    public void A_passphrase_unlocks_the_same_identity_and_proves_the_enrolment()
    {
        var vector = Read("unlock");
        var login = Unlock.NormalizeLogin(Text(vector, "login"))!;
        using var unlock = Unlock.Derive(Text(vector, "passphrase"), Text(vector, "origin"), login, Hex(vector, "serverSalt"));
        Assert.Equal(Text(vector, "password"), unlock.Password);
        using var keys = MemberKeys.Open(Bytes(vector, "file"), unlock.Identity).Require();
        Assert.Equal(Text(vector, "identity"), keys.Identity.ExportString());
        Assert.Equal(Text(vector, "signingSeed"), Convert.ToHexStringLower(keys.Signing.ExportSeed()));
        Assert.True(keys.Signing.Public.Verify(
            PossessionProofs.Enrolment(Text(vector, "origin"), Text(vector, "token"), keys.Identity.Recipient.Bytes.Span, keys.Signing.Public),
            Hex(vector, "proof")));
    }

    private static JsonObject Read(string name) =>
        JsonNode.Parse(File.ReadAllText(RepositoryFiles.PathOf($"{Folder}/{name}.json")))!.AsObject();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static byte[] Utf8(JsonNode node, string name) => Encoding.UTF8.GetBytes(Text(node, name));

    private static byte[] Hex(JsonNode node, string name) => Convert.FromHexString(Text(node, name));

    private static Hash32 Hash(JsonNode node, string name) => Hash32.Parse(Text(node, name), null);

    private static CaseId CaseIn(JsonNode node) => CaseId.Parse(Text(node, "case"), null);

    private static byte[] Bytes(JsonNode node, string name) =>
        StrictBase64Url.TryDecode(Text(node, name), out var bytes) ? bytes : throw new FormatException(name);

    private static HybridIdentity Identity(JsonNode node, string name) =>
        HybridIdentity.TryParse(Text(node, name), out var identity) ? identity : throw new FormatException(name);

    private static VerifyKey Key(JsonNode node, string name) =>
        VerifyKey.TryFromBytes(Hex(node, name), out var key) ? key : throw new FormatException(name);
}
