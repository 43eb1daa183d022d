using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Whistle.Protocol;
using Whistle.Server.Hosting;

namespace Whistle.Server.Data;

/// <summary>
/// Whose storage key it is. Cases and uploads have ids that clients choose: the kind keeps an upload that is named like a
/// case from ever touching the case's key.
/// </summary>
internal sealed record KeyOwner
{
    private const byte CaseKind = 1;
    private const byte UploadKind = 2;

    private KeyOwner(byte kind, Id128 id) => (Kind, Id) = (kind, id);

    private byte Kind { get; }

    private Id128 Id { get; }

    public static implicit operator KeyOwner(CaseId id) => new(CaseKind, id.Value);

    public static implicit operator KeyOwner(UploadId id) => new(UploadKind, id.Value);

    /// <summary>The case that an owner in the store is, if it is one.</summary>
    public static CaseId? CaseOf(byte[] owner) => owner[0] == CaseKind ? CaseId.FromBytes(owner.AsSpan(1)) : null;

    /// <summary>The kind, then the id: how the owner stands in the store and in what its key authenticates.</summary>
    public byte[] ToBytes() => [Kind, .. Id.ToBytes()];
}

/// <summary>
/// The storage keys (DESIGN 5): one per case and one per upload, wrapped under the server's master key, in a store of
/// their own whose backups expire. Whoever destroys a key here reaches every copy of what it wrapped.
/// </summary>
/// <remarks>New keys are written by the writer's task only, and flushed before the transaction that needs them.</remarks>
internal sealed class StorageKeys : IDisposable
{
    private const int KeyLength = 32;
    private const int RememberedDays = 1200;

    private readonly byte[] _master;
    private readonly string _readers;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly Lock _gate = new();
    private SqliteTransaction? _transaction;

    public StorageKeys(DataFolder folder)
    {
        _master = folder.Secret("storage-master.key", KeyLength);
        var file = Path.Combine(folder.Keys, "storage-keys.db");
        _readers = new SqliteConnectionStringBuilder { DataSource = file }.ToString();
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        _connection.Open();
        SqliteDatabase.Execute(
            _connection,
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
            + "CREATE TABLE IF NOT EXISTS StorageKeys (Owner BLOB PRIMARY KEY, Wrapped BLOB NOT NULL) WITHOUT ROWID; "
            + "CREATE TABLE IF NOT EXISTS Destroyed (Mark BLOB PRIMARY KEY, Day INTEGER NOT NULL) WITHOUT ROWID;");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO StorageKeys (Owner, Wrapped) VALUES ($owner, $wrapped) ON CONFLICT DO NOTHING";
    }

    /// <summary>
    /// The key of a case or an upload that is about to be; inside a unit of work only. It never replaces a key: one that a
    /// crash left behind without its row serves whoever sends the same again, and the row's own key decides who is first.
    /// </summary>
    public StorageKey New(KeyOwner owner) => Add(Make(owner));

