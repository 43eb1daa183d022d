using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;
using Whistle.Cli.Logs;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Tips;
using Whistle.Server.Jobs;
using Whistle.Server.People;
using Whistle.Server.Tests;

namespace Whistle.Browser.Tests.Log;

/// <summary>Its tests come one after the other: there is one log, and it grows.</summary>
[CollectionDefinition]
public sealed class LogTests : ICollectionFixture<LogWorld>;

/// <summary>
/// A portal whose log a union witnesses and somebody else mirrors, with one report in it. Browsers reach it through
/// somebody in between, who may change whatever they are told. Time stands still until a test moves it.
/// </summary>
public sealed class LogWorld : IAsyncLifetime
{
    /// <summary>What root holders call the witness.</summary>
    public const string Union = "union";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-mirror");
    private readonly string _policy = Path.GetTempFileName();
    private RunningWitness? _witness;

    internal WebApplication Mirror { get; private set; } = null!;

    internal string MirrorHost => new Uri(Mirror.Urls.First()).Authority;

    internal WhistleServer Server { get; private set; } = null!;

    internal WhistleServer.Portal Portal { get; private set; } = null!;

    internal SealedTip Tip { get; private set; } = null!;

    internal string Words => string.Join(' ', Tip.Receipt.ToWords());

    internal DateTimeOffset Now => Server.Clock.GetUtcNow();

    internal PersonId Auditor { get; private set; }

