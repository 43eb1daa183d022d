using System.Net;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Whistle.Server.Tests.Jobs;

public sealed class NightlyTests
{
    [Fact]
    public async Task A_blob_moves_into_a_fresh_inode_once_and_no_time_is_finer_than_a_day()
    {
        using var server = new WhistleServer();
        using var source = server.Source();
        var part = RandomNumberGenerator.GetBytes(1000);
        var id = await WhistleServer.AnnounceAsync(source, part.Length);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.PutPartAsync(source, id, part)).StatusCode);
        var file = Assert.Single(server.BlobFiles());
        AssertDays(server);
        Directory.SetLastWriteTimeUtc(Path.GetDirectoryName(file)!, WhistleServer.Start.UtcDateTime);

        await using (var before = Hold(file))
        {
            await server.RunNightAsync();
            Assert.False(IsSame(before, file));
        }
        AssertDays(server);
        Assert.Equal(WhistleServer.Start.UtcDateTime.Date, File.GetLastWriteTimeUtc(file));
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.PutPartAsync(source, id, part)).StatusCode);

        await using var after = Hold(file);
        await server.RunNightAsync();
        Assert.True(IsSame(after, file));
    }

    [Fact]
    public async Task A_file_without_a_row_stays_for_the_day_and_the_next_and_then_goes()
    {
        using var server = new WhistleServer();
        await server.EndNightAsync();
        var stray = Path.Combine(server.BlobFolder, "ab", "stray");
        await File.WriteAllBytesAsync(stray, [1], TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(stray, WhistleServer.Start.UtcDateTime.Date);

        await server.RunNightAsync();
        Assert.True(File.Exists(stray));
        await server.RunNightAsync();
        Assert.False(File.Exists(stray));
    }

    [Fact]
    public async Task While_a_reader_holds_the_log_the_night_is_not_over()
    {
        using var server = new WhistleServer();
        await server.SetUpAsync();
        await using var reader = new SqliteConnection($"Data Source={Path.Combine(server.DataFolder, "whistle.db")};Pooling=False");
        reader.Open();
        await using (var reading = reader.BeginTransaction(deferred: true))
        {
            await using var command = reader.CreateCommand();
            command.CommandText = "SELECT count(*) FROM Audit";
            Assert.True((long)command.ExecuteScalar()! > 0);

            server.BeginNextDay();
            for (var i = 0; i < 15; i++)
            {
                await Task.Delay(100, TestContext.Current.CancellationToken);
                server.Clock.Advance(TimeSpan.FromMinutes(1));
                Assert.False(await server.IsNightDoneAsync());
            }
        }
        await server.EndNightAsync();
    }

    private static FileStream Hold(string file) => new(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Whether what is written through the handle stands in the file of that name.</summary>
    private static bool IsSame(FileStream held, string file)
    {
        var before = File.ReadAllBytes(file);
        held.Position = 0;
        held.WriteByte((byte)~before[0]);
        held.Flush();
        var isSame = File.ReadAllBytes(file)[0] != before[0];
        held.Position = 0;
        held.WriteByte(before[0]);
        held.Flush();
        return isSame;
    }

    private static void AssertDays(WhistleServer server)
    {
        var folders = Directory.GetDirectories(server.BlobFolder);
        Assert.Equal(256, folders.Length);
        var changed = folders.Where(f => Directory.GetFiles(f).Length > 0).ToList();
        Assert.NotEmpty(changed);
        Assert.All(changed.Concat(server.BlobFiles()), path => Assert.Equal(TimeSpan.Zero, Directory.GetLastWriteTimeUtc(path).TimeOfDay));
    }
}
