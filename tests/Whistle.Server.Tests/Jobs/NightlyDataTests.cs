using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests.Jobs;

/// <summary>What is left on the disk in the morning (DESIGN 10).</summary>
public sealed class NightlyDataTests
{
    /// <summary>A log of one page: its header, the page's header, the page.</summary>
    private const int OnePage = 32 + 24 + 4096;

    [Fact]
    public async Task An_upload_that_nobody_took_goes_with_its_key_and_file_and_times_become_the_day()
    {
        using var server = Server();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SealTipAsync(portal, files: [AttachmentFile.FromBytes("a.csv", "text/csv", [1, 2, 3])]);
        using var source = server.Source();
        var taken = tip.Manifest.Attachments[0].Id;
        var left = UploadId.FromBytes(RandomNumberGenerator.GetBytes(16));
        await UploadAsync(source, taken, tip.Attachments);
        await UploadAsync(source, left, RandomNumberGenerator.GetBytes(500));
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
        var old = Stray(server, -1);
        var fresh = Stray(server, 3);
        Assert.Equal(4, Blobs(server).Count);
        Assert.Equal(1, KeysOf(server, left));

        server.Clock.Advance(TimeSpan.FromDays(3));
        await server.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(fresh));
        File.Delete(fresh);
        var kept = Assert.Single(Blobs(server));
        Assert.StartsWith(taken.ToString(), Path.GetFileName(kept), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.Zero, File.GetLastWriteTimeUtc(kept).TimeOfDay);
        Assert.Equal(TimeSpan.Zero, File.GetLastAccessTimeUtc(kept).TimeOfDay);
        Assert.Equal(0, KeysOf(server, left));
        Assert.Equal(1, KeysOf(server, taken));
        using var part = new ByteArrayContent(new byte[500]);
        part.Headers.ContentType = new("application/octet-stream");
        Assert.Equal(HttpStatusCode.NotFound, (await source.PutAsync($"/api/source/uploads/{left}/parts/0", part, TestContext.Current.CancellationToken)).StatusCode);
        using var mailbox = await server.ReturnAsync(tip);
        Assert.Equal(tip.Attachments.ToArray(), await mailbox.GetByteArrayAsync($"/api/source/mailbox/attachments/{taken}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_database_is_rewritten_once_a_day_and_expired_blobs_leave_no_page()
    {
        using var server = Server();
        var portal = await server.OpenPortalAsync();
        using var tip = await server.SubmitTipAsync(portal);
        await server.RunBatchAsync();
        await server.RunBatchAsync();
        var nightly = server.Services.GetRequiredService<NightlyJob>();
        Assert.NotEqual(0L, Ask(server, "SELECT count(*) FROM StreamBlobs"));
        var position = Ask(server, "SELECT max(Position) FROM StreamHeads");

        server.Clock.Advance(TimeSpan.FromDays(181));
        await nightly.RunDueAsync(TestContext.Current.CancellationToken);

        // The log was emptied; what stands in it is the mark that the night is over.
        Assert.InRange(new FileInfo(Path.Combine(server.DataFolder, "whistle.db-wal")).Length, 0, OnePage);
        Assert.Equal(0, new FileInfo(Path.Combine(server.DataFolder, "keys", "storage-keys.db-wal")).Length);
        Assert.Equal(0L, Ask(server, "SELECT count(*) FROM StreamBlobs"));
        Assert.Equal(0L, Ask(server, "PRAGMA freelist_count"));
        Assert.Equal(position, Ask(server, "SELECT max(Position) FROM StreamHeads"));

        // The same day again does nothing: rows that are written now stay in the log until the next night.
        using var later = await server.SealTipAsync(portal with { Directory = await RenewAsync(server, portal) });
        using var source = server.Source();
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(later))).StatusCode);
        await nightly.RunDueAsync(TestContext.Current.CancellationToken);
        Assert.NotInRange(new FileInfo(Path.Combine(server.DataFolder, "whistle.db-wal")).Length, 0, OnePage);
    }

    /// <summary>No loop beside the test: the job runs when the test says.</summary>
    private static WhistleServer Server() =>
        new(("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"), ("KeyDelayHours", "0"))
        {
            Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
        };

    private static async Task<Protocol.Directories.VerifiedDirectory> RenewAsync(WhistleServer server, WhistleServer.Portal portal)
    {
        Assert.Equal(HttpStatusCode.OK, (await server.SignInAsync(portal.Admin)).StatusCode);
        await server.PublishDirectoryAsync(portal.Admin);
        return await server.CurrentDirectoryAsync();
    }

    private static async Task UploadAsync(HttpClient source, UploadId id, ReadOnlyMemory<byte> bytes)
    {
        var (nonce, bits) = await WhistleServer.ChallengeAsync(source, "tip");
        var counter = ProofOfWork.Solve(nonce, id.ToBytes(), bits).Counter.ToString(CultureInfo.InvariantCulture);
        var announced = await source.PostAsJsonAsync(
            "/api/source/uploads", new { id = id.ToString(), size = bytes.Length, nonce = StrictBase64Url.Encode(nonce), counter });
        Assert.Equal(HttpStatusCode.Created, announced.StatusCode);
        using var part = new ReadOnlyMemoryContent(bytes);
        part.Headers.ContentType = new("application/octet-stream");
        Assert.Equal(HttpStatusCode.NoContent, (await source.PutAsync($"/api/source/uploads/{id}/parts/0", part)).StatusCode);
    }

    /// <summary>A file that no row names, written some days after the test began.</summary>
    private static string Stray(WhistleServer server, int days)
    {
        var folder = Directory.CreateDirectory(Path.Combine(server.DataFolder, "blobs", "aa"));
        var path = Path.Combine(folder.FullName, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)) + ".0.0123456789abcdef");
        File.WriteAllBytes(path, [1]);
        File.SetLastWriteTimeUtc(path, (WhistleServer.Start + TimeSpan.FromDays(days)).UtcDateTime);
        return path;
    }

    private static List<string> Blobs(WhistleServer server) =>
        [.. Directory.EnumerateFiles(Path.Combine(server.DataFolder, "blobs"), "*", SearchOption.AllDirectories)];

    private static long KeysOf(WhistleServer server, UploadId id) =>
        Ask(server, $"SELECT count(*) FROM StorageKeys WHERE substr(Owner, 2) = x'{id}'", Path.Combine("keys", "storage-keys.db"));

    private static long Ask(WhistleServer server, string sql, string file = "whistle.db")
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(server.DataFolder, file),
            Pooling = false,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