    /// <summary>The log before the last interval, as its operator can sign it.</summary>
    internal ForgedLog Earlier { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Mirror = MirrorRun.Build(new MirrorFolder(_folder.FullName), "http://127.0.0.1:0");
        await Mirror.StartAsync();
        await File.WriteAllTextAsync(_policy, $"witness {Union} {RunningWitness.OwnKey} {RunningWitness.Address(0)}\nquorum {Union}\n");
        Server = new WhistleServer(
            ("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"), ("KeyDelayHours", "0"), ("Mirror", Mirror.Urls.First()), ("WitnessPolicy", _policy))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };
        Portal = await Server.OpenPortalAsync();
        Auditor = (await Server.JoinAsync(Portal.Admin, Role.Auditor, "A. Auditor")).Id;
        _witness = await RunningWitness.StartAsync(Portal.Directory.Version.Log, state: null, RunningWitness.Address(0), Server.Clock);
        await Server.LetWaitAsync(600, Day.Of(Now));
        await Server.RunLogAsync();
        Tip = await Server.SubmitTipAsync(Portal);
        await GrowAsync();
        Earlier = await ForgeAsync(entries => entries);
        await Server.LetWaitAsync(20, Day.Of(Now));
        await GrowAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Tip?.Dispose();
        if (_witness is not null)
            await _witness.DisposeAsync();
        await Mirror.DisposeAsync();
        await Server.DisposeAsync();
        File.Delete(_policy);
        _folder.Delete(recursive: true);
    }

    /// <summary>An interval ends, and the witness cosigns what came of it.</summary>
    internal async Task GrowAsync()
    {
        await Server.RunLogAsync();
        Assert.Equal(1, await Server.GatherAsync());
    }

    /// <summary>The log of now, changed as its operator likes and signed with its key: no witness cosigned it.</summary>
    internal async Task<ForgedLog> ForgeAsync(Func<List<byte[]>, IEnumerable<byte[]>> change, Protocol.Keys.SigningKey? with = null)
    {
        using var anybody = Server.Source();
        var entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, Portal));
        var (name, key) = Server.OperatorsLogKey;
        using (key)
            return new ForgedLog(name, with ?? key, [.. change(entries)]);
    }

    /// <summary>The lead answers a report, and their device leaves this behind for the log.</summary>
    internal async Task AnswerAsync(SealedTip tip, Hash32 leaf)
    {
        using var key = CaseKey.Open(tip.KeyBlob.Span, Portal.Lead.Identity!).Require();
        var claimed = await WhistleServer.ProveAsync(Portal.Lead, key, "claim");
        Assert.Equal(System.Net.HttpStatusCode.OK, claimed.StatusCode);
        var message = Message.Seal(
            new Message
            {
                Case = key.Id,
                Direction = Direction.Team,
                Seq = 1,
                Previous = Hash32.Zero,
                Seen = new Seen(1, Hash32.Of(tip.Message.Span)),
                Day = Day.Of(Now),
                Lang = "en",
                Signer = Portal.Lead.Id.ToString(),
                Directory = Portal.Directory.Hash,
                Body = new MessageBody(MessageBody.Plain, "Thank you. We look into it.", []),
                Attachments = [],
            }.Sign(Portal.Lead.Signing!, Portal.Directory.Root),
            key.Recipient, tip.Keys.Reply.Recipient, Randomness.System).Require();
        var answer = await Portal.Lead.Http.PostAsJsonAsync($"/api/desk/cases/{key.Id}/messages", new
        {
            version = JsonNode.Parse(await claimed.Content.ReadAsStringAsync())!["case"]!["version"]!.GetValue<int>(),
            seq = 1,
            ciphertext = StrictBase64Url.Encode(message),
            attachments = Array.Empty<object>(),
            counts = "none",
            leaves = new[] { leaf },
        });
        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>Copies the log to the mirror as it is now.</summary>
    internal async Task CopyAsync()
    {
        using var terminal = new CliTerminal(Server.Clock, () => new Liar(Server.Source().BaseAddress!, (_, honest) => honest));
        (await terminal.RunAsync("mirror", "--server", WhistleServer.Origin, "--root", Portal.Directory.Root.ToString(), "--folder", _folder.FullName, "--json")).Succeeds();
    }

    /// <summary>
    /// Puts somebody between a browser and the portal: <paramref name="lies"/> is given each path and what the portal said,
    /// null where it refused, and says what the page gets. The page's clock stands at the portal's time plus its skew.
    /// </summary>
    internal Task StandBetweenAsync(IBrowserContext context, Func<string, byte[]?, byte[]?> lies, TimeSpan skew = default, PersonId? signedIn = null) =>
        StandBetweenAsync(Server, context, lies, skew, signedIn);

    /// <summary>The same before another portal.</summary>
    internal static async Task StandBetweenAsync(
        WhistleServer server, IBrowserContext context, Func<string, byte[]?, byte[]?> lies, TimeSpan skew = default, PersonId? signedIn = null)
    {
        await context.Clock.SetFixedTimeAsync((server.Clock.GetUtcNow() + skew).UtcDateTime);
        await context.RouteAsync(WhistleServer.Origin + "/**", async route =>
        {
            var request = route.Request;
            var url = new Uri(request.Url);
            using var portal = server.Source();
            var isSignIn = url.AbsolutePath is "/api/desk/session" && request.Method is "POST";
            using var message = new HttpRequestMessage(isSignIn ? HttpMethod.Get : new HttpMethod(request.Method), url.PathAndQuery);
            if (!isSignIn && request.PostDataBuffer is { } body)
            {
                message.Content = new ByteArrayContent(body);
                message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.Headers["content-type"]);
            }
            if (signedIn is { } person && url.AbsolutePath.StartsWith("/api/desk/", StringComparison.Ordinal))
            {
                message.Headers.Authorization = new("Test", person.ToString());
                message.Headers.Add("X-Whistle", "desk");
            }
            else if (request.Headers.TryGetValue("authorization", out var bearer))
            {
                message.Headers.Authorization = AuthenticationHeaderValue.Parse(bearer);
            }
            using var answer = await portal.SendAsync(message);
            var honest = answer.IsSuccessStatusCode ? await answer.Content.ReadAsByteArrayAsync() : null;
            if (isSignIn)
                honest = System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["person"] = JsonNode.Parse(honest)!["person"]!.DeepClone() }.ToJsonString());
            var told = lies(url.AbsolutePath, honest);
            var status = told is not null ? (honest is null ? 200 : (int)answer.StatusCode) : honest is null ? (int)answer.StatusCode : 404;
            var headers = answer.Headers.Concat(answer.Content.Headers)
                .Where(h => h.Key is not ("Content-Length" or "Transfer-Encoding"))
                .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.Ordinal);
            await route.FulfillAsync(new() { Status = status, Headers = headers, BodyBytes = told ?? (honest is null ? await answer.Content.ReadAsByteArrayAsync() : []) });
        });
    }
}
