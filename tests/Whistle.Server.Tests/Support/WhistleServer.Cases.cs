using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;
using Whistle.Server.Batches;
using Whistle.Server.Log;
using Whistle.Server.People;
using Whistle.Server.Summaries;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of tips and cases.</summary>
internal sealed partial class WhistleServer
{
    public const int BatchMultiple = 2;

    private static readonly TimeSpan BatchTime = TimeSpan.FromSeconds(60);

    /// <summary>Quick batches with little noise, and new keys good at once: for tests that are not about noise.</summary>
    public static WhistleServer WithQuickBatches() =>
        new(("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"), ("KeyDelayHours", "0"));

    /// <summary>One channel that a lead and two reviewers read, in a published directory.</summary>
    public async Task<Portal> OpenPortalAsync()
    {
        var admin = await SetUpAsync();
        var lead = await JoinAsync(admin, Role.Lead, "L. Lead");
        var reviewer = await JoinAsync(admin, Role.Reviewer, "R. Moreau");
        var other = await JoinAsync(admin, Role.Reviewer, "O. Other");
        var channel = await DraftChannelAsync(admin, [lead.Id, reviewer.Id, other.Id]);
        await PublishDirectoryAsync(admin);
        return new Portal(await CurrentDirectoryAsync(), channel, admin, lead, reviewer, other);
    }

    /// <summary>The directory that a source gets now, checked.</summary>
    public async Task<VerifiedDirectory> CurrentDirectoryAsync()
    {
        using var source = Source();
        var note = await source.GetByteArrayAsync("/api/source/directory");
        return VerifiedDirectory.Verify(note, new DirectoryChecks { Today = Day.Of(Clock.GetUtcNow()), Origin = Origin }).Require();
    }

    public async Task<SealedTip> SealTipAsync(
        Portal portal, IReadOnlyCollection<PersonId>? excluded = null, IReadOnlyList<AttachmentFile>? files = null) =>
        (await TipSealer.SealAsync(
            new TipRequest
            {
                Directory = portal.Directory,
                Channel = portal.Channel,
                Origin = Origin,
                Today = Day.Of(Clock.GetUtcNow()),
                Lang = "en",
                Title = "Falsified safety tests",
                Text = "The tests of March were never run.",
                Excluded = excluded ?? [],
                Files = files ?? [],
                KeepsCopy = true,
            },
            Randomness.System)).Require();

    /// <summary>The body of a tip with work done on a fresh challenge.</summary>
    public async Task<byte[]> BodyOfAsync(SealedTip tip)
    {
        using var source = Source();
        var (nonce, bits) = await ChallengeAsync(source, "tip");
        return tip.ToBody(ProofOfWork.Solve(nonce, tip.WorkSubject(), bits));
    }

    public static async Task<(byte[] Nonce, int Bits)> ChallengeAsync(HttpClient source, string purpose)
    {
        var answer = await source.PostAsJsonAsync("/api/source/challenge", new { purpose });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var challenge = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (Bytes(challenge.GetProperty("nonce")), challenge.GetProperty("bits").GetInt32());
    }

