using Microsoft.Playwright;
using Whistle.Browser.Tests.Harness;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Server.Tests;

namespace Whistle.Browser.Tests.Job;

/// <summary>
/// An organisation that was set up through the real pages against a server of its own: ceremony, people, a channel, a
/// signed directory. Made once for all tests that need one.
/// </summary>
public sealed class World(BrowserFixture browser) : IAsyncLifetime
{
    public const string Channel = "Integrity";
    private const string SourceMark = "Sentinel-Browser";

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("whistle-job-");
    private readonly List<Visitor> _visitors = [];
    private readonly List<string> _outputs = [];
    private RecordingProxy? _proxy;
    private bool _tried;

    /// <summary>Two of the three root holders made their keys elsewhere, so a test can sign what the portal would not.</summary>
    private readonly (string Name, SigningKey Key)[] _elsewhere =
        [("works-council", SigningKey.Generate(Randomness.System)), ("data-protection", SigningKey.Generate(Randomness.System))];

    public string DataFolder => _data.FullName;

    /// <summary>Where the portal's mail goes.</summary>
    internal TestRelay Relay { get; } = new();

    internal RecordingProxy Proxy => _proxy ?? throw new InvalidOperationException("The world is not made yet.");

    internal ServerProcess Server { get; private set; } = null!;

    internal DeskPerson Admin { get; private set; } = null!;

    internal DeskPerson Lead { get; private set; } = null!;

    /// <summary>The reviewer whom the source will leave out.</summary>
    internal DeskPerson LeftOut { get; private set; } = null!;

    internal DeskPerson Reviewer { get; private set; } = null!;

    internal DeskPerson Approver { get; private set; } = null!;

    internal DeskPerson Custodian { get; private set; } = null!;

    internal IReadOnlyList<DeskPerson> Everyone => [Admin, Lead, LeftOut, Reviewer, Approver, Custodian];

    internal IReadOnlyList<(string Name, SigningKey Key)> KeysElsewhere => _elsewhere;

    /// <summary>The root key file that the browser made, and its passphrase.</summary>
    internal (byte[] File, string Passphrase) RootKeyFile { get; private set; }

    internal string? SetUpLink { get; private set; }

