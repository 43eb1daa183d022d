using System.Buffers;
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
            if (http.ContentLength is not { } length || length > TipBody.MaxLength)
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            var buffer = ArrayPool<byte>.Shared.Rent((int)length);
            var body = buffer.AsMemory(0, (int)length);
            await http.Body.ReadExactlyAsync(body, ct);
            await store.AddAsync(new ArraySegment<byte>(buffer, 0, body.Length));
            ArrayPool<byte>.Shared.Return(buffer);
            return Results.Text("ok", statusCode: StatusCodes.Status201Created);
        }).WithMetadata(new BodyLimit(TipBody.MaxLength));
        await app.RunAsync();
    }
}

/// <summary>
/// One writer with group commit, on a connection with the server's own pragmas, into a table of the kind that the server
/// keeps a source's rows in (random keys, no row ids).
/// </summary>
internal sealed class BareStore : IAsyncDisposable
{
    private const int LargestBatch = 256;

    private readonly Channel<(ArraySegment<byte> Body, TaskCompletionSource Done)> _waiting =
        Channel.CreateUnbounded<(ArraySegment<byte>, TaskCompletionSource)>();

    private readonly BareTable _table;
    private readonly Task _loop;

    public BareStore(string folder)
    {
        _table = new BareTable(folder);
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Returns when the row is on disk.</summary>
    public Task AddAsync(ArraySegment<byte> body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite((body, done)), this);
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _loop;
        _table.Dispose();
    }

    private async Task LoopAsync()
    {
        var batch = new List<(ArraySegment<byte> Body, TaskCompletionSource Done)>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            // Who waits now, as the server's writer does.
            for (var left = Math.Min(_waiting.Reader.Count, LargestBatch); left > 0 && _waiting.Reader.TryRead(out var item); left--)
                batch.Add(item);
            _table.Insert(batch.Select(b => b.Body));
            foreach (var (_, done) in batch)
                done.SetResult();
            batch.Clear();
        }
    }
}

/// <summary>The table, its connection and its prepared command.</summary>
internal sealed class BareTable : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _id;
    private readonly SqliteParameter _body;

    public BareTable(string folder)
    {
        _connection = new SqliteDatabase(new DataFolder(Options.Create(new WhistleOptions { Data = folder }))).OpenForWriting();
        SqliteDatabase.Execute(_connection, "CREATE TABLE IF NOT EXISTS Tips (Id BLOB PRIMARY KEY, Body BLOB NOT NULL) WITHOUT ROWID");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO Tips (Id, Body) VALUES ($id, $body)";
        _id = _insert.Parameters.Add("$id", SqliteType.Blob);
        _body = _insert.Parameters.Add("$body", SqliteType.Blob);
    }

    public long Count
    {
        get
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT COUNT(*) FROM Tips";
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <summary>One transaction; the rows are on disk when it returns.</summary>
    public void Insert(IEnumerable<ArraySegment<byte>> bodies)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        _insert.Transaction = transaction;
        foreach (var body in bodies)
        {
            _id.Value = NewId.Of<RowId>().Value.ToBytes();
            _body.Value = body.Array;
            _body.Size = body.Count; // a pooled array is longer
            _insert.ExecuteNonQuery();
        }
        transaction.Commit();
    }

    public void Dispose()
    {
        _insert.Dispose();
        _connection.Dispose();
    }
}
