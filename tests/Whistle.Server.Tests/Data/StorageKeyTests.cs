using System.Net;
using System.Net.Http.Json;
using Microsoft.Data.Sqlite;
using Whistle.Protocol.Intake;

namespace Whistle.Server.Tests.Data;

/// <summary>Who can touch a storage key, and that none stays behind (DESIGN 5).</summary>
public sealed class StorageKeyTests
{
    [Fact]
    public async Task An_upload_named_like_a_case_leaves_the_case_its_key()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        using var stranger = server.Source();

        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(stranger, tip.Manifest.Case.Value)).StatusCode);

        using var source = await server.ReturnAsync(tip);
        Assert.Equal(HttpStatusCode.OK, (await source.GetAsync("/api/source/mailbox")).StatusCode);
    }

    [Fact]
    public async Task A_case_named_like_an_upload_leaves_the_upload_its_key()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal);
        var upload = tip.Manifest.Case.Value;
        using var source = server.Source();
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(source, upload)).StatusCode);
        var before = Owners(server);

        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);

        Assert.NotEmpty(before);
        Assert.Subset(Owners(server), before);
        Assert.Equal(before.Count + 1, Owners(server).Count);
    }

    [Fact]
    public async Task A_key_that_a_crash_left_without_its_row_is_gone_after_the_night_and_the_others_stay()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        using var stranger = server.Source();
        Assert.Equal(HttpStatusCode.Created, (await AnnounceAsync(stranger, Id128.New(Randomness.System))).StatusCode);
        var needed = Owners(server);
        using (var store = Store(server))
        using (var leave = store.CreateCommand())
        {
            leave.CommandText = "INSERT INTO StorageKeys (Owner, Wrapped) VALUES (zeroblob(17), zeroblob(60))";
            Assert.Equal(1, leave.ExecuteNonQuery());
        }

        server.Clock.Advance(TimeSpan.FromDays(1));
        await server.EndNightAsync();

        Assert.Equal(2, needed.Count);
        Assert.Equal(needed, Owners(server));

        server.Clock.Advance(TimeSpan.FromDays(60));
        await server.EndNightAsync();

        Assert.Single(Owners(server));
        using var source = await server.ReturnAsync(tip);
        Assert.Equal(HttpStatusCode.OK, (await source.GetAsync("/api/source/mailbox")).StatusCode);
    }

    [Fact]
    public async Task What_is_on_the_disk_does_not_name_the_blob_of_a_tip()
    {
        using var server = WhistleServer.WithQuickBatches();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        using var copy = new TemporaryCopy(server);

        var files = Directory.GetFiles(copy.Folder, "*", SearchOption.AllDirectories).Select(f => File.ReadAllBytes(f)).ToList();

        Assert.Contains(files, f => f.AsSpan().IndexOf(tip.Manifest.Case.ToBytes()) >= 0);
        Assert.All((Hash32[])[tip.Manifest.KeyBlob, tip.Manifest.Sheet], hash => Assert.DoesNotContain(files, f =>
            f.AsSpan().IndexOf(hash.ToBytes()) >= 0 || f.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(hash.ToString())) >= 0));
    }

    private static async Task<HttpResponseMessage> AnnounceAsync(HttpClient source, Id128 id)
    {
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        var work = ProofOfWork.Solve(nonce, id.ToBytes(), bits);
        return await source.PostAsJsonAsync("/api/source/uploads", new
        {
            id = id.ToString(),
            size = 1000,
            nonce = StrictBase64Url.Encode(nonce),
            counter = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
    }

    private static HashSet<string> Owners(WhistleServer server)
    {
        using var store = Store(server);
        using var all = store.CreateCommand();
        all.CommandText = "SELECT hex(Owner) || hex(Wrapped) FROM StorageKeys";
        using var rows = all.ExecuteReader();
        var owners = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read())
            owners.Add(rows.GetString(0));
        return owners;
    }

    private static SqliteConnection Store(WhistleServer server)
    {
        var store = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = server.KeyStore, Pooling = false }.ToString());
        store.Open();
        return store;
    }

    private sealed class TemporaryCopy : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("whistle-copy");

        public TemporaryCopy(WhistleServer server) => server.CopyDataTo(Folder);

        public string Folder => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
