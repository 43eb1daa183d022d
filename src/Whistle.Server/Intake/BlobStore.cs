using System.Globalization;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Intake;

/// <summary>
/// The parts of attachments as files, wrapped under the upload's storage key. A part is on disk, name and all, before the
/// row that names it; a file that no row names is swept by the nightly job. Times of files and folders are set to the day;
/// what cannot be set (when an inode was made, and its number) is levelled by <see cref="Renew"/>.
/// </summary>
internal sealed class BlobStore
{
    private readonly DataFolder _folder;
    private readonly StorageKeys _keys;
    private readonly TimeProvider _clock;

    public BlobStore(DataFolder folder, StorageKeys keys, TimeProvider clock)
    {
        (_folder, _keys, _clock) = (folder, keys, clock);
        // All of them before the first part: a folder that came with a part would tell when.
        for (var i = 0; i <= byte.MaxValue; i++)
            Directory.CreateDirectory(Path.Combine(folder.Blobs, i.ToString("x2", CultureInfo.InvariantCulture)));
        DataFolder.FlushFolder(folder.Blobs);
    }

    public void Write(UploadId upload, int number, Hash32 hash, ReadOnlySpan<byte> part)
    {
        var path = PathOf(upload, number, hash);
        var parent = Path.GetDirectoryName(path)!;
        // Not named after the part until it is whole: two senders of the same part cannot see each other's half.
        Replace(path, _keys.Get(upload).Wrap(NameOf(number), part), _clock.Today());
        SetTimes(parent, _clock.Today());
        DataFolder.FlushFolder(parent);
    }

    /// <summary>
    /// Copies files into fresh inodes, in the order given, and keeps their days: when a file was made, and which came
    /// first, is then that of this job and of a shuffle. Then sets every folder's times to the day.
    /// </summary>
    public void Renew(IEnumerable<string> shuffled)
    {
        foreach (var path in shuffled)
        {
            if (File.Exists(path))
                Replace(path, File.ReadAllBytes(path), DayOf(path));
        }
        foreach (var parent in Directory.EnumerateDirectories(_folder.Blobs).Append(_folder.Blobs))
        {
            SetTimes(parent, _clock.Today());
            DataFolder.FlushFolder(parent);
        }
    }

    /// <summary>The day that a file's time names.</summary>
    public static Day DayOf(string path) => Day.Of(new DateTimeOffset(File.GetLastWriteTimeUtc(path)));

    public byte[] Read(UploadId upload, int number, Hash32 hash) =>
        _keys.Get(upload).Unwrap(NameOf(number), File.ReadAllBytes(PathOf(upload, number, hash)));

    public void Delete(UploadId upload, int number, Hash32 hash)
    {
        var path = PathOf(upload, number, hash);
        File.Delete(path);
        SetTimes(Path.GetDirectoryName(path)!, _clock.Today());
    }

    /// <summary>Every stored file.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFiles(_folder.Blobs, "*", SearchOption.AllDirectories);

    public string PathOf(UploadId upload, int number, Hash32 hash)
    {
        var name = upload.ToString();
        return Path.Combine(_folder.Blobs, name[..2], $"{name}.{number}.{hash.ToString()[..16]}");
    }

    private static void Replace(string path, byte[] bytes, Day day)
    {
        var draft = path + "." + NewId.Of<RowId>() + ".new";
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        SetTimes(draft, day);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Sets the times of a file or folder to the beginning of a day.</summary>
    private static void SetTimes(string path, Day day)
    {
        var start = day.ToDate().ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        Directory.SetLastWriteTimeUtc(path, start);
        Directory.SetLastAccessTimeUtc(path, start);
    }

    /// <summary>The upload that a stored file is named after; nothing for a file that is none of ours.</summary>
    public static UploadId? UploadOf(string path) =>
        UploadId.TryParse(Path.GetFileName(path).Split('.')[0], out var id) ? id : null;

    private static string NameOf(int number) => $"part/{number}";
}
