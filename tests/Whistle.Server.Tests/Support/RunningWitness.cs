using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Whistle.Cli.Witnesses;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Tests;

/// <summary>A witness on a port of the loopback.</summary>
internal sealed class RunningWitness(WebApplication app, Witness witness, SigningKey key, HttpClient http) : IAsyncDisposable
{
    private static readonly byte[] s_seed = [.. Enumerable.Repeat((byte)9, 32)];
    private static readonly int[] s_ports = [FreePort(), FreePort()];

    public static NoteKey OwnKey { get; } = new("union.example/witness", SigningKey.FromSeed(s_seed).Public, NoteAlgorithm.Ed25519Cosignature);

    public NoteKey Key => OwnKey;

    public static string Address(int i) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{s_ports[i]}");

    public static async Task<RunningWitness> StartAsync(NoteKey log, string? state = null, string url = "http://127.0.0.1:0", TimeProvider? clock = null)
    {
        var key = SigningKey.FromSeed(s_seed);
        var witness = new Witness(OwnKey.Name, key, [log], new WitnessStore(state ?? Directory.CreateTempSubdirectory("whistle-witness").FullName), clock ?? TimeProvider.System);
        var app = WitnessHost.Build(witness, url);
        await app.StartAsync();
        return new(app, witness, key, new HttpClient { BaseAddress = new Uri(app.Urls.Single()) });
    }

    public Task<(int Status, string Text)> AddAsync(long old, IReadOnlyList<Hash32> proof, SignedNote checkpoint) =>
        PostAsync(new AddCheckpoint(old, proof, checkpoint).ToBytes());

    public async Task<(int Status, string Text)> PostAsync(byte[] body)
    {
        using var content = new ByteArrayContent(body);
        using var answer = await http.PostAsync("/add-checkpoint", content);
        if (answer.StatusCode == HttpStatusCode.Conflict)
            Assert.Equal("text/x.tlog.size", answer.Content.Headers.ContentType!.ToString());
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task CosignsAsync(long old, IReadOnlyList<Hash32> proof, SignedNote checkpoint)
    {
        var (status, text) = await AddAsync(old, proof, checkpoint);
        Assert.Equal(200, status);
        Assert.True(NoteSignature.TryParse(text.TrimEnd('\n'), out var line));
        Assert.NotNull(Cosignature.TimeOf(checkpoint.With(line), OwnKey));
    }

    public async Task<(int Status, string Text)> GetAsync(string origin)
    {
        using var answer = await http.GetAsync($"/{Hash32.Of(Encoding.UTF8.GetBytes(origin))}/checkpoint");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        witness.Dispose();
        key.Dispose();
        http.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
