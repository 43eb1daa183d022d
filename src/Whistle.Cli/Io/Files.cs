using System.Text;

namespace Whistle.Cli.Io;

/// <summary>Reading and writing files, with failures that name the option and never the path's content.</summary>
internal static class Files
{
    /// <summary>The text of a file, or of standard input for <c>-</c>; UTF-8 and nothing else.</summary>
    public static async Task<string> TextAsync(World world, string path, string option, CancellationToken ct)
    {
        if (string.Equals(path, "-", StringComparison.Ordinal))
            return await world.In.ReadToEndAsync(ct);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(await BytesAsync(path, option, ct)).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw Stop.Failed("file-not-text", option);
        }
    }

    /// <summary>The bytes of a file.</summary>
    public static async Task<byte[]> BytesAsync(string path, string option, CancellationToken ct)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unreadable", option);
        }
    }

    /// <summary>
    /// Writes a new file that only its owner can read. Refuses to replace one: a key that is written over is gone.
    /// </summary>
    public static async Task WriteNewAsync(string path, ReadOnlyMemory<byte> bytes, string option, CancellationToken ct)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.WriteThrough,
            };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var file = new FileStream(path, options);
            await file.WriteAsync(bytes, ct);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw Stop.Failed("file-exists", option);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", option);
        }
    }

    /// <summary>Writes a file whole or not at all, over the one that was there.</summary>
    public static async Task ReplaceAsync(string path, ReadOnlyMemory<byte> bytes, string option, CancellationToken ct)
    {
        var beside = path + ".new";
        try
        {
            File.Delete(beside); // of a run that was interrupted here
            await WriteNewAsync(beside, bytes, option, ct);
            File.Move(beside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Stop.Failed("file-unwritable", option);
        }
    }
}
