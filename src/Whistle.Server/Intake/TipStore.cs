using Microsoft.Data.Sqlite;
using Whistle.Protocol;
using Whistle.Protocol.Clocks;
using Whistle.Protocol.Intake;
using Whistle.Server.Cases;
using Whistle.Server.Data;
using Whistle.Server.Mailbox;

namespace Whistle.Server.Intake;

/// <summary>
/// Writes the rows of a tip with prepared statements inside the writer's transaction: the one path where every source of a
/// flood meets. A test reads what it wrote back through the model.
/// </summary>
internal sealed class TipStore(Writer writer, StorageKeys keys)
{
    /// <summary>What the server decides about a tip.</summary>
    public sealed record Terms(Day Received, ClockPolicy Policy, Day AcknowledgeBy, Day FeedbackBy, Day IncludedBy);

    /// <summary>A tip, what was promised about it, and both as they will be stored.</summary>
    public sealed record Rows(TipBody Tip, byte[] Promise, Terms Terms, NewStorageKey Key, Wrapped Wrapped)
    {
        public override string ToString() => "(rows)";
    }

    /// <summary>The objects of a tip under the case's storage key.</summary>
    public sealed record Wrapped(byte[] Sheet, byte[] Identity, byte[] State, byte[] Message, byte[] Promise);

    public (Hash32 Manifest, byte[] Promise)? Find(MailboxId mailbox)
    {
        using var rows = Prepare("SELECT Manifest, Promise, \"Case\" FROM Mailboxes WHERE Id = $id", ("$id", mailbox.ToBytes())).ExecuteReader();
        if (!rows.Read())
            return null;
        var key = keys.Get(CaseId.FromBytes((byte[])rows[2]));
        return (Hash32.FromBytes((byte[])rows[0]), key.Unwrap(SourceMailbox.PromiseName, (byte[])rows[1]));
    }

    public bool HasCase(CaseId id) =>
        Prepare("SELECT 1 FROM Cases WHERE Id = $id", ("$id", id.ToBytes())).ExecuteScalar() is not null;

    /// <summary>The hash of the current directory version.</summary>
    public Hash32 CurrentDirectory() =>
        Prepare("SELECT Hash FROM DirectoryVersions ORDER BY Version DESC LIMIT 1").ExecuteScalar() is byte[] hash ? Hash32.FromBytes(hash) : Hash32.Zero;

    /// <summary>Wraps a tip's objects under a new storage key. Beside the writer.</summary>
    public Rows Prepare(TipBody tip, byte[] promise, Terms terms)
    {
        var made = keys.Make(tip.Manifest.Case);
        return new Rows(tip, promise, terms, made, Wrap(made.Key, tip, promise));
    }

    /// <summary>Writes the key and the rows. Inside the writer.</summary>
    public void Add(MailboxId mailbox, Hash32 manifestHash, Rows rows)
    {
        var (tip, terms) = (rows.Tip, rows.Terms);
        var manifest = tip.Manifest;
        var id = manifest.Case.ToBytes();
        var key = keys.Add(rows.Key);
        // A crash may have left a key of this case behind: then it is that one which holds.
        var wrapped = key == rows.Key.Key ? rows.Wrapped : Wrap(key, tip, rows.Promise);
        Prepare(
            """
            INSERT INTO Cases (Id, Channel, Directory, Access, State, Version, Received, AcknowledgeBy, FeedbackBy, Policy, Opened, SourceGone, SheetVersion, Sheet, Identity)
            VALUES ($id, $channel, $directory, $access, $state, 1, $received, $acknowledge, $feedback, $policy, 0, 0, 1, $sheet, $identity)
            """,
            ("$id", id),
            ("$channel", manifest.Channel.ToBytes()),
            ("$directory", manifest.Directory.ToBytes()),
            ("$access", manifest.Access.Bytes.ToArray()),
            ("$state", (int)CaseState.Received),
            ("$received", terms.Received.Number),
            ("$acknowledge", terms.AcknowledgeBy.Number),
            ("$feedback", terms.FeedbackBy.Number),
            ("$policy", ClockPolicyValueConverter.NumberOf(terms.Policy)),
            ("$sheet", wrapped.Sheet),
            ("$identity", wrapped.Identity)).ExecuteNonQuery();
        Prepare(
            "INSERT INTO Mailboxes (Id, \"Case\", Manifest, Promise, State, Seen) VALUES ($id, $case, $manifest, $promise, $state, 0)",
            ("$id", mailbox.ToBytes()),
            ("$case", id),
            ("$manifest", manifestHash.ToBytes()),
            ("$promise", wrapped.Promise),
            ("$state", wrapped.State)).ExecuteNonQuery();
        var attachment = manifest.Attachments.Count == 1 ? manifest.Attachments[0] : null;
        Prepare(
            """
            INSERT INTO Messages ("Case", Direction, Seq, Day, Hash, Ciphertext, Upload, UploadCipher, UploadSize, Author, Released)
            VALUES ($case, $direction, 1, $day, $hash, $ciphertext, $upload, $cipher, $size, NULL, 0)
            """,
            ("$case", id),
            ("$direction", (int)Direction.Source),
            ("$day", terms.Received.Number),
            ("$hash", manifest.Message.ToBytes()),
            ("$ciphertext", wrapped.Message),
            ("$upload", attachment?.Id.ToBytes()),
            ("$cipher", attachment?.Cipher.ToBytes()),
            ("$size", attachment?.Size)).ExecuteNonQuery();
        Prepare(
            "INSERT INTO WaitingBlobs (Id, Channel, Blob) VALUES ($id, $channel, $blob)",
            ("$id", NewId.Of<RowId>().Value.ToBytes()),
            ("$channel", manifest.Channel.ToBytes()),
            ("$blob", (byte[])[.. tip.KeyBlob.Span, .. tip.Sheet.Span])).ExecuteNonQuery();
        foreach (var leaf in (Hash32[])[manifest.Existence, manifest.Content])
        {
            Prepare(
                "INSERT INTO PendingLeaves (Id, Entry, Due) VALUES ($id, $entry, $due)",
                ("$id", NewId.Of<RowId>().Value.ToBytes()),
                ("$entry", leaf.ToBytes()),
                ("$due", terms.IncludedBy.Number)).ExecuteNonQuery();
        }
    }

    private static Wrapped Wrap(StorageKey key, TipBody tip, byte[] promise) => new(
        key.Wrap(Case.SheetName, tip.Sheet.Span),
        key.Wrap(Case.IdentityName, tip.Identity.Span),
        key.Wrap(Case.StateName, tip.State.Span),
        key.Wrap(Message.NameOf(Direction.Source, 1), tip.Message.Span),
        key.Wrap(SourceMailbox.PromiseName, promise));

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = writer.Prepared(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
