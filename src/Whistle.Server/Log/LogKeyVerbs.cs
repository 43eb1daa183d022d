using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;

namespace Whistle.Server.Log;

/// <summary>
/// What an operator calls to replace the log key (SPEC 16, "A new log key"). The log goes on under its name; both keys sign
/// from the next start until the old one is dropped, so that every client finds the signature that its directory names.
/// </summary>
internal static class LogKeyVerbs
{
    /// <summary>As long as a tip may still be sealed under the version before (<see cref="KnownDirectories"/>).</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary><c>new-log-key</c>.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> NewAsync(IServiceProvider services, TextWriter output, TextWriter errors)
    {
        var files = new LogKeyFiles(services.GetRequiredService<DataFolder>());
        if (files.HasNext)
        {
            await errors.WriteLineAsync("There is a next log key already. Have a directory signed that lists it, then call drop-log-key.");
            return 1;
        }
        files.MakeNext();
        await output.WriteLineAsync($"The next log key (public): {services.GetRequiredService<ServerKeys>().LogNoteKey}");
        await output.WriteLineAsync(
            "Give it to the log's witnesses, beside the one they have; where Whistle:WitnessPolicy names a log, put it there. Then start the server: "
            + "both keys sign from now on. Have the next directory proposed and signed, and a day after that call drop-log-key.");
        return 0;
    }

    /// <summary><c>drop-log-key</c>: only when every client that may still ask looks for the next key.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> DropAsync(IServiceProvider services, TextWriter output, TextWriter errors)
    {
        var files = new LogKeyFiles(services.GetRequiredService<DataFolder>());
        if (!files.HasNext)
        {
            await errors.WriteLineAsync("There is no next log key. Call new-log-key first.");
            return 1;
        }
        await WhistleHost.MigrateAsync(services);
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var directories = services.GetRequiredService<KnownDirectories>();
        var next = services.GetRequiredService<ServerKeys>().LogNoteKey;
        var note = await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => d.Note).FirstOrDefaultAsync();
        var listed = note is null ? null : DirectoryText.OfNoteText(note[..(note.IndexOf("\n\n", StringComparison.Ordinal) + 1)]).Log.Key;
        if (listed is null || !next.Key.Bytes.Span.SequenceEqual(listed))
        {
            await errors.WriteLineAsync("The directory in force does not list the next log key. Have one proposed and signed that does.");
            return 1;
        }
        var published = DateTimeOffset.FromUnixTimeSeconds((await directories.CurrentAsync(db, default))!.Published);
        if (services.GetRequiredService<TimeProvider>().GetUtcNow() < published + Grace)
        {
            await errors.WriteLineAsync("The directory that lists the next log key is not a day old: tips may still be sealed under the one before, and look for the old key's signature.");
            return 1;
        }
        files.TakeNext();
        await output.WriteLineAsync($"The log key is now: {next}");
        await output.WriteLineAsync("The old one is gone from this folder; it may be in backups. Start the server again.");
        return 0;
    }
}
