using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;
using Whistle.Server.Batches;
using Whistle.Server.Jobs;
using Whistle.Server.Log;
using Whistle.Server.Mail;
using Whistle.Server.People;

namespace Whistle.Server.Tests.LeftOut;

/// <summary>What happens in a world beside what happens in all of them.</summary>
internal enum Happening
{
    /// <summary>No case but the one that everybody holds.</summary>
    Nothing,

    /// <summary>A case that leaves one reviewer out, from its tip to its deletion.</summary>
    HiddenCase,

    /// <summary>The same, while the reviewer who is left out floods the channel with tips.</summary>
    HiddenCaseAndFlood,
}

/// <summary>
/// Three weeks of a portal with the noise of production: two batches a day, a daily interval of the log, nights, mornings. In
/// every world the left-out reviewer holds one case with the others, and sent one tip. Who is left out asks for everything,
/// three times a day.
/// </summary>
internal sealed class LeftOutWorld : IDisposable
{
    public const int Days = 21;
    public const int BatchMultiple = 8;
    public const int BatchNoise = 6;
    public const int LogMultiple = 64;
    public const int LogNoise = 48;

    /// <summary>How many tips a flood has, by day.</summary>
    public static readonly IReadOnlyDictionary<int, int> Floods = new Dictionary<int, int> { [2] = 20, [6] = 9, [11] = 3 };

    private readonly Happening _what;
    private readonly TestRelay _relay = new();
    private readonly List<IDisposable> _owned = [];
    private string _organiser = "";

