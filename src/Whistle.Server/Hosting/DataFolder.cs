using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Whistle.Server.Hosting;

/// <summary>
/// What lies where under <c>Whistle:Data</c>: the database, the blobs, and, apart from both so that their backups can
/// expire sooner, the keys. Folders are 0700, secrets 0600.
/// </summary>
internal sealed class DataFolder
{
    public DataFolder(IOptions<WhistleOptions> options)
    {
        Root = Path.GetFullPath(options.Value.Data);
        foreach (var folder in (string[])[Root, Blobs, Keys, Secrets])
            Make(folder);
    }

    public string Root { get; }

    public string DatabaseFile => Path.Combine(Root, "whistle.db");

    public string Blobs => Path.Combine(Root, "blobs");

    public string Keys => Path.Combine(Root, "keys");

    public string Secrets => Path.Combine(Root, "secrets");

    /// <summary>A secret of the given length; made on first use, on disk before it is used.</summary>
    public byte[] Secret(string name, int length)
    {
        var path = Path.Combine(Secrets, name);
        if (!File.Exists(path))
        {
            var draft = path + ".new";
            using (var file = new FileStream(draft, NewFile()))
            {
                file.Write(RandomNumberGenerator.GetBytes(length));
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path);
            FlushFolder(Secrets);
        }
        var secret = File.ReadAllBytes(path);
        return secret.Length == length ? secret : throw new InvalidOperationException($"The secret {name} has a wrong length.");
    }

    /// <summary>Replaces a secret file by new content, on disk when it returns; a crash leaves the old or the new.</summary>
    public static void Replace(string path, byte[] content)
    {
        var draft = path + ".new";
        using (var file = new FileStream(draft, NewFile()))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes a name in a folder as durable as the file it names.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return; // NTFS journals names; there is no handle to flush.
        // .NET opens no folders.
        var handle = OpenFolder([.. System.Text.Encoding.UTF8.GetBytes(folder), 0], 0);
        if (handle < 0)
            throw new IOException("A folder could not be opened to be flushed.");
        var flushed = FlushHandle(handle);
        _ = CloseHandle(handle);
        if (flushed != 0)
            throw new IOException("A folder could not be flushed.");
    }

    [DllImport("libc", EntryPoint = "open", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int OpenFolder(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FlushHandle(int handle);

    [DllImport("libc", EntryPoint = "close", ExactSpelling = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseHandle(int handle);

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private static void Make(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
