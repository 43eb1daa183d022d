using System.Net;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Log;

/// <summary>An operator replaces the log key, and nobody who knew the log before loses it.</summary>
public sealed class LogKeyTests
{
    [Fact]
    public async Task A_log_goes_on_under_a_new_key_and_everybody_can_follow()
    {
        var first = NewServer(TimeProvider.System.GetUtcNow().AddDays(-2));
        var portal = await first.OpenPortalAsync();
        using var early = await first.SubmitTipAsync(portal);
        await first.RunLogAsync();
        using var terminal = new CliTerminal(first.Clock, () => new Liar(first.Source().BaseAddress!, (_, honest) => honest));
        var state = terminal.Path("state");
        (await VerifyAsync(terminal, portal, "--state", state)).Succeeds();
        var before = portal.Directory.Version.Log;
        Assert.Contains("Call new-log-key first", (await ServerChild.RunAsync("drop-log-key", first.DataFolder)).Said, StringComparison.Ordinal);

        var (made, said) = await ServerChild.RunAsync("new-log-key", first.DataFolder);
        Assert.Equal(0, made);
        var after = Assert.Single(said.Split('\n', ' '), word => NoteKey.TryParse(word, out _));
        Assert.True(NoteKey.TryParse(after, out var next));
        Assert.Equal((before.Name, false), (next.Name, next.Equals(before)));
        Assert.Equal(1, (await ServerChild.RunAsync("new-log-key", first.DataFolder)).Exit);

        // From the next start both keys sign, what is there already too.
        var second = await first.RestartAsync();
        using var anybody = second.Source();
        Assert.True(SignedNote.TryParse(await HeadAsync(anybody), out var head));
        Assert.True(head.IsSignedBy(before) && head.IsSignedBy(next));
        Assert.Contains("does not list the next log key", (await ServerChild.RunAsync("drop-log-key", second.DataFolder)).Said, StringComparison.Ordinal);
        using var between = await second.SealTipAsync(portal);
        var promise = await (await WhistleServer.PostTipAsync(anybody, await second.BodyOfAsync(between))).Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.True(Promise.Verify(promise, before).IsOk && Promise.Verify(promise, next).IsOk);

        var admin = new WhistleServer.Account(portal.Admin) { Http = second.Browser() };
        Assert.Equal(HttpStatusCode.OK, (await second.SignInAsync(admin)).StatusCode);
        await second.PublishDirectoryAsync(admin);
        var later = portal with { Directory = await second.CurrentDirectoryAsync() };
        Assert.Equal(next, later.Directory.Version.Log);
        using var late = await second.SubmitTipAsync(later);
        await second.RunLogAsync();
        using var following = new CliTerminal(second.Clock, () => new Liar(second.Source().BaseAddress!, (_, honest) => honest));
        // What was kept was signed by the old key alone; an old directory is still enough to check the log of today.
        Assert.Equal(before, Signer(await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken), before, next));
        Assert.True((await VerifyAsync(following, portal, "--state", state)).Succeeds().Json.TryGetProperty("continues", out _));
        (await VerifyAsync(following, portal, "--directory", following.Write("old", portal.Directory.Note.ToBytes()))).Succeeds();
        foreach (var tip in new[] { early, between, late })
            Assert.Equal("logged", await FindingAsync(following, string.Join(" ", tip.Receipt.ToWords())));

        Assert.Equal((0, true), ((await ServerChild.RunAsync("drop-log-key", second.DataFolder)) is var (exit, told) ? exit : 1, told.Contains(after, StringComparison.Ordinal)));
        await using var third = await second.RestartAsync();
        await third.RunLogAsync();
        using var reader = third.Source();
        Assert.True(SignedNote.TryParse(await HeadAsync(reader), out var last));
        Assert.Equal((false, true), (last.IsSignedBy(before), last.IsSignedBy(next)));
        using var afterwards = new CliTerminal(third.Clock, () => new Liar(third.Source().BaseAddress!, (_, honest) => honest));
        Assert.True((await VerifyAsync(afterwards, portal, "--state", state)).Succeeds().Json.TryGetProperty("continues", out _));
        foreach (var tip in new[] { early, between, late })
            Assert.Equal("logged", await FindingAsync(afterwards, string.Join(" ", tip.Receipt.ToWords())));
        (await VerifyAsync(afterwards, portal, "--directory", afterwards.Write("old", portal.Directory.Note.ToBytes()))).Fails(4, "checkpoint-unsigned");
        // A witness follows where it was told of both keys, and stops where it was not.
        Assert.True(SignedNote.TryParse(await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken), out var known));
        var size = Checkpoint.Read(last.Text)!.Size;
        Assert.Equal(size, Checkpoint.Read(known.Text)!.Size);
        var asked = new AddCheckpoint(size, [], last);
        Assert.Equal(WitnessAnswer.Cosign, asked.Judge([before, next], Checkpoint.Read(known.Text)));
        Assert.Equal(WitnessAnswer.NotSigned, asked.Judge([before], Checkpoint.Read(known.Text)));
    }

    [Fact]
    public async Task The_old_key_stays_while_tips_may_still_be_sealed_under_the_directory_that_names_it()
    {
        var server = NewServer(TimeProvider.System.GetUtcNow());
        var portal = await server.OpenPortalAsync();
        Assert.Equal(0, (await ServerChild.RunAsync("new-log-key", server.DataFolder)).Exit);
        await using var next = await server.RestartAsync();
        var admin = new WhistleServer.Account(portal.Admin) { Http = next.Browser() };
        Assert.Equal(HttpStatusCode.OK, (await next.SignInAsync(admin)).StatusCode);
        await next.PublishDirectoryAsync(admin);

        var (exit, said) = await ServerChild.RunAsync("drop-log-key", next.DataFolder);

        Assert.Equal(1, exit);
        Assert.Contains("not a day old", said, StringComparison.Ordinal);
        using var tip = await next.SubmitTipAsync(portal);
    }

    private static WhistleServer NewServer(DateTimeOffset now)
    {
        var server = new WhistleServer(("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        // The verbs run in the time of the machine.
        server.Clock.SetUtcNow(now);
        return server;
    }

    private static Task<byte[]> HeadAsync(HttpClient anybody) => anybody.GetByteArrayAsync("/log/checkpoint", TestContext.Current.CancellationToken);

    private static NoteKey Signer(byte[] note, params NoteKey[] keys) =>
        SignedNote.TryParse(note, out var signed) ? Assert.Single(keys, signed.IsSignedBy) : throw new InvalidOperationException("Not a note.");

    private static Task<CliResult> VerifyAsync(CliTerminal terminal, WhistleServer.Portal portal, params string[] more) => terminal.RunAsync(
        ["verify-log", "--server", WhistleServer.Origin, "--json", "--root", portal.Directory.Root.ToString(), .. more]);

    private static async Task<string?> FindingAsync(CliTerminal terminal, string words) =>
        (await terminal.RunWithInputAsync(words, "tip", "read", "--server", WhistleServer.Origin, "--json")).Succeeds().Json.GetProperty("log").GetProperty("finding").GetString();
}