    /// <summary>A new key that is not in the store yet. Beside the writer: nobody waits for it.</summary>
    public NewStorageKey Make(KeyOwner owner)
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        return new NewStorageKey(owner, new StorageKey(owner, key), AtRest.Seal(_master, owner.ToBytes(), key));
    }

    /// <summary>Puts a key into the store, as <see cref="New"/> does.</summary>
    /// <returns>The key that holds: another one where the owner has one already.</returns>
    public StorageKey Add(NewStorageKey made)
    {
        lock (_gate)
        {
            _transaction ??= _connection.BeginTransaction();
            _insert.Transaction = _transaction;
            _insert.Parameters.Clear();
            _insert.Parameters.AddWithValue("$owner", made.Owner.ToBytes());
            _insert.Parameters.AddWithValue("$wrapped", made.Wrapped);
            if (_insert.ExecuteNonQuery() == 1)
                return made.Key;
            return Find(_connection, made.Owner) ?? throw new InvalidOperationException("A storage key conflicts and is not there.");
        }
    }

    /// <exception cref="InvalidOperationException">There is no such key: destroyed, or a restored database without its key store.</exception>
    public StorageKey Get(KeyOwner owner)
    {
        using (var connection = new SqliteConnection(_readers))
        {
            connection.Open();
            if (Find(connection, owner) is { } key)
                return key;
        }
        // A unit of work may read what an earlier one of its own batch wrote, whose key is not flushed yet.
        lock (_gate)
            return Find(_connection, owner) ?? throw new InvalidOperationException("A storage key is gone.");
    }

    /// <summary>
    /// Whether the owner's key was destroyed here: then a database that still has the owner is older than the deletion. A key
    /// that is merely not there (another key store, an old one) says nothing of the kind, and nothing is deleted for it.
    /// </summary>
    public bool WasDestroyed(KeyOwner owner)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.Transaction = _transaction;
            command.CommandText = "SELECT count(*) FROM Destroyed WHERE Mark = $mark";
            command.Parameters.AddWithValue("$mark", MarkOf(owner.ToBytes()));
            return command.ExecuteScalar() is long and > 0;
        }
    }

    /// <summary>Tells nobody whose key it was who does not have the owner's id.</summary>
    private static byte[] MarkOf(byte[] owner) => Hash32.Of("whistle/destroyed/v1"u8, owner).ToBytes();

    /// <summary>
    /// Destroys every key whose owner has no row any more, and with it every copy of what the key wrapped. Between two
    /// batches only, when each key has its row. What a crash kept from being destroyed is met again the next time.
    /// </summary>
    /// <param name="owners">Everybody who has a row.</param>
    /// <param name="today">What was destroyed is remembered for <see cref="RememberedDays"/>, longer than any backup lives.</param>
    public void DestroyAllBut(IReadOnlySet<KeyOwner> owners, Day today)
    {
        var kept = owners.Select(o => Convert.ToHexString(o.ToBytes())).ToHashSet(StringComparer.Ordinal);
        lock (_gate)
        {
            var gone = new List<byte[]>();
            using (var all = _connection.CreateCommand())
            {
                all.CommandText = "SELECT Owner FROM StorageKeys";
                using var rows = all.ExecuteReader();
                while (rows.Read())
                {
                    if (rows[0] is byte[] owner && !kept.Contains(Convert.ToHexString(owner)))
                        gone.Add(owner);
                }
            }
            using var transaction = _connection.BeginTransaction();
            foreach (var owner in gone)
            {
                using var command = _connection.CreateCommand();
                command.Transaction = transaction;
                command.CommandText = "DELETE FROM StorageKeys WHERE Owner = $owner; INSERT INTO Destroyed (Mark, Day) VALUES ($mark, $day) ON CONFLICT DO UPDATE SET Day = $day;";
                command.Parameters.AddWithValue("$owner", owner);
                command.Parameters.AddWithValue("$mark", MarkOf(owner));
                command.Parameters.AddWithValue("$day", today.Number);
                command.ExecuteNonQuery();
            }
            using (var forget = _connection.CreateCommand())
            {
                forget.Transaction = transaction;
                forget.CommandText = "DELETE FROM Destroyed WHERE Day < $day";
                forget.Parameters.AddWithValue("$day", today.Plus(-RememberedDays).Number);
                forget.ExecuteNonQuery();
            }
            transaction.Commit();
        }
    }

    /// <summary>
    /// Destroys single objects of an owner: from now on its key opens the others alone. Inside a unit of work only, and at
    /// once on disk, with the keys that waited: whoever comes next in the same batch must wrap under the new key.
    /// </summary>
    /// <param name="names">Every object that stays.</param>
    public void Puncture(KeyOwner owner, IEnumerable<string> names, IReadOnlyCollection<DestroyedObject> gone)
    {
        lock (_gate)
        {
            Flush();
            var key = Find(_connection, owner) ?? throw new InvalidOperationException("A storage key is gone.");
            using var command = _connection.CreateCommand();
            command.CommandText = "UPDATE StorageKeys SET Wrapped = $wrapped WHERE Owner = $owner";
            command.Parameters.AddWithValue("$owner", owner.ToBytes());
            command.Parameters.AddWithValue("$wrapped", AtRest.Seal(_master, owner.ToBytes(), key.Without(names, gone).ToBytes()));
            command.ExecuteNonQuery();
        }
    }

    /// <summary>The cases of which something was destroyed: what is stored for them is longer than a key.</summary>
    public IReadOnlyList<CaseId> PuncturedCases()
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.Transaction = _transaction;
            command.CommandText = "SELECT Owner FROM StorageKeys WHERE length(Wrapped) > $key";
            command.Parameters.AddWithValue("$key", KeyLength + AtRest.Overhead);
            using var rows = command.ExecuteReader();
            var cases = new List<CaseId>();
            while (rows.Read())
            {
                if (KeyOwner.CaseOf((byte[])rows[0]) is { } id)
                    cases.Add(id);
            }
            return cases;
        }
    }

    internal void Flush()
    {
        lock (_gate)
        {
            _transaction?.Commit();
            _transaction?.Dispose();
            _transaction = null;
        }
    }

    internal void Abandon()
    {
        lock (_gate)
        {
            _transaction?.Dispose();
            _transaction = null;
        }
    }

    /// <returns>False where its write-ahead log could not be emptied.</returns>
    internal bool Vacuum()
    {
        lock (_gate)
        {
            if (_transaction is not null)
                return false;
            SqliteDatabase.Execute(_connection, "VACUUM;");
            return SqliteDatabase.EmptyLog(_connection);
        }
    }

    private StorageKey? Find(SqliteConnection connection, KeyOwner owner)
    {
        using var command = connection.CreateCommand();
        command.Transaction = connection == _connection ? _transaction : null;
        command.CommandText = "SELECT Wrapped FROM StorageKeys WHERE Owner = $owner";
        command.Parameters.AddWithValue("$owner", owner.ToBytes());
        return command.ExecuteScalar() is byte[] wrapped ? StorageKey.FromBytes(owner, AtRest.Open(_master, owner.ToBytes(), wrapped)) : null;
    }

    public void Dispose()
    {
        Abandon();
        _insert.Dispose();
        _connection.Dispose();
        CryptographicOperations.ZeroMemory(_master);
    }
}

