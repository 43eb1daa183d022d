using System.Text.Json.Nodes;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;

namespace Whistle.Protocol.Tests.Vectors;

/// <summary>Opens the committed sealed objects and the committed tip as their readers would.</summary>
public sealed class CommittedVectorsTests
{
    [Fact]
    public void Sealed_objects_open_with_every_seed_and_hold_what_they_say()
    {
        var vector = Read("sealed.json");
        var root = Hash32.Parse(Text(vector, "root"), null);
        Assert.True(VerifyKey.TryParse(Text(vector, "signingPublic"), out var signer));
        var files = vector["files"]!.AsArray();
        Assert.NotEmpty(files);
        foreach (var entry in files)
        {
            var kind = Text(entry!, "kind");
            var file = Bytes(entry!, "file");
            var seeds = entry!["opensWith"]!.AsArray();
            Assert.NotEmpty(seeds);
            foreach (var seed in seeds)
            {
                using var identity = HybridIdentity.FromSeed(Convert.FromHexString(seed!.GetValue<string>()));
                var plaintext = AgeFile.Decrypt(file, identity);
                Assert.True(plaintext.IsOk, kind);
                if (entry["text"] is { } text)
                {
                    Assert.Equal(
                        text.GetValue<string>().TrimEnd('\n'),
                        System.Text.Encoding.UTF8.GetString(plaintext.Value).TrimEnd(' ', '\n'));
                }
                Assert.True(IsWhatItSays(kind, file, identity, signer, root), kind);
            }
        }
    }

    [Fact]
    public async Task A_complete_tip_is_taken_opened_and_checked()
    {
        var vector = Read("tip.json");
        var directory = VerifiedDirectory.Verify(Utf8(vector, "directory"), new DirectoryChecks
        {
            Today = new Day(vector["today"]!.GetValue<int>()),
        }).Require();
        var body = TipBody.Parse(Bytes(vector, "body")).Require();
        Assert.True(body.Work.IsFor(body.ManifestBytes.Span, vector["workBits"]!.GetValue<int>()));
        Assert.Equal(directory.Hash, body.Manifest.Directory);

        using var lead = HybridIdentity.FromSeed(Convert.FromHexString(Text(vector, "leadIdentity")));
        using var excluded = HybridIdentity.FromSeed(Convert.FromHexString(Text(vector, "excludedReviewerIdentity")));
        var blob = StreamBlob.Join(body.KeyBlob.Span, body.Sheet.Span);
        using var reader = TipReader.Open(blob, body.Message.Span, lead, directory.Root).Require();
        Assert.Equal("seal-not-for-you", TipReader.Open(blob, body.Message.Span, excluded, directory.Root).Code);
        Assert.Equal(Text(vector, "title"), reader.Sheet.Title);
        Assert.Equal(Text(vector, "text"), reader.First.Body.Text);
        Assert.Equal(body.Manifest.Case, reader.Key.Id);
        Assert.Equal(body.Manifest.Content, reader.ContentLeaf());
        Assert.Equal(Text(vector, "copy"), System.Text.Encoding.UTF8.GetString(reader.First.ToCopy()));

        using var receipt = Receipt.FromEntropy(Convert.FromHexString(Text(vector, "entropy")));
        using var keys = receipt.DeriveKeys();
        Assert.Equal(body.Manifest.Mailbox, keys.Mailbox.Public);
        Assert.Equal(body.Manifest.Existence, Leaves.Existence(keys.ExistenceBlind.Span));
        Assert.Equal(body.Manifest.Case, SourceState.Open(body.State.Span, keys).Require().Case);

        using var file = new MemoryStream();
        Assert.Null(await Attachments.OpenAsync(
            new MemoryStream(Bytes(vector, "attachments")), reader.First.Attachments, reader.Key.Identity, _ => file,
            TestContext.Current.CancellationToken));
        Assert.Equal(Utf8(vector, "fileText"), file.ToArray());
        Assert.True(Promise.Verify(Utf8(vector, "promise"), directory.Version.Log).Require()
            .IsFor(body.Manifest, directory.Root));
    }

    private static bool IsWhatItSays(
        string kind, byte[] file, HybridIdentity identity, VerifyKey signer, Hash32 root) => kind switch
        {
            "case-key" => CaseKey.Open(file, identity).IsOk,
            "sheet" => Sheet.Open(file, identity).Value?.IsSignedBy(signer, root) == true,
            "message" => Message.Open(file, identity).Value?.IsSignedBy(signer, root) == true,
            "note" => Note.Open(file, identity).Value?.IsSignedBy(signer, root) == true,
            "draft" => Draft.Open(file, identity).IsOk,
            "identity" => IdentityEnvelope.Open(file, identity).IsOk,
            "grant" => Grant.Open(file, Team.Default.Reviewer.Id, identity).Value?.IsSignedBy(signer, root) == true,
            "keyring" => Keyring.Open(file, Team.Default.Lead.Id, identity, signer, root).IsOk,
            "identity-file" => MemberKeys.Open(file, identity).IsOk,
            "identity-request" => IdentityRequest.Open(file, identity).Value?.IsSignedBy(signer, root) == true,
            // Which request it answers is asked elsewhere (IdentityRequestTests).
            "identity-answer" => Sealing.OpenObject(file, 1, identity, n => n == WireLengths.IdentityAnswerPlaintext, "x").IsOk,
            "released" => Whistle.Protocol.Summaries.ReleasedText.Open(file, identity).IsOk,
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static JsonObject Read(string path) =>
        JsonNode.Parse(File.ReadAllText(RepositoryFiles.PathOf("tests/vectors/" + path)))!.AsObject();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static byte[] Utf8(JsonNode node, string name) => System.Text.Encoding.UTF8.GetBytes(Text(node, name));

    private static byte[] Bytes(JsonNode node, string name) =>
        StrictBase64Url.TryDecode(Text(node, name), out var bytes) ? bytes : throw new FormatException(name);
}
