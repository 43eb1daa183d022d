using System.Net.Http.Json;
using System.Text;
using Whistle.Protocol.Tips;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Cli;

/// <summary>A tip that is sealed where there is no connection, and handed in later, elsewhere, by somebody else.</summary>
public sealed partial class TipTests
{
    [Fact]
    public async Task A_bundle_is_sealed_without_a_connection_and_handed_in_by_somebody_without_the_words()
    {
        var (kept, bundle) = (_terminal.Path("kept"), _terminal.Path("report.whistle"));
        (await _terminal.RunAsync("directory", "show", "--server", WhistleServer.Origin, "--root", _root, "--save", kept, "--json")).Succeeds();
        _requests.Clear();

        var made = (await _terminal.RunAsync(New("--yes", "--keep-copy", "--directory-from", kept, "--out", bundle, "--attach", _terminal.Write("proof.pdf", "%PDF")))).Succeeds();

        Assert.Empty(_requests);
        var words = made.Field("words");
        Assert.Equal((bundle, false), (made.Field("bundle"), made.Json.TryGetProperty("promise", out _)));
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        foreach (var secret in new[] { words, words.Split(' ')[3] + " " + words.Split(' ')[4], "tests are not run", "proof.pdf", "%PDF" })
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, secret);
        (await _terminal.RunWithInputAsync(words, Tip("read"))).Fails(3, "words-unknown");

        _server.Clock.Advance(TimeSpan.FromDays(3));
        using var elsewhere = new CliTerminal(_server.Clock, () => new Route(_server.Source().BaseAddress!, _requests, _tips));
        string[] send = ["tip", "send", bundle, "--server", WhistleServer.Origin, "--root", _root, "--json"];
        var sent = await Task.WhenAll(elsewhere.RunAsync([.. send, "--promise", elsewhere.Path("promise")]), _terminal.RunAsync(send));
        var again = (await elsewhere.RunAsync(send)).Succeeds();

