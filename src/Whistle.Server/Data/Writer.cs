using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Whistle.Server.Data;

/// <summary>
/// The one writer (DESIGN 9). Units of work run one after the other, each in a savepoint of one transaction that takes
/// whatever is waiting; one flush to disk then pays for all of them. A unit that fails is rolled back alone. A unit is
/// answered only after the commit, so what was acknowledged survives kill -9.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    /// <summary>Bounds the time that the first unit of a batch waits for the last.</summary>
    private const int LargestBatch = 256;

    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>();
    private readonly Lazy<Task> _loop;
    private readonly StorageKeys _keys;
    private readonly SqliteDatabase _database;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    private SqliteConnection? _connection;
    private SqliteTransaction? _transaction;

    public Writer(SqliteDatabase database, StorageKeys keys)
    {
        _database = database;
        _keys = keys;
        _loop = new Lazy<Task>(() => Task.Run(LoopAsync));
    }

    /// <summary>Runs one unit of work and returns when it is on disk.</summary>
    /// <param name="db">
    /// The context that the unit changes; null for a unit that runs prepared commands only, which is spared the context's
    /// connection and change tracking.
    /// </param>
    /// <exception cref="DbUpdateConcurrencyException">A version token did not match; nothing of this unit is saved.</exception>
    public async Task<T> RunAsync<T>(WhistleDb? db, Func<Task<(T, UnitEnd)>> work, UnitOfWork unit, CancellationToken ct)
    {
        _ = _loop.Value;
        var item = new Item<T>(db, work, unit, ExecutionContext.Capture(), ct);
        ObjectDisposedException.ThrowIf(!_items.Writer.TryWrite(item), this);
        var result = await item.Done;
        unit.Committed();
        return result;
    }

    /// <summary>A command of the current transaction, prepared once. For use inside a unit of work only.</summary>
    public SqliteCommand Prepared(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection!.CreateCommand();
            command.CommandText = sql;
            _prepared.Add(sql, command);
        }
        command.Transaction = _transaction;
        command.Parameters.Clear();
        return command;
    }

    /// <summary>Runs <paramref name="work"/> between two batches, outside a transaction: VACUUM, checkpoints, backups.</summary>
    public async Task BetweenBatchesAsync(Action<SqliteConnection> work)
    {
        _ = _loop.Value;
        var item = new Pause(work);
        ObjectDisposedException.ThrowIf(!_items.Writer.TryWrite(item), this);
        await item.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        if (_loop.IsValueCreated)
            await _loop.Value;
        foreach (var command in _prepared.Values)
            await command.DisposeAsync();
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private async Task LoopAsync()
    {
        while (await _items.Reader.WaitToReadAsync())
        {
            // Whatever was taken from the queue is in here until it is answered: what breaks below is told to all of them.
            var batch = new List<Item>();
            try
            {
                // Who waits now, and not who comes meanwhile: those are read and prepared while this batch is written. A batch
                // that took them too would end with everybody in it, and the disk idle until they all came again.
                for (var left = Math.Min(_items.Reader.Count, LargestBatch); left > 0 && _items.Reader.TryRead(out var item); left--)
                {
                    batch.Add(item);
                    _connection ??= _database.OpenForWriting();
                    if (item is Pause pause)
                    {
                        await CommitAsync(batch[..^1]);
                        batch.RemoveRange(0, batch.Count - 1);
                        pause.Run(_connection);
                        batch.Clear();
                        continue;
                    }
                    _transaction ??= _connection.BeginTransaction(deferred: false);
                    await item.RunAsync(_connection, _transaction);
                }
                await CommitAsync(batch);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The database cannot be opened, or the commit itself failed (a full disk): nobody is told that anything was saved.
                foreach (var item in batch)
                    item.Fail(e);
                await AbandonAsync();
            }
        }
    }

    private async Task CommitAsync(List<Item> batch)
    {
        if (_transaction is null)
            return;
        // Keys first: a key without a case is harmless, a case without its key would be lost.
        _keys.Flush();
        await _transaction.CommitAsync();
        await _transaction.DisposeAsync();
        _transaction = null;
        foreach (var item in batch)
            item.Answer();
    }

    private async Task AbandonAsync()
    {
        _keys.Abandon();
        if (_transaction is null)
            return;
        await _transaction.DisposeAsync();
        _transaction = null;
    }

    private abstract class Item
    {
        public abstract Task RunAsync(SqliteConnection connection, SqliteTransaction transaction);

        public abstract void Answer();

        public abstract void Fail(Exception e);
    }

    private sealed class Pause(Action<SqliteConnection> work) : Item
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Run(SqliteConnection connection)
        {
            try
            {
                work(connection);
                _done.SetResult();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                _done.SetException(e);
            }
        }

        public override Task RunAsync(SqliteConnection connection, SqliteTransaction transaction) =>
            throw new InvalidOperationException("A pause runs between batches.");

        public override void Answer() => _done.TrySetResult();

        public override void Fail(Exception e) => _done.TrySetException(e);
    }

    private sealed class Item<T>(
        WhistleDb? db, Func<Task<(T Response, UnitEnd End)>> work, UnitOfWork unit, ExecutionContext? context, CancellationToken ct) : Item
    {
        private const string Savepoint = "unit";

        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _response;
        private Exception? _failure;

        public Task<T> Done => _done.Task;

        public override async Task RunAsync(SqliteConnection connection, SqliteTransaction transaction)
        {
            if (ct.IsCancellationRequested)
            {
                _failure = new OperationCanceledException(ct);
                return;
            }
            transaction.Save(Savepoint);
            try
            {
                if (db is not null)
                {
                    db.Database.SetDbConnection(connection);
                    await db.Database.UseTransactionAsync(transaction, CancellationToken.None);
                }
                var (response, end) = await InItsOwnContextAsync();
                if (end == UnitEnd.OnlyKept)
                {
                    transaction.Rollback(Savepoint);
                    unit.DropUnkept();
                }
                if (db is not null)
                    await db.SaveChangesAsync(ct);
                _response = response;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                transaction.Rollback(Savepoint);
                db?.ChangeTracker.Clear();
                _failure = e;
            }
            finally
            {
                transaction.Release(Savepoint);
                if (db is not null)
                {
                    await db.Database.UseTransactionAsync(null, CancellationToken.None);
                    // What the same request reads after its commit comes from a reader's connection again.
                    db.Database.SetDbConnection(null);
                    db.Database.SetConnectionString(db.ReaderConnectionString);
                }
            }
        }

        public override void Answer()
        {
            if (_failure is not null)
                _done.SetException(_failure);
            else
                _done.SetResult(_response!);
        }

        public override void Fail(Exception e) => _done.TrySetException(e);

        /// <summary>The unit runs on the writer's task but with its request's ambient values (IHttpContextAccessor).</summary>
        private Task<(T Response, UnitEnd End)> InItsOwnContextAsync()
        {
            if (context is null)
                return work();
            Task<(T, UnitEnd)>? task = null;
            ExecutionContext.Run(context, _ => task = work(), null);
            return task!;
        }
    }
}
