using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
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
    public const string GroupsPath = "/groups";

    private static readonly byte[] Taken = "ok"u8.ToArray();

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
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BodyBlocks>();
        await using var app = builder.Build();
        app.MapGet("/health/ready", () => TypedResults.Text("ok"));
        app.MapGet(GroupsPath, () => TypedResults.Text(string.Create(CultureInfo.InvariantCulture, $"{store.Written.Rows} {store.Written.Groups} {store.Written.BusyMilliseconds:0}")));
        // A plain delegate: nothing is bound, serialised or boxed.
        app.MapPost(Path, (RequestDelegate)(http => TakeAsync(http, store))).WithMetadata(new BodyLimit(TipBody.MaxLength));
        await app.RunAsync();
    }

    private static async Task TakeAsync(HttpContext http, BareStore store)
    {
        if (http.Request.ContentLength is not { } length || length > TipBody.MaxLength)
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }
        // As long as the body, and not from a pool: SQLite's driver copies what is longer than its parameter once more.
        var body = GC.AllocateUninitializedArray<byte>((int)length);
        await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted);
        await store.AddAsync(body);
        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.ContentLength = Taken.Length;
        await http.Response.Body.WriteAsync(Taken);
    }
}

/// <summary>
/// One writer with group commit, on a connection with the server's own pragmas, into a table of the kind that the server
/// keeps a source's rows in (random keys, no row ids).
/// </summary>
internal sealed class BareStore : IAsyncDisposable
{
    private const int LargestBatch = 256;

    private readonly Lock _gate = new();
    private readonly AutoResetEvent _some = new(initialState: false);
    private readonly BareTable _table;
    private readonly Thread _writer;
    private List<Row> _waiting = new(LargestBatch);
    private bool _isClosed;
    private long _rows;
    private long _groups;
    private TimeSpan _busy;

    public BareStore(string folder)
    {
        _table = new BareTable(folder);
        // A thread of its own: a flush that blocks a thread of the pool, which has as many as there are cores, would take
        // half of what answers requests.
        _writer = new Thread(Write) { IsBackground = true };
        _writer.Start();
    }

    /// <summary>
    /// Rows and transactions so far, whose quotient is the size that the groups really reach, and how long the writer was at
    /// it: where that is nearly all of the time, nothing but the inserts themselves limits the endpoint.
    /// </summary>
    public (long Rows, long Groups, double BusyMilliseconds) Written
    {
        get
        {
            lock (_gate)
                return (_rows, _groups, _busy.TotalMilliseconds);
        }
    }

    /// <summary>Returns when the row is on disk.</summary>
    public Task AddAsync(byte[] body)
    {
        var row = new Row(body);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _waiting.Add(row);
            if (_waiting.Count == 1)
                _some.Set();
        }
        return row.Task;
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
            _isClosed = true;
        _some.Set();
        _writer.Join();
        _table.Dispose();
        _some.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Write()
    {
        var batch = new List<Row>(LargestBatch);
        while (true)
        {
            lock (_gate)
            {
                // Who waits now, as the server's writer does.
                if (_waiting.Count > 0)
                    (batch, _waiting) = (_waiting, batch);
                else if (_isClosed)
                    return;
            }
            if (batch.Count == 0)
            {
                _some.WaitOne();
                continue;
            }
            var start = Stopwatch.GetTimestamp();
            _table.Insert(batch.Select(b => b.Body));
            lock (_gate)
            {
                _rows += batch.Count;
                _groups++;
                _busy += Stopwatch.GetElapsedTime(start);
            }
            foreach (var row in batch)
                row.SetResult();
            batch.Clear();
        }
    }

    /// <summary>A row and whoever waits for it.</summary>
    private sealed class Row(byte[] body) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public byte[] Body => body;
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
    public void Insert(IEnumerable<byte[]> bodies)
    {
        using var transaction = _connection.BeginTransaction(deferred: false);
        _insert.Transaction = transaction;
        foreach (var body in bodies)
        {
            _id.Value = NewId.Of<RowId>().Value.ToBytes();
            _body.Value = body;
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
