using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Whistle.Browser.Tests.Job;

/// <summary>The whole job, then everything that the server has: its data folder byte by byte, and what it printed.</summary>
[Collection<JobTests>]
public sealed class SeizureTests(World world, TheJob job)
{
    /// <summary>What a source writes rows into; new tables are judged before they are added to either list.</summary>
    private static readonly string[] s_sourceTables =
        ["Cases", "Mailboxes", "Messages", "PendingLeaves", "StreamBlobs", "StreamHeads", "UploadParts", "Uploads", "WaitingBlobs"];

    /// <summary>Written by people with accounts or by the server: their rows may keep an order.</summary>
    private static readonly string[] s_otherTables =
    [
        "AspNetUserClaims", "AspNetUserLogins", "AspNetUserTokens", "Audit", "ChannelDrafts", "Claims", "DirectoryProposals",
        "DirectoryVersions", "Documents", "Drafts", "Exports", "IdentityAddressees", "IdentityRequests", "Inbox", "Invitations", "JobRuns",
        "Keyrings", "LogBundles", "LogCheckpoints", "LogTiles", "Members", "Notes", "Outbox", "PinnedRoot", "ProposalApprovers", "Proposals",
        "ReleasedSummaries", "__EFMigrationsHistory", "__EFMigrationsLock",
    ];

    [Fact]
    public async Task Neither_the_running_server_nor_what_the_night_leaves_holds_content_words_keys_or_a_trace_of_the_source()
    {
        await job.DoAsync(world);
        Assert.True(world.Proxy.SourceConnections > 0, "the server never saw the source's address, so its absence says nothing");
        var secrets = await SecretsAsync();
        AssertNothing(secrets, "while it runs, with its write-ahead log");

        await SpendANightAsync();
        AssertNothing(secrets, "after the nightly job");

        AssertNoMailTells();

        // The search itself: what a careless server would have written is found, in the database and beside it.
        var planted = Path.Combine(world.DataFolder, "planted");
        await File.WriteAllBytesAsync(planted, [.. secrets.SelectMany((s, i) => s.Shapes[i % s.Shapes.Count].Append((byte)0))]);
        var found = Found(secrets).ToList();
        File.Delete(planted);
        Assert.All(secrets, s => Assert.Contains($"{planted} holds {s}", found));
    }

    [Fact]
    public async Task After_the_night_nothing_orders_an_act_of_a_source_between_two_rows_with_times()
    {
        await job.DoAsync(world);
        await SpendANightAsync();
        await using var db = new SqliteConnection($"Data Source={Path.Combine(world.DataFolder, "whistle.db")};Mode=ReadOnly;Pooling=False");
        await db.OpenAsync();
        var tables = await ReadAsync(db, "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
        Assert.Equal(s_sourceTables.Concat(s_otherTables).Order(StringComparer.Ordinal), tables.Select(t => t[0]).Order(StringComparer.Ordinal));
        foreach (var table in tables.Where(t => s_sourceTables.Contains(t[0])))
        {
            Assert.Contains("WITHOUT ROWID", table[1], StringComparison.OrdinalIgnoreCase);
            foreach (var column in await ReadAsync(db, $"SELECT name FROM pragma_table_info('{table[0]}')"))
            {
                Assert.DoesNotMatch("(?i)(time|stamp|second|created|updated|^at$|since)", column[0]);
                // Whatever is a number is a day, a count or a size: none is a moment.
                var highest = await ReadAsync(db, $"SELECT max(CASE WHEN typeof(\"{column[0]}\") = 'integer' THEN \"{column[0]}\" END) FROM \"{table[0]}\"");
                if (long.TryParse(highest[0][0], CultureInfo.InvariantCulture, out var number))
                    Assert.True(number < 1_000_000_000, $"{table[0]}.{column[0]} holds {number}");
            }
        }
        Assert.NotEqual("0", (await ReadAsync(db, "SELECT count(*) FROM Messages"))[0][0]);
        Assert.NotEqual("0", (await ReadAsync(db, "SELECT count(*) FROM UploadParts"))[0][0]);

        var blobs = Path.Combine(world.DataFolder, "blobs");
        Assert.NotEmpty(Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories));
        foreach (var entry in Directory.EnumerateFileSystemEntries(blobs, "*", SearchOption.AllDirectories).Append(blobs))
            Assert.True(File.GetLastWriteTimeUtc(entry).TimeOfDay == TimeSpan.Zero, $"{entry} is of {File.GetLastWriteTimeUtc(entry):O}");
        foreach (var log in Directory.EnumerateFiles(world.DataFolder, "*-wal", SearchOption.AllDirectories))
            Assert.Equal(0, new FileInfo(log).Length);
        await db.CloseAsync();
    }

    private async Task<List<Secrets.Secret>> SecretsAsync() =>
    [
        .. Sentinels.Content.Select(Secrets.Of),
        .. job.Sentences.Select(Secrets.Of),
        Secrets.Of(Sentinels.UserAgent),
        Secrets.Of("Sentinel-Browser"),
        Secrets.Of(RecordingProxy.SourceAddress.ToString()),
        new("the source's address as bytes in a text", [Encoding.ASCII.GetBytes("7f42:4d58"), Encoding.ASCII.GetBytes("7F424D58")]),
        .. Secrets.Words(job.Words),
        .. await Secrets.KeysAsync(world, job),
    ];

