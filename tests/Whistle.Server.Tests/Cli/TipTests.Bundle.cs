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
    public async Task A_plain_form_takes_a_bundle_and_shows_the_promise_and_again_the_same()
    {
        var bundle = _terminal.Path("report.whistle");
        var made = (await _terminal.RunAsync(New("--yes", "--keep-copy", "--out", bundle, "--attach", _terminal.Write("proof.pdf", "%PDF")))).Succeeds();
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        using var browser = _server.Source();
        var form = await browser.GetAsync("/bundle", TestContext.Current.CancellationToken);
        Assert.Contains("form-action 'self'", form.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var page = await form.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        foreach (var language in new[] { "lang=\"en\"", "lang=\"de\"", "lang=\"fr\"", "lang=\"ar\" dir=\"rtl\"" })
            Assert.Contains(language, page, StringComparison.Ordinal);

        var (status, first) = await HandInAsync(browser, bytes);
        var (_, second) = await HandInAsync(browser, bytes);

        Assert.Equal(200, status);
        Assert.Equal(first, second);
        Assert.DoesNotContain("<script", first, StringComparison.Ordinal);
        var read = (await _terminal.RunWithInputAsync(made.Field("words"), [.. Tip("read"), "--save", _terminal.Path("files")])).Succeeds();
        Assert.Contains(System.Text.Encodings.Web.HtmlEncoder.Default.Encode(read.Field("promise")), first, StringComparison.Ordinal);
        Assert.Equal("%PDF", await File.ReadAllTextAsync(Path.Combine(_terminal.Path("files"), "source-1-1-proof.pdf"), TestContext.Current.CancellationToken));
        // The same by the command line is the same tip.
        var sent = (await _terminal.RunAsync("tip", "send", bundle, "--server", WhistleServer.Origin, "--root", _root, "--json")).Succeeds();
        Assert.Equal(read.Field("promise"), sent.Field("promise"));
    }

    [Fact]
    public async Task Whatever_is_no_bundle_is_refused_on_a_page_and_not_kept()
    {
        const string Sentinel = "UNSEALED-SENTINEL-5c1f";
        var bundle = _terminal.Path("report.whistle");
        var made = (await _terminal.RunAsync(New("--yes", "--out", bundle, "--attach", _terminal.Write("proof.pdf", "%PDF")))).Succeeds();
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        using var browser = _server.Source();
        byte[] Bent(int at)
        {
            var bent = (byte[])bytes.Clone();
            bent[at] ^= 1;
            return bent;
        }
        foreach (var (file, code) in new (byte[] File, string Code)[]
        {
            (Encoding.UTF8.GetBytes(Sentinel + new string('x', 3_000_000)), "bundle-malformed"),
            (Encoding.UTF8.GetBytes("age-encryption.org/v1\n" + Sentinel), "bundle-malformed"),
            ([], "bundle-missing"),
            (bytes[..^1], "bundle-malformed"),
            ([.. bytes, 1], "bundle-malformed"),
            (bytes[..3000], "bundle-malformed"),
            (Bent(30), "manifest-malformed"),
            (Bent(40_000), "tip-hash-differs"),
            (Bent(bytes.Length - 5), "attachment-differs"),
        })
        {
            var (status, page) = await HandInAsync(browser, file, Sentinel + ".whistle");
            Assert.Equal(400, status);
            Assert.Contains($">{code}", page, StringComparison.Ordinal);
            Assert.DoesNotContain(Sentinel, page, StringComparison.Ordinal);
        }
        // Another field, none, two files, another type of form.
        foreach (var (content, code) in new (HttpContent Content, string Code)[]
        {
            (new MultipartFormDataContent { { new StringContent(Sentinel), "message" } }, "bundle-missing"),
            (new MultipartFormDataContent { { new ByteArrayContent(bytes), "other", "report.whistle" } }, "bundle-missing"),
            (new MultipartFormDataContent { { new ByteArrayContent(bytes), "bundle", "a.whistle" }, { new StringContent(Sentinel), "more", Sentinel } }, "bundle-malformed"),
            (new FormUrlEncodedContent([new("bundle", Sentinel)]), "content-type"),
            (new ByteArrayContent(bytes), "content-type"),
        })
        {
            using (content)
            {
                var answer = await browser.PostAsync("/api/source/bundles", content, TestContext.Current.CancellationToken);
                Assert.Contains($">{code}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
        }
        (await _terminal.RunWithInputAsync(made.Field("words"), Tip("read"))).Fails(3, "words-unknown");
        Assert.Equal(0, await _server.UploadsAsync());
        Assert.Empty(_server.BlobFiles());
        var data = Directory.GetFiles(_server.DataFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(data);
        foreach (var path in data.Concat(Directory.GetFiles(Path.GetTempPath(), "ASPNETCORE_*")))
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
            Assert.True(all.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(Sentinel)) < 0, path);
        }
    }

    [Fact]
    public async Task Slow_senders_of_a_paid_bundle_keep_nobody_out_and_a_damaged_copy_does_not_spoil_the_whole_one()
    {
        var path = _terminal.Path("report.whistle");
        (await _terminal.RunAsync(New("--yes", "--out", path, "--attach", _terminal.Write("a.bin", new byte[3_000_000])))).Succeeds();
        var bundle = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        using var browser = _server.Source();
        using var enough = new CancellationTokenSource();
        var slow = Enumerable.Range(0, 12).Select(_ => new Stalled(bundle[..^10])).ToArray();
        var sending = slow.Select(s => browser.PostAsync("/api/source/bundles", new MultipartFormDataContent { { s, "bundle", "a" } }, enough.Token)).ToArray();
        await Task.WhenAll(slow.Select(s => s.AllButTheEnd)).WaitAsync(TestContext.Current.CancellationToken);

        byte[] damaged = [.. bundle[..^1], (byte)(bundle[^1] ^ 1)];
        Assert.Equal(400, (await HandInAsync(browser, damaged)).Status);
        Assert.Equal(0, await _server.UploadsAsync());
        Assert.Empty(_server.BlobFiles());
        Assert.Equal(200, (await HandInAsync(browser, bundle)).Status);

        Assert.All(sending, s => Assert.False(s.IsCompleted));
        await enough.CancelAsync();
        Assert.Equal(1, await _server.UploadsAsync());
    }

    /// <summary>Sends what it has, and never the end.</summary>
    private sealed class Stalled(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task AllButTheEnd => _sent.Task;

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(bytes, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Fact]
    public async Task The_form_refuses_a_bundle_to_an_old_directory_with_the_date_that_matters()
    {
        var bundle = _terminal.Path("report.whistle");
        (await _terminal.RunAsync(New("--yes", "--out", bundle))).Succeeds();
        var bytes = await File.ReadAllBytesAsync(bundle, TestContext.Current.CancellationToken);
        var before = (await _server.CurrentDirectoryAsync()).Version;
        _server.Clock.Advance(TimeSpan.FromDays(2));
        (await _server.SignInAsync(_admin)).EnsureSuccessStatusCode();
        var accused = await _server.JoinAsync(_admin, Role.Reviewer, "Axel Accused");
        await _admin.Http.PutAsJsonAsync(
            $"/api/desk/channels/drafts/{before.Channels[0].Id}", await WhistleServer.ChannelAsync(_admin, before.Channels[0].Id, [_lead.Id, accused.Id]), TestContext.Current.CancellationToken);
        await _server.PublishDirectoryAsync(_admin);
        using var browser = _server.Source();

        var (status, page) = await HandInAsync(browser, bytes);
        Assert.Equal(409, status);
        Assert.Contains(">directory-superseded 2026-03-05<", page, StringComparison.Ordinal);

        _server.Clock.Advance(TimeSpan.FromDays(60));
        Assert.Contains($">directory-expired {before.Expires}<", (await HandInAsync(browser, bytes)).Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_everybody_is_asked_for_more_work_a_bundle_that_was_made_before_is_not_taken()
    {
        using var calm = new WhistleServer(("KeyDelayHours", "0"));
        using var flooded = new WhistleServer(("KeyDelayHours", "0"), ("ProofOfWorkBits", "30"));
        foreach (var (server, status) in new[] { (calm, 200), (flooded, 400) })
        {
            using var file = new MemoryStream(new byte[300_000]);
            using var tip = await server.SealTipAsync(await server.OpenPortalAsync(), files: [new("a.bin", "application/octet-stream", file.Length, file)]);
            using var browser = server.Source();
            var answer = await HandInAsync(browser, TipBundle.Encode(tip, TestContext.Current.CancellationToken));
            Assert.Equal(status, answer.Status);
            Assert.Equal(status == 400, answer.Page.Contains(">work-wrong<", StringComparison.Ordinal));
            // What is not taken is not stored either.
            Assert.Equal(status == 200 ? 1 : 0, await server.UploadsAsync());
        }
    }

    private static async Task<(int Status, string Page)> HandInAsync(HttpClient browser, byte[] file, string name = "report.whistle")
    {
        using var content = new MultipartFormDataContent { { new ByteArrayContent(file), "bundle", name } };
        using var answer = await browser.PostAsync("/api/source/bundles", content, TestContext.Current.CancellationToken);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
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
