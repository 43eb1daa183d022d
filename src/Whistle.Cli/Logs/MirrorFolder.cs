using Whistle.Cli.Io;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>
/// A copy of a log as static files, laid out as C2SP tlog-tiles has them: any web server can serve the folder. What is here
/// was checked; the checkpoint is written last, so that it never counts what is not there yet.
/// </summary>
internal sealed class MirrorFolder
{
    private const string Option = "--folder";

    private readonly Dictionary<string, byte[]> _new = new(StringComparer.Ordinal);

    public MirrorFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", Option);
        }
    }

    public string Path { get; }

    /// <summary>The checkpoint of the copy, where there is one.</summary>
    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint");

    /// <summary>Whether anything came from the folder since it was last kept or dropped.</summary>
    public bool HasGivenOut { get; private set; }

    /// <summary>Takes full tiles from the folder, for they never change, and everything else from the server.</summary>
    public async Task<byte[]> FetchAsync(string path, Func<string, CancellationToken, Task<byte[]>> server, CancellationToken ct)
    {
        var file = FileOf(path);
        if (!path.Contains(".p/", StringComparison.Ordinal) && File.Exists(file))
        {
            HasGivenOut = true;
            return await Files.BytesAsync(file, Option, ct);
        }
        return await RefetchAsync(path, server, ct);
    }

    /// <summary>Takes everything from the server.</summary>
    public async Task<byte[]> RefetchAsync(string path, Func<string, CancellationToken, Task<byte[]>> server, CancellationToken ct)
    {
        var bytes = await server(path, ct);
        lock (_new)
            _new[path] = bytes;
        return bytes;
    }

    /// <summary>Keeps what was fetched and has been checked, and then the checkpoint.</summary>
    public void Keep(SignedCheckpoint head)
    {
        try
        {
            foreach (var (path, bytes) in _new)
                Write(FileOf(path), bytes);
            Write(Checkpoint, head.Note.ToBytes());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", Option);
        }
        Drop();
    }

    /// <summary>Forgets what was fetched and did not hold.</summary>
    public void Drop()
    {
        _new.Clear();
        HasGivenOut = false;
    }

    private string FileOf(string path) => System.IO.Path.Combine([Path, .. path.Split('/')]);

    /// <summary>Whole or not at all. For everybody to read: this is a public log.</summary>
    private static void Write(string file, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        var draft = file + ".new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(draft, file, overwrite: true);
    }
}
