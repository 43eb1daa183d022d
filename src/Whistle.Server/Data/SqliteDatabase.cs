using Microsoft.Data.Sqlite;
using Whistle.Server.Hosting;

namespace Whistle.Server.Data;

/// <summary>
/// The embedded database: one file in WAL mode. <c>synchronous=FULL</c> makes an acknowledged write survive kill -9 and
/// power loss; <c>secure_delete</c> overwrites what is deleted.
/// </summary>
internal sealed class SqliteDatabase
{
    public SqliteDatabase(DataFolder folder)
    {
        File = folder.DatabaseFile;
        ReaderConnectionString = new SqliteConnectionStringBuilder { DataSource = File, DefaultTimeout = 30 }.ToString();
    }

    public string File { get; }

    public string ReaderConnectionString { get; }

    /// <summary>A connection of its own, outside the pool, with every durability setting.</summary>
    public SqliteConnection OpenForWriting()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = File,
            Pooling = false,
            DefaultTimeout = 30,
        }.ToString());
        connection.Open();
        // 32 MiB of pages hold what one group commit changes: with the default of 2 MB it is written, read and written again.
        // The log is moved into the database every 16 MiB and not after every batch; commits are flushed as before.
        Execute(
            connection,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; "
            + "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4096;");
        return connection;
    }

    /// <summary>Moves the write-ahead log into the database and cuts it to nothing.</summary>
    /// <returns>False where a reader held it: what was deleted still lies in the log, and the caller has to try again.</returns>
    public static bool EmptyLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        using var row = command.ExecuteReader();
        return row.Read() && row.GetInt64(0) == 0;
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constant text only: pragmas, VACUUM.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}

/// <summary>Readers cannot write: whatever changes data goes through the writer, or fails loudly.</summary>
internal sealed class ReadersOnlyRead(SqliteDatabase database) : Microsoft.EntityFrameworkCore.Diagnostics.DbConnectionInterceptor
{
    public override void ConnectionOpened(System.Data.Common.DbConnection connection, Microsoft.EntityFrameworkCore.Diagnostics.ConnectionEndEventData eventData) =>
        Restrict(connection);

    public override Task ConnectionOpenedAsync(
        System.Data.Common.DbConnection connection,
        Microsoft.EntityFrameworkCore.Diagnostics.ConnectionEndEventData eventData,
        CancellationToken cancellationToken = default)
    {
        Restrict(connection);
        return Task.CompletedTask;
    }

    private void Restrict(System.Data.Common.DbConnection connection)
    {
        if (string.Equals(connection.ConnectionString, database.ReaderConnectionString, StringComparison.Ordinal))
            SqliteDatabase.Execute((SqliteConnection)connection, "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY;");
    }
}
