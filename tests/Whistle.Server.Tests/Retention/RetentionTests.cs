using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Cases;
using Whistle.Server.Data;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Retention;

/// <summary>Kept as long as it may be, and then gone, backups included (Directive (EU) 2019/1937 Art. 18(1)).</summary>
public sealed class RetentionTests
{
    [Fact]
    public async Task A_closed_case_is_deleted_in_the_night_after_its_last_day_with_its_files_mailbox_and_key()
    {
        using var world = await World.MakeAsync();
        await world.CloseAsync("short");
        using (var source = await world.Server.ReturnAsync(world.Tip))
            Assert.Equal("2026-05-03", new Day((await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken)).GetProperty("case").GetProperty("keepUntil").GetInt32()).ToString());
        var trail = (await world.Server.CaseActsAsync()).Order(StringComparer.Ordinal).ToList();

        await world.NightOfAsync(new DateOnly(2026, 5, 3));
        Assert.True(await world.IsKeptAsync());
        var blobs = world.Server.BlobFiles();
        Assert.NotEmpty(blobs);
        await world.NightOfAsync(new DateOnly(2026, 5, 4));

        Assert.False(await world.IsKeptAsync());
        Assert.True(world.Server.Services.GetRequiredService<StorageKeys>().WasDestroyed(world.Tip.Manifest.Case));
        Assert.True(world.Server.Services.GetRequiredService<StorageKeys>().WasDestroyed(world.Tip.Manifest.Attachments[0].Id));
        Assert.Throws<InvalidOperationException>(() => world.Server.Services.GetRequiredService<StorageKeys>().Get(world.Tip.Manifest.Case));
        using var gone = world.Server.Source();
        Assert.Equal("words-unknown", await (await WhistleServer.OpenMailboxAsync(gone, world.Tip)).CodeAsync());
        await world.SignInAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await world.Reviewer.GetAsync(world.Path(), TestContext.Current.CancellationToken)).StatusCode);
        Assert.Empty((await world.Reviewer.GetFromJsonAsync<JsonElement>("/api/desk/cases", TestContext.Current.CancellationToken)).GetProperty("cases").EnumerateArray());
        // The auditor's counts of past quarters do not tell.
        Assert.Equal(trail, (await world.Server.CaseActsAsync()).Order(StringComparer.Ordinal));
        // Nothing in the database names the case any more, in no index and no freed page.
        await world.NightOfAsync(new DateOnly(2026, 5, 6));
        Assert.Empty(world.Server.BlobFiles());
        var id = world.Tip.Manifest.Case.ToBytes();
        foreach (var file in Directory.GetFiles(world.Server.DataFolder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var all = new MemoryStream();
            await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
            Assert.True(all.ToArray().AsSpan().IndexOf(id) < 0, file);
        }
        // What the closing device had made for this day is in the log.
        await world.Server.RunLogAsync();
        using var anybody = world.Server.Source();
        var entries = await WhistleServer.EntriesAsync(anybody, await WhistleServer.CheckpointAsync(anybody, world.Portal));
        Assert.Single(entries, e => e.AsSpan().SequenceEqual(World.DeletionLeaf.ToBytes()));
    }

    [Fact]
    public async Task A_hold_keeps_a_case_and_its_end_or_last_day_lets_it_go()
    {
        using var world = await World.MakeAsync();
        await world.CloseAsync("short");
        Assert.Equal(400, (int)(await world.HoldAsync(Day.Of(new DateOnly(2026, 3, 1)))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.HoldAsync(Day.Of(new DateOnly(2026, 7, 1)))).StatusCode);

        await world.NightOfAsync(new DateOnly(2026, 6, 30));
        Assert.True(await world.IsKeptAsync());
        await world.NightOfAsync(new DateOnly(2026, 7, 2));
        Assert.False(await world.IsKeptAsync());

        using var ended = await World.MakeAsync();
        await ended.CloseAsync("short");
        Assert.Equal(HttpStatusCode.OK, (await ended.HoldAsync(Day.Of(new DateOnly(2027, 7, 1)))).StatusCode);
        await ended.NightOfAsync(new DateOnly(2026, 6, 1));
        Assert.True(await ended.IsKeptAsync());
        await ended.SignInAsync();
        Assert.Equal(HttpStatusCode.OK, (await ended.HoldAsync(null)).StatusCode);
        await ended.NightOfAsync(new DateOnly(2026, 6, 2));
        Assert.False(await ended.IsKeptAsync());
    }

    [Fact]
    public async Task A_case_that_was_opened_again_is_kept_and_an_open_one_is_never_deleted()
    {
        using var world = await World.MakeAsync();
        await world.CloseAsync("short");
        Assert.Equal(HttpStatusCode.OK, (await world.ReopenAsync()).StatusCode);
        await world.NightOfAsync(new DateOnly(2036, 1, 1));
        Assert.True(await world.IsKeptAsync());
    }

    [Fact]
    public async Task An_old_backup_of_the_database_brings_nothing_back()
    {
        using var world = await World.MakeAsync();
        var backup = Directory.CreateTempSubdirectory("whistle-old-backup");
        try
        {
            // As SECURITY.md says: the data folder without the storage keys, which are backed up apart and expire. It is from
            // before the closing: nothing in it says that the case was ever to go.
            world.Server.CopyDataTo(backup.FullName);
            Directory.Delete(System.IO.Path.Combine(backup.FullName, "keys"), recursive: true);
            await world.CloseAsync("short");
            await world.NightOfAsync(new DateOnly(2026, 5, 4));
            Assert.False(await world.IsKeptAsync());
            CopyFolder(System.IO.Path.Combine(world.Server.DataFolder, "keys"), System.IO.Path.Combine(backup.FullName, "keys"));

            using var restored = WhistleServer.RestoredFrom(backup.FullName, ("KeyDelayHours", "0"));
            _ = restored.Routes();
            // Before anything ran on it: the rows are there, and nobody can read them.
            Assert.Equal(1, (await restored.CaseRowsAsync())["cases"]);
            Assert.Throws<InvalidOperationException>(() => restored.Services.GetRequiredService<StorageKeys>().Get(world.Tip.Manifest.Case));
            restored.Clock.Advance(world.Server.Clock.GetUtcNow() - restored.Clock.GetUtcNow());
            await restored.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);
            Assert.All(await restored.CaseRowsAsync(), rows => Assert.Equal(0, rows.Value));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            backup.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_database_without_its_key_store_loses_nothing_for_that()
    {
        using var world = await World.MakeAsync();
        var backup = Directory.CreateTempSubdirectory("whistle-without-keys");
        try
        {
            world.Server.CopyDataTo(backup.FullName);
            Directory.Delete(System.IO.Path.Combine(backup.FullName, "keys"), recursive: true);
            using var restored = WhistleServer.RestoredFrom(backup.FullName, ("KeyDelayHours", "0"));
            _ = restored.Routes();
            restored.Clock.Advance(TimeSpan.FromDays(2));
            await restored.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, (await restored.CaseRowsAsync())["cases"]);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            backup.Delete(recursive: true);
        }
    }

    internal static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal)))
            File.Copy(file, System.IO.Path.Combine(to, System.IO.Path.GetFileName(file)));
    }

    private sealed class World : IDisposable
    {
        public static readonly Hash32 DeletionLeaf = Hash32.Of("deleted"u8);

        public required WhistleServer Server { get; init; }

        public required WhistleServer.Portal Portal { get; init; }

        public required Protocol.Tips.SealedTip Tip { get; init; }

        public HttpClient Reviewer => Portal.Reviewer.Http;

        public static async Task<World> MakeAsync()
        {
            var server = new WhistleServer(("KeyDelayHours", "0"), ("BatchSeconds", "60"), ("LogSeconds", "60"), ("LogMultiple", "8"), ("LogNoise", "3"))
            {
                Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
            };
            var portal = await server.OpenPortalAsync();
            var tip = await server.SealTipAsync(portal, files: [AttachmentFile.FromBytes("a.csv", "text/csv", [1, 2, 3])]);
            using var source = server.Source();
            await UploadAsync(source, tip);
            Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
            await server.HoldAsync(tip.Manifest.Case, portal.Reviewer.Id);
            return new World { Server = server, Portal = portal, Tip = tip };
        }

        public string Path(string end = "") => $"/api/desk/cases/{Tip.Manifest.Case}{end}";

        public async Task CloseAsync(string retention)
        {
            var reply = new
            {
                version = await VersionAsync(),
                seq = 1,
                ciphertext = Random(7312),
                attachments = Array.Empty<object>(),
                counts = "acknowledgement",
                leaves = new[] { Hash32.Zero, Hash32.Zero },
            };
            Assert.Equal(HttpStatusCode.Created, (await Reviewer.PostAsJsonAsync(Path("/messages"), reply)).StatusCode);
            await Server.ApproveClosingAsync(Portal, Tip.Manifest.Case);
            Assert.Equal(HttpStatusCode.OK, (await Reviewer.PutAsJsonAsync(
                Path("/state"), new { version = await VersionAsync(), to = "closed", leaf = Hash32.Of("closed"u8), deletion = DeletionLeaf, retention })).StatusCode);
        }

        public async Task<HttpResponseMessage> ReopenAsync() =>
            await Reviewer.PutAsJsonAsync(Path("/state"), new { version = await VersionAsync(), to = "reopened", reason = Note() });

        public async Task<HttpResponseMessage> HoldAsync(Day? until)
        {
            var body = new Dictionary<string, object>(StringComparer.Ordinal) { ["version"] = await VersionAsync(), ["reason"] = Note() };
            if (until is { } day)
                body["until"] = day.Number;
            return await Reviewer.PutAsJsonAsync(Path("/hold"), body);
        }

        public async Task SignInAsync() => (await Server.SignInAsync(Portal.Reviewer)).EnsureSuccessStatusCode();

        /// <summary>The night that begins a day.</summary>
        public async Task NightOfAsync(DateOnly day)
        {
            Server.Clock.Advance(new DateTimeOffset(day.ToDateTime(new TimeOnly(0, 5)), TimeSpan.Zero) - Server.Clock.GetUtcNow());
            await Server.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);
        }

        /// <summary>Whether the case is there with all that belongs to it, or gone with all of it.</summary>
        public async Task<bool> IsKeptAsync() => (await Server.CaseRowsAsync()).Values.Select(count => count > 0).Distinct().Single();

        public void Dispose()
        {
            Tip.Dispose();
            Server.Dispose();
        }

        private async Task<int> VersionAsync() => (await Reviewer.GetFromJsonAsync<JsonElement>(Path())).GetProperty("case").GetProperty("version").GetInt32();

        private static object Note() => new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) };

        private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));
    }

    internal static async Task UploadAsync(HttpClient source, Protocol.Tips.SealedTip tip)
    {
        var upload = tip.Manifest.Attachments[0];
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        var work = Protocol.Intake.ProofOfWork.Solve(nonce, upload.Id.ToBytes(), bits);
        var announced = await source.PostAsJsonAsync("/api/source/uploads", new
        {
            id = upload.Id,
            size = upload.Size,
            nonce = StrictBase64Url.Encode(nonce),
            counter = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        Assert.Equal(HttpStatusCode.Created, announced.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.PutPartAsync(source, upload.Id, tip.Attachments.ToArray())).StatusCode);
    }
}
