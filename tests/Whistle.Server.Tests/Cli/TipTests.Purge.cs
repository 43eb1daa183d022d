using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Summaries;

namespace Whistle.Server.Tests.Cli;

public sealed partial class TipTests
{
    [Fact]
    public async Task What_two_people_deleted_is_told_and_the_conversation_goes_on()
    {
        var sent = (await SendAsync("--keep-copy", "--attach", _terminal.Write("notes.txt", "Nothing about it."))).Succeeds();
        var words = sent.Field("words");
        using var key = await ClaimAsync(_lead);
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(_reviewer, key, "claim")).StatusCode);
        (await _terminal.RunWithInputAsync(words + "\nMy colleague is ill.", [.. Tip("reply"), "--message", "-"])).Succeeds();
        await _server.RunBatchAsync();
        var read = (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();
        var first = Message.Open(WhistleServer.Bytes((await CaseJsonAsync(key)).GetProperty("messages")[0].GetProperty("ciphertext")), key.Identity).Require().Value;

        await PurgeAsync(key, Hash32.Parse(read.Json.GetProperty("messages")[1].GetProperty("hash").GetString()!, null));
        await PurgeAsync(key, first.Attachments[0].Cipher);

        var after = await _terminal.RunWithInputAsync(words, [.. Tip("read"), "--save", _terminal.Path("saved")]);
        after.Succeeds();
        Assert.Equal(["verified", "purged"], after.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("status").GetString()));
        Assert.DoesNotContain("colleague", after.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_terminal.Path("saved")), f => f.EndsWith("notes.txt", StringComparison.Ordinal));
        (await _terminal.RunWithInputAsync(words + "\nAnother thing.", [.. Tip("reply"), "--message", "-"])).Succeeds();
        var more = (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();
        Assert.Equal(["verified", "purged", "verified"], more.Json.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("status").GetString()));
        var shown = await _terminal.RunWithInputAsync(words, ["tip", "read", "--server", WhistleServer.Origin, "--root", _root]);
        Assert.Contains("Two people of the team had this message deleted", shown.Output, StringComparison.Ordinal);
    }

    private async Task<JsonElement> CaseJsonAsync(CaseKey key) =>
        await _lead.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{key.Id}");

    /// <summary>The lead proposes, the reviewer approves.</summary>
    private async Task PurgeAsync(CaseKey key, Hash32 target)
    {
        using var source = _server.Source();
        var directory = VerifiedDirectory.VerifySignatures(await source.GetByteArrayAsync("/api/source/directory"), null).Require();
        var text = new PurgeText { Purge = ProposalId.New(Randomness.System), Case = key.Id, Ground = "irrelevant", Lang = "en", Text = "Not about it." };
        var proposal = new FourEyesProposal(FourEyesKind.Purge, text.Purge, key.Id, text.Hash, _lead.Id, new PurgeTarget(target, directory.Hash, Day.Of(_server.Clock.GetUtcNow())))
            .Sign(_lead.Signing!, directory.Root);
        Assert.Equal(HttpStatusCode.Created, (await _lead.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/purges", new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = StrictBase64Url.Encode(text.Seal(key.Identity.Recipient, [_reviewer.Identity!.Recipient], Randomness.System).Require()),
            approvers = new[] { _reviewer.Id.ToString() },
        })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _reviewer.Http.PostAsJsonAsync($"/api/desk/approvals/{text.Purge}/approve", new
        {
            approval = Encoding.UTF8.GetString(FourEyesApproval.Of(proposal, _reviewer.Id).Sign(_reviewer.Signing!, directory.Root).ToBytes()),
        })).StatusCode);
    }
}
