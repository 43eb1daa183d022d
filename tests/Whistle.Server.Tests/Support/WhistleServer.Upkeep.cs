using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Jobs;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of upkeep: nights, blobs, the trail.</summary>
internal sealed partial class WhistleServer
{
    /// <summary>How many tips wait for the next batch.</summary>
    public Task<int> WaitingTipsAsync() => ReadAsync(db => db.Set<Server.Batches.WaitingBlob>().CountAsync());

    /// <summary>How many uploads are stored, taken by a tip or not.</summary>
    public Task<int> UploadsAsync() => ReadAsync(db => db.Set<Server.Intake.Upload>().CountAsync());

    /// <summary>How many rows there are of cases and of everything that belongs to one.</summary>
    public Task<IReadOnlyDictionary<string, int>> CaseRowsAsync() => ReadAsync<IReadOnlyDictionary<string, int>>(async db => new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["cases"] = await db.Set<Server.Cases.Case>().CountAsync(),
        ["messages"] = await db.Set<Server.Cases.Message>().CountAsync(),
        ["claims"] = await db.Set<Server.Cases.Claim>().CountAsync(),
        ["mailboxes"] = await db.Set<Server.Mailbox.SourceMailbox>().CountAsync(),
        ["uploads"] = await db.Set<Server.Intake.Upload>().CountAsync(),
        ["parts"] = await db.Set<Server.Intake.UploadPart>().CountAsync(),
        ["proposals"] = await db.Set<Server.Summaries.SealedProposal>().CountAsync(),
    });

    /// <summary>One message as it is stored.</summary>
    public Task<Server.Cases.Message> MessageRowAsync(CaseId about, Server.Cases.Direction direction, int seq) =>
        ReadAsync(db => db.Set<Server.Cases.Message>().AsNoTracking().SingleAsync(m => m.Case == about && m.Direction == direction && m.Seq == seq));

    /// <summary>How many requests for identities there are, and how many custodians they name.</summary>
    public Task<(int Requests, int Custodians)> IdentityRowsAsync() => ReadAsync(async db =>
        (await db.Set<Server.Identities.IdentityAsk>().CountAsync(), await db.Set<Server.Identities.IdentityAddressee>().CountAsync()));

    /// <summary>Lets a case be due for deletion after a day: for tests that are not about closing.</summary>
    public Task KeepUntilAsync(CaseId about, Day day) =>
        WriteAsync(db => db.Entry(db.Set<Server.Cases.Case>().Single(c => c.Id == about)).Property(c => c.KeepUntil).CurrentValue = day);

    public string BlobFolder => Path.Combine(DataFolder, "blobs");

    public IReadOnlyList<string> BlobFiles() => Directory.GetFiles(BlobFolder, "*", SearchOption.AllDirectories);

    /// <summary>An announced upload of the given size.</summary>
    public static async Task<UploadId> AnnounceAsync(HttpClient source, long size, UploadId? wanted = null)
    {
        var id = wanted ?? UploadId.From(Id128.FromBytes(RandomNumberGenerator.GetBytes(16)));
        var (nonce, bits) = await ChallengeAsync(source, "tip");
        var work = ProofOfWork.Solve(nonce, id.ToBytes(), bits);
        var answer = await source.PostAsJsonAsync("/api/source/uploads", new
        {
            id = id.ToString(),
            size,
            nonce = StrictBase64Url.Encode(nonce),
            counter = work.Counter.ToString(System.Globalization.CultureInfo.InvariantCulture),
        });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return id;
    }

    public static async Task<HttpResponseMessage> PutPartAsync(HttpClient source, UploadId id, byte[] part)
    {
        using var content = new ByteArrayContent(part);
        content.Headers.ContentType = new("application/octet-stream");
        return await source.PutAsync($"/api/source/uploads/{id}/parts/0", content);
    }

    /// <summary>Lets the next day begin, and waits until the nightly job has done its work.</summary>
    public async Task RunNightAsync()
    {
        BeginNextDay();
        await EndNightAsync();
    }

    /// <summary>Waits until the nightly job of the day has done its work; time goes on meanwhile.</summary>
    public async Task EndNightAsync()
    {
        for (var i = 0; i < 300; i++)
        {
            if (await IsNightDoneAsync())
                return;
            await Task.Delay(100);
            Clock.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Fail("The night did not end.");
    }

    public void BeginNextDay() => Clock.Advance(Clock.GetUtcNow().UtcDateTime.Date.AddDays(1).AddMinutes(1) - Clock.GetUtcNow().UtcDateTime);

    public Task<bool> IsNightDoneAsync()
    {
        var today = Day.Of(Clock.GetUtcNow()).Number;
        return ReadAsync(db => db.Set<JobRun>().AnyAsync(r => r.Name == "nightly" && r.Slot >= today));
    }

    /// <summary>The acts on cases that stand in the trail.</summary>
    public Task<List<string>> CaseActsAsync() =>
        ReadAsync(db => db.Set<AuditEntry>().Where(e => e.Case != null).Select(e => e.Act).Distinct().ToListAsync());
}
