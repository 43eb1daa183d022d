using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Browser.Tests.Job;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Tests;

namespace Whistle.Browser.Tests.Log;

/// <summary>A source comes back with the words, and between the page and the portal stands somebody who lies about the log.</summary>
[Collection<LogTests>]
public sealed class SourceLogTests(BrowserFixture browser, ServerFixture server, LogWorld world) : BrowserTests(browser, server)
{
    private const string Mailbox = "/api/source/mailbox";
    private const string UnreadableMirror = "(blocked by CORS|Failed to load resource|ERR_FAILED|404)";

    [Fact]
    public async Task The_page_names_the_witness_and_the_day_and_looks_right()
    {
        var source = await ComeBackAsync((_, honest) => honest);

        await source.SeesAsync(source.Texts["log.logged"]);
        await source.SeesAsync(Witnessed(source));
        await source.SeesAsync(source.Texts["log.mirror.note", ("host", world.MirrorHost)]);
        await source.Visitor.JudgeAsync("source-log-witnessed");
        Assert.DoesNotContain(await source.Visitor.RequestsAsync(), r => r.Url.Contains(world.MirrorHost, StringComparison.Ordinal));
    }

    /// <summary>What a portal can do to a report that is in its log, and what the page calls it.</summary>
    public static TheoryData<string, string> Lies => new()
    {
        { "changes an entry", "log-proof-wrong" },
        { "changes a tile", "log-proof-wrong" },
        { "keeps a bundle of entries back", "log-proof-wrong" },
        { "signs another root", "log-proof-wrong" },
        { "signs with another key", "log-proof-wrong" },
        { "proves one leaf by the other's proof", "log-proof-wrong" },
        { "keeps a message of the team back", "log-withheld" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task A_lie_about_the_log_is_told_in_plain_words_and_the_evidence_has_no_words_in_it(string lie, string code)
    {
        using var stranger = SigningKey.Generate(Randomness.System);
        // The log has a message that the portal never gives out.
        var act = Leaves.Act(world.Tip.Keys.ContentBlind.Span, 1).ToBytes();
        var honestEntries = await world.ForgeAsync(e => e);
        var withAct = await world.ForgeAsync(entries => [.. entries, act]);
        var strangers = await world.ForgeAsync(e => e, stranger);
        var source = await ComeBackAsync((path, honest) => (lie, path) switch
        {
            ("changes an entry", _) when path.StartsWith("/log/tile/entries/", StringComparison.Ordinal) => Bent(honest!),
            ("changes a tile", _) when path.StartsWith("/log/tile/1/", StringComparison.Ordinal) => Bent(honest!, first: true),
            ("keeps a bundle of entries back", _) when path.StartsWith("/log/tile/entries/", StringComparison.Ordinal) => null,
            ("signs another root", Mailbox) => Proving(honest!, strangers, only: 1),
            ("signs with another key", Mailbox) => Proving(honest!, strangers),
            ("proves one leaf by the other's proof", Mailbox) => Edit(honest!, Swap),
            ("keeps a message of the team back", Mailbox) => Proving(honest!, withAct),
            ("keeps a message of the team back", _) => Log(withAct, path, honest),
            _ => honest,
        }, expected: lie is "keeps a bundle of entries back" ? "404" : null);

        await AccusesAsync(source, code);
    }

    [Fact]
    public async Task A_promise_whose_day_is_over_is_broken_and_one_whose_day_is_not_waits()
    {
        var late = await ComeBackAsync(WithoutProofs, TimeSpan.FromDays(3));
        await AccusesAsync(late, "log-promise-broken");

        var early = await ComeBackAsync(WithoutProofs);
        await Assertions.Expect(early.Page.GetByText(early.Texts["log.waiting"].Split('{')[0])).ToBeVisibleAsync();

        static byte[]? WithoutProofs(string path, byte[]? honest) => path is Mailbox ? Edit(honest!, json => json["proofs"] = new JsonArray()) : honest;
    }

    [Fact]
    public async Task An_answer_whose_leaf_is_not_in_the_log_is_missed_once_its_days_are_over()
    {
        using var tip = await world.Server.SubmitTipAsync(world.Portal);
        await world.AnswerAsync(tip, Hash32.Of("not the leaf of this answer"u8));
        using var honest = await world.Server.SubmitTipAsync(world.Portal);
        await world.AnswerAsync(honest, Leaves.Act(honest.Keys.ContentBlind.Span, 1));
        await world.GrowAsync();

        var early = await ComeBackAsync((_, told) => told, words: string.Join(' ', tip.Receipt.ToWords()));
        await early.SeesAsync(early.Texts["log.logged"]);
        var late = await ComeBackAsync((_, told) => told, TimeSpan.FromDays(3), words: string.Join(' ', tip.Receipt.ToWords()));
        await AccusesAsync(late, "log-act-missing");
        var other = await ComeBackAsync((_, told) => told, TimeSpan.FromDays(3), words: string.Join(' ', honest.Receipt.ToWords()));
        await other.SeesAsync(other.Texts["log.logged"]);
        await other.SeesAsync("Thank you. We look into it.");
    }

    [Fact]
    public async Task A_log_that_goes_on_under_a_new_key_is_still_the_log()
    {
        var first = new WhistleServer(("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"));
        var portal = await first.OpenPortalAsync();
        using var tip = await first.SubmitTipAsync(portal);
        await first.RunLogAsync();
        Assert.Equal(0, (await ServerChild.RunAsync("new-log-key", first.DataFolder)).Exit);
        await using var second = await first.RestartAsync();
        var admin = new WhistleServer.Account(portal.Admin) { Http = second.Browser() };
        Assert.Equal(System.Net.HttpStatusCode.OK, (await second.SignInAsync(admin)).StatusCode);
        await second.PublishDirectoryAsync(admin);
        await second.RunLogAsync();
        var visitor = await OpenAsync(View.Phone, new Uri(WhistleServer.Origin));
        await LogWorld.StandBetweenAsync(second, visitor.Context, (_, told) => told);
        var source = new SourcePerson(visitor);

        await source.ComeBackAsync(string.Join(' ', tip.Receipt.ToWords()));

        await source.SeesAsync(source.Texts["log.logged"]);
        Assert.NotEqual(portal.Directory.Version.Log, (await second.CurrentDirectoryAsync()).Version.Log);
    }

    [Fact]
    public async Task The_promise_of_another_report_is_no_promise_of_this_one()
    {
        using var other = await world.Server.SubmitTipAsync(world.Portal);
        using var mailbox = await world.Server.ReturnAsync(other);
        var foreign = (string)JsonNode.Parse(await mailbox.GetStringAsync(Mailbox, TestContext.Current.CancellationToken))!["promise"]!;

        var source = await ComeBackAsync((path, honest) => path is Mailbox ? Edit(honest!, json => json["promise"] = foreign) : honest);

        await source.SeesAsync(source.Texts["return.state"]);
    }

    /// <summary>What is not a fresh cosignature of the witness that root holders named.</summary>
    public static TheoryData<string> NotWitnessed => [
        "the witness was down", "a stranger cosigned under its name", "it cosigned another head", "it cosigned nine days ago", "it cosigned what lies ahead"];

    [Theory]
    [MemberData(nameof(NotWitnessed))]
    public async Task Without_the_word_of_the_witness_of_today_only_the_organisation_vouches(string why)
    {
        using var stranger = SigningKey.Generate(Randomness.System);
        var skew = why switch { "it cosigned nine days ago" => TimeSpan.FromDays(9), "it cosigned what lies ahead" => TimeSpan.FromDays(-3), _ => TimeSpan.Zero };
        var earlier = (await world.Server.CosignaturesAsync())[^2];
        var source = await ComeBackAsync((path, honest) => path is not Mailbox ? honest : Edit(honest!, json =>
        {
            foreach (var proof in json["proofs"]!.AsArray())
            {
                Assert.True(InclusionProof.TryParse(Encoding.UTF8.GetBytes((string)proof!["proof"]!), out var read));
                var note = SignedNote.FromText(read.Checkpoint.Text);
                note = read.Checkpoint.Signatures.Where(s => !s.IsBy(RunningWitness.OwnKey)).Aggregate(note, (n, line) => n.With(line));
                note = why switch
                {
                    "the witness was down" => note,
                    "a stranger cosigned under its name" => note.With(Cosignature.Sign(note, RunningWitness.OwnKey.Name, stranger, world.Now.ToUnixTimeSeconds())),
                    "it cosigned another head" => note.With(earlier),
                    _ => read.Checkpoint,
                };
                proof["proof"] = Encoding.UTF8.GetString(new InclusionProof(read.Index, read.Hashes, note).ToBytes());
            }
        }), skew);

        await source.SeesAsync(source.Texts["log.logged"]);
        await source.SeesAsync(source.Texts["log.unmet"]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task A_clock_that_is_wrong_by_a_little_accuses_nobody(int days)
    {
        var source = await ComeBackAsync((_, honest) => honest, TimeSpan.FromDays(days));

        await source.SeesAsync(source.Texts["log.logged"]);
        await source.SeesAsync(Witnessed(source));
    }

    /// <summary>One of two clients is shown a log of its own; no witness cosigned it, and the mirror has the other.</summary>
    [Fact]
    public async Task A_log_that_is_shown_to_one_client_alone_is_not_witnessed_and_the_copy_gives_it_away()
    {
        await world.CopyAsync();
        var fork = await world.ForgeAsync(entries => entries.Select((e, i) => i == 7 ? Hash32.Of("another"u8).ToBytes() : e));
        var deceived = await ComeBackAsync((path, honest) => path is Mailbox ? Proving(honest!, fork) : Log(fork, path, honest));
        await deceived.SeesAsync(deceived.Texts["log.unmet"]);
        await deceived.PressAsync("log.mirror");
        await AccusesAsync(deceived, "log-fork", hasPromise: false);
        await deceived.Visitor.JudgeAsync("source-log-fork");

        var other = await ComeBackAsync((_, honest) => honest);
        await other.SeesAsync(Witnessed(other));
        await other.PressAsync("log.mirror");
        await other.SeesAsync(other.Texts["log.mirror.same", ("host", world.MirrorHost)]);
    }

    [Fact]
    public async Task An_old_head_that_hides_a_message_is_caught_by_the_copy()
    {
        var tip = world.Tip;
        using var fresh = await world.Server.SubmitTipAsync(world.Portal);
        await world.GrowAsync();
        var old = await world.ForgeAsync(e => e);
        await world.Server.LetWaitAsync([Leaves.Act(fresh.Keys.ContentBlind.Span, 1).ToBytes()], Day.Of(world.Now));
        await world.GrowAsync();
        await world.CopyAsync();
        Assert.NotSame(tip, fresh);

        var source = await ComeBackAsync(
            (path, honest) => path is Mailbox ? Proving(honest!, old) : Log(old, path, honest), words: string.Join(' ', fresh.Receipt.ToWords()));
        await source.SeesAsync(source.Texts["log.logged"]);
        await source.PressAsync("log.mirror");

        await AccusesAsync(source, "log-withheld");
    }

    [Fact]
    public async Task A_copy_that_cannot_be_read_accuses_nobody()
    {
        var source = await ComeBackAsync((_, honest) => honest, expected: UnreadableMirror);
        await source.SeesAsync(source.Texts["log.logged"]);
        await source.Page.RouteAsync(world.Mirror.Urls.First() + "/**", route => route.AbortAsync());
        await source.PressAsync("log.mirror");

        await source.SeesAsync(source.Texts["log.mirror.unread", ("host", world.MirrorHost)]);

        Assert.Equal(0, await source.Page.GetByText(source.Texts["log.broken"]).CountAsync());
        await source.Page.UnrouteAllAsync();
        await world.CopyAsync();
        await source.PressAsync("log.mirror");
        await source.SeesAsync(source.Texts["log.mirror.same", ("host", world.MirrorHost)]);
    }

    private async Task<SourcePerson> ComeBackAsync(Func<string, byte[]?, byte[]?> lies, TimeSpan skew = default, string? expected = null, string? words = null)
    {
        var visitor = await OpenAsync(View.Phone, new Uri(WhistleServer.Origin));
        if (expected is not null)
            visitor.ExpectComplaint(expected);
        await world.StandBetweenAsync(visitor.Context, lies, skew);
        var source = new SourcePerson(visitor);
        await source.ComeBackAsync(words ?? world.Words);
        return source;
    }

    private string Witnessed(SourcePerson source) => source.Texts["log.witnessed", ("names", LogWorld.Union), ("date", "")].TrimEnd('.').TrimEnd();

    private async Task AccusesAsync(SourcePerson source, string code, bool hasPromise = true)
    {
        await source.SeesAsync(source.Texts["log.broken"]);
        await source.SeesAsync(source.Texts["log.fault." + code]);
        var saving = await source.Page.RunAndWaitForDownloadAsync(() => source.PressAsync("log.broken.save"));
        await using var stream = await saving.CreateReadStreamAsync();
        using var reader = new StreamReader(stream);
        var evidence = JsonNode.Parse(await reader.ReadToEndAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(code, (string?)evidence["kind"]);
        Assert.Equal(hasPromise, evidence["promise"] is not null);
        Assert.Empty(new Secrets.Search(Secrets.Words(world.Words.Split(' '))).In(Encoding.UTF8.GetBytes(evidence.ToJsonString())));
    }

    private static byte[]? Log(ForgedLog forged, string path, byte[]? honest) =>
        path.StartsWith("/log/", StringComparison.Ordinal) ? forged.Answer(path) : honest;

    private static byte[] Bent(byte[] bytes, bool first = false)
    {
        var bent = (byte[])bytes.Clone();
        bent[first ? 0 : ^1] ^= 1;
        return bent;
    }

    private static byte[] Proving(byte[] mailbox, ForgedLog forged, int? only = null) => Edit(mailbox, json =>
    {
        foreach (var (i, proof) in json["proofs"]!.AsArray().Index())
        {
            if (only is null || only == i)
                proof!["proof"] = forged.Proof(Convert.FromHexString((string)proof["leaf"]!));
        }
    });

    private static void Swap(JsonObject json)
    {
        var proofs = json["proofs"]!.AsArray();
        var (first, second) = ((string)proofs[0]!["proof"]!, (string)proofs[1]!["proof"]!);
        (proofs[0]!["proof"], proofs[1]!["proof"]) = (second, first);
    }

    private static byte[] Edit(byte[] bytes, Action<JsonObject> edit)
    {
        var json = JsonNode.Parse(bytes)!.AsObject();
        edit(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
