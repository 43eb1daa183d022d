using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Tips;
using Whistle.Server.Cases;

namespace Whistle.Server.Tests;

/// <summary>The vocabulary of tips: a source seals and sends one, as any device does.</summary>
internal sealed partial class WhistleServer
{
    public async Task<VerifiedDirectory> DirectoryAsync() =>
        VerifiedDirectory.VerifySignatures(await Source().GetByteArrayAsync("/api/source/directory"), null).Require();

    /// <summary>Sends a tip; returns its case and what the source's device holds.</summary>
    public async Task<SealedTip> TipAsync(ChannelId channel, string title = "Falsified safety tests")
    {
        using var source = Source();
        var tip = (await TipSealer.SealAsync(
            new TipRequest
            {
                Directory = await DirectoryAsync(),
                Channel = channel,
                Origin = Origin,
                Today = Day.Of(Clock.GetUtcNow()),
                Lang = "en",
                Title = title,
                Text = "Somebody changed the results.",
            },
            Randomness.System)).Require();
        var challenge = await (await source.PostAsJsonAsync("/api/source/challenge", new { purpose = "tip" })).Content.ReadFromJsonAsync<JsonElement>();
        StrictBase64Url.TryDecode(challenge.GetProperty("nonce").GetString(), out var nonce);
        using var body = new ByteArrayContent(tip.ToBody(ProofOfWork.Solve(nonce, tip.WorkSubject(), challenge.GetProperty("bits").GetInt32())));
        body.Headers.ContentType = new("application/vnd.whistle.tip");
        var answer = await source.PostAsync("/api/source/tips", body);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return tip;
    }

    /// <summary>Lets somebody hold a case, as a claim does: for tests that are not about claiming.</summary>
    public Task HoldAsync(CaseId about, PersonId person) =>
        WriteAsync(db => db.Add(new Claim(about, person, Clock.GetUtcNow().ToUnixTimeSeconds())));

    public Task StepBackAsync(CaseId about, PersonId person) => WriteAsync(db =>
    {
        var claim = db.Set<Claim>().Single(c => c.Case == about && c.Member == person);
        claim.Recuse();
    });
}
