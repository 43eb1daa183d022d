using System.Globalization;
using System.Text;
using Whistle.Protocol;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Witnesses;

/// <summary>
/// Cosigns checkpoints that go on from what it cosigned last (C2SP tlog-witness). It knows nothing of cases: it sees sizes and
/// hashes, and its whole worth is that it is run by somebody else.
/// </summary>
/// <remarks>The key is its caller's.</remarks>
internal sealed class Witness(string name, SigningKey key, IReadOnlyCollection<NoteKey> logs, WitnessStore store, TimeProvider clock)
    : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>An answer as HTTP carries it.</summary>
    internal sealed record Answer(int Status, string Type, byte[] Body);

    public NoteKey Public { get; } = new(name, key.Public, NoteAlgorithm.Ed25519Cosignature);

    /// <summary>Judges a request, keeps the checkpoint, and only then answers with a cosignature.</summary>
    public async Task<Answer> AddAsync(byte[] body, CancellationToken ct)
    {
        if (!AddCheckpoint.TryParse(body, out var request) || Checkpoint.Read(request.Checkpoint.Text) is not { } head)
            return Plain(WitnessAnswer.Malformed);
        // One after the other: two requests that were judged by the same state could roll the log back between them.
        await _one.WaitAsync(ct);
        try
        {
            var known = store.Read(head.Origin) is { } kept ? Checkpoint.Read(kept.Text) : null;
            var answer = request.Judge(logs, known);
            if (answer == WitnessAnswer.OtherSize)
                return new(409, "text/x.tlog.size", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{known?.Size ?? 0}\n")));
            if (answer != WitnessAnswer.Cosign)
                return Plain(answer);
            var line = Cosignature.Sign(request.Checkpoint, Public.Name, key, clock.GetUtcNow().ToUnixTimeSeconds());
            var trusted = logs.Where(k => string.Equals(k.Name, head.Origin, StringComparison.Ordinal)).ToList();
            var cosigned = request.Checkpoint.Signatures.Where(s => trusted.Exists(s.IsBy))
                .Aggregate(SignedNote.FromText(request.Checkpoint.Text), (note, signature) => note.With(signature)).With(line);
            store.Write(head.Origin, cosigned);
            return new(200, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(line + "\n"));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The checkpoint that was cosigned last, for monitors; null where there is none.</summary>
    /// <param name="originHash">SHA-256 of the log's origin, hexadecimal.</param>
    public byte[]? Latest(string originHash) =>
        logs.Select(k => k.Name).FirstOrDefault(o => string.Equals(WitnessStore.HashOf(o), originHash, StringComparison.Ordinal)) is { } origin
            ? store.Read(origin)?.ToBytes()
            : null;

    public void Dispose()
    {
        _one.Dispose();
    }

    private static Answer Plain(WitnessAnswer answer) => new((int)answer, "text/plain; charset=utf-8", []);
}

/// <summary>The checkpoint that was cosigned last of each log, a file each: on disk before anybody is answered.</summary>
internal sealed class WitnessStore
{
    private readonly string _folder;

    public WitnessStore(string folder)
    {
        _folder = folder;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public static string HashOf(string origin) => Hash32.Of(Encoding.UTF8.GetBytes(origin)).ToString();

    /// <exception cref="Stop"><c>witness-state-malformed</c>: to go on would be to cosign from nothing.</exception>
    public SignedNote? Read(string origin)
    {
        var file = PathOf(origin);
        if (!File.Exists(file))
            return null;
        return SignedNote.TryParse(File.ReadAllBytes(file), out var note) ? note : throw Stop.Failed("witness-state-malformed");
    }

    public void Write(string origin, SignedNote checkpoint)
    {
        var file = PathOf(origin);
        var draft = file + ".new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            stream.Write(checkpoint.ToBytes());
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
    }

    private string PathOf(string origin) => Path.Combine(_folder, HashOf(origin));
}
