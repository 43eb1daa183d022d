using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Cli;

/// <summary>Who is sealed to, who is told the source's name, and what remains true after keys have changed.</summary>
public sealed partial class TipTests
{
    [Fact]
    public async Task Nothing_is_sealed_before_somebody_has_agreed_to_the_names()
    {
        var script = await _terminal.RunAsync(New());
        script.Fails(1, "readers-not-confirmed");
        Assert.Contains("Rami Reviewer, reviewer, inside", script.Talk, StringComparison.Ordinal);
        var hash = script.Json.GetProperty("error").GetProperty("details")[0].GetString()!;
        (await _terminal.Types("no").RunAsync(New())).Fails(1, "not-confirmed");
        (await _terminal.RunAsync(New("--directory", new string('0', 64)))).Fails(4, "directory-differs");
        (await _terminal.RunAsync(New("--directory", "abc"))).Fails(2, "directory-hash-malformed");
        Assert.Empty(_tips);

        Assert.Contains("Send to these people?", (await _terminal.Types("yes", "", "").RunAsync(New())).Succeeds().Talk, StringComparison.Ordinal);
        Assert.Equal(hash, (await _terminal.RunAsync(New("--directory", hash))).Succeeds().Field("directory"));
        Assert.Equal(2, _tips.Count);
    }

    [Fact]
    public async Task Somebody_added_by_a_newly_signed_directory_gets_nothing_that_was_meant_for_the_old_one()
    {
        var seen = (await _server.CurrentDirectoryAsync()).Hash.ToString();
        var accused = await _server.JoinAsync(_admin, Role.Reviewer, "Axel Accused");
        var channel = Assert.Single((await _server.CurrentDirectoryAsync()).Version.Channels).Id;
        await _admin.Http.PutAsJsonAsync(
            $"/api/desk/channels/drafts/{channel}", await WhistleServer.ChannelAsync(_admin, channel, [_lead.Id, accused.Id]), TestContext.Current.CancellationToken);
        await _server.PublishDirectoryAsync(_admin);

        (await _terminal.RunAsync(New("--directory", seen))).Fails(4, "directory-differs");
        var asked = await _terminal.Types("no").RunAsync(New());

        asked.Fails(1, "not-confirmed");
        Assert.Contains("Axel Accused", asked.Talk, StringComparison.Ordinal);
        Assert.Empty(_tips);
    }

