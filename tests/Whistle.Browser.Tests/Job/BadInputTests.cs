using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Browser.Tests.Job;

/// <summary>What goes wrong for a source: each is said in words, and nothing that was written is lost.</summary>
[Collection<JobTests>]
public sealed partial class BadInputTests(World world, TheJob job)
{
    private const string Title = "A title that must survive";
    private const string Text = "A text that must survive whatever happens on the way.";
    private const string NetworkComplaint = "Failed to load resource";

    [Fact]
    public async Task When_the_server_is_gone_the_text_stays_and_the_same_report_can_be_sent_again()
    {
        await job.DoAsync(world); // first: it counts the reports that lie there
        var source = await AtTheLastLookAsync();
        source.Visitor.ExpectComplaint(NetworkComplaint);

        // Gone before anything was handed over.
        var server = world.Proxy.Target;
        world.Proxy.Target = null;
        await source.PressAsync("check.send", ("name", World.Channel));
        await source.SeesAsync(source.Texts["directory.unreachable"]);
        await source.SeesAsync(source.Texts["directory.kept"]);
        await source.Visitor.JudgeAsync("source-9-unreachable");
        world.Proxy.Target = server;

        // Gone after it was handed over and before it answered.
        var sentBefore = Tips().Count;
        world.Proxy.CutAnswersOf = "/api/source/tips";
        await source.PressAsync("try-again");
        await source.PressAsync("try-again");
        await source.SeesAsync(source.Texts["send.unsure"]);
        await source.SeesAsync(source.Texts["send.unreachable"]);
        await source.Visitor.JudgeAsync("source-9-unsure");
        world.Proxy.CutAnswersOf = null;
        await source.PressAsync("send.answers");
        await source.SeesAsync(Text);
        await source.SeesAsync(Title);
        var words = await source.SendAsync(World.Channel);
        Assert.Equal(12, words.Length);

        var tips = Tips()[sentBefore..];
        Assert.True(tips.Count >= 2, "the second attempt must have been a request");
        Assert.All(tips, t => Assert.Equal(ManifestOf(tips[0]), ManifestOf(t)));
        Assert.Equal(200, world.Proxy.Answers.Last(a => a.Path is "/api/source/tips").Status); // once taken, then recognised
        NoComplaints(source);
    }

    [Fact]
    public async Task A_directory_that_expired_is_under_signed_or_of_another_root_is_refused_and_the_text_kept()
    {
        await job.DoAsync(world); // first: it counts the reports that lie there
        var source = await AtTheLastLookAsync();
        var good = SignedNote.TryParse(world.Proxy.Answers.Last(a => a is ("/api/source/directory", 200, _)).Body, out var note) ? note : throw new InvalidDataException();
        var bad = new (string Code, byte[] Note)[]
        {
            ("directory-expired", Signed(Expired(good.Text), 2)),
            ("directory-under-signed", Signed(good.Text, 1)),
            ("directory-root-mismatch", OfAnotherRoot(good.Text)),
            ("directory-malformed", Encoding.UTF8.GetBytes("whistle/directory/v1\n")),
        };
        var sentBefore = Tips().Count;
        foreach (var (code, answer) in bad)
        {
            await AnswerDirectoryAsync(source, answer);
            if (code is "directory-expired")
                await source.PressAsync("check.send", ("name", World.Channel));
            else
                await source.PressAsync("try-again");
            await source.SeesAsync(source.Texts[code.Replace("directory-", "directory.", StringComparison.Ordinal)]);
            await source.SeesAsync(source.Texts["directory.kept"]);
            await Assertions.Expect(source.Page.Locator("main .code")).ToHaveTextAsync(code);
            await source.Visitor.ScreenshotAsync("source-9-" + code);
        }
        await source.Visitor.AssertAccessibleAsync();
        Assert.Equal(sentBefore, Tips().Count);

        await source.Page.UnrouteAllAsync();
        await source.PressAsync("try-again");
        await source.PressAsync("send.answers");
        await source.SeesAsync(Text);
        NoComplaints(source);
    }

