using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;
using Whistle.Server.Data;
using Whistle.Server.Jobs;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Retention;

/// <summary>
/// What does not belong into a case is deleted without it (Directive (EU) 2019/1937 Art. 17): by two people, in their names,
/// in every copy, and nothing else with it (SPEC 12.2).
/// </summary>
public sealed class PurgeTests
{
    [Fact]
    public async Task Two_people_delete_a_letter_and_their_signatures_stand_in_its_place()
    {
        using var world = await World.MakeAsync();
        var hash = await world.FollowUpAsync(2);
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, hash), world.Approver), 409, "purge-unknown"); // not released yet
        await world.Server.RunBatchAsync();
        await world.FollowUpAsync(3);
        await world.Server.RunBatchAsync();

        var purge = world.Propose(world.Reviewer, hash);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, purge, world.Approver)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, purge, world.Approver)).StatusCode);
        await RefusedAsync(world.SendAsync(world.Lead, world.Propose(world.Lead, hash), world.Approver), 409, "purge-pending");
        Assert.NotEqual("", (await world.LetterAsync(2)).GetProperty("ciphertext").GetString());
        var item = Assert.Single((await JsonAsync(world.Approver, "/api/desk/approvals")).GetProperty("items").EnumerateArray());
        Assert.Equal("purge", item.GetProperty("kind").GetString());
        Assert.Equal("It is about somebody's illness.", PurgeText.Open(WhistleServer.Bytes(item.GetProperty("ciphertext")), world.Approver.Identity!).Require().Text);
        Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Approver, purge)).StatusCode);

        // The desk and the source see the same: the place, its hash, and who did it.
        using var source = await world.Server.ReturnAsync(world.Tip);
        var mailbox = await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox", TestContext.Current.CancellationToken);
        var desk = await JsonAsync(world.Reviewer, world.Path());
        foreach (var side in new[] { mailbox, desk })
        {
            var letters = side.GetProperty("messages").EnumerateArray().Where(m => m.GetProperty("dir").GetString() is "source").ToList();
            Assert.Equal([1, 2, 3], letters.Select(l => l.GetProperty("seq").GetInt32()));
            Assert.Equal(("", hash.ToString()), (letters[1].GetProperty("ciphertext").GetString(), letters[1].GetProperty("hash").GetString()));
            Assert.All([letters[0], letters[2]], l => Assert.Equal(l.GetProperty("hash").GetString(), Hash32.Of(WhistleServer.Bytes(l.GetProperty("ciphertext"))).ToString()));
            var stone = Assert.Single(side.GetProperty("purges").EnumerateArray());
            var tombstone = Tombstone.Parse(stone.GetProperty("proposal").GetString()!, stone.GetProperty("approval").GetString()!).Require();
            Assert.Equal(hash, tombstone.Purge.Target);
            Assert.Null(tombstone.Refuse(world.Tip.Manifest.Case, world.Portal.Directory, 0, []));
            Assert.Equal("signer-excluded", tombstone.Refuse(world.Tip.Manifest.Case, world.Portal.Directory, 0, [ReaderRef.Of(world.Approver.Id, world.Approver.Identity!.Recipient)]));
            Assert.Equal("purge-differs", tombstone.Refuse(CaseId.FromBytes(new byte[16]), world.Portal.Directory, 0, []));
        }
        var acts = desk.GetProperty("history").EnumerateArray().Select(h => h.GetProperty("act").GetString()).ToList();
        Assert.Single(acts, "purge.proposed");
        Assert.Single(acts, "purge.done");
        await RefusedAsync(world.ApproveAsync(world.Approver, purge), 409, "move-not-allowed");
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, hash), world.Approver), 409, "purge-unknown");
        // The thread goes on, and what comes next may be the same number no more.
        Assert.Equal(HttpStatusCode.Conflict, (await source.PostAsJsonAsync("/api/source/mailbox/messages", new { seq = 2, ciphertext = Random(7312), attachments = Array.Empty<object>() }, TestContext.Current.CancellationToken)).StatusCode);
        await world.FollowUpAsync(4);
    }

    [Fact]
    public async Task The_number_of_changes_grows_with_a_letter_a_note_and_a_deletion_and_with_nothing_that_says_no_more()
    {
        using var world = await World.MakeAsync();
        var seen = new List<(int Changes, int Deletions)> { await ChangesAsync() };
        var hash = await world.FollowUpAsync(2);
        seen.Add(await ChangesAsync()); // it waits for the batch
        await world.Server.RunBatchAsync();
        seen.Add(await ChangesAsync());
        await world.NoteWithFileAsync();
        seen.Add(await ChangesAsync());
        await world.HoldAsync(null); // with a note that says why
        seen.Add(await ChangesAsync());
        var purge = world.Propose(world.Reviewer, hash);
        await world.SendAsync(world.Reviewer, purge, world.Approver);
        seen.Add(await ChangesAsync());
        await world.ApproveAsync(world.Approver, purge);
        seen.Add(await ChangesAsync());

        Assert.Equal([0, 0, 1, 1, 1, 0, 1], seen.Zip(seen.Prepend(seen[0]), (now, before) => now.Changes - before.Changes));
        Assert.Equal([0, 0, 0, 0, 0, 0, 1], seen.Select(s => s.Deletions));

        async Task<(int Changes, int Deletions)> ChangesAsync()
        {
            var listed = Numbers(Assert.Single((await JsonAsync(world.Reviewer, "/api/desk/cases")).GetProperty("cases").EnumerateArray()));
            Assert.Equal(listed, Numbers((await JsonAsync(world.Reviewer, world.Path())).GetProperty("case")));
            return listed;
        }

        static (int Changes, int Deletions) Numbers(JsonElement about) => (about.GetProperty("changes").GetInt32(), about.GetProperty("deletions").GetInt32());
    }

    [Fact]
    public async Task Nobody_deletes_alone_nor_the_first_letter_nor_what_is_held()
    {
        using var world = await World.MakeAsync();
        var hash = await world.FollowUpAsync(2);
        await world.Server.RunBatchAsync();
        var first = Hash32.Parse((await world.LetterAsync(1)).GetProperty("hash").GetString()!, null);

        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, first), world.Approver), 409, "purge-unknown");
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, Hash32.Zero), world.Approver), 409, "purge-unknown");
        var own = world.Propose(world.Reviewer, hash);
        await RefusedAsync(world.SendAsync(world.Reviewer, own, world.Reviewer), 403, "same-person");
        await RefusedAsync(world.SendAsync(world.Reviewer, own, world.Other), 409, "approver-unfit"); // does not hold the case
        await RefusedAsync(world.SendAsync(world.Other, world.Propose(world.Other, hash), world.Approver), 404, "not-found");
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, hash, directory: Hash32.Zero), world.Approver), 409, "proposal-outdated");
        await RefusedAsync(world.SendAsync(world.Reviewer, world.Propose(world.Reviewer, hash, signer: world.Lead), world.Approver), 400, "signature-invalid");
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, own, world.Approver, world.Lead)).StatusCode);
        await RefusedAsync(world.ApproveAsync(world.Reviewer, own), 404, "not-found");
        await RefusedAsync(world.ApproveAsync(world.Approver, own, world.Lead), 400, "signature-invalid");

        await world.HoldAsync(Day.Of(world.Server.Clock.GetUtcNow()).Plus(10));
        await RefusedAsync(world.ApproveAsync(world.Approver, own), 409, "case-held");
        await world.HoldAsync(null);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Lead.Http.PostAsJsonAsync($"/api/desk/approvals/{own.Text.Purge}/refuse", new { code = "relevant" }, TestContext.Current.CancellationToken)).StatusCode);
        await RefusedAsync(world.ApproveAsync(world.Approver, own), 409, "move-not-allowed");
        Assert.NotEqual("", (await world.LetterAsync(2)).GetProperty("ciphertext").GetString());
        Assert.DoesNotContain((await JsonAsync(world.Reviewer, world.Path())).GetProperty("purges").EnumerateArray(), p => p.TryGetProperty("approval", out _));
    }

    [Fact]
    public async Task Files_go_without_their_letter_and_those_of_a_note_too()
    {
        using var world = await World.MakeAsync();
        var evidence = await world.NoteWithFileAsync();
        var sent = world.Tip.Manifest.Attachments[0];
        foreach (var target in new[] { sent.Cipher, evidence.Cipher })
        {
            var purge = world.Propose(world.Reviewer, target);
            Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, purge, world.Approver)).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Approver, purge)).StatusCode);
        }

        var desk = await JsonAsync(world.Reviewer, world.Path());
        Assert.NotEqual("", (await world.LetterAsync(1)).GetProperty("ciphertext").GetString());
        Assert.Empty((await world.LetterAsync(1)).GetProperty("attachments").EnumerateArray());
        Assert.Empty(Assert.Single(desk.GetProperty("notes").EnumerateArray()).GetProperty("attachments").EnumerateArray());
        foreach (var id in new[] { sent.Id, evidence.Id })
            Assert.Equal(HttpStatusCode.NotFound, (await world.Reviewer.Http.GetAsync(world.Path($"/attachments/{id}"), TestContext.Current.CancellationToken)).StatusCode);
        await world.NightAsync();
        Assert.All([sent.Id, evidence.Id], id => Assert.True(world.Keys.WasDestroyed(id)));
        await world.NightAsync();
        await world.NightAsync();
        Assert.Empty(world.Server.BlobFiles());
    }

    [Fact]
    public async Task An_old_backup_gives_back_everything_but_what_was_deleted()
    {
        using var world = await World.MakeAsync();
        var hash = await world.FollowUpAsync(2);
        await world.NoteWithFileAsync();
        await world.Server.RunBatchAsync();
        await world.KeepDraftAsync("before");
        // The backup knows that one of them was proposed, and not that it was approved.
        var waiting = world.Propose(world.Reviewer, hash);
        Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, waiting, world.Approver)).StatusCode);
        var backup = Directory.CreateTempSubdirectory("whistle-before-purge");
        try
        {
            world.Server.CopyDataTo(backup.FullName);
            Directory.Delete(Path.Combine(backup.FullName, "keys"), recursive: true);
            var before = await world.EverythingAsync(world.Server);
            var purges = new[] { waiting, world.Propose(world.Reviewer, world.Tip.Manifest.Attachments[0].Cipher) };
            foreach (var purge in purges)
            {
                Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, purge, world.Approver)).StatusCode);
                Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Approver, purge)).StatusCode);
            }
            await world.NightAsync();
            await world.SignInAsync();
            // The key is another one, and opens what stays and what comes: twice, for the next purge must keep it, too.
            Assert.Equal(before.Draft, (await world.EverythingAsync(world.Server)).Draft);
            var later = await world.FollowUpAsync(3);
            await world.Server.RunBatchAsync();
            await world.KeepDraftAsync("after");
            var again = world.Propose(world.Reviewer, later);
            Assert.Equal(HttpStatusCode.Created, (await world.SendAsync(world.Reviewer, again, world.Approver)).StatusCode);
            Assert.Equal(HttpStatusCode.NoContent, (await world.ApproveAsync(world.Approver, again)).StatusCode);
            await world.NightAsync();
            await world.SignInAsync();
            var now = await world.EverythingAsync(world.Server);
            Assert.Equal(before.Letters[0], now.Letters[0]);
            Assert.Equal(["", ""], now.Letters.Skip(1));
            Assert.Equal(3, now.Stones.Count);
            Assert.Equal((before.Sheet, before.Notes[0], before.Promise), (now.Sheet, now.Notes[0], now.Promise));

            RetentionTests.CopyFolder(Path.Combine(world.Server.DataFolder, "keys"), Path.Combine(backup.FullName, "keys"));
            using var restored = WhistleServer.RestoredFrom(backup.FullName, ("KeyDelayHours", "0"), ("BatchSeconds", "60"));
            _ = restored.Routes();
            restored.Clock.Advance(world.Server.Clock.GetUtcNow() - restored.Clock.GetUtcNow());
            // Before anything ran on it: the rows of the letter are there, and its key is not.
            var key = restored.Services.GetRequiredService<StorageKeys>().Get(world.Tip.Manifest.Case);
            var row = await restored.MessageRowAsync(world.Tip.Manifest.Case, Server.Cases.Direction.Source, 2);
            Assert.NotEmpty(row.Ciphertext);
            Assert.Throws<AuthenticationTagMismatchException>(() => (object)key.Unwrap(Server.Cases.Message.NameOf(row.Direction, row.Seq), row.Ciphertext));
            await restored.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);

            using var browser = restored.Browser();
            (await restored.SignInAsync(world.Reviewer, browser)).EnsureSuccessStatusCode();
            var back = await world.EverythingAsync(restored, browser);
            Assert.Equal(before.Letters[0], back.Letters[0]);
            Assert.Equal("", back.Letters[1]);
            Assert.Equal((before.Sheet, before.Draft, before.Notes[0], before.Promise), (back.Sheet, back.Draft, back.Notes[0], back.Promise));
            // What the backup did not know of stands there again: who deleted it, by their signatures.
            Assert.Equal(now.Stones.Order(StringComparer.Ordinal), back.Stones.Order(StringComparer.Ordinal));
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            backup.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_punctured_key_opens_what_stays_and_nothing_else()
    {
        KeyOwner owner = CaseId.FromBytes(RandomNumberGenerator.GetBytes(16));
        var key = new StorageKey(owner, RandomNumberGenerator.GetBytes(32));
        var wrapped = new[] { "a", "b", "c", "d" }.ToDictionary(n => n, n => key.Wrap(n, Encoding.UTF8.GetBytes("plain " + n)), StringComparer.Ordinal);

        var once = StorageKey.FromBytes(owner, key.Without(["a", "b", "c", "d"], [new DestroyedObject("b", "p", "q")]).ToBytes());
        var twice = StorageKey.FromBytes(owner, once.Without(["a", "c", "d"], [new DestroyedObject("c", "r", "s"), new DestroyedObject(null, "t", "u")]).ToBytes());

        Assert.Equal(["a", "c", "d"], Opened(once));
        Assert.Equal(["a", "d"], Opened(twice));
        Assert.Equal(["b", "c", null], twice.Destroyed.Select(d => d.Name));
        Assert.Equal((true, false), (twice.IsDestroyed("c"), twice.IsDestroyed("d")));
        Assert.Equal("new"u8.ToArray(), twice.Unwrap("e", twice.Wrap("e", "new"u8)));
        // What one name wrapped, another does not open, nor an earlier key what came later.
        Assert.ThrowsAny<CryptographicException>(() => twice.Unwrap("d", wrapped["a"]));
        Assert.ThrowsAny<CryptographicException>(() => key.Unwrap("e", twice.Wrap("e", "new"u8)));

        string[] Opened(StorageKey with) => [.. wrapped.Where(w =>
        {
            try
            {
                return with.Unwrap(w.Key, w.Value).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes("plain " + w.Key));
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }
        }).Select(w => w.Key)];
    }

    [Fact]
    public async Task Every_kind_of_object_that_a_case_wraps_is_among_those_that_stay()
    {
        // A kind that the list of names does not know would be lost with the next purge: the server's own source tells them.
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Whistle.sln")))
            folder = folder.Parent!;
        var wraps = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder.FullName, "src", "Whistle.Server"), "*.cs", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(text, @"\.Wrap\((?<name>[A-Za-z]+(?:\.[A-Za-z]+)?)", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)))
                wraps.Add(match.Groups["name"].Value);
        }
        Assert.Contains("Note.NameOf", wraps);
        var list = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "src", "Whistle.Server", "Retention", "Purges.cs"), TestContext.Current.CancellationToken);
        // `name` is IdentityAsk.AnswerNameOf at its one place; parts of files have the key of their upload.
        Assert.DoesNotContain(wraps, w => w is not ("name" or "NameOf") && !list.Contains(w, StringComparison.Ordinal));
        Assert.Contains("IdentityAsk.AnswerNameOf", list, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> asked, int status, string code)
    {
        using var answer = await asked;
        Assert.Equal((status, code), ((int)answer.StatusCode, await answer.CodeAsync()));
    }

    private static Task<JsonElement> JsonAsync(WhistleServer.Account person, string path) => person.Http.GetFromJsonAsync<JsonElement>(path);

    private static string Random(int length) => StrictBase64Url.Encode(RandomNumberGenerator.GetBytes(length));

    internal sealed record Purge(SignedObject<FourEyesProposal> Proposal, PurgeText Text);

    private sealed record Everything(IReadOnlyList<string> Letters, string Sheet, IReadOnlyList<string> Notes, string? Draft, string? Promise, IReadOnlyList<string> Stones);

    private sealed class World : IDisposable
    {
        public required WhistleServer Server { get; init; }

        public required WhistleServer.Portal Portal { get; init; }

        public required WhistleServer.Account Approver { get; init; }

        public required SealedTip Tip { get; init; }

        public WhistleServer.Account Reviewer => Portal.Reviewer;

        public WhistleServer.Account Lead => Portal.Lead;

        public WhistleServer.Account Other => Portal.Other;

        public StorageKeys Keys => Server.Services.GetRequiredService<StorageKeys>();

        public static async Task<World> MakeAsync()
        {
            var server = new WhistleServer(("KeyDelayHours", "0"), ("BatchSeconds", "60"))
            {
                Bend = static services => services.Remove(services.Single(s => s.ImplementationType == typeof(JobLoop))),
            };
            var admin = await server.SetUpAsync();
            var lead = await server.JoinAsync(admin, Role.Lead, "L. Lead");
            var reviewer = await server.JoinAsync(admin, Role.Reviewer, "R. Moreau");
            var other = await server.JoinAsync(admin, Role.Reviewer, "O. Other");
            var approver = await server.JoinAsync(admin, Role.Approver, "D. Approver");
            var channel = await WhistleServer.DraftChannelAsync(admin, [lead.Id, reviewer.Id, other.Id], approvers: [approver.Id]);
            await server.PublishDirectoryAsync(admin);
            var portal = new WhistleServer.Portal(await server.CurrentDirectoryAsync(), channel, admin, lead, reviewer, other);
            var tip = await server.SealTipAsync(portal, files: [AttachmentFile.FromBytes("a.csv", "text/csv", [1, 2, 3])]);
            using var source = server.Source();
            await RetentionTests.UploadAsync(source, tip);
            Assert.Equal(HttpStatusCode.Created, (await WhistleServer.PostTipAsync(source, await server.BodyOfAsync(tip))).StatusCode);
            await server.RunBatchAsync();
            foreach (var holder in new[] { reviewer, lead })
                await server.HoldAsync(tip.Manifest.Case, holder.Id);
            return new World { Server = server, Portal = portal, Approver = approver, Tip = tip };
        }

        public string Path(string end = "") => $"/api/desk/cases/{Tip.Manifest.Case}{end}";

        /// <summary>A follow-up of the source, which waits for the next batch.</summary>
        public async Task<Hash32> FollowUpAsync(int seq)
        {
            using var source = await Server.ReturnAsync(Tip);
            var ciphertext = RandomNumberGenerator.GetBytes(7312);
            Assert.Equal(HttpStatusCode.Created, (await source.PostAsJsonAsync("/api/source/mailbox/messages", new { seq, ciphertext = StrictBase64Url.Encode(ciphertext), attachments = Array.Empty<object>() })).StatusCode);
            return Hash32.Of(ciphertext);
        }

        public async Task<JsonElement> LetterAsync(int seq) => (await JsonAsync(Reviewer, Path())).GetProperty("messages").EnumerateArray()
            .Single(m => m.GetProperty("dir").GetString() is "source" && m.GetProperty("seq").GetInt32() == seq);

        public async Task<AttachmentObject> NoteWithFileAsync()
        {
            var bytes = RandomNumberGenerator.GetBytes(300_000);
            var file = new AttachmentObject(UploadId.New(Randomness.System), Hash32.Of(Hash32.Of(bytes).ToBytes()), bytes.Length);
            Assert.Equal(HttpStatusCode.Created, (await Reviewer.Http.PostAsJsonAsync("/api/desk/uploads", new { id = file.Id, size = file.Size })).StatusCode);
            using var content = new ByteArrayContent(bytes);
            content.Headers.ContentType = new("application/octet-stream");
            Assert.Equal(HttpStatusCode.NoContent, (await Reviewer.Http.PutAsync($"/api/desk/uploads/{file.Id}/parts/0", content)).StatusCode);
            var note = new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead), attachments = new[] { new { id = file.Id, cipher = file.Cipher, size = file.Size } } };
            Assert.Equal(HttpStatusCode.Created, (await Reviewer.Http.PostAsJsonAsync(Path("/notes"), note)).StatusCode);
            return file;
        }

        public async Task KeepDraftAsync(string text)
        {
            var sealedDraft = new byte[4096 + WireLengths.NoteOverhead];
            Encoding.UTF8.GetBytes(text, sealedDraft);
            var answer = await Reviewer.Http.PutAsJsonAsync(Path("/drafts/note"), new { ciphertext = StrictBase64Url.Encode(sealedDraft) });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        public Purge Propose(WhistleServer.Account who, Hash32 target, Hash32? directory = null, WhistleServer.Account? signer = null)
        {
            var text = new PurgeText { Purge = ProposalId.New(Randomness.System), Case = Tip.Manifest.Case, Ground = "special-category", Lang = "en", Text = "It is about somebody's illness." };
            var proposal = new FourEyesProposal(FourEyesKind.Purge, text.Purge, text.Case, text.Hash, who.Id,
                new PurgeTarget(target, directory ?? Portal.Directory.Hash, Day.Of(Server.Clock.GetUtcNow())));
            return new(proposal.Sign((signer ?? who).Signing!, Portal.Directory.Root), text);
        }

        public async Task<HttpResponseMessage> SendAsync(WhistleServer.Account who, Purge purge, params WhistleServer.Account[] approvers)
        {
            using var any = HybridIdentity.FromSeed(RandomNumberGenerator.GetBytes(32));
            return await who.Http.PostAsJsonAsync(Path("/purges"), new
            {
                proposal = Encoding.UTF8.GetString(purge.Proposal.ToBytes()),
                ciphertext = StrictBase64Url.Encode(purge.Text.Seal(any.Recipient, [.. approvers.Select(a => a.Identity!.Recipient)], Randomness.System).Require()),
                approvers = approvers.Select(a => a.Id.ToString()),
            });
        }

        public Task<HttpResponseMessage> ApproveAsync(WhistleServer.Account who, Purge purge, WhistleServer.Account? signer = null) =>
            who.Http.PostAsJsonAsync($"/api/desk/approvals/{purge.Text.Purge}/approve", new
            {
                approval = Encoding.UTF8.GetString(FourEyesApproval.Of(purge.Proposal, who.Id).Sign((signer ?? who).Signing!, Portal.Directory.Root).ToBytes()),
            });

        public async Task HoldAsync(Day? until)
        {
            var body = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["version"] = (await JsonAsync(Lead, Path())).GetProperty("case").GetProperty("version").GetInt32(),
                ["reason"] = new { id = NoteId.New(Randomness.System), ciphertext = Random(4096 + WireLengths.NoteOverhead) },
            };
            if (until is { } day)
                body["until"] = day.Number;
            Assert.Equal(HttpStatusCode.OK, (await Lead.Http.PutAsJsonAsync(Path("/hold"), body)).StatusCode);
        }

        public async Task NightAsync()
        {
            Server.Clock.Advance(TimeSpan.FromDays(1));
            await Server.Services.GetRequiredService<NightlyJob>().RunDueAsync(TestContext.Current.CancellationToken);
        }

        public async Task SignInAsync()
        {
            foreach (var person in new[] { Reviewer, Lead, Approver })
                (await Server.SignInAsync(person)).EnsureSuccessStatusCode();
        }

        /// <summary>Everything of the case that somebody can open, as text to compare.</summary>
        public async Task<Everything> EverythingAsync(WhistleServer server, HttpClient? browser = null)
        {
            var desk = await (browser ?? Reviewer.Http).GetFromJsonAsync<JsonElement>(Path());
            var draft = await (browser ?? Reviewer.Http).GetFromJsonAsync<JsonElement>(Path("/drafts/note"));
            using var source = await server.ReturnAsync(Tip);
            var mailbox = await source.GetFromJsonAsync<JsonElement>("/api/source/mailbox");
            return new Everything(
                [.. desk.GetProperty("messages").EnumerateArray().Where(m => m.GetProperty("dir").GetString() is "source").Select(m => m.GetProperty("ciphertext").GetString()!)],
                desk.GetProperty("sheet").GetString()!,
                [.. desk.GetProperty("notes").EnumerateArray().Select(n => n.GetProperty("ciphertext").GetString()!)],
                draft.TryGetProperty("ciphertext", out var text) ? text.GetString() : null,
                mailbox.GetProperty("promise").GetString() + mailbox.GetProperty("state").GetString(),
                [.. mailbox.GetProperty("purges").EnumerateArray().Select(p => p.GetRawText())]);
        }

        public void Dispose()
        {
            Tip.Dispose();
            Server.Dispose();
        }
    }
}