    /// <summary>What every server process of this world printed.</summary>
    internal IEnumerable<string> Outputs => _outputs.Append(Server.Output);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in _visitors)
            await visitor.Context.CloseAsync();
        if (Server is not null)
            await Server.DisposeAsync();
        if (_proxy is not null)
            await _proxy.DisposeAsync();
        await Relay.DisposeAsync();
        foreach (var (_, key) in _elsewhere)
            key.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Sets everything up at the first call, and starts the server where an earlier test stopped it.</summary>
    internal async Task MakeAsync()
    {
        if (Approver is not null)
        {
            if (Proxy.Target is null)
                await StartServerAsync();
            return;
        }
        try
        {
            Assert.False(_tried, "The world could not be set up for an earlier test; see there.");
            _tried = true;
            _proxy = await RecordingProxy.StartAsync(SourceMark);
            await StartServerAsync();
            SetUpLink = Server.SetUpLink;
            await CeremonyAsync();
        }
        catch
        {
            foreach (var visitor in _visitors)
                await visitor.ScreenshotAsync("failed-world-" + _visitors.IndexOf(visitor).ToString(System.Globalization.CultureInfo.InvariantCulture));
            throw;
        }
    }

    internal async Task StartServerAsync()
    {
        if (Server is not null)
            _outputs.Add(Server.Output);
        Server = await ServerProcess.StartAsync(
            DataFolder, Proxy.Origin, "--Whistle:BatchSeconds=3", "--Whistle:BatchMultiple=2", "--Whistle:BatchNoise=1",
            "--Whistle:LogSeconds=3", "--Whistle:LogMultiple=4", "--Whistle:LogNoise=1",
            "--Whistle:KeyDelayHours=0", "--Whistle:SigningDays=0", "--Whistle:ProofOfWorkBits=8",
            "--Whistle:Smtp:Host=127.0.0.1", $"--Whistle:Smtp:Port={Relay.Port}", "--Whistle:Smtp:Tls=false", "--Whistle:Smtp:From=portal@works.example",
            "--Whistle:MorningMail:Hour=0", $"--Whistle:RootHolderMail:0={Sentinels.MailOf("holder")}");
        Proxy.Target = Server.Address;
    }

    internal async Task StopServerAsync()
    {
        Proxy.Target = null;
        await Server.StopAsync();
    }

    /// <summary>A source's browser: its user agent is a sentinel and its address 127.66.77.88.</summary>
    internal async Task<SourcePerson> SourceAsync(View view) => new(await OpenAsync(view, Sentinels.UserAgent));

    internal async Task<Visitor> OpenAsync(View view, string? userAgent = null, bool javaScript = true)
    {
        var visitor = await Visitor.OpenAsync(await browser.BrowserAsync(), view, Proxy.Origin, javaScript, userAgent);
        _visitors.Add(visitor);
        return visitor;
    }

    /// <summary>Pictures of all pages that are open, for a job that broke.</summary>
    internal async Task PictureAllAsync(string name)
    {
        for (var i = 0; i < _visitors.Count; i++)
        {
            if (!_visitors[i].Page.IsClosed)
                await _visitors[i].ScreenshotAsync($"failed-{name}-{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}");
        }
    }

    internal IEnumerable<string> Complaints => _visitors.SelectMany(v => v.Complaints);

    private async Task CeremonyAsync()
    {
        var admin = new DeskPerson("A. Winter", "awinter", await OpenAsync(View.Laptop));
        await admin.Page.GotoAsync(SetUpLink!);
        await admin.Field("setup.organisation.name").FillAsync("Example Works");
        await admin.Visitor.JudgeAsync("desk-setup-1-organisation");
        await admin.PressAsync("next");
        await MakeRootKeysAsync(admin);
        await admin.PressAsync("next");
        await admin.SeesAsync(admin.Texts["setup.recovery.text"]);
        await admin.Visitor.JudgeAsync("desk-setup-3-recovery");
        await admin.PressAsync("next");
        await admin.Field("setup.admin.name").FillAsync(admin.Name);
        await admin.Visitor.JudgeAsync("desk-setup-4-admin");
        await admin.PressAsync("next");
        await admin.SeesAsync(admin.Texts["setup.effect"]);
        await admin.Visitor.JudgeAsync("desk-setup-5-check");
        await admin.PressAsync("setup.finish");
        await admin.SeesAsync(admin.Texts["setup.done.why"]);
        await admin.Visitor.JudgeAsync("desk-setup-6-done");
        await admin.EnrolAsync(await admin.Page.Locator("p.code").InnerTextAsync(), judge: true);
        await admin.SignInAsync();
        Admin = admin;

        Func<Task<DeskPerson>>[] invited =
        [
            await InviteAsync("L. Okafor", "lead", View.Laptop),
            await InviteAsync("R. Moreau", "reviewer", View.Laptop),
            await InviteAsync("W. Brandt", "reviewer", View.Laptop),
            await InviteAsync("P. Novak", "approver", View.Laptop with { Language = "de" }, "outside"),
            await InviteAsync("N. Keeper", "custodian", View.Laptop, "outside"),
        ];
        var people = await Task.WhenAll(invited.Select(enrol => enrol()));
        (Lead, LeftOut, Reviewer, Custodian) = (people[0], people[1], people[2], people[4]);
        await DraftChannelAsync();
        await SignDirectoryAsync();
        await admin.GoAsync("admin.people.title");
        await admin.SeesAsync(people[3].Login);
        foreach (var person in people)
            await SetMailAsync(person);
        await admin.Visitor.JudgeAsync("desk-people");
        Approver = people[3];
    }

    private async Task MakeRootKeysAsync(DeskPerson admin)
    {
        var holders = admin.Page.Locator("fieldset.card");
        var first = holders.Nth(0);
        await first.GetByLabel(admin.Texts["holder.name"]).FillAsync("Ethics office");
        await admin.Visitor.JudgeAsync("desk-setup-2-holders");
        await first.GetByRole(AriaRole.Button, new() { Name = admin.Texts["holder.make"] }).ClickAsync();
        await first.Locator("ol.words li").First.WaitForAsync(new() { Timeout = 60_000 });
        var passphrase = string.Join(' ', await first.Locator("ol.words li").AllInnerTextsAsync());
        await first.GetByRole(AriaRole.Button, new() { Name = admin.Texts["enrol.written"] }).ClickAsync();
        await first.GetByLabel(admin.Texts["holder.repeat"]).FillAsync(passphrase);
        var saved = await admin.Page.RunAndWaitForDownloadAsync(
            () => first.GetByRole(AriaRole.Button, new() { Name = admin.Texts["holder.download"] }).ClickAsync());
        RootKeyFile = (await File.ReadAllBytesAsync((await saved.PathAsync())!), passphrase);
        for (var i = 0; i < _elsewhere.Length; i++)
        {
            var (name, key) = _elsewhere[i];
            var holder = holders.Nth(i + 1);
            await holder.Locator("summary").ClickAsync();
            await holder.GetByLabel(admin.Texts["holder.public"]).FillAsync(VerifierLine(new NoteKey(name, key.Public)));
            await holder.GetByRole(AriaRole.Button, new() { Name = admin.Texts["holder.use"] }).ClickAsync();
        }
        await Assertions.Expect(admin.Page.Locator("fieldset.card p.code")).ToHaveCountAsync(3);
    }

    /// <summary>C2SP signed-note's encoding of a public key.</summary>
    internal static string VerifierLine(NoteKey key) => string.Concat(
        key.Name, "+", key.Hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture), "+",
        Convert.ToBase64String([1, .. key.Key.Bytes.Span]));

    private async Task<Func<Task<DeskPerson>>> InviteAsync(string name, string role, View view, string place = "inside")
    {
        var admin = Admin;
        await admin.PressAsync("admin.people.invite");
        await admin.Field("admin.people.name").FillAsync(name);
        await admin.Page.Locator($"form input[value={role}]").CheckAsync();
        await admin.Page.Locator($"form input[value={place}]").CheckAsync();
        await admin.PressAsync("admin.people.makeLink");
        await admin.SeesAsync(admin.Texts["admin.people.link", ("name", name)]);
        var link = await admin.Page.Locator("p.code").InnerTextAsync();
        var login = string.Concat(name.ToLowerInvariant().Where(char.IsAsciiLetter));
        return async () =>
        {
            var person = new DeskPerson(name, login, await OpenAsync(view));
            await person.EnrolAsync(link);
            return person;
        };
    }

    private async Task SetMailAsync(DeskPerson person)
    {
        await Admin.Page.GetByRole(AriaRole.Button, new() { Name = $"{Admin.Texts["admin.people.mail"]} {person.Name}" }).ClickAsync();
        await Admin.Page.GetByRole(AriaRole.Textbox, new() { Name = Admin.Texts["admin.people.mailOf", ("name", person.Name)] }).FillAsync(Sentinels.MailOf(person.Login));
        if (person.Login is "rmoreau")
            await Admin.Visitor.JudgeAsync("desk-people-mail");
        await Admin.PressAsync("admin.people.mailSave");
        await Admin.SeesAsync(Sentinels.MailOf(person.Login));
    }

    private async Task DraftChannelAsync()
    {
        var admin = Admin;
        await admin.GoAsync("admin.channels.title");
        await admin.PressAsync("admin.channels.add");
        await admin.Field("admin.channels.name", ("language", admin.Texts["language.en"])).FillAsync(Channel);
        await admin.Field("admin.channels.name", ("language", admin.Texts["language.de"])).FillAsync(Channel);
        await admin.Field("admin.channels.entity").FillAsync("Example Works AG");
        var form = admin.Page.Locator("form");
        foreach (var (field, people) in new[]
        {
            ("admin.channels.readersField", new[] { "L. Okafor", "R. Moreau", "W. Brandt" }),
            ("admin.channels.approversField", ["P. Novak"]),
            ("admin.channels.custodiansField", ["N. Keeper"]),
        })
        {
            var group = form.GetByRole(AriaRole.Group, new() { Name = admin.Texts[field] });
            foreach (var person in people)
                await group.Locator("label.choice").Filter(new() { HasText = person }).Locator("input").CheckAsync();
        }
        foreach (var (kind, file) in new[] { ("questionnaire", "questionnaire-general"), ("texts", "texts-general"), ("taxonomy", "taxonomy-general") })
        {
            await admin.Field("admin.documents." + kind).SetInputFilesAsync(
                Path.Combine(Repository.Root, "src", "Whistle.Server", "Demo", "documents", file + ".json"));
            await admin.SeesAsync(admin.Texts["admin.documents.added"]);
        }
        await Assertions.Expect(form.GetByText(admin.Texts["admin.documents.hash"])).ToHaveCountAsync(3);
        await admin.Visitor.JudgeAsync("desk-channel");
        await admin.PressAsync("admin.channels.save");
        await admin.SeesAsync(admin.Texts["admin.channels.saved"]);
    }

    /// <summary>Two of three: one key file opened in the browser, one line that was made elsewhere.</summary>
    private async Task SignDirectoryAsync()
    {
        var admin = Admin;
        await admin.GoAsync("directory.title");
        await admin.PressAsync("directory.build");
        await admin.SeesAsync(admin.Texts["directory.signHere"]);
        await admin.Visitor.JudgeAsync("desk-directory-proposed");
        await admin.Field("directory.keyFile").SetInputFilesAsync(
            new FilePayload { Name = "root.age", MimeType = "application/octet-stream", Buffer = RootKeyFile.File });
        await admin.Field("directory.keyPassphrase").FillAsync(RootKeyFile.Passphrase);
        await admin.PressAsync("directory.signAct");
        await admin.SeesAsync(admin.Texts["directory.missing.one", ("count", "1")]);
        var text = System.Text.Json.JsonDocument.Parse(
            Proxy.Answers.Last(a => a is ("/api/desk/directory", 200, _)).Body).RootElement.GetProperty("proposed").GetProperty("text").GetString()!;
        var (name, key) = _elsewhere[0];
        await admin.Page.Locator(".signing details > summary").ClickAsync();
        await admin.Field("directory.line").FillAsync(SignedNote.FromText(text).Sign(name, key).Signatures[0].ToString());
        await admin.PressAsync("directory.addLine");
        await admin.SeesAsync(admin.Texts["directory.current", ("version", "1")]);
        await admin.Visitor.JudgeAsync("desk-directory-in-force");
    }
}
