using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Log;
using Whistle.Server.Data;
using Whistle.Server.Hosting;

namespace Whistle.Server.Directories;

/// <summary>
/// The list of the pages' files that root holders signed (SPEC 6.2), where the operator has one: held against what is
/// served when the server starts, entered in the log once, and given to whoever compares.
/// </summary>
internal sealed class PublishedSite(IServiceScopeFactory scopes, Writer writer, IOptions<WhistleOptions> options)
{
    /// <summary>The audit trail's name for it; its subject is the version and the hash.</summary>
    internal const string Published = "site.published";

    /// <summary>The signed note; null where there is none.</summary>
    public string? Note { get; private set; }

    /// <summary>Reads and checks it.</summary>
    /// <param name="files">What is served.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="OptionsValidationException">It cannot be read, is not signed, is older, or is not about these files.</exception>
    public async Task PrepareAsync(IFileProvider files, CancellationToken ct)
    {
        if (options.Value.Site is not { Length: > 0 } path)
            return;
        byte[] note;
        try
        {
            note = await File.ReadAllBytesAsync(path, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path} cannot be read.");
        }
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
        var root = await db.Set<PinnedRoot>().AsNoTracking().FirstOrDefaultAsync(ct) ?? throw Wrong("the portal is not set up yet: nobody could have signed it.");
        var member = root.ToRoot();
        var read = SiteManifest.Verify(note, new RootKeys(member.Threshold, PinnedRoot.NoteKeys(member)));
        if (!read.IsOk)
            throw Wrong($"{path} is not a list that enough root holders signed ({read.Code}).");
        if (FirstDifference(read.Value, files) is { } different)
            throw Wrong($"{different} is not what was signed. Have the files of this version signed, or take the setting away.");
        var unit = scope.ServiceProvider.GetRequiredService<UnitOfWork>();
        await writer.RunAsync(db, async () => (await EnterAsync(db, unit, read.Value, ct), UnitEnd.All), unit, ct);
        Note = Encoding.UTF8.GetString(note);
    }

    private static async Task<bool> EnterAsync(WhistleDb db, UnitOfWork unit, SiteManifest manifest, CancellationToken ct)
    {
        var subject = string.Create(CultureInfo.InvariantCulture, $"{manifest.Version} {manifest.Hash}");
        foreach (var earlier in await db.Set<AuditEntry>().Where(e => e.Act == Published).Select(e => e.Subject!).ToListAsync(ct))
        {
            if (string.Equals(earlier, subject, StringComparison.Ordinal))
                return false;
            if (int.Parse(earlier.Split(' ')[0], CultureInfo.InvariantCulture) >= manifest.Version)
                throw Wrong("a newer list, or another one of this version, was published before.");
        }
        unit.Log(PublicEntry.Site(manifest.Version, manifest.Hash).ToBytes());
        unit.Audit(Published, subject);
        return true;
    }

    private static string? FirstDifference(SiteManifest manifest, IFileProvider files)
    {
        var served = Under(files, "/").ToDictionary(f => f.Path, StringComparer.Ordinal);
        foreach (var signed in manifest.Files)
        {
            if (!served.Remove(signed.Path, out var file) || file != signed)
                return signed.Path;
        }
        return served.Keys.FirstOrDefault();
    }

    private static IEnumerable<SiteFile> Under(IFileProvider files, string folder)
    {
        foreach (var entry in files.GetDirectoryContents(folder))
        {
            var path = folder + entry.Name;
            if (entry.IsDirectory)
            {
                foreach (var file in Under(files, path + "/"))
                    yield return file;
                continue;
            }
            using var stream = entry.CreateReadStream();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            yield return SiteFile.Of(path, bytes.ToArray());
        }
    }

    private static OptionsValidationException Wrong(string what) => new(WhistleOptions.Section, typeof(WhistleOptions), [$"Whistle:Site: {what}"]);
}
