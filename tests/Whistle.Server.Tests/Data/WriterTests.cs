using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Tests.Data;

public sealed class WriterTests
{
    [Fact]
    public async Task A_database_that_cannot_be_opened_is_told_to_who_waits_for_it()
    {
        var data = Directory.CreateTempSubdirectory("whistle-test");
        try
        {
            Directory.CreateDirectory(Path.Combine(data.FullName, "whistle.db"));
            var folder = new DataFolder(Options.Create(new WhistleOptions { Data = data.FullName }));
            using var keys = new StorageKeys(folder);
            await using var writer = new Writer(new SqliteDatabase(folder), keys);

            for (var i = 0; i < 2; i++)
            {
                await Assert.ThrowsAsync<SqliteException>(
                    () => writer.BetweenBatchesAsync(_ => { }).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
            }
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_commit_that_fails_is_told_to_its_units_and_to_a_pause_behind_them()
    {
        using var server = new WhistleServer();
        _ = server.Routes();
        await using var scope = server.Services.CreateAsyncScope();
        var writer = scope.ServiceProvider.GetRequiredService<Writer>();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var (begun, queued) = (new TaskCompletionSource(), new TaskCompletionSource());

        // While one unit holds the writer, the others gather in the queue and become one batch.
        await using var other = server.Services.CreateAsyncScope();
        var first = writer.RunAsync(
            null,
            async () =>
            {
                begun.SetResult();
                await queued.Task;
                return (true, UnitEnd.All);
            },
            other.ServiceProvider.GetRequiredService<UnitOfWork>(),
            TestContext.Current.CancellationToken);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var unit = writer.RunAsync(
            db,
            async () =>
            {
                // A broken reference that is looked at by the commit alone.
                await db.Database.ExecuteSqlRawAsync("PRAGMA defer_foreign_keys=ON");
                await db.Database.ExecuteSqlAsync(
                    $"INSERT INTO UploadParts (Upload, Number, Hash) VALUES ({RandomNumberGenerator.GetBytes(16)}, 0, {RandomNumberGenerator.GetBytes(32)})");
                return (true, UnitEnd.All);
            },
            scope.ServiceProvider.GetRequiredService<UnitOfWork>(),
            TestContext.Current.CancellationToken);
        var pause = writer.BetweenBatchesAsync(_ => { });
        queued.SetResult();

        Assert.True(await first.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<SqliteException>(() => unit.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<SqliteException>(() => pause.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await writer.BetweenBatchesAsync(_ => { }).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }
}