        Assert.All(sent, s => Assert.Equal((made.Field("case"), again.Field("promise")), (s.Succeeds().Field("case"), s.Field("promise"))));
        Assert.Equal(again.Field("promise"), await File.ReadAllTextAsync(elsewhere.Path("promise"), TestContext.Current.CancellationToken));
        var read = (await _terminal.RunWithInputAsync(words, [.. Tip("read"), "--save", _terminal.Path("files")])).Succeeds();
        Assert.Equal(("The tests are not run.", "2026-03-06"), (read.Json.GetProperty("messages")[0].GetProperty("text").GetString(), read.Field("received")));
        Assert.Equal("%PDF", await File.ReadAllTextAsync(Path.Combine(_terminal.Path("files"), "source-1-1-proof.pdf"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_bundle_that_was_damaged_is_refused_before_anything_is_sent()
    {
        var bundle = _terminal.Path("report.whistle");
        (await _terminal.RunAsync(New("--yes", "--out", bundle))).Succeeds();
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        Assert.True(TipBundle.Parse(bytes).IsOk);
        _requests.Clear();

        foreach (var length in Enumerable.Range(0, 40).Select(i => i * bytes.Length / 40).Append(bytes.Length - 1))
            Assert.Equal("bundle-malformed", TipBundle.Parse(bytes.AsMemory(0, length)).Code);
        Assert.Equal("bundle-malformed", TipBundle.Parse(new byte[] { 0 }.Prepend((byte)0).ToArray()).Code);
        Assert.Equal("bundle-malformed", TipBundle.Parse((byte[])[.. bytes, 0]).Code);
        // Whichever byte is changed, something notices: form, hash, signature, work or length.
        for (var at = 0; at < bytes.Length; at += 97)
        {
            var bent = (byte[])bytes.Clone();
            bent[at] ^= 0x10;
            Assert.False(TipBundle.Parse(bent).IsOk, $"byte {at}");
        }
        string[] Send(string file) => ["tip", "send", file, "--server", WhistleServer.Origin, "--root", _root, "--json"];
        (await _terminal.RunAsync(Send(_terminal.Write("note.txt", "The tests are not run.")))).Fails(1, "bundle-malformed");
        (await _terminal.RunAsync(Send(_terminal.Write("half", bytes[..5000])))).Fails(1, "bundle-malformed");
        (await _terminal.RunAsync(New("--yes", "--out", bundle))).Fails(1, "file-exists");
        (await _terminal.RunAsync(New("--yes", "--directory-from", _terminal.Path("")))).Fails(2, "out-missing");
        (await _terminal.RunAsync("tip", "send", bundle, "--server", "https://elsewhere.example", "--json")).Fails(1, "bundle-other-portal");
        Assert.Empty(_requests);
        (await _terminal.RunAsync([.. Send(bundle)[..^3], "--root", new string('0', 64), "--json"])).Fails(4, "directory-root-mismatch");
        Assert.Empty(_tips);
    }

    [Fact]
    public async Task A_bundle_to_an_old_directory_is_refused_with_the_date_that_matters()
    {
        var bundle = _terminal.Path("report.whistle");
        (await _terminal.RunAsync(New("--yes", "--out", bundle))).Succeeds();
        string[] send = ["tip", "send", bundle, "--server", WhistleServer.Origin, "--root", _root, "--json"];
        var before = (await _server.CurrentDirectoryAsync()).Version;
        var accused = await _server.JoinAsync(_admin, Role.Reviewer, "Axel Accused");
        await _admin.Http.PutAsJsonAsync(
            $"/api/desk/channels/drafts/{before.Channels[0].Id}", await WhistleServer.ChannelAsync(_admin, before.Channels[0].Id, [_lead.Id, accused.Id]), TestContext.Current.CancellationToken);
        await _server.PublishDirectoryAsync(_admin);

        var superseded = await _terminal.RunAsync(send);
        superseded.Fails(3, "bundle-superseded");
        Assert.Equal("2026-03-03", superseded.Json.GetProperty("error").GetProperty("details")[0].GetString());

        _server.Clock.Advance(TimeSpan.FromDays(61));
        var expired = await _terminal.RunAsync(send);
        expired.Fails(3, "bundle-expired");
        Assert.Equal(before.Expires.ToString(), expired.Json.GetProperty("error").GetProperty("details")[0].GetString());
        Assert.Contains(before.Expires.ToString(), (await _terminal.RunAsync(send[..^1])).Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_is_shown_in_sentences_and_what_has_changed_since()
    {
        var first = _terminal.Path("first");
        var shown = (await _terminal.RunAsync("directory", "show", "--server", WhistleServer.Origin, "--save", first)).Succeeds();
        Assert.Contains("Lena Lead, lead, inside the organisation", shown.Output, StringComparison.Ordinal);
        Assert.Contains("Cora Custodian, custodian", shown.Output, StringComparison.Ordinal);
        Assert.Contains(string.Join(' ', _root.Chunk(4).Select(c => new string(c))), shown.Output, StringComparison.Ordinal);
        Assert.Contains("only the organisation vouches", shown.Output, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(first, "*.json"), f => Assert.Equal(Path.GetFileNameWithoutExtension(f), Hash32.Of(File.ReadAllBytes(f)).ToString()));
        Assert.Equal(3, Directory.GetFiles(first, "*.json").Length);
        var newcomer = await _server.JoinAsync(_admin, Role.Reviewer, "Nadia New");
        await _server.PublishDirectoryAsync(_admin);
        string[] show = ["directory", "show", "--server", WhistleServer.Origin, "--root", _root, "--json"];

        var second = (await _terminal.RunAsync([.. show, "--save", _terminal.Path("second"), "--previous", Path.Combine(first, "directory.note")])).Succeeds();

        Assert.Equal((2, "usable"), (second.Json.GetProperty("version").GetInt32(), second.Field("state")));
        Assert.Contains(second.Json.GetProperty("changes").EnumerateArray(), c => c.GetString()!.StartsWith("Adds Nadia New as reviewer", StringComparison.Ordinal));
        Assert.Contains(second.Json.GetProperty("people").EnumerateArray(), p => string.Equals(p.GetProperty("id").GetString(), newcomer.Id.ToString(), StringComparison.Ordinal));
        // A portal that shows the older version to somebody who has seen the newer one.
        var old = await File.ReadAllBytesAsync(Path.Combine(first, "directory.note"), TestContext.Current.CancellationToken);
        using var rolledBack = Altered((path, bytes) => path is "/api/source/directory" ? old : bytes);
        (await rolledBack.RunAsync([.. show, "--previous", Path.Combine(_terminal.Path("second"), "directory.note")])).Fails(4, "directory-rolled-back");
        (await _terminal.RunAsync([.. show[..^3], "--root", new string('0', 64), "--json"])).Fails(4, "directory-root-mismatch");
        _server.Clock.Advance(TimeSpan.FromDays(61));
        Assert.Equal("expired", (await _terminal.RunAsync(show)).Succeeds().Field("state"));
    }
}
