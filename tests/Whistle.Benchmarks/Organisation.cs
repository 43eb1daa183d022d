using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;

namespace Whistle.Benchmarks;

/// <summary>An invented organisation with one channel and two readers, and its server's data folder.</summary>
internal sealed class Organisation
{
    private Organisation(VerifiedDirectory directory, HybridIdentity reader, string data) =>
        (Directory, Reader, Data) = (directory, reader, data);

    public VerifiedDirectory Directory { get; }

    /// <summary>Opens every tip.</summary>
    public HybridIdentity Reader { get; }

    public string Data { get; }

    /// <summary>Leaves the folder as a ceremony and a first directory leave it.</summary>
    public static async Task<Organisation> FoundAsync(string data)
    {
        await using var services = Open(data);
        await WhistleHost.MigrateAsync(services);
        using var root = SigningKey.Generate(Randomness.System);
        var (directory, reader) = Sign(root, services.GetRequiredService<ServerKeys>().LogNoteKey);
        await using (var scope = services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<WhistleDb>();
            await services.GetRequiredService<Writer>().RunAsync(
                db,
                () =>
                {
                    db.Add(new PinnedRoot("Example AG", new(1, [new("root", root.Public.Bytes.ToArray())]), recovery: null));
                    db.Add(new Server.Directories.DirectoryVersion(
                        1, directory.Hash, directory.Root, System.Text.Encoding.UTF8.GetString(directory.Note.ToBytes()),
                        directory.Version.Issued, directory.Version.Expires));
                    return Task.FromResult((true, UnitEnd.All));
                },
                scope.ServiceProvider.GetRequiredService<UnitOfWork>(),
                CancellationToken.None);
        }
        return new Organisation(directory, reader, data);
    }

    /// <summary>The server's own services over a data folder that no server runs on.</summary>
    public static ServerServices Open(string data)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = ["--Whistle:Data=" + data],
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddWhistle();
        return new ServerServices(builder.Build());
    }

    private static (VerifiedDirectory, HybridIdentity) Sign(SigningKey root, NoteKey log)
    {
        var today = TimeProvider.System.Today();
        var readers = Enumerable.Range(0, 2).Select(_ => HybridIdentity.Generate(Randomness.System)).ToList();
        var people = readers.ConvertAll(identity => new DirectoryPerson
        {
            Id = NewId.Of<PersonId>(),
            Name = "R. Moreau",
            Role = "reviewer",
            Place = "inside",
            Recipient = identity.Recipient,
            Signing = SigningKey.Generate(Randomness.System).Public,
            From = today,
            Until = today.Plus(365),
        });
        var version = new Protocol.Directories.DirectoryVersion
        {
            Version = 1,
            Previous = Hash32.Zero,
            Issued = today,
            Expires = today.Plus(Protocol.Directories.DirectoryVersion.MaxLifetime),
            Organisation = "Example AG",
            Origins = [WhistleHost.DefaultUrl],
            Root = new RootKeys(1, [new NoteKey("root", root.Public)]),
            Log = log,
            People = people,
            Channels =
            [
                new DirectoryChannel
                {
                    Id = NewId.Of<ChannelId>(),
                    Name = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "General" },
                    Entity = "Example AG",
                    Readers = people.ConvertAll(p => p.Id),
                    Approvers = [],
                    Custodians = [],
                    OffersRecovery = false,
                    Policy = "eu",
                    Questionnaire = Hash32.Of("questionnaire"u8),
                    Texts = Hash32.Of("texts"u8),
                    Taxonomy = Hash32.Of("taxonomy"u8),
                },
            ],
        };
        var note = version.ToNote().Sign("root", root);
        return (VerifiedDirectory.VerifySignatures(note.ToBytes(), pinnedRoot: null).Require(), readers[^1]);
    }
}

/// <summary>Closes the database's files with the services that opened them.</summary>
internal sealed class ServerServices(WebApplication app) : IServiceProvider, IAsyncDisposable
{
    public object? GetService(Type serviceType) => app.Services.GetService(serviceType);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        SqliteConnection.ClearAllPools();
    }
}