/// <summary>A key on its way into the store. What it wraps is worth nothing until it is there.</summary>
internal sealed record NewStorageKey(KeyOwner Owner, StorageKey Key, byte[] Wrapped)
{
    public override string ToString() => "(key)";
}

/// <summary>
/// Wraps the objects of one case (or one upload) at rest, each under a key of its own that is derived from this one and the
/// object's name. So a single object can be destroyed in every copy, and the others still opened: <see cref="Without"/>.
/// </summary>
internal sealed class StorageKey
{
    private const int KeyLength = 32;

    private readonly KeyOwner _owner;
    private readonly byte[] _key;
    private readonly Remnant _remnant;

    public StorageKey(KeyOwner owner, byte[] key)
        : this(owner, key, new Remnant([], []))
    {
    }

    private StorageKey(KeyOwner owner, byte[] key, Remnant remnant) => (_owner, _key, _remnant) = (owner, key, remnant);

    /// <summary>What was destroyed of the owner's.</summary>
    public IReadOnlyList<DestroyedObject> Destroyed => _remnant.Destroyed;

    public bool IsDestroyed(string name) => _remnant.Destroyed.Exists(d => string.Equals(d.Name, name, StringComparison.Ordinal));

    /// <param name="name">Which object: bound to the bytes, so that rows cannot be swapped.</param>
    /// <param name="plain">What the clients see: ciphertext already.</param>
    public byte[] Wrap(string name, ReadOnlySpan<byte> plain) => AtRest.Seal(KeyOf(name), Context(name), plain);

    /// <exception cref="AuthenticationTagMismatchException">The bytes were altered, or belong elsewhere.</exception>
    public byte[] Unwrap(string name, ReadOnlySpan<byte> wrapped) => AtRest.Open(KeyOf(name), Context(name), wrapped);

    /// <summary>
    /// The key that takes this one's place: a fresh one, the derived keys of the objects that stay, so that older copies of
    /// them open too, and none of what goes.
    /// </summary>
    /// <param name="names">Every object that stays. One that is left out is lost.</param>
    /// <param name="gone">What goes.</param>
    public StorageKey Without(IEnumerable<string> names, IReadOnlyCollection<DestroyedObject> gone)
    {
        List<DestroyedObject> destroyed = [.. _remnant.Destroyed, .. gone];
        var left = names.Where(n => !destroyed.Exists(d => string.Equals(d.Name, n, StringComparison.Ordinal))).Distinct(StringComparer.Ordinal)
            .ToDictionary(n => n, KeyOf, StringComparer.Ordinal);
        return new StorageKey(_owner, RandomNumberGenerator.GetBytes(KeyLength), new Remnant(left, destroyed));
    }

    /// <summary>As it is stored: the key, and after it what is left of an earlier one.</summary>
    public byte[] ToBytes() => _remnant.Destroyed.Count == 0 ? _key : [.. _key, .. JsonSerializer.SerializeToUtf8Bytes(_remnant)];

    public static StorageKey FromBytes(KeyOwner owner, byte[] bytes) => bytes.Length == KeyLength
        ? new StorageKey(owner, bytes)
        : new StorageKey(owner, bytes[..KeyLength], JsonSerializer.Deserialize<Remnant>(bytes.AsSpan(KeyLength))!);

    public override string ToString() => "(key)";

    private byte[] KeyOf(string name) => _remnant.Left.TryGetValue(name, out var left)
        ? left
        : HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, KeyLength, info: Encoding.UTF8.GetBytes("whistle/object/v1/" + name));

    private byte[] Context(string name) => [.. _owner.ToBytes(), .. Encoding.UTF8.GetBytes(name)];

    /// <param name="Left">The keys of objects from before, by name.</param>
    private sealed record Remnant(Dictionary<string, byte[]> Left, List<DestroyedObject> Destroyed);
}

/// <summary>
/// One object that two people had destroyed, and what they signed: a database from before that still has the object loses
/// it again, and shows the same signatures in its place.
/// </summary>
/// <param name="Name">Under which it was wrapped; absent for an upload, which has a key of its own.</param>
internal sealed record DestroyedObject(string? Name, string Proposal, string Approval);

/// <summary>AES-256-GCM: <c>nonce (12) || ciphertext || tag (16)</c>. Each key wraps far fewer than 2^32 objects.</summary>
internal static class AtRest
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public const int Overhead = NonceLength + TagLength;

    public static byte[] Seal(byte[] key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> plain)
    {
        var result = new byte[Overhead + plain.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, result.AsSpan(NonceLength, plain.Length), result.AsSpan(NonceLength + plain.Length), context);
        return result;
    }

    public static byte[] Open(byte[] key, ReadOnlySpan<byte> context, ReadOnlySpan<byte> wrapped)
    {
        var plain = new byte[wrapped.Length - Overhead];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(wrapped[..NonceLength], wrapped.Slice(NonceLength, plain.Length), wrapped[(NonceLength + plain.Length)..], plain, context);
        return plain;
    }
}