    private LeftOutWorld(Happening what)
    {
        _what = what;
        Server = new WhistleServer(
            ("KeyDelayHours", "0"), ("Smtp:Host", "localhost"), ("Smtp:Port", _relay.Port.ToString(CultureInfo.InvariantCulture)),
            ("Smtp:From", WhistleServer.MailFrom), ("Smtp:Tls", "false"))
        {
            // Every batch, interval, night and morning is made here, once.
            Bend = static services =>
            {
                services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop)));
                foreach (var loop in services.Where(s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(OutboxJob)).ToList())
                    services.Remove(loop);
            },
        };
    }

    public WhistleServer Server { get; }

    /// <summary>What the reviewer who is left out gets.</summary>
    public Transcript LeftOut { get; private set; } = null!;

    /// <summary>What somebody gets who reads the hidden case: to see that the comparison sees.</summary>
    public Transcript Reader { get; private set; } = null!;

    /// <summary>The mails to the reviewer who is left out, without the random id.</summary>
    public IReadOnlyList<string> Mails => [.. _relay.Received.Where(m => m.To is "other@example.org").Select(m => m.Common)];

    /// <summary>Tips in each batch of the channel, which only this world's maker can know.</summary>
    public List<int> TipsInBatch { get; } = [];

    /// <summary>Every form in which ids of the hidden case and of what belongs to it could stand in an answer.</summary>
    public List<string> Forbidden { get; } = [];

    /// <summary>Whether the hidden case came, was worked on and is gone, as planned.</summary>
    public List<string> Acts { get; } = [];

    private WhistleServer.Portal Portal { get; set; } = null!;

    private WhistleServer.Account Deputy { get; set; } = null!;

    private WhistleServer.Account Approver { get; set; } = null!;

    public static async Task<LeftOutWorld> LiveAsync(Happening what)
    {
        var world = new LeftOutWorld(what);
        await world.SettleAsync();
        for (var day = 1; day <= Days; day++)
            await world.LiveDayAsync(day);
        await world.EndAsync();
        return world;
    }

    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
        Server.Dispose();
        _relay.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static DateTimeOffset At(int day, int hour, int minute = 0) =>
        new(WhistleServer.Start.UtcDateTime.Date.AddDays(day).AddHours(hour).AddMinutes(minute), TimeSpan.Zero);

    private async Task SettleAsync()
    {
        var admin = await Server.SetUpAsync();
        var lead = await Server.JoinAsync(admin, Role.Lead, "L. Lead");
        var reviewer = await Server.JoinAsync(admin, Role.Reviewer, "R. Moreau");
        var other = await Server.JoinAsync(admin, Role.Reviewer, "O. Other");
        Deputy = await Server.JoinAsync(admin, Role.Reviewer, "D. Deputy");
        Approver = await Server.JoinAsync(admin, Role.Approver, "A. Approver");
        foreach (var (person, mail) in new[] { (lead, "lead@example.org"), (reviewer, "one@example.org"), (other, "other@example.org") })
            await WhistleServer.SetMailAsync(admin.Http, person.Id, mail);
        var channel = await WhistleServer.DraftChannelAsync(admin, [lead.Id, reviewer.Id, other.Id, Deputy.Id], [Approver.Id]);
        await Server.PublishDirectoryAsync(admin);
        Portal = new(await Server.CurrentDirectoryAsync(), channel, admin, lead, reviewer, other);
        _organiser = Portal.Directory.Root.ToString();

        // A case that everybody holds, with a file, a grant and everything that can be read of a case.
        var known = await SubmitAsync([]);
        await BatchAsync();
        var key = Assert.Single(await WhistleServer.TryStreamAsync(other, channel));
        foreach (var person in new[] { other, lead, reviewer })
        {
            Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(person, key, "claim")).StatusCode);
            // Acts of one second have no order but that of random ids.
            Server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await GrantAsync(lead, key, other, 1);
        await PutAsync(other, $"/api/desk/cases/{key.Id}/drafts/note", new { ciphertext = Random(4096 + WireLengths.NoteOverhead) });
        await PutAsync(other, "/api/desk/keyring", new { version = 1, ciphertext = Random((int)WireLengths.AgeFile(1, 65_536)) });
        // The left-out reviewer's own tip shows what any source sees, and anybody may be one.
        var own = await Server.SubmitTipAsync(Portal);
        _owned.Add(own);

        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [lead.Id.ToString()] = "LEAD",
            [reviewer.Id.ToString()] = "REVIEWER",
            [other.Id.ToString()] = "OTHER",
            [Deputy.Id.ToString()] = "DEPUTY",
            [Approver.Id.ToString()] = "APPROVER",
            [admin.Id.ToString()] = "ADMIN",
            [channel.ToString()] = "CHANNEL",
            [key.Id.ToString()] = "KNOWN-CASE",
            [known.Manifest.Attachments[0].Id.ToString()] = "KNOWN-FILE",
            [own.Manifest.Case.ToString()] = "OWN-CASE",
            [_organiser] = "ROOT",
        };
        var document = await WhistleServer.AddDocumentAsync(admin, "texts-general.json");
        LeftOut = new Transcript(Server, other, own, names, channel, key.Id, known.Manifest.Attachments[0].Id, document);
        Reader = new Transcript(Server, reviewer, own, names, channel, key.Id, known.Manifest.Attachments[0].Id, document);
    }

    private async Task LiveDayAsync(int day)
    {
        Server.Clock.SetUtcNow(At(day, 0, 5));
        await BatchAsync();
        await Server.Services.GetRequiredService<LogJob>().RunDueAsync(default);
        await Server.Services.GetRequiredService<NightlyJob>().RunDueAsync(default);
        await AskAsync(day, 6);
        Server.Clock.SetUtcNow(At(day, 7));
        await Server.SendMailAsync();
        Server.Clock.SetUtcNow(At(day, 9));
        if (_what is not Happening.Nothing)
            await ActAsync(day);
        if (_what is Happening.HiddenCaseAndFlood && Floods.TryGetValue(day, out var tips))
        {
            for (var i = 0; i < tips; i++)
                _owned.Add(await SubmitPlainAsync());
        }
        await AskAsync(day, 11);
        Server.Clock.SetUtcNow(At(day, 12, 5));
        await BatchAsync();
        await AskAsync(day, 13);
        Server.Clock.SetUtcNow(At(day, 20));
        if (day is 20)
        {
            // The directory would expire before the end.
            await Server.SignInAsync(Portal.Admin);
            await Server.PublishDirectoryAsync(Portal.Admin);
        }
    }

    /// <summary>The end of what was kept: the night after the closed case's last day, two months on.</summary>
    private async Task EndAsync()
    {
        Server.Clock.SetUtcNow(At(Days + 57, 0, 5));
        if (_what is not Happening.Nothing)
            Assert.Equal(3 + (_what is Happening.HiddenCaseAndFlood ? Floods.Values.Sum() : 0), (await Server.CaseRowsAsync())["cases"]);
        await BatchAsync();
        await Server.Services.GetRequiredService<LogJob>().RunDueAsync(default);
        await Server.Services.GetRequiredService<NightlyJob>().RunDueAsync(default);
        if (_what is not Happening.Nothing)
        {
            Assert.Equal(2 + (_what is Happening.HiddenCaseAndFlood ? Floods.Values.Sum() : 0), (await Server.CaseRowsAsync())["cases"]);
            Acts.Add("deleted");
        }
        await AskAsync(Days + 57, 6);
    }

    private async Task AskAsync(int day, int hour)
    {
        Server.Clock.SetUtcNow(At(day, hour));
        await LeftOut.AskAsync($"day {day}, {hour} h");
        Server.Clock.SetUtcNow(At(day, hour, 10));
        await Reader.AskAsync($"day {day}, {hour} h");
    }

    private SealedTip? _tip;
    private CaseKey? _key;

    private async Task ActAsync(int day)
    {
        var (lead, reviewer, channel) = (Portal.Lead, Portal.Reviewer, Portal.Channel);
        switch (day)
        {
            case 1:
                _tip = await SubmitAsync([Portal.Other.Id]);
                ForbidId(_tip.Manifest.Case.ToBytes());
                ForbidId(_tip.Manifest.Attachments[0].Id.ToBytes());
                ForbidId(_tip.Keys.MailboxId.ToBytes());
                (LeftOut.HiddenCase, LeftOut.HiddenFile) = (_tip.Manifest.Case, _tip.Manifest.Attachments[0].Id);
                (Reader.HiddenCase, Reader.HiddenFile) = (_tip.Manifest.Case, _tip.Manifest.Attachments[0].Id);
                break;
            case 2:
                await EnterAsync(reviewer, lead);
                _key = (await WhistleServer.TryStreamAsync(reviewer, channel)).Single(k => k.Id == _tip!.Manifest.Case);
                foreach (var person in new[] { reviewer, lead })
                    Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(person, _key, "claim")).StatusCode);
                break;
            case 3:
                await EnterAsync(reviewer, lead);
                await PutAsync(lead, Path("/receipt"), new { version = await VersionAsync(lead), received = Day.Of(Server.Clock.GetUtcNow()).Plus(-3).Number, note = Note() });
                await PostAsync(reviewer, Path("/notes"), Note());
                await PutAsync(reviewer, Path("/drafts/reply"), new { ciphertext = Random(4096 + WireLengths.NoteOverhead) });
                break;
            case 4:
                await EnterAsync(reviewer);
                await ReplyAsync(reviewer, 1, "acknowledgement");
                break;
            case 5:
                using (var source = await Server.ReturnAsync(_tip!))
                    Assert.Equal(HttpStatusCode.Created, (await source.PostAsJsonAsync("/api/source/mailbox/messages", new { seq = 2, ciphertext = Random(7312), attachments = Array.Empty<object>() })).StatusCode);
                break;
            case 6:
                await EnterAsync(lead);
                await PutAsync(lead, Path("/sheet"), new { version = 2, ciphertext = Random(WireLengths.SheetFile) });
                await PutAsync(lead, Path("/policy"), new { version = await VersionAsync(lead), policy = "fr" });
                break;
            case 7:
                // Handed over, and stepped back from.
                await EnterAsync(lead, reviewer, Deputy);
                await GrantAsync(lead, _key!, Deputy, 2);
                Assert.Equal(HttpStatusCode.OK, (await WhistleServer.ProveAsync(Deputy, _key!, "claim")).StatusCode);
                await PutAsync(lead, Path("/assignee"), new { version = await VersionAsync(lead), person = Deputy.Id.ToString() });
                Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.ProveAsync(reviewer, _key!, "recuse", reason: Note())).StatusCode);
                break;
            case 8:
                await EnterAsync(lead, Approver);
                await ApproveAsync(lead, Approver, "summaries", new ReleasedText
                {
                    Summary = ProposalId.New(Randomness.System),
                    Title = "Results changed",
                    Text = "Somebody changed results.",
                    Category = "safety",
                    Severity = "high",
                    Lang = "en",
                    Channel = channel,
                    Quarter = "2026-Q1",
                    Outcome = "substantiated",
                });
                break;
            case 9:
                await EnterAsync(lead, Approver);
                await PurgeAsync(lead);
                await CloseAsync(lead);
                break;
            case 10:
                await EnterAsync(lead);
                await PutAsync(lead, Path("/hold"), new { version = await VersionAsync(lead), reason = Note(), until = Day.Of(Server.Clock.GetUtcNow()).Plus(400).Number });
                break;
            case 12:
                await EnterAsync(lead);
                await PutAsync(lead, Path("/hold"), new { version = await VersionAsync(lead), reason = Note() });
                await PutAsync(lead, Path("/state"), new { version = await VersionAsync(lead), to = "reopened", reason = Note() });
                break;
            case 13:
                await EnterAsync(lead, Approver);
                await CloseAsync(lead);
                break;
            case 15:
                using (var source = await Server.ReturnAsync(_tip!))
                    Assert.Equal(HttpStatusCode.NoContent, (await source.DeleteAsync("/api/source/mailbox")).StatusCode);
                break;
            default:
                return;
        }
        Acts.Add(day.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>The source's second letter goes, by two people.</summary>
    private async Task PurgeAsync(WhistleServer.Account lead)
    {
        var read = await lead.Http.GetFromJsonAsync<JsonElement>(Path(""));
        var target = read.GetProperty("messages").EnumerateArray().Where(m => m.GetProperty("dir").GetString() is "source").Last().GetProperty("hash").GetString()!;
        var text = new PurgeText { Purge = ProposalId.New(Randomness.System), Case = _key!.Id, Ground = "irrelevant", Lang = "en", Text = "Not about it." };
        ForbidId(text.Purge.ToBytes());
        using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        var proposal = new FourEyesProposal(FourEyesKind.Purge, text.Purge, _key.Id, text.Hash, lead.Id, new PurgeTarget(Hash32.Parse(target, null), Portal.Directory.Hash, Day.Of(Server.Clock.GetUtcNow())))
            .Sign(lead.Signing!, Portal.Directory.Root);
        await PostAsync(lead, Path("/purges"), new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = StrictBase64Url.Encode(text.Seal(any.Recipient, [Approver.Identity!.Recipient], Randomness.System).Require()),
            approvers = new[] { Approver.Id.ToString() },
        });
        var approval = FourEyesApproval.Of(proposal, Approver.Id).Sign(Approver.Signing!, Portal.Directory.Root).ToBytes();
        await PostAsync(Approver, $"/api/desk/approvals/{text.Purge}/approve", new { approval = Encoding.UTF8.GetString(approval) });
    }

    private async Task CloseAsync(WhistleServer.Account lead)
    {
        var text = new ClosingText { Closing = ProposalId.New(Randomness.System), Case = _key!.Id, Outcome = "unsubstantiated", Retention = "short", Lang = "en", Text = "They were run." };
        ForbidId(text.Closing.ToBytes());
        using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        var proposal = new FourEyesProposal(FourEyesKind.Closing, text.Closing, _key.Id, text.Hash, lead.Id).Sign(lead.Signing!, Portal.Directory.Root);
        await PostAsync(lead, Path("/closings"), new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = StrictBase64Url.Encode(text.Seal(any.Recipient, [Approver.Identity!.Recipient], Randomness.System).Require()),
            approvers = new[] { Approver.Id.ToString() },
        });
        var approval = FourEyesApproval.Of(proposal, Approver.Id).Sign(Approver.Signing!, Portal.Directory.Root).ToBytes();
        await PostAsync(Approver, $"/api/desk/approvals/{text.Closing}/approve", new { approval = Encoding.UTF8.GetString(approval) });
        await PutAsync(lead, Path("/state"), new { version = await VersionAsync(lead), to = "closed", leaf = Hash32.Of("closed"u8), deletion = Hash32.Of("deleted"u8), retention = "short" });
    }

    private async Task ApproveAsync(WhistleServer.Account lead, WhistleServer.Account approver, string kind, ReleasedText text)
    {
        ForbidId(text.Summary.ToBytes());
        using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
        var proposal = new FourEyesProposal(FourEyesKind.Summary, text.Summary, _key!.Id, text.Hash, lead.Id).Sign(lead.Signing!, Portal.Directory.Root);
        await PostAsync(lead, Path("/" + kind), new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = StrictBase64Url.Encode(text.Seal(any.Recipient, [approver.Identity!.Recipient], Randomness.System).Require()),
            approvers = new[] { approver.Id.ToString() },
        });
        var approval = FourEyesApproval.Of(proposal, approver.Id).Sign(approver.Signing!, Portal.Directory.Root).ToBytes();
        await PostAsync(approver, $"/api/desk/approvals/{text.Summary}/approve", new { approval = Encoding.UTF8.GetString(approval), released = Encoding.UTF8.GetString(text.ToBytes()) });
    }

    private async Task GrantAsync(WhistleServer.Account from, CaseKey key, WhistleServer.Account to, int seq) =>
        await PostAsync(from, $"/api/desk/cases/{key.Id}/grants", new
        {
            to = to.Id.ToString(),
            ciphertext = Random(WireLengths.GrantFile),
            seq,
            message = Random(7312),
            leaf = Hash32.Of(RandomNumberGenerator.GetBytes(32)),
        });

    private async Task ReplyAsync(WhistleServer.Account who, int seq, string counts) => await PostAsync(who, Path("/messages"), new
    {
        version = await VersionAsync(who),
        seq,
        ciphertext = Random(7312),
        attachments = Array.Empty<object>(),
        counts,
        leaves = new[] { Hash32.Of("acknowledged"u8), Hash32.Of("act"u8) },
    });

    private async Task EnterAsync(params WhistleServer.Account[] people)
    {
        foreach (var person in people)
            Assert.Equal(HttpStatusCode.OK, (await Server.SignInAsync(person)).StatusCode);
    }

    private async Task BatchAsync()
    {
        TipsInBatch.Add(await Server.WaitingTipsAsync());
        await Server.Services.GetRequiredService<BatchJob>().RunDueAsync(default);
    }

    /// <summary>A tip with a file.</summary>
    private async Task<SealedTip> SubmitAsync(IReadOnlyCollection<PersonId> excluded)
    {
        var tip = await Server.SealTipAsync(Portal, excluded, [AttachmentFile.FromBytes("a.csv", "text/csv", [1, 2, 3])]);
        _owned.Add(tip);
        using var source = Server.Source();
        var upload = tip.Manifest.Attachments[0];
        await WhistleServer.AnnounceAsync(source, upload.Size, upload.Id);
        Assert.Equal(HttpStatusCode.NoContent, (await WhistleServer.PutPartAsync(source, upload.Id, tip.Attachments.ToArray())).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await Server.BodyOfAsync(tip))).StatusCode);
        return tip;
    }

    private Task<SealedTip> SubmitPlainAsync() => Server.SubmitTipAsync(Portal);

    private void ForbidId(byte[] id)
    {
        Forbidden.Add(Convert.ToHexStringLower(id));
        Forbidden.Add(Convert.ToHexString(id));
        Forbidden.Add(StrictBase64Url.Encode(id));
        Forbidden.Add(Convert.ToBase64String(id).TrimEnd('='));
        Forbidden.Add(Encoding.Latin1.GetString(id));
    }

    private string Path(string end = "") => $"/api/desk/cases/{_key!.Id}{end}";

    private async Task<int> VersionAsync(WhistleServer.Account who) =>
        (await who.Http.GetFromJsonAsync<JsonElement>(Path())).GetProperty("case").GetProperty("version").GetInt32();

    private static async Task PutAsync(WhistleServer.Account who, string address, object body)
    {
        using var answer = await who.Http.PutAsJsonAsync(address, body);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task PostAsync(WhistleServer.Account who, string address, object body)
    {
        using var answer = await who.Http.PostAsJsonAsync(address, body);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static object Note() => new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) };

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));
}
