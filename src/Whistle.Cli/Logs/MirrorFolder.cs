using Whistle.Cli.Io;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>
/// A copy of a log as static files, laid out as C2SP tlog-tiles has them: any web server can serve the folder. What is here
/// was checked; the checkpoint is written last, so that it never counts what is not there yet. What is not checked yet lies
/// in a folder of its own, and not in memory: a log has millions of entries.
/// </summary>
internal sealed class MirrorFolder
{
    private const string Option = "--folder";

    /// <summary>Where a file lies until all of its log was checked; nobody is served from here.</summary>
    private const string Unchecked = ".unchecked";

    private readonly Dictionary<string, string> _new = new(StringComparer.Ordinal);

    public MirrorFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(Path);
            Drop();
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
        var file = System.IO.Path.Combine([Path, Unchecked, .. path.Split('/')]);
        try
        {
            Write(file, bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", Option);
        }
        lock (_new)
            _new[path] = file;
        return bytes;
    }

    /// <summary>Keeps what was fetched and has been checked, and then the checkpoint.</summary>
    public void Keep(SignedCheckpoint head)
    {
        try
        {
            foreach (var (path, file) in _new)
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(FileOf(path))!);
                File.Move(file, FileOf(path), overwrite: true);
            }
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
        var folder = System.IO.Path.Combine(Path, Unchecked);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
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