    [Fact]
    public async Task Before_anything_is_written_an_expired_directory_shows_no_channel()
    {
        await job.DoAsync(world); // first: it counts the reports that lie there
        var source = await world.SourceAsync(View.Phone with { Language = "fr" });
        await source.Visitor.GoToAsync("/");
        var good = await source.Visitor.Context.APIRequest.GetAsync("/api/source/directory");
        Assert.True(SignedNote.TryParse(await good.BodyAsync(), out var note));
        await AnswerDirectoryAsync(source, Signed(Expired(note.Text), 2));
        await source.Page.Locator("button.door").First.ClickAsync();
        await source.SeesAsync(source.Texts["directory.expired"]);
        await source.SeesAsync(source.Texts["directory.nothing"]);
        await source.Visitor.JudgeAsync("source-2-expired");
        Assert.Equal(0, await source.Page.Locator("ul.cards").CountAsync());
        NoComplaints(source);
    }

    [Fact]
    public async Task Wrong_words_are_told_by_their_place_and_any_way_of_writing_them_is_read()
    {
        await job.DoAsync(world); // first: it counts the reports that lie there
        using var receipt = Receipt.FromEntropy([.. Enumerable.Range(0, 16).Select(i => (byte)(i * 7))]);
        var words = receipt.ToWords();
        var source = await world.SourceAsync(View.Phone);
        source.Visitor.ExpectComplaint("status of 401");
        await source.ComeBackAsync("");
        await source.SeesAsync(source.Texts["return.none"]);

        var wrong = words.ToArray();
        (wrong[3], wrong[8]) = ("sesame", "xylophon");
        await source.OpenMailboxAsync(string.Join(' ', wrong));
        await source.SeesAsync("4th and 9th");
        await source.Visitor.JudgeAsync("source-15-wrong-words");

        var swapped = words.ToArray();
        (swapped[0], swapped[1]) = (swapped[1], swapped[0]);
        await source.OpenMailboxAsync(string.Join(' ', swapped));
        await source.SeesAsync(source.Texts["return.checksum"]);

        await source.OpenMailboxAsync(string.Join(' ', words.Take(11)));
        await source.SeesAsync(source.Texts["return.few.other", ("count", "11")]);

        // Each is read as the same twelve words, which then open nothing: there is no such mailbox.
        foreach (var typed in new[]
        {
            string.Join(' ', words),
            string.Join("\r\n", words.Select((w, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}. {w.ToUpperInvariant()}"))),
            "  " + string.Join(",\t", words) + ".",
            string.Join(' ', words.Select(w => w.Length > 4 ? w[..4] : w)),
        })
        {
            var before = world.Proxy.Answers.Count(a => a.Path is "/api/source/mailbox/session");
            await source.OpenMailboxAsync(typed);
            await source.SeesAsync(source.Texts["return.unknown"]);
            Assert.Equal(before + 1, world.Proxy.Answers.Count(a => a.Path is "/api/source/mailbox/session"));
        }
        NoComplaints(source);
    }

    [Fact]
    public async Task Empty_too_large_too_many_and_oddly_named_files_are_refused_or_renamed_in_words()
    {
        await job.DoAsync(world); // first: it counts the reports that lie there
        var source = await world.SourceAsync(View.Phone with { Language = "de" });
        await source.StartWritingAsync(World.Channel);
        await source.AnswerAsync(Title, Text);
        await AddAsync(source, ("nothing.txt", 0));
        await source.SeesAsync(source.Texts["files.empty", ("name", "nothing.txt")]);

        await AddAsync(source, ("..\\secret\\rechnung\u202Efdp.exe", 10));
        await source.SeesAsync(source.Texts["files.renamed", ("name", "rechnungfdp.exe")]);

        // From the disk: in the browser's protocol so many octets take longer than the page does.
        var folder = Directory.CreateTempSubdirectory("whistle-huge-");
        try
        {
            var huge = Path.Combine(folder.FullName, "huge.bin");
            await using (var file = File.Create(huge))
                file.SetLength(26_214_400);
            await source.Page.Locator("#files").SetInputFilesAsync(huge);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        await Assertions.Expect(source.Page.GetByText("huge.bin")).ToBeVisibleAsync();
        Assert.Equal(1, await source.Page.Locator("ul.cards li").CountAsync());

        await AddAsync(source, [.. Enumerable.Range(0, 65).Select(i => (string.Create(CultureInfo.InvariantCulture, $"many-{i}.txt"), 1))]);
        await source.SeesAsync("many-64.txt");
        Assert.Equal(64, await source.Page.Locator("ul.cards li").CountAsync());
        await source.Visitor.JudgeAsync("source-5-files-refused");
        NoComplaints(source);
    }

    /// <summary>A server that gives out this list of readers from now on.</summary>
    private static async Task AnswerDirectoryAsync(SourcePerson source, byte[] note)
    {
        await source.Page.UnrouteAllAsync();
        await source.Page.RouteAsync("**/api/source/directory", r => r.FulfillAsync(new() { Status = 200, ContentType = "text/plain; charset=utf-8", BodyBytes = note }));
    }

    private static Task AddAsync(SourcePerson source, params (string Name, int Size)[] files) =>
        source.Page.Locator("#files").SetInputFilesAsync(
            files.Select(f => new FilePayload { Name = f.Name, MimeType = "application/octet-stream", Buffer = new byte[f.Size] }));

    private async Task<SourcePerson> AtTheLastLookAsync()
    {
        var source = await world.SourceAsync(View.Phone);
        await source.StartWritingAsync(World.Channel);
        await source.AnswerAsync(Title, Text);
        await source.ChooseAsync();
        return source;
    }

    private static void NoComplaints(SourcePerson source) =>
        Assert.True(source.Visitor.Complaints.Count == 0, "A page complained:\n" + string.Join('\n', source.Visitor.Complaints));

    private List<byte[]> Tips() => [.. world.Proxy.Requests.Where(r => r.Url is "/api/source/tips").Select(r => r.Body)];

    private static string ManifestOf(byte[] tip) => Protocol.Intake.TipBody.Parse(tip).Require().Manifest.Mailbox.ToString();

    /// <summary>A text with as many good signatures of this portal's root holders as told; two suffice.</summary>
    private byte[] Signed(string text, int signatures)
    {
        var note = SignedNote.FromText(text);
        foreach (var (name, key) in world.KeysElsewhere.Take(signatures))
            note = note.Sign(name, key);
        return note.ToBytes();
    }

    private static string Expired(string text)
    {
        var day = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400;
        return Issued().Replace(Expires().Replace(text, $"\"expires\":{day - 1}"), $"\"issued\":{day - 30}");
    }

    private static byte[] OfAnotherRoot(string text)
    {
        using var key = SigningKey.Generate(Randomness.System);
        var root = new RootKeys(1, [new NoteKey("somebody", key.Public)]);
        var lines = text.Split('\n');
        lines[1] = root.Fingerprint.ToString();
        lines[2] = Root().Replace(lines[2], $"\"root\":{{\"keys\":[{{\"key\":\"{key.Public}\",\"name\":\"somebody\"}}],\"threshold\":1}}");
        return SignedNote.FromText(string.Join('\n', lines)).Sign("somebody", key).ToBytes();
    }

    [GeneratedRegex("\"expires\":[0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Expires();

    [GeneratedRegex("\"issued\":[0-9]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Issued();

    [GeneratedRegex("\"root\":\\{\"keys\":\\[.*?\\],\"threshold\":[0-9]+\\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Root();
}
