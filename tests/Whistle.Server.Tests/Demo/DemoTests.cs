using System.Text.Json;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Demo;
using Whistle.Server.People;

namespace Whistle.Server.Tests.Demo;

/// <summary>Looks at a demo from outside, with what it printed and nothing else.</summary>
public sealed class DemoTests(BuiltDemo demo) : IClassFixture<BuiltDemo>
{
    private static readonly DemoCases Cases = DemoCases.Load();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Day Today => Day.Of(TimeProvider.System.GetUtcNow());

    private sealed record CaseRow(
        CaseId Id, string State, Day Received, Day AcknowledgeBy, Day? Acknowledged, Day FeedbackBy, Day? Feedback, PersonId? Assignee,
        int Unread, byte[] Sheet);

    private sealed record CaseRows(IReadOnlyList<CaseRow> Cases);

    private sealed record Person(PersonId Id, string Role, string Login);

    private sealed record Session(Person Person, byte[]? Identity, Hash32 Root, string Demo);

    private sealed record Mailbox(byte[] State, CaseRow Case, IReadOnlyList<Letter> Messages);

    private sealed record Letter(string Dir, int Seq, byte[] Ciphertext);

    [Fact]
    public async Task Every_printed_sign_in_signs_in_and_opens_its_keys()
    {
        Assert.Equal(Cases.People.Count, demo.Record.SignIns!.Count);
        using var world = World();
        foreach (var printed in demo.Record.SignIns)
        {
            Assert.Contains(printed.Passphrase, demo.Output, StringComparison.Ordinal);
            Assert.Contains(printed.Totp, demo.Output, StringComparison.Ordinal);
            var member = await demo.MemberAsync(printed.Login, Ct);
            var session = await SessionAsync(member);
            Assert.Equal((printed.Login, printed.Role, "yes"), (session.Person.Login, session.Person.Role, session.Demo));
            Assert.Equal(printed.Role is "admin" or "auditor", session.Identity is null);
            Assert.Contains(string.Join(' ', session.Root.ToString().Chunk(4).Select(g => new string(g))), demo.Output, StringComparison.Ordinal);
            if (session.Identity is not null)
                (await KeysAsync(world, member, session)).Dispose();
        }
    }

    [Fact]
    public async Task Cases_stand_where_the_file_says_and_some_are_overdue()
    {
        using var world = World();
        await world.FetchRootAsync(demo.Record, Ct);
        var seen = new Dictionary<int, CaseRow>();
        foreach (var printed in demo.Record.SignIns!.Where(s => s.Role is "lead" or "reviewer"))
        {
            var member = await demo.MemberAsync(printed.Login, Ct);
            foreach (var row in (await (await member.HttpAsync(Ct)).GetAsync<CaseRows>("cases", Ct)).Cases)
                seen[Today.Number - row.Received.Number] = row;
        }
        var claimed = Cases.Cases.Where(c => c.Acts.Any(a => a.Claim is not null)).ToList();
        Assert.Equal(claimed.Select(c => c.Received).Order(), seen.Keys.Order());
        foreach (var tip in claimed)
        {
            var row = seen[tip.Received];
            Assert.Equal((tip.Title, Expected(tip)), (tip.Title, row.State));
            Assert.Equal(DayOf(tip, "acknowledgement"), row.Acknowledged);
            Assert.Equal(DayOf(tip, "feedback"), row.Feedback);
            Assert.Equal(tip.Acts.Any(a => a.Assign is not null), row.Assignee is not null);
        }
        Assert.Contains(seen.Values, r => r.Acknowledged is null && r.AcknowledgeBy < Today);
    }

    [Fact]
    public async Task The_printed_words_open_their_mailboxes_and_every_signature_in_them_holds()
    {
        using var world = World();
        await world.FetchRootAsync(demo.Record, Ct);
        Assert.Equal(Cases.Cases.Where(c => c.PrintsWords).Select(c => c.Title), demo.Record.Words!.Select(w => w.Title));
        foreach (var printed in demo.Record.Words!)
        {
            Assert.Contains(printed.Words, demo.Output, StringComparison.Ordinal);
            var tip = Cases.Cases.Single(c => string.Equals(c.Title, printed.Title, StringComparison.Ordinal));
            using var keys = Receipt.Read(printed.Words).Receipt!.DeriveKeys();
            var mailbox = await MailboxAsync(world, keys);
            var state = SourceState.Open(mailbox.State, keys).Require();
            Assert.Equal((state.Root, Expected(tip)), (world.Root, mailbox.Case.State));
            foreach (var letter in mailbox.Messages.Where(m => m.Dir is "team"))
            {
                var message = Message.Open(letter.Ciphertext, keys.Reply).Require();
                var signer = world.Directory.Version.Person(PersonId.Parse(message.Value.Signer, null))!;
                Assert.True(message.IsSignedBy(signer.Signing, world.Root));
                Assert.Contains(tip.Acts, a => string.Equals(a.Message, message.Value.Body.Text, StringComparison.Ordinal));
            }
            Assert.Equal(tip.Acts.Count(a => a.Message is not null) + 1, mailbox.Messages.Count);
        }
    }

