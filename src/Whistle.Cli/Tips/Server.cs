using System.CommandLine;
using Whistle.Cli.Directories;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;

namespace Whistle.Cli.Tips;

/// <summary>Options of every command that talks to a server.</summary>
internal sealed class ServerOptions
{
    private readonly Option<string> _server = new("--server")
    {
        Required = true,
        HelpName = "URL",
        Description = "The portal, for instance https://report.example.org.",
    };

    private readonly Option<string?> _proxy = new("--proxy")
    {
        HelpName = "URL",
        Description = "A SOCKS proxy, for Tor: socks5://127.0.0.1:9050. Proxy settings of the system are never used.",
    };

    private readonly Option<string?> _root = new("--root")
    {
        HelpName = "FINGERPRINT",
        Description = "The portal's root fingerprint, from a source you trust. Another root is refused.",
    };

    public void AddTo(Command command)
    {
        command.Add(_server);
        command.Add(_proxy);
        command.Add(_root);
    }

    public Hash32? Root(ParseResult parse) => Fingerprint.Read(parse.GetValue(_root));

    public Uri? Proxy(ParseResult parse) => Connection.Proxy(parse.GetValue(_proxy));

    public SourceApi Connect(World world, ParseResult parse)
    {
        var proxy = Proxy(parse);
        var origin = Connection.Origin(parse.GetValue(_server)!, proxy);
        return new SourceApi(world.Connect(proxy), origin);
    }
}

/// <summary>What is fetched from a server is checked before it is used.</summary>
internal static class Trust
{
    /// <summary>A directory to seal to: root, signatures, expiry, origin (SPEC 6).</summary>
    public static async Task<VerifiedDirectory> DirectoryAsync(SourceApi api, Hash32? pinned, Day today, CancellationToken ct) =>
        Directory(await api.DirectoryAsync(ct), api.Origin, pinned, today);

    /// <summary>The same of one that was kept.</summary>
    public static VerifiedDirectory Directory(byte[] note, string origin, Hash32? pinned, Day today)
    {
        var verified = VerifiedDirectory.Verify(note, new DirectoryChecks { Today = today, PinnedRoot = pinned, Origin = origin });
        return verified.IsOk ? verified.Value : throw Stop.NotVerified(verified.Code);
    }

    /// <summary>A document that the directory names: its bytes must hash to its name.</summary>
    public static async Task<byte[]> DocumentAsync(SourceApi api, Hash32 hash, CancellationToken ct) => Document(await api.DocumentAsync(hash, ct), hash);

    /// <summary>The same of one that was kept.</summary>
    public static byte[] Document(byte[] bytes, Hash32 hash) => Hash32.Of(bytes) == hash ? bytes : throw Stop.NotVerified("document-hash");
}

/// <summary>Proofs of work and uploads.</summary>
internal static class Sending
{
    /// <summary>The highest price that is paid: more is no flood control, but a way to keep a source waiting.</summary>
    private const int MaxBits = 32;

    public static async Task<ProofOfWork> WorkAsync(SourceApi api, Report report, byte[] subject, CancellationToken ct)
    {
        var challenge = await api.ChallengeAsync("tip", ct);
        if (challenge.Bits is < 0 or > MaxBits)
            throw Stop.NotVerified("answer-malformed");
        var nonce = challenge.NonceBytes();
        return await report.WhileAsync(
            "Proving that this is not a flood …", () => Task.Run(() => ProofOfWork.Solve(nonce, subject, challenge.Bits, ct), ct));
    }

    /// <summary>Uploads a sealed object in parts. Sending a part again is safe, so a lost answer is tried twice more.</summary>
    public static async Task UploadAsync(
        SourceApi api, Report report, AttachmentObject upload, ReadOnlyMemory<byte> cipher, CancellationToken ct)
    {
        var work = await WorkAsync(api, report, upload.Id.ToBytes(), ct);
        var parts = (cipher.Length + WireLengths.UploadPart - 1) / WireLengths.UploadPart;
        if ((await api.UploadAsync(upload, work, ct)).Parts != parts)
            throw Stop.NotVerified("answer-malformed");
        for (var number = 0; number < parts; number++)
        {
            report.Say($"Uploading the files: part {number + 1} of {parts} …");
            var start = number * WireLengths.UploadPart;
            var part = cipher.Slice(start, Math.Min(WireLengths.UploadPart, cipher.Length - start));
            await AgainAsync(() => api.PartAsync(upload.Id, number, part, ct), ct);
        }
    }

    /// <summary>Runs something that is safe to repeat, at most three times while the network fails.</summary>
    public static async Task AgainAsync(Func<Task> work, CancellationToken ct)
    {
        for (var left = 2; ; left--)
        {
            try
            {
                await work();
                return;
            }
            catch (Stop stop) when (stop.ExitCode == Exit.NoNetwork && left > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5), ct);
            }
        }
    }
}

/// <summary>Files to attach, held open so that what is sealed is what was chosen.</summary>
internal sealed class AttachedFiles : IDisposable
{
    private readonly List<AttachmentFile> _files = [];

    public IReadOnlyList<AttachmentFile> Files => _files;

    /// <summary>Paths say a lot about a source; only the last name goes into the message.</summary>
    public static AttachedFiles Open(IReadOnlyList<string> paths)
    {
        var files = new AttachedFiles();
        try
        {
            foreach (var path in paths)
            {
                var content = File.OpenRead(path);
                var name = Path.GetFileName(path);
                files._files.Add(new AttachmentFile(SafeText.FileName(name), TypeOf(Path.GetExtension(name)), content.Length, content));
            }
            if (Attachments.Refuse(files._files) is { } code)
                throw Stop.Failed(code);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files.Dispose();
            throw Stop.Failed("file-unreadable", "--attach");
        }
        catch (Stop)
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Content.Dispose();
    }

    /// <summary>A type that helps the desk to show a file; nothing is looked up on the machine.</summary>
    private static string TypeOf(string extension) => extension.ToLowerInvariant() switch
    {
        ".pdf" => "application/pdf",
        ".txt" => "text/plain",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".mp3" => "audio/mpeg",
        ".mp4" => "video/mp4",
        ".zip" => "application/zip",
        _ => "application/octet-stream",
    };
}