    [Fact]
    public async Task A_reader_who_can_be_sealed_to_only_later_is_named_and_can_be_left_out()
    {
        // A day has passed for the portal and not for this machine: the newcomer's key holds from tomorrow.
        var today = new FakeTimeProvider(_server.Clock.GetUtcNow());
        _server.Clock.Advance(TimeSpan.FromDays(1));
        (await _server.SignInAsync(_admin)).EnsureSuccessStatusCode();
        var channel = Assert.Single((await _server.CurrentDirectoryAsync()).Version.Channels).Id;
        var soon = await _server.JoinAsync(_admin, Role.Reviewer, "Sami Soon");
        await _admin.Http.PutAsJsonAsync(
            $"/api/desk/channels/drafts/{channel}", await WhistleServer.ChannelAsync(_admin, channel, [_lead.Id, soon.Id]), TestContext.Current.CancellationToken);
        await _server.PublishDirectoryAsync(_admin);
        using var terminal = new CliTerminal(today, () => new Route(_server.Source().BaseAddress!, _requests, _tips));

        var named = await terminal.Types("no").RunAsync(New());
        var leftOut = await terminal.Types("no").RunAsync(New("--exclude", "Sami Soon"));

        Assert.Matches("may be given it later:\\s+Sami Soon, reviewer", named.Talk);
        Assert.DoesNotContain("Sami Soon", leftOut.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_day_to_come_back_is_the_day_after_the_seventh()
    {
        var plain = (await _terminal.RunAsync([.. New("--yes").Where(a => !string.Equals(a, "--json", StringComparison.Ordinal))])).Succeeds();

        Assert.Contains("Come back on or after 2026-03-11", plain.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nadia Nurse\nnadia@example.org\n")]
    [InlineData("""{"name": "Nadia Nurse", "contact": "nadia@example.org"}""")]
    public async Task A_name_given_in_a_file_opens_for_custodians_and_for_nobody_else(string file)
    {
        var sent = (await SendAsync("--identity", _terminal.Write("me", file))).Succeeds();

        Assert.Equal("sealed", sent.Field("identity"));
        Assert.Contains("Cora Custodian, custodian", sent.Talk, StringComparison.Ordinal);
        var envelope = Protocol.Intake.TipBody.Parse(_tips[^1]).Require().Identity;
        var opened = IdentityEnvelope.Open(envelope.Span, _custodian.Identity!).Require();
        Assert.Equal(("Nadia Nurse", "nadia@example.org"), (opened.Name, opened.Contact));
        Assert.Equal("seal-not-for-you", IdentityEnvelope.Open(envelope.Span, _lead.Identity!).Code);
        Assert.DoesNotContain("Nadia", sent.Output + sent.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_no_custodian_may_learn_is_not_dropped_in_silence()
    {
        var me = _terminal.Write("me", "Nadia Nurse");

        (await SendAsync("--identity", me, "--exclude", "Cora Custodian")).Fails(1, "no-custodians");
        (await SendAsync("--identity", _terminal.Write("long", "a\nb\nThe tests are not run."))).Fails(1, "identity-file-malformed");
        (await SendAsync("--identity", _terminal.Write("json", "{\"name\": 1}"))).Fails(1, "identity-file-malformed");
        (await SendAsync("--identity", _terminal.Write("nobody", "{}"))).Fails(1, "identity-file-malformed");

        Assert.Empty(_tips);
    }

    [Theory]
    [InlineData(true, "reply-not-verified")]
    [InlineData(false, null)]
    public async Task An_own_letter_that_should_open_and_does_not_is_written_by_somebody_else(bool keepsCopy, string? code)
    {
        (await SendAsync()).Succeeds();
        var other = Protocol.Intake.TipBody.Parse(_tips[^1]).Require().Message;
        var words = (await (keepsCopy ? SendAsync("--keep-copy") : SendAsync())).Succeeds().Field("words");
        (await _terminal.RunWithInputAsync(words + "\nMore", [.. Tip("reply"), "--message", "-"])).Succeeds();
        using var swapped = Altered((path, bytes) =>
        {
            if (!path.EndsWith("/mailbox", StringComparison.Ordinal))
                return bytes;
            var json = JsonNode.Parse(bytes)!;
            json["messages"]![1]!["ciphertext"] = StrictBase64Url.Encode(other.ToArray());
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        });

        var read = await swapped.RunWithInputAsync(words, Tip("read"));
        var reply = await swapped.RunWithInputAsync(words + "\nMore", [.. Tip("reply"), "--message", "-"]);

        Assert.Equal(code is null ? "no-copy" : "seal-not-for-you", read.Json.GetProperty("messages")[1].GetProperty("status").GetString());
        if (code is null)
            Assert.NotEqual(4, reply.ExitCode); // the server refuses what follows another letter; nobody but the team can tell
        else
            reply.Fails(4, code);
    }

    [Fact]
    public async Task A_burnt_mailbox_opens_no_more_and_is_burnt_only_on_a_yes()
    {
        var words = (await SendAsync()).Succeeds().Field("words");
        string[] burn = [.. Tip("burn"), "--words", _terminal.Write("words", words)];

        (await _terminal.RunAsync(burn)).Fails(1, "not-confirmed");
        (await _terminal.Types("no").RunAsync(burn)).Fails(1, "not-confirmed");
        (await _terminal.RunWithInputAsync(words, Tip("read"))).Succeeds();
        Assert.Equal("burnt", (await _terminal.Types("yes").RunAsync(burn)).Succeeds().Field("mailbox"));

        (await _terminal.RunWithInputAsync(words, Tip("read"))).Fails(3, "words-unknown");
        (await _terminal.RunAsync([.. burn, "--yes"])).Fails(3, "words-unknown");
    }

    [Fact]
    public async Task A_log_key_that_was_replaced_since_locks_nobody_out()
    {
        var words = (await SendAsync()).Succeeds().Field("words");
        var next = await NextAsync(d => d with { Log = new NoteKey("log-2", SigningKey.Generate(Randomness.System).Public) });
        using var rotated = Altered((path, bytes) => path.EndsWith("/directory", StringComparison.Ordinal) ? next : bytes);

        var read = (await rotated.RunWithInputAsync(words, Tip("read"))).Succeeds();

        Assert.Equal("promise", read.Json.GetProperty("vouchedBy").GetProperty("received").GetString());
    }

    [Fact]
    public async Task A_signer_who_has_a_new_key_since_is_checked_with_the_one_of_the_day()
    {
        var sent = (await SendAsync()).Succeeds();
        using var key = await ClaimAsync(_lead);
        await AnswerAsync(_lead, key, Reply(key, _lead, "Thank you.", sent.Field("directory")), "acknowledgement");
        var next = await NextAsync(d => d with
        {
            People = [.. d.People.Select(p => p.Id == _lead.Id ? p with { Signing = SigningKey.Generate(Randomness.System).Public } : p)],
        });
        using var renewed = Altered((path, bytes) => path.EndsWith("/directory", StringComparison.Ordinal) ? next : bytes);

        var read = (await renewed.RunWithInputAsync(sent.Field("words"), Tip("read"))).Succeeds();

        Assert.Equal("verified", read.Json.GetProperty("messages")[1].GetProperty("status").GetString());
        Assert.Equal("letter", read.Json.GetProperty("vouchedBy").GetProperty("acknowledged").GetString());
    }

    [Fact]
    public async Task A_deadline_that_only_the_server_says_was_met_is_shown_as_its_word()
    {
        var words = (await SendAsync()).Succeeds().Field("words");
        using var lying = Altered((path, bytes) =>
        {
            if (!path.EndsWith("/mailbox", StringComparison.Ordinal))
                return bytes;
            var json = JsonNode.Parse(bytes)!;
            json["case"]!["acknowledged"] = json["case"]!["received"]!.GetValue<int>() + 1;
            json["case"]!["received"] = json["case"]!["received"]!.GetValue<int>() - 1;
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        });

        var json = (await lying.RunWithInputAsync(words, Tip("read"))).Succeeds();
        var plain = (await lying.RunWithInputAsync(words, "tip", "read", "--server", WhistleServer.Origin)).Succeeds();

        var vouched = json.Json.GetProperty("vouchedBy");
        Assert.Equal(("server", "server"), (vouched.GetProperty("received").GetString(), vouched.GetProperty("acknowledged").GetString()));
        Assert.Contains("Received 2026-03-03, as promised; the server now says 2026-03-02.", plain.Output, StringComparison.Ordinal);
        Assert.Contains("The server says it was done on 2026-03-04; NO letter", plain.Output, StringComparison.Ordinal);
    }

    private string[] New(params string[] more) =>
    [
        "tip", "new", "--server", WhistleServer.Origin, "--json", "--root", _root, "--message", _terminal.Write("message", "The tests are not run."),
        "--answers", _terminal.Write("answers.json", """{"relation": "witnessed", "title": "Valve tests"}"""), .. more,
    ];

    /// <summary>The version after the current one, signed by the root holders, which the server itself never published.</summary>
    private async Task<byte[]> NextAsync(Func<DirectoryVersion, DirectoryVersion> change)
    {
        var current = await _server.CurrentDirectoryAsync();
        var text = change(current.Version with { Version = current.Version.Version + 1, Previous = current.Hash }).ToText();
        return Encoding.UTF8.GetBytes($"{text}\n{string.Join('\n', _server.RootSignatures(text, 1))}\n");
    }
}
