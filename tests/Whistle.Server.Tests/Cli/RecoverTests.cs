using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;
using Whistle.Server.Jobs;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Cli;

/// <summary>Cases whose every reader has left (SPEC 11.1), from the splitting of the identity to the file for one person.</summary>
public sealed class RecoverTests
{
    [Fact]
    public async Task The_holders_give_what_recovery_opens_to_a_reader_whom_the_source_did_not_leave_out()
    {
        using var world = await World.MakeAsync();
        using var open = await world.TipAsync();
        using var unticked = await world.TipAsync(excludesRecovery: true);
        using var leftOut = await world.TipAsync(world.Newcomer.Id);
        await world.Server.RunBatchAsync();
        var stream = world.Terminal.Path("stream.bin");
        await File.WriteAllBytesAsync(stream, await world.StreamAsync(), TestContext.Current.CancellationToken);
        var split = (await world.Terminal.RunAsync(["keys", "split", "--json", "--identity", world.IdentityFile, "--threshold", "2", "--shares", "3", "--out", world.Terminal.Path("pieces")])).Succeeds();
        Assert.Equal(ReaderRef.FingerprintOf(world.Recovery.Recipient).ToString(), split.Field("fingerprint"));
        var pieces = Directory.GetFiles(world.Terminal.Path("pieces")).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(3, pieces.Count);
        Assert.All(pieces, p => Assert.DoesNotContain(world.Recovery.ExportString(), File.ReadAllText(p), StringComparison.Ordinal));

        // One holder alone opens nothing, and nothing is asked of the server.
        (await world.RecoverAsync([pieces[0]], stream, "Nora New")).Fails(1, "shares-too-few");
        var read = (await world.RecoverAsync([pieces[2], pieces[0]], stream, "nora new")).Succeeds();

        Assert.Equal((2, 1, 1, 0, 0), (Number(read, "opened"), Number(read, "given"), Number(read, "leftOut"), Number(read, "gone"), Number(read, "doubtful")));
        Assert.True(Number(read, "tried") >= 3);
        var file = await File.ReadAllBytesAsync(world.Out, TestContext.Current.CancellationToken);
        var given = RecoveredCases.Open(file, world.Newcomer.Id, world.Newcomer.Identity!).Require();
        using var key = CaseKey.TryParse(Assert.Single(given.Keys));
        Assert.Equal(open.Manifest.Case, key!.Id);
        Assert.Equal("seal-not-for-you", RecoveredCases.Open(file, world.Lead.Id, world.Lead.Identity!).Code);
        Assert.DoesNotContain("Falsified", read.Output, StringComparison.Ordinal);

        // The person claims it as any case, and its history says what the holders did.
        Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(world.Newcomer, key, "claim")).StatusCode);
        var history = (await world.Newcomer.Http.GetFromJsonAsync<JsonElement>($"/api/desk/cases/{key.Id}", TestContext.Current.CancellationToken)).GetProperty("history");
        var act = Assert.Single(history.EnumerateArray(), h => h.GetProperty("act").GetString() is "case.recovery-read");
        Assert.False(act.TryGetProperty("actor", out _));
        (await world.RecoverAsync([pieces[2], pieces[0]], stream, "Nora New")).Fails(1, "file-exists");
    }

    [Fact]
    public async Task What_does_not_fit_is_told_before_anything_is_opened()
    {
        using var world = await World.MakeAsync();
        using var tip = await world.TipAsync();
        await world.Server.RunBatchAsync();
        var stream = world.Terminal.Path("stream.bin");
        var bytes = await world.StreamAsync();
        await File.WriteAllBytesAsync(stream, bytes, TestContext.Current.CancellationToken);
        (await world.Terminal.RunAsync(["keys", "split", "--identity", world.IdentityFile, "--threshold", "2", "--shares", "2", "--out", world.Terminal.Path("pieces")])).Succeeds();
        var pieces = Directory.GetFiles(world.Terminal.Path("pieces")).Order(StringComparer.Ordinal).ToList();
        var slip = (await File.ReadAllTextAsync(pieces[0], TestContext.Current.CancellationToken)).Trim();
        var mistyped = world.Terminal.Write("slip.txt", slip[..^1] + (slip[^1] is '0' ? '1' : '0'));
        var cut = world.Terminal.Path("cut.bin");
        await File.WriteAllBytesAsync(cut, bytes[..^1], TestContext.Current.CancellationToken);

        (await world.RecoverAsync([mistyped, pieces[1]], stream, "Nora New")).Fails(1, "share-mistyped");
        (await world.RecoverAsync([pieces[0], pieces[0]], stream, "Nora New")).Fails(1, "share-twice");
        (await world.RecoverAsync([world.IdentityFile, pieces[0]], stream, "Nora New")).Fails(1, "share-malformed");
        (await world.RecoverAsync(pieces, cut, "Nora New")).Fails(1, "stream-malformed");
        (await world.RecoverAsync(pieces, stream, "Nobody Here")).Fails(1, "person-unknown");
        (await world.RecoverAsync(pieces, stream, "Olga Outside")).Fails(1, "person-unfit"); // reads another channel
        (await world.RecoverAsync(pieces, stream, "Nora New", channel: "Nothing")).Fails(1, "channel-unknown");
        (await world.Terminal.RunAsync(["keys", "split", "--json", "--identity", world.IdentityFile, "--threshold", "1", "--shares", "2", "--out", world.Terminal.Path("one")])).Fails(2, "threshold-wrong");
        Assert.False(File.Exists(world.Out));

        // A case that was deleted since is counted, and no file is made of nothing.
        await world.Server.KeepUntilAsync(tip.Manifest.Case, Day.Of(world.Server.Clock.GetUtcNow()));
        world.Server.Clock.Advance(TimeSpan.FromDays(2));
        await world.Server.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);
        var gone = await world.RecoverAsync(pieces, stream, "Nora New");
        Assert.Equal(1, gone.ExitCode);
        Assert.Equal((1, 0), (Number(gone, "gone"), Number(gone, "given")));
        Assert.False(File.Exists(world.Out));
    }

    [Fact]
    public async Task A_case_of_another_channel_is_not_given_to_somebody_whom_its_source_was_not_shown()
    {
        using var world = await World.MakeAsync();
        using var tip = await world.TipAsync(channel: world.Other);
        await world.Server.RunBatchAsync();
        var stream = world.Terminal.Path("stream.bin");
        await File.WriteAllBytesAsync(stream, await world.StreamAsync(world.Other, world.Lead), TestContext.Current.CancellationToken);
        (await world.Terminal.RunAsync(["keys", "split", "--identity", world.IdentityFile, "--threshold", "2", "--shares", "2", "--out", world.Terminal.Path("pieces")])).Succeeds();
        var pieces = Directory.GetFiles(world.Terminal.Path("pieces")).Order(StringComparer.Ordinal).ToList();
        var refused = await world.RecoverAsync(pieces, stream, "Nora New");
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal((1, 1, 0), (Number(refused, "opened"), Number(refused, "doubtful"), Number(refused, "given")));
        Assert.False(File.Exists(world.Out));
    }

    [Fact]
    public async Task A_recovery_identity_that_was_used_is_replaced_by_the_next_version_that_root_holders_sign()
    {
        using var world = await World.MakeAsync();
        using var next = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        var body = new { recipient = next.Recipient.ToString(), threshold = 2, holders = new[] { "H. Four", "H. Five" }.Select(name => new { name, place = "inside" }).ToArray() };

        foreach (var person in new[] { world.Lead, world.Newcomer })
            Assert.Equal(HttpStatusCode.NotFound, (await person.Http.PutAsJsonAsync("/api/desk/recovery", body, TestContext.Current.CancellationToken)).StatusCode);
        foreach (var wrong in new object[] { body with { threshold = 3 }, body with { threshold = 1 }, body with { recipient = "age1pq1" }, body with { holders = [.. body.holders[..1]] } })
            Assert.Equal(HttpStatusCode.BadRequest, (await world.Admin.Http.PutAsJsonAsync("/api/desk/recovery", wrong, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Admin.Http.PutAsJsonAsync("/api/desk/recovery", body, TestContext.Current.CancellationToken)).StatusCode);
        // An admin alone changes nothing for a source.
        Assert.Equal(world.Recovery.Recipient, (await world.Server.CurrentDirectoryAsync()).Version.Recovery!.Recipient);
        await world.Server.PublishDirectoryAsync(world.Admin);
        var recovery = (await world.Server.CurrentDirectoryAsync()).Version.Recovery!;
        Assert.Equal((next.Recipient, 2), (recovery.Recipient, recovery.Threshold));
        Assert.Equal(["H. Four", "H. Five"], recovery.Holders.Select(h => h.Name));
        Assert.Equal(world.Directory.Root, (await world.Server.CurrentDirectoryAsync()).Root);
    }

    [Fact]
    public async Task Nobody_reads_a_first_letter_without_the_key_of_its_case()
    {
        using var world = await World.MakeAsync();
        using var tip = await world.TipAsync();
        await world.Server.RunBatchAsync();
        using var source = world.Server.Source();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(world.Lead, world.Channel));
        using var other = CaseKey.Generate(Randomness.System);

        var never = await (await AskAsync(other.Id, other)).WholeAsync();
        Assert.Equal(never, await (await AskAsync(key.Id, other)).WholeAsync());
        Assert.Equal(never, await (await AskAsync(key.Id, key, "http://elsewhere.example")).WholeAsync());
        // Everybody who ever was among the readers has the key: without the recovery identity it opens nothing here.
        Assert.Equal(never, await (await AskAsync(key.Id, key, secret: new byte[32])).WholeAsync());
        Assert.Equal(never, await (await AskAsync(key.Id, key, secret: [])).WholeAsync());
        var earlier = await ChallengeAsync();
        Assert.Equal(never, await (await AskAsync(key.Id, key, secret: earlier.Secret)).WholeAsync());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(key.Id, key, challenge: earlier)).StatusCode);
        Assert.Equal(never, await (await AskAsync(key.Id, key, challenge: earlier)).WholeAsync());
        using var stranger = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        Assert.Equal(HttpStatusCode.NotFound, (await source.PostAsJsonAsync("/api/source/recovery/challenge", new { recovery = ReaderRef.FingerprintOf(stranger.Recipient) }, TestContext.Current.CancellationToken)).StatusCode);

        async Task<HttpResponseMessage> AskAsync(
            CaseId about, CaseKey signer, string origin = WhistleServer.Origin, (byte[] Nonce, byte[] Secret)? challenge = null, byte[]? secret = null)
        {
            var (nonce, given) = challenge ?? await ChallengeAsync();
            return await source.PostAsJsonAsync("/api/source/recovery", new
            {
                @case = about.ToString(),
                recovery = ReaderRef.FingerprintOf(world.Recovery.Recipient),
                nonce = StrictBase64Url.Encode(nonce),
                secret = StrictBase64Url.Encode(secret ?? given),
                signature = StrictBase64Url.Encode(signer.Access.Sign(PossessionProofs.Recovery(origin, about, nonce))),
            });
        }

        async Task<(byte[] Nonce, byte[] Secret)> ChallengeAsync()
        {
            var answer = await source.PostAsJsonAsync("/api/source/recovery/challenge", new { recovery = ReaderRef.FingerprintOf(world.Recovery.Recipient) });
            var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
            return (WhistleServer.Bytes(json.GetProperty("nonce")), AgeFile.Decrypt(WhistleServer.Bytes(json.GetProperty("sealed")), world.Recovery).Value!);
        }
    }

    /// <summary>Resolves the signed origin to the test server's port, as a hosts file would.</summary>
    private sealed class Route(Uri address) : DelegatingHandler(Whistle.Cli.Http.Connection.Handler(null))
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal(WhistleServer.Origin, request.RequestUri!.GetLeftPart(UriPartial.Authority));
            request.RequestUri = new Uri(address, request.RequestUri.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private static int Number(CliResult result, string name) => result.Json.GetProperty(name).GetInt32();

    private sealed class World : IDisposable
    {
        public required WhistleServer Server { get; init; }

        public required CliTerminal Terminal { get; init; }

        public required WhistleServer.Account Admin { get; init; }

        public required WhistleServer.Account Lead { get; init; }

        public required WhistleServer.Account Newcomer { get; init; }

        public required ChannelId Channel { get; init; }

        public ChannelId Other { get; init; }

        public required HybridIdentity Recovery { get; init; }

        public required VerifiedDirectory Directory { get; init; }

        public string IdentityFile => Terminal.Write("recovery.key", Recovery.ExportString() + "\n");

        public string Out => Terminal.Path("recovered.age");

        public static async Task<World> MakeAsync()
        {
            var server = new WhistleServer(("KeyDelayHours", "0"), ("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"))
            {
                Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
            };
            var recovery = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
            var admin = await server.SetUpAsync(recovery: recovery.Recipient);
            var lead = await server.JoinAsync(admin, Role.Lead, "Lena Lead");
            var newcomer = await server.JoinAsync(admin, Role.Reviewer, "Nora New");
            var outside = await server.JoinAsync(admin, Role.Reviewer, "Olga Outside");
            var channel = await WhistleServer.DraftChannelAsync(admin, [lead.Id, newcomer.Id], name: "Ethics", offersRecovery: true);
            var other = await WhistleServer.DraftChannelAsync(admin, [lead.Id, outside.Id], name: "Other", offersRecovery: true);
            await server.PublishDirectoryAsync(admin);
            return new World
            {
                Server = server,
                Terminal = new CliTerminal(server.Clock, () => new Route(server.Source().BaseAddress!)),
                Admin = admin,
                Lead = lead,
                Newcomer = newcomer,
                Channel = channel,
                Other = other,
                Recovery = recovery,
                Directory = await server.CurrentDirectoryAsync(),
            };
        }

        public async Task<SealedTip> TipAsync(PersonId? excluded = null, bool excludesRecovery = false, ChannelId? channel = null)
        {
            var tip = (await TipSealer.SealAsync(
                new TipRequest
                {
                    Directory = Directory,
                    Channel = channel ?? Channel,
                    Origin = WhistleServer.Origin,
                    Today = Day.Of(Server.Clock.GetUtcNow()),
                    Lang = "en",
                    Title = "Falsified safety tests",
                    Text = "The tests of March were never run.",
                    Excluded = excluded is { } person ? [person] : [],
                    ExcludesRecovery = excludesRecovery,
                },
                Randomness.System)).Require();
            using var source = Server.Source();
            Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await Server.BodyOfAsync(tip))).StatusCode);
            return tip;
        }

        /// <summary>As the desk saves it.</summary>
        public async Task<byte[]> StreamAsync(ChannelId? channel = null, WhistleServer.Account? by = null)
        {
            using var all = new MemoryStream();
            long after = 0;
            while (true)
            {
                var page = await (by ?? Newcomer).Http.GetByteArrayAsync($"/api/desk/channels/{channel ?? Channel}/stream?after={after}");
                var count = (int)BinaryPrimitives.ReadUInt32BigEndian(page);
                if (count == 0)
                    return all.ToArray();
                all.Write(page);
                after = (long)BinaryPrimitives.ReadUInt64BigEndian(page.AsSpan(4 + ((count - 1) * (8 + WireLengths.Blob))));
            }
        }

        public Task<CliResult> RecoverAsync(IReadOnlyList<string> pieces, string stream, string to, string channel = "ethics") => Terminal.RunAsync(
        [
            "recover", "--json", "--server", WhistleServer.Origin, "--root", Directory.Root.ToString(), "--share", .. pieces,
            "--stream", stream, "--channel", channel, "--to", to, "--out", Out,
        ]);

        public void Dispose()
        {
            Terminal.Dispose();
            Recovery.Dispose();
            Server.Dispose();
        }
    }
}
