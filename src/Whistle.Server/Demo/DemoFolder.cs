using System.Text.Json;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Demo;

/// <summary>The data folder of a demo, marked by <c>demo.json</c>. Any other folder that holds something is refused.</summary>
internal sealed class DemoFolder(string path)
{
    private const string Marker = "demo.json";

    public string Root { get; } = Path.GetFullPath(path);

    /// <summary>Sign-ins and codes as they are printed, kept fresh while the demo runs.</summary>
    public string SignInsFile => Path.Combine(Root, "sign-ins.txt");

    public string RootKeyFile => Path.Combine(Root, "root-key.age");

    public static bool IsDemo(string path) => File.Exists(Path.Combine(path, Marker));

    /// <summary>Whether there is something in the folder that no demo put there.</summary>
    public bool IsForeign => Directory.Exists(Root) && !IsDemo(Root) && Directory.EnumerateFileSystemEntries(Root).Any();

    /// <summary>What the marker says; null where there is none, or where it cannot be read.</summary>
    public DemoRecord? Read()
    {
        if (!IsDemo(Root))
            return null;
        try
        {
            return JsonSerializer.Deserialize<DemoRecord>(File.ReadAllBytes(Path.Combine(Root, Marker)), StrictJson.Options);
        }
        catch (JsonException)
        {
            return null; // A marker that a power cut tore: the folder is still a demo's, and is built anew.
        }
    }

    public void Write(DemoRecord record)
    {
        MakeFolder();
        WriteFile(Path.Combine(Root, Marker), JsonSerializer.SerializeToUtf8Bytes(record, StrictJson.Options));
    }

    /// <summary>Throws away a demo that was not completed. Only ever called where the marker is.</summary>
    public void Empty()
    {
        if (!IsDemo(Root))
            throw new InvalidOperationException("Not a demo.");
        foreach (var folder in Directory.EnumerateDirectories(Root))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(Root).Where(f => !string.Equals(Path.GetFileName(f), Marker, StringComparison.Ordinal)))
            File.Delete(file);
    }

    public static void WriteFile(string path, byte[] bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: true);
    }

    private void MakeFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Root);
        else
            Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