    [Fact]
    public async Task A_reader_whom_the_source_left_out_opens_everything_else()
    {
        using var world = World();
        await world.FetchRootAsync(demo.Record, Ct);
        foreach (var person in Cases.People.Where(p => p.Role is "lead" or "reviewer"))
        {
            var member = await demo.MemberAsync(person.Login, Ct);
            using var keys = await KeysAsync(world, member, await SessionAsync(member));
            var titles = new List<string>();
            foreach (var channel in world.Directory.Version.Channels.Where(c => c.Readers.Contains(member.Id)))
                titles.AddRange((await BlobsAsync(await member.HttpAsync(Ct), channel.Id, keys)).Select(s => s.Title));
            var expected = Cases.Cases.Where(c =>
                Cases.Channels.Single(h => string.Equals(h.Key, c.Channel, StringComparison.Ordinal)).Readers.Contains(person.Key, StringComparer.Ordinal)
                && !c.Excluded.Contains(person.Key, StringComparer.Ordinal));
            Assert.Equal(expected.Select(c => c.Title).Order(StringComparer.Ordinal), titles.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task The_directory_is_good_for_weeks_and_its_name_says_that_it_is_a_demo()
    {
        using var world = World();
        await world.FetchRootAsync(demo.Record, Ct);
        var version = world.Directory.Version;
        Assert.EndsWith("(demo)", version.Organisation, StringComparison.Ordinal);
        Assert.Equal([demo.Origin], version.Origins);
        Assert.True(version.Expires >= Today.Plus(55));
        Assert.True(version.Version > 2, "directories were renewed on the way");
    }

    [Fact]
    public async Task Both_pages_say_that_they_are_a_demonstration_and_no_other_server_says_so()
    {
        using var server = new WhistleServer();
        using var other = server.Source();
        foreach (var path in (string[])["/", "/desk"])
        {
            using var http = new HttpClient { BaseAddress = demo.Address };
            using var page = await http.GetAsync(path, Ct);
            Assert.Equal(["demo"], page.Headers.GetValues(DemoBanner.Header));
            using var plain = await other.GetAsync(path, Ct);
            Assert.False(plain.Headers.Contains(DemoBanner.Header));
            Assert.Equal(await page.Content.ReadAsByteArrayAsync(Ct), await plain.Content.ReadAsByteArrayAsync(Ct));
        }
    }

    [Fact]
    public async Task Summaries_are_released_to_the_admin()
    {
        var admin = await demo.MemberAsync(Cases.People.Single(p => p.Role is "admin").Login, Ct);
        var answer = await (await admin.HttpAsync(Ct)).GetAsync<JsonElement>("summaries", Ct);
        Assert.Equal(
            Cases.Cases.Where(c => c.Summary is not null).Select(c => (c.Summary!.Title, c.Category)).Order(),
            answer.GetProperty("summaries").EnumerateArray()
                .Select(s => (s.GetProperty("title").GetString()!, s.GetProperty("category").GetString()!)).Order());
    }

    [Fact]
    public async Task A_second_start_builds_nothing_and_shows_the_same_people()
    {
        var before = demo.Record;
        await demo.StartAgainAsync();
        Assert.DoesNotContain("Building", demo.Output, StringComparison.Ordinal);
        Assert.Equal(before.SignIns!, demo.Record.SignIns!);
        Assert.All(before.SignIns!, s => Assert.Contains(s.Passphrase, demo.Output, StringComparison.Ordinal));
        Assert.All(before.Words!, w => Assert.Contains(w.Words, demo.Output, StringComparison.Ordinal));
        using var http = DemoHttp.OfSource(demo.Address);
        Assert.NotEmpty(await http.GetBytesAsync("directory", Ct));
    }

    [Fact]
    public async Task A_demo_that_is_opened_weeks_later_signs_itself_a_new_directory()
    {
        await demo.MemberAsync(Cases.People.Single(p => p.Role is "admin").Login, Ct);
        using var world = World();
        await world.FetchRootAsync(demo.Record, Ct);
        var before = world.Directory.Version;
        // A code is good once, and the admin has just used one.
        var used = Totp.StepAt(TimeProvider.System.GetUtcNow());
        while (Totp.StepAt(TimeProvider.System.GetUtcNow()) == used)
            await Task.Delay(TimeSpan.FromSeconds(1), Ct);
        new DemoFolder(demo.Data).Write(demo.Record with { Issued = Today.Plus(-50) });

        await demo.StartAgainAsync();

        await world.FetchDirectoryAsync(Ct);
        Assert.Equal((before.Version + 1, Today), (world.Directory.Version.Version, world.Directory.Version.Issued));
        Assert.Equal(Today, demo.Record.Issued);
        Assert.Equal(before.Channels.Select(c => c.Id), world.Directory.Version.Channels.Select(c => c.Id));
    }

    [Fact]
    public async Task The_file_of_sign_ins_holds_the_codes_of_the_moment()
    {
        var path = new DemoFolder(demo.Data).SignInsFile;
        var secret = Base32.Decode(demo.Record.SignIns![0].Totp);
        string text, code;
        do
        {
            code = Totp.Code(secret, Totp.StepAt(TimeProvider.System.GetUtcNow()));
            await Task.Delay(TimeSpan.FromSeconds(1), Ct);
            text = await File.ReadAllTextAsync(path, Ct);
        }
        while (!text.Contains(code, StringComparison.Ordinal) && !Ct.IsCancellationRequested);
        Assert.Contains(demo.Record.SignIns[0].Passphrase, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_demo_is_not_served_as_anything_else_nor_at_another_address()
    {
        var plain = await DemoProcess.RefuseAsync("--data", demo.Data, "--urls", $"http://localhost:{DemoProcess.FreePort()}");
        Assert.Equal(2, plain.Code);
        Assert.Contains("--demo", plain.Error, StringComparison.Ordinal);

        var elsewhere = await DemoProcess.RefuseAsync("--demo", "--data", demo.Data, "--urls", $"http://localhost:{DemoProcess.FreePort()}");
        Assert.Equal(2, elsewhere.Code);
        Assert.Contains(demo.Origin, elsewhere.Error, StringComparison.Ordinal);
    }

    private DemoWorld World() => new(demo.Address, demo.Origin, TimeProvider.System);

    private static Day? DayOf(DemoCases.Tip tip, string counts) =>
        tip.Acts.FirstOrDefault(a => string.Equals(a.Counts, counts, StringComparison.Ordinal)) is { } act ? Today.Plus(-act.Day) : null;

    private static string Expected(DemoCases.Tip tip) => tip.Acts.Aggregate("received", (state, act) => act switch
    {
        { Counts: "acknowledgement" } => "acknowledged",
        { Counts: "feedback" } => "feedback-given",
        { State: { } to } => to,
        _ => state,
    });

    private static async Task<Session> SessionAsync(DemoMember member) => await (await member.HttpAsync(Ct)).GetAsync<Session>("session", Ct);

    private static async Task<MemberKeys> KeysAsync(DemoWorld world, DemoMember member, Session session)
    {
        using var http = DemoHttp.OfDesk(world.Address);
        var salt = (await http.PostAsync<JsonElement>("session/salt", new { name = member.SignIn.Login }, Ct)).GetProperty("salt").GetString()!;
        using var unlock = Unlock.Derive(
            member.SignIn.Passphrase, world.Origin, member.SignIn.Login, System.Buffers.Text.Base64Url.DecodeFromChars(salt));
        return MemberKeys.Open(session.Identity, unlock.Identity).Require();
    }

    private static async Task<Mailbox> MailboxAsync(DemoWorld world, SourceKeys keys)
    {
        var nonce = (await world.Source.PostAsync<JsonElement>("challenge", new { purpose = "mailbox" }, Ct)).GetProperty("nonce").GetString()!;
        var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(nonce);
        var token = (await world.Source.PostAsync<JsonElement>("mailbox/session", new
        {
            mailbox = keys.Mailbox.Public.Bytes.ToArray(),
            nonce,
            signature = keys.Mailbox.Sign(PossessionProofs.Mailbox(world.Origin, SourceKeys.IdOf(keys.Mailbox.Public), bytes)),
        }, Ct)).GetProperty("token").GetString();
        return await world.Source.GetAsync<Mailbox>("mailbox", Ct, token);
    }

    private static async Task<List<Sheet>> BlobsAsync(DemoHttp http, ChannelId channel, MemberKeys keys)
    {
        var sheets = new List<Sheet>();
        for (ulong after = 0; ;)
        {
            var bytes = await http.GetBytesAsync($"channels/{channel}/stream?after={after}", Ct);
            var count = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (count == 0)
                return sheets;
            for (var i = 0; i < count; i++)
            {
                var item = bytes.AsSpan(4 + i * (8 + WireLengths.Blob), 8 + WireLengths.Blob);
                after = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(item);
                var opened = StreamBlob.Open(item[8..], keys.Identity);
                if (!opened.IsOk)
                    continue;
                sheets.Add(opened.Value.Sheet.Value);
                opened.Value.Dispose();
            }
        }
    }
}