    public static async Task<HttpResponseMessage> PostTipAsync(HttpClient source, byte[] body, string mediaType = TipBody.MediaType)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new(mediaType);
        return await source.PostAsync("/api/source/tips", content);
    }

    /// <summary>Seals a tip and hands it in.</summary>
    public async Task<SealedTip> SubmitTipAsync(Portal portal, IReadOnlyCollection<PersonId>? excluded = null)
    {
        var tip = await SealTipAsync(portal, excluded);
        using var source = Source();
        Assert.Equal(HttpStatusCode.Created, (await PostTipAsync(source, await BodyOfAsync(tip))).StatusCode);
        return tip;
    }

    /// <summary>A source back at its mailbox with the words.</summary>
    public async Task<HttpClient> ReturnAsync(SealedTip tip)
    {
        var source = Source();
        var answer = await OpenMailboxAsync(source, tip);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        source.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return source;
    }

    public static async Task<HttpResponseMessage> OpenMailboxAsync(HttpClient source, SealedTip tip, byte[]? nonce = null)
    {
        nonce ??= (await ChallengeAsync(source, "mailbox")).Nonce;
        var signature = tip.Keys.Mailbox.Sign(PossessionProofs.Mailbox(Origin, tip.Keys.MailboxId, nonce));
        return await source.PostAsJsonAsync("/api/source/mailbox/session", new
        {
            mailbox = tip.Keys.Mailbox.Public.ToString(),
            nonce = StrictBase64Url.Encode(nonce),
            signature = StrictBase64Url.Encode(signature),
        });
    }

    /// <summary>Lets the time of the next batch come.</summary>
    public async Task RunBatchAsync()
    {
        Clock.Advance(BatchTime);
        await Services.GetRequiredService<BatchJob>().RunDueAsync(default);
    }

    /// <summary>The file of storage keys: what somebody who holds the disk has beside the database.</summary>
    public string KeyStore => Directory.EnumerateFiles(DataFolder, "storage-keys.db", SearchOption.AllDirectories).Single();

    /// <summary>All blobs of a channel that a person can fetch, with their positions.</summary>
    public static async Task<List<(long Position, byte[] Blob)>> StreamAsync(Account person, ChannelId channel)
    {
        var blobs = new List<(long, byte[])>();
        long after = 0;
        while (true)
        {
            var bytes = await person.Http.GetByteArrayAsync($"/api/desk/channels/{channel}/stream?after={after}");
            var count = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (count == 0)
                return blobs;
            var size = (bytes.Length - 4) / (int)count;
            for (var i = 0; i < count; i++)
            {
                after = (long)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(4 + (i * size)));
                blobs.Add((after, bytes.AsSpan(4 + (i * size) + 8, size - 8).ToArray()));
            }
        }
    }

    /// <summary>Tries every blob, as a desk does; the case keys that opened.</summary>
    public static async Task<List<CaseKey>> TryStreamAsync(Account person, ChannelId channel) =>
        [.. (await StreamAsync(person, channel)).Select(b => Whistle.Protocol.Cases.StreamBlob.Open(b.Blob, person.Identity!)).Where(o => o.IsOk).Select(o => o.Value!.Key)];

    /// <summary>A closing that a second person approved: for tests that are about what follows.</summary>
    public Task ApproveClosingAsync(Portal portal, CaseId about) => WriteAsync(db =>
    {
        var text = new ClosingText { Closing = ProposalId.New(Randomness.System), Case = about, Outcome = "withdrawn", Retention = "short", Lang = "en", Text = "Withdrawn." };
        var proposal = new FourEyesProposal(FourEyesKind.Closing, text.Closing, about, text.Hash, portal.Reviewer.Id);
        var wrapped = Services.GetRequiredService<Server.Data.StorageKeys>().Get(about).Wrap(SealedProposal.NameOf(text.Closing), [0]);
        var row = new SealedProposal(proposal, "", wrapped);
        row.Approve("");
        db.Add(row);
    });

    public static async Task<HttpResponseMessage> ProveAsync(Account person, CaseKey key, string act, CaseId? about = null, object? reason = null)
    {
        var id = about ?? key.Id;
        var challenge = await person.Http.PostAsJsonAsync("/api/desk/challenge", new { });
        var nonce = Bytes((await challenge.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("nonce"));
        var proof = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["nonce"] = StrictBase64Url.Encode(nonce),
            ["signature"] = StrictBase64Url.Encode(key.Access.Sign(PossessionProofs.Claim(Origin, id, person.Signing!.Public, nonce))),
        };
        if (reason is not null)
            proof["reason"] = reason;
        return await person.Http.PostAsJsonAsync($"/api/desk/cases/{id}/{act}", proof);
    }

    public static byte[] Bytes(JsonElement element) =>
        StrictBase64Url.TryDecode(element.GetString()!, out var bytes) ? bytes : throw new FormatException("Not base64url.");

    /// <summary>A server whose data folder is a copy of another.</summary>
    public static WhistleServer RestoredFrom(string folder, params (string Name, string Value)[] settings)
    {
        var server = new WhistleServer(settings) { Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(Server.Jobs.JobLoop))) };
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(server.DataFolder, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        return server;
    }

    /// <summary>Copies the data folder, as a backup of a quiet server would.</summary>
    public void CopyDataTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(DataFolder, "*", SearchOption.AllDirectories))
        {
            if (file.EndsWith("-shm", StringComparison.Ordinal))
                continue;
            var copy = Path.Combine(folder, Path.GetRelativePath(DataFolder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The rows of a tip, as the model reads them.</summary>
    public Task<StoredTip> StoredAsync(SealedTip tip) => ReadAsync(async db =>
    {
        var about = await db.Set<Server.Cases.Case>().SingleAsync(c => c.Id == tip.Manifest.Case);
        var mailbox = await db.Set<Server.Mailbox.SourceMailbox>().SingleAsync(m => m.Id == tip.Keys.MailboxId);
        var message = await db.Set<Server.Cases.Message>().SingleAsync(m => m.Case == about.Id);
        var waiting = await db.Set<WaitingBlob>().SingleAsync();
        // The directory's own entry waits too, in the clear.
        var leaves = (await db.Set<PendingLeaf>().Select(l => l.Entry).ToListAsync()).Where(e => e.Length == Hash32.Length).Select(e => Hash32.FromBytes(e)).ToList();
        return new StoredTip(about, mailbox, message, waiting, leaves, Services.GetRequiredService<Server.Data.StorageKeys>().Get(about.Id));
    });

    /// <summary>Every route of the server with its methods.</summary>
    public IReadOnlyList<(string Method, string Pattern)> Routes()
    {
        StartServer();
        return [.. Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(m => (m, e.RoutePattern.RawText!)) ?? [])];
    }

    internal sealed record StoredTip(
        Server.Cases.Case Case, Server.Mailbox.SourceMailbox Mailbox, Server.Cases.Message Message, WaitingBlob Waiting,
        IReadOnlyList<Hash32> Leaves, Server.Data.StorageKey Key);

    internal sealed record Portal(VerifiedDirectory Directory, ChannelId Channel, Account Admin, Account Lead, Account Reviewer, Account Other);
}
