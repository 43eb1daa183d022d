using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Intake;

/// <summary>
/// The parts of attachments as files, wrapped under the upload's storage key. A part is on disk, name and all, before the
/// row that names it; a file that no row names is swept by the nightly job. File times are set to the day.
/// </summary>
internal sealed class BlobStore(DataFolder folder, StorageKeys keys, TimeProvider clock)
{
    public void Write(UploadId upload, int number, Hash32 hash, ReadOnlySpan<byte> part)
    {
        var path = PathOf(upload, number, hash);
        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            Directory.CreateDirectory(parent);
            DataFolder.FlushFolder(folder.Blobs);
        }
        // Not named after the part until it is whole: two senders of the same part cannot see each other's half.
        var draft = path + "." + NewId.Of<RowId>() + ".new";
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(keys.Get(upload).Wrap(NameOf(number), part));
            file.Flush(flushToDisk: true);
        }
        SetTime(draft);
        File.Move(draft, path, overwrite: true);
        DataFolder.FlushFolder(parent);
    }

    public byte[] Read(UploadId upload, int number, Hash32 hash) =>
        keys.Get(upload).Unwrap(NameOf(number), File.ReadAllBytes(PathOf(upload, number, hash)));

    public void Delete(UploadId upload, int number, Hash32 hash) => File.Delete(PathOf(upload, number, hash));

    /// <summary>Every stored file.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFiles(folder.Blobs, "*", SearchOption.AllDirectories);

    /// <summary>Sets the times of a file to the beginning of the day.</summary>
    public void SetTime(string path)
    {
        var day = clock.Today().ToDate().ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, day);
        File.SetLastAccessTimeUtc(path, day);
    }

    public string PathOf(UploadId upload, int number, Hash32 hash)
    {
        var name = upload.ToString();
        return Path.Combine(folder.Blobs, name[..2], $"{name}.{number}.{hash.ToString()[..16]}");
    }

    /// <summary>The upload that a stored file is named after; nothing for a file that is none of ours.</summary>
    public static UploadId? UploadOf(string path) =>
        UploadId.TryParse(Path.GetFileName(path).Split('.')[0], out var id) ? id : null;

    private static string NameOf(int number) => $"part/{number}";
}