    /// <summary>
    /// Mail went to those who work on reports, the one who was left out among them; it tells none from another, and names
    /// nobody and nothing. Their addresses stand where accounts do, and in nothing that was printed.
    /// </summary>
    private void AssertNoMailTells()
    {
        var mails = world.Relay.Received;
        Assert.Equal(
            new[] { world.LeftOut, world.Reviewer }.Select(p => Sentinels.MailOf(p.Login)).Order(StringComparer.Ordinal),
            mails.Select(m => m.To).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        Assert.Single(mails.Select(m => m.Common.Replace(m.Header("Date"), "", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal));
        var printed = string.Join('\n', world.Outputs);
        Assert.Contains("Mail does not get through (SMTP 550)", printed, StringComparison.Ordinal);
        string[] names = [job.CaseId, World.Channel, "Example Works", .. world.Everyone.Select(p => p.Name)];
        Assert.All(mails, mail => Assert.All(names, name => Assert.DoesNotContain(name, mail.Text, StringComparison.OrdinalIgnoreCase)));
        var addresses = world.Everyone.Select(p => Sentinels.MailOf(p.Login)).Append(Sentinels.MailOf("holder")).Select(Secrets.Of).ToList();
        var held = Found(addresses).Select(f => f.Split(" holds ")[0]).Distinct(StringComparer.Ordinal).Where(f => !f.StartsWith("mail ", StringComparison.Ordinal));
        Assert.All(held, file => Assert.StartsWith(Path.Combine(world.DataFolder, "whistle.db"), file, StringComparison.Ordinal));
    }

    /// <summary>
    /// A morning's mail waits for everybody who would get it, on whatever day of the week this runs; the relay refuses one.
    /// </summary>
    private async Task LetMailWaitAsync(SqliteConnection db)
    {
        world.Relay.Refuse = to => string.Equals(to, Sentinels.MailOf(world.Lead.Login), StringComparison.Ordinal) ? $"550 no mailbox {to}" : null;
        await using var command = db.CreateCommand();
        command.CommandText = """
            INSERT INTO Outbox (Id, Kind, "To", Day, Failures, NotBefore)
            SELECT randomblob(16), 1, Email, unixepoch() / 86400, 0, 0 FROM Members WHERE Role IN (1, 2)
            """;
        Assert.Equal(3, await command.ExecuteNonQueryAsync());
    }

    /// <summary>
    /// The night comes: the job's mark is set back by a day and the server is started anew, as nobody can wait for it.
    /// Then it is stopped, as a seizure does.
    /// </summary>
    private async Task SpendANightAsync()
    {
        await world.StopServerAsync();
        await using (var db = new SqliteConnection($"Data Source={Path.Combine(world.DataFolder, "whistle.db")};Pooling=False"))
        {
            await db.OpenAsync();
            await using var command = db.CreateCommand();
            command.CommandText = "UPDATE JobRuns SET Slot = Slot - 1 WHERE Name IN ('nightly', 'nightly-attempt')";
            Assert.Equal(2, await command.ExecuteNonQueryAsync());
            await LetMailWaitAsync(db);
        }
        var mails = world.Relay.Received.Count;
        await world.StartServerAsync();
        var database = Path.Combine(world.DataFolder, "whistle.db");
        await using (var db = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False"))
        {
            await db.OpenAsync();
            for (var turn = 0; turn < 100; turn++)
            {
                var slot = await ReadAsync(db, "SELECT Slot FROM JobRuns WHERE Name = 'nightly'");
                if (long.Parse(slot[0][0], CultureInfo.InvariantCulture) == TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400)
                    break;
                await Task.Delay(100);
            }
        }
        for (var turn = 0; turn < 100 && (world.Relay.Received.Count < mails + 2 || !world.Server.Output.Contains("SMTP 550", StringComparison.Ordinal)); turn++)
            await Task.Delay(100);
        await world.StopServerAsync();
    }

    private void AssertNothing(IReadOnlyList<Secrets.Secret> secrets, string when)
    {
        Assert.True(Directory.EnumerateFiles(world.DataFolder, "*", SearchOption.AllDirectories).Count() > 5);
        var found = Found(secrets).ToList();
        Assert.True(found.Count == 0, $"{when}:\n{string.Join('\n', found)}");
    }

    /// <summary>Every file, every name of a file, and all that was printed.</summary>
    private IEnumerable<string> Found(IReadOnlyList<Secrets.Secret> secrets)
    {
        var search = new Secrets.Search(secrets);
        var places = Directory.EnumerateFiles(world.DataFolder, "*", SearchOption.AllDirectories)
            .Select(f => (Name: f, Bytes: ReadShared(f)))
            .Append((Name: "names of files", Bytes: Encoding.UTF8.GetBytes(string.Join('\n', Directory.EnumerateFileSystemEntries(world.DataFolder, "*", SearchOption.AllDirectories)))))
            .Concat(world.Relay.Received.Select((m, i) => (Name: $"mail {i}", Bytes: Encoding.UTF8.GetBytes(m.Text))))
            .Concat(world.Outputs.Select((o, i) => (Name: $"output {i}", Bytes: Encoding.UTF8.GetBytes(o))));
        foreach (var (name, bytes) in places)
        {
            foreach (var secret in search.In(bytes))
                yield return $"{name} holds {secret}";
        }
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static async Task<List<string[]>> ReadAsync(SqliteConnection db, string sql)
    {
        await using var command = db.CreateCommand();
#pragma warning disable CA2100 // Names of tables and columns come from the schema itself.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync();
        var all = new List<string[]>();
        while (await rows.ReadAsync())
            all.Add([.. Enumerable.Range(0, rows.FieldCount).Select(i => rows.GetValue(i).ToString() ?? "")]);
        return all;
    }
}
