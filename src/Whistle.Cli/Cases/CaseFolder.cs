using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;

namespace Whistle.Cli.Cases;

/// <summary>A file that came with a message, and where it was written, or why not.</summary>
internal sealed record SavedFile(string Name, long Size, Hash32 Hash, string? Problem)
{
    public JsonObject Json()
    {
        var json = new JsonObject { ["name"] = Name, ["size"] = Size, ["treeHash"] = Hash.ToString(), ["status"] = Problem ?? "verified" };
        return json;
    }

    public override string ToString() => "SavedFile(redacted)";
}

/// <summary>
/// A new folder that only its owner can look into. What is written keeps the source's names, made harmless; nothing
/// there is ever replaced.
/// </summary>
internal sealed class CaseFolder
{
    private readonly string _path;
    private readonly string _option;

    private CaseFolder(string path, string option) => (_path, _option) = (path, option);

    public static CaseFolder Create(string path, string option)
    {
        try
        {
            if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
                throw Stop.Failed("folder-exists");
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new CaseFolder(path, option);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", option);
        }
    }

    public Task WriteAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
        Files.WriteNewAsync(Path.Combine(_path, name), bytes, _option, ct);

    /// <summary>
    /// Decrypts the files of one message to the folder. A file counts only once all of the object was checked; until
    /// then it bears another name, and where the check fails it is deleted.
    /// </summary>
    public async Task<IReadOnlyList<SavedFile>> SaveFilesAsync(
        Letter letter, byte[] cipher, HybridIdentity identity, CancellationToken ct)
    {
        var entries = letter.Message!.Value.Attachments;
        var side = letter.Direction == Direction.Source ? "source" : "team";
        var names = entries.Select((e, i) => $"{side}-{letter.Seq}-{i + 1}-{SafeText.FileName(e.Name)}").ToList();
        var written = new List<string>();
        string? problem;
        try
        {
            problem = await Attachments.OpenAsync(new MemoryStream(cipher, writable: false), entries, identity, Open, ct);
            for (var i = 0; i < written.Count; i++)
            {
                if (problem is null)
                    File.Move(written[i], Path.Combine(_path, names[i]), overwrite: false);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", _option);
        }
        finally
        {
            foreach (var path in written.Where(File.Exists))
                File.Delete(path);
        }
        return [.. entries.Select((e, i) => new SavedFile(names[i], e.Size, e.File, problem))];

        FileStream Open(AttachmentEntry entry)
        {
            var path = Path.Combine(_path, names[written.Count] + ".unchecked");
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            written.Add(path);
            return new FileStream(path, options);
        }
    }
}
