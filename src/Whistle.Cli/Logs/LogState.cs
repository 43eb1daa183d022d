using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary>
/// The last checkpoint that held, kept in a file as the log signed it. Two heads of one log that don't fit are proof
/// against whoever signed both, so they are kept, beside the file and never over it.
/// </summary>
internal sealed class LogState
{
    private const string Option = "--state";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string? _path;

    private LogState(string? path, SignedCheckpoint? last) => (_path, Last) = (path, last);

    /// <summary>Null where nothing is remembered, or nothing yet.</summary>
    public SignedCheckpoint? Last { get; }

    /// <param name="path">The file, or null.</param>
    /// <param name="logs">The log's key, and those that it had before: what was kept may be older than the newest.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<LogState> ReadAsync(string? path, IAsyncEnumerable<NoteKey> logs, CancellationToken ct)
    {
        if (path is null || !File.Exists(path))
            return new(path, null);
        var kept = await Files.BytesAsync(path, Option, ct);
        await foreach (var log in logs.WithCancellation(ct))
        {
            var last = Checkpoint.Verify(kept, log);
            if (last.IsOk)
                return new(path, last.Value);
        }
        throw Stop.NotVerified("log-state-differs");
    }

    /// <summary>What can be said before anything else of the log is read.</summary>
    public async Task RefuseAsync(Report report, SignedCheckpoint now, CancellationToken ct)
    {
        if (Last is not { } last)
            return;
        if (now.Checkpoint.Size < last.Checkpoint.Size)
            throw await AccuseAsync("log-shrunk", report, now, ct);
        if (now.Checkpoint.Size == last.Checkpoint.Size && now.Checkpoint.Root != last.Checkpoint.Root)
            throw await AccuseAsync("log-fork", report, now, ct);
    }

    /// <summary>Keeps both checkpoints, the one that was remembered and the one of now; what to end with.</summary>
    public Task<Stop> AccuseAsync(string code, Report report, SignedCheckpoint now, CancellationToken ct) => AccuseAsync(code, report, Last!, now, ct);

    /// <summary>The same of any two that do not fit.</summary>
    public async Task<Stop> AccuseAsync(string code, Report report, SignedCheckpoint earlier, SignedCheckpoint now, CancellationToken ct)
    {
        var evidence = new JsonObject
        {
            ["v"] = 1,
            ["kind"] = code,
            ["checkpoints"] = new JsonArray(Text(earlier), Text(now)),
        };
        var bytes = Encoding.UTF8.GetBytes(evidence.ToJsonString(Pretty) + "\n");
        if (_path is null)
        {
            report.Say("With --state FILE the evidence is kept beside the file. Here it is:\n" + Encoding.UTF8.GetString(bytes));
            return Stop.NotVerified(code);
        }
        var path = _path + ".evidence";
        for (var n = 2; File.Exists(path); n++)
        {
            // A mirror finds the same every few minutes; once is enough.
            if (await SaysAsync(path, bytes, ct))
                return Stop.NotVerified(code);
            path = string.Create(CultureInfo.InvariantCulture, $"{_path}.evidence.{n}");
        }
        try
        {
            await Files.WriteNewAsync(path, bytes, Option, ct);
            report.Say($"Both checkpoints, as they were signed, are kept in {SafeText.Line(path)}. The file of --state was left as it is.");
        }
        catch (Stop)
        {
            // What was found matters more than where it could not be written.
            report.Say("The evidence could not be written beside the file of --state. Here it is:\n" + Encoding.UTF8.GetString(bytes));
        }
        return Stop.NotVerified(code);
    }

    private static async Task<bool> SaysAsync(string path, byte[] evidence, CancellationToken ct)
    {
        try
        {
            return new FileInfo(path).Length == evidence.Length && (await File.ReadAllBytesAsync(path, ct)).AsSpan().SequenceEqual(evidence);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Only after everything held.</summary>
    public Task KeepAsync(SignedCheckpoint now, CancellationToken ct) =>
        _path is null ? Task.CompletedTask : Files.ReplaceAsync(_path, now.Note.ToBytes(), Option, ct);

    private static JsonNode Text(SignedCheckpoint checkpoint) => Encoding.UTF8.GetString(checkpoint.Note.ToBytes());
}
