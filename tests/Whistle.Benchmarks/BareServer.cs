using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Intake;

namespace Whistle.Benchmarks;

/// <summary>
/// What an intake would cost that checks nothing, promises nothing, wraps nothing: a minimal API under the server's Kestrel
/// settings that puts the bytes of a tip into one row and answers when the row is on disk.
/// </summary>
internal static class BareServer
{
    public const string Verb = "bare";
    public const string Path = "/tips";

    public static async Task RunAsync(string folder, string url)
    {
        await using var store = new BareStore(folder);
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyLimit.Default;
        });
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => TypedResults.Text("ok"));
        app.MapPost(Path, async (HttpRequest http, CancellationToken ct) =>
        {
            if (await Bodies.ReadAsync(http, TipBody.MaxLength, ct) is not { } body)
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            await store.AddAsync(body);
            return Results.Text("ok", statusCode: StatusCodes.Status201Created);
        }).WithMetadata(new BodyLimit(TipBody.MaxLength));
        await app.RunAsync();
    }
}

/// <summary>
/// One writer with group commit and a prepared command, on a connection with the server's own pragmas, into a table of the
/// kind that the server keeps a source's rows in (random keys, no row ids).
/// </summary>
internal sealed class BareStore : IAsyncDisposable
{
    private const int LargestBatch = 256;

    private readonly Channel<(byte[] Body, TaskCompletionSource Done)> _waiting =
        Channel.CreateUnbounded<(byte[], TaskCompletionSource)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly SqliteConnection _connection;
    private readonly Task _loop;

    public BareStore(string folder)
    {
        _connection = Database(folder).OpenForWriting();
        SqliteDatabase.Execute(_connection, "CREATE TABLE IF NOT EXISTS Tips (Id BLOB PRIMARY KEY, Body BLOB NOT NULL) WITHOUT ROWID");
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Returns when the row is on disk.</summary>
    public Task AddAsync(byte[] body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite((body, done)), this);
        return done.Task;
    }

    /// <summary>How many rows a reopened database holds.</summary>
    public static long Count(string folder)
    {
        using var connection = Database(folder).OpenForWriting();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM Tips";
        return (long)command.ExecuteScalar()!;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        await _connection.DisposeAsync();
    }

    private static SqliteDatabase Database(string folder) => new(new DataFolder(Options.Create(new WhistleOptions { Data = folder })));

    private async Task LoopAsync()
    {
        await using var insert = _connection.CreateCommand();
        insert.CommandText = "INSERT INTO Tips (Id, Body) VALUES ($id, $body)";
        var id = insert.Parameters.Add("$id", SqliteType.Blob);
        var body = insert.Parameters.Add("$body", SqliteType.Blob);
        var batch = new List<TaskCompletionSource>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            await using var transaction = _connection.BeginTransaction(deferred: false);
            insert.Transaction = transaction;
            while (batch.Count < LargestBatch && _waiting.Reader.TryRead(out var item))
            {
                id.Value = NewId.Of<RowId>().Value.ToBytes();
                body.Value = item.Body;
                insert.ExecuteNonQuery();
                batch.Add(item.Done);
            }
            transaction.Commit();
            foreach (var done in batch)
                done.SetResult();
            batch.Clear();
        }
    }
}
