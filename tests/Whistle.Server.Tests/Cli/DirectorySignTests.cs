using System.Text;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Server.Tests.Cli;

public sealed class DirectorySignTests
{
    private readonly CliTeam _team = new();

    [Fact]
    public async Task A_new_key_signs_a_first_directory_and_the_signature_holds()
    {
        using var terminal = new CliTerminal();
        var made = (await terminal.RunAsync("keys", "new", "root", "--name", "works-council", "--out", terminal.Path("root.age"), "--json")).Succeeds();
        Assert.True(VerifyKey.TryParse(made.Field("key"), out var key));
        var version = _team.Version with { Root = new RootKeys(1, [new NoteKey("works-council", key)]) };
        var text = terminal.Write("text", version.ToText());

        var signed = (await terminal.RunWithInputAsync(
            made.Field("passphrase").ToUpperInvariant() + "\n",
            "directory", "sign", "--text", text, "--key", terminal.Path("root.age"), "--passphrase", "-", "--yes", "--json")).Succeeds();

        Assert.True(NoteSignature.TryParse(signed.Field("signature"), out var signature));
        var note = SignedNote.FromText(version.ToText()).With(signature).ToBytes();
        Assert.True(VerifiedDirectory.Verify(note, new DirectoryChecks { Today = CliTeam.Today, Origin = CliTeam.Origin }).IsOk);
        Assert.Equal(version.Hash.ToString(), signed.Field("directory"));
    }

    [Fact]
    public async Task What_changes_is_said_in_sentences_before_anything_is_asked()
    {
        using var terminal = new CliTerminal();
        var newcomer = new CliTeam.Person("Nadia New", "reviewer");
        var replaced = new CliTeam.Person("Lena Lead", "lead");
        var channel = _team.Version.Channels[0];
        var next = Next() with
        {
            People =
            [
                _team.Lead.Entry with { Recipient = replaced.Identity.Recipient },
                newcomer.Entry,
            ],
            Channels = [channel with { Readers = [_team.Lead.Entry.Id, newcomer.Entry.Id], Texts = Hash32.Of("others"u8) }],
        };

        var result = (await SignAsync(terminal.Types("yes"), next)).Succeeds();

        foreach (var sentence in (string[])
        [
            "Adds Nadia New as reviewer (inside the organisation)", "Lena Lead has a NEW KEY to open tips with", "Removes Rami Reviewer (reviewer).",
            "Nadia New can read the tips of “Ethics”.", "Rami Reviewer no longer can read the tips of “Ethics”.", "“Ethics” has new legal texts",
        ])
            Assert.Contains(sentence, result.Talk, StringComparison.Ordinal);
        Assert.True(result.Talk.IndexOf("Adds Nadia", StringComparison.Ordinal) < result.Talk.IndexOf("Sign this as ethics?", StringComparison.Ordinal));
        Assert.StartsWith("— ethics ", result.Output, StringComparison.Ordinal);
    }

    /// <summary>A member of a version that no sentence speaks of would be signed unseen.</summary>
    [Fact]
    public async Task No_change_goes_without_a_sentence()
    {
        var channel = _team.Version.Channels[0];
        var lead = _team.Lead.Entry;
        var other = new CliTeam.Person("Other", "lead");
        DirectoryVersion[] versions =
        [
            Next() with { Organisation = "Other AG" },
            Next() with { Origins = [CliTeam.Origin, "https://evil.example"] },
            Next() with { Log = new NoteKey("log", other.Signing.Public) },
            Next() with { Log = new NoteKey("other-log", _team.Version.Log.Key) },
            Next() with { LogPolicy = "quorum none\n" },
            Next() with { LogMirror = "https://mirror.example" },
            .. new[]
            {
                lead with { Name = "Other" }, lead with { Role = "reviewer" }, lead with { Place = "outside" },
                lead with { Recipient = other.Identity.Recipient }, lead with { Signing = other.Signing.Public },
                lead with { From = lead.From.Plus(1) }, lead with { Until = lead.Until.Plus(1) },
            }.Select(p => Next() with { People = [p, _team.Reviewer.Entry] }),
            .. new[]
            {
                channel with { Entity = "Other" }, channel with { Policy = "plain" }, channel with { Readers = [lead.Id] },
                channel with { Name = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "Other" } },
                channel with { Questionnaire = Hash32.Of("2"u8) }, channel with { Texts = Hash32.Of("2"u8) }, channel with { Taxonomy = Hash32.Of("2"u8) },
            }.Select(c => Next() with { Channels = [c] }),
            Next() with { Channels = [] },
        ];
        Assert.Equal(21, versions.Length);

        foreach (var version in versions)
        {
            using var terminal = new CliTerminal();
            var result = (await SignAsync(terminal, version, "--yes", "--json")).Succeeds();
            var changes = result.Json.GetProperty("changes").EnumerateArray().Select(c => c.GetString()!).ToList();
            Assert.True(changes.Count >= 2, result.Output);
            Assert.DoesNotContain(changes, c => c.StartsWith("Nothing changes", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_a_yes_nothing_is_signed()
    {
        using var terminal = new CliTerminal();

        (await SignAsync(terminal.Types("no"), Next(), "--json")).Fails(1, "not-confirmed");
        (await SignAsync(terminal, Next(), "--json")).Fails(1, "not-confirmed");
    }

    [Fact]
    public async Task A_version_whose_predecessor_is_not_shown_or_another_is_refused()
    {
        using var terminal = new CliTerminal();
        var other = new CliTeam();

        (await SignAsync(terminal, Next() with { Previous = Hash32.Of("other"u8) }, "--yes", "--json")).Fails(4, "previous-differs");
        (await SignAsync(terminal, Next() with { Version = 3 }, "--yes", "--json")).Fails(4, "previous-differs");
        (await SignAsync(terminal, Next(), "--yes", "--json", "--root", other.Version.Root.Fingerprint.ToString())).Fails(4, "directory-root-mismatch");
        (await terminal.RunAsync("directory", "sign", "--text", terminal.Write("n", Next().ToText()), "--key", Key(terminal), "--plain-key", "--yes", "--json"))
            .Fails(2, "previous-missing");
    }

    [Fact]
    public async Task A_key_of_somebody_else_and_a_wrong_passphrase_sign_nothing()
    {
        using var terminal = new CliTerminal();
        var made = (await terminal.RunAsync("keys", "new", "root", "--name", "ethics", "--out", terminal.Path("other.age"), "--json")).Succeeds();
        var text = terminal.Write("text", _team.Version.ToText());

        (await terminal.RunWithInputAsync(made.Field("passphrase"), "directory", "sign", "--text", text, "--key", terminal.Path("other.age"), "--yes", "--json"))
            .Fails(4, "key-not-in-root");
        (await terminal.RunWithInputAsync("another", "directory", "sign", "--text", text, "--key", terminal.Path("other.age"), "--yes", "--json"))
            .Fails(1, "passphrase-wrong");
        (await terminal.RunAsync("directory", "sign", "--text", text, "--key", Key(terminal), "--yes", "--json")).Fails(1, "key-file-not-locked");
    }

    [Fact]
    public async Task An_altered_text_is_refused()
    {
        using var terminal = new CliTerminal();
        var altered = _team.Version.ToText().Replace("Example AG", "Examp1e AG ", StringComparison.Ordinal).Replace("{\"channels\"", "{ \"channels\"", StringComparison.Ordinal);

        (await terminal.RunAsync("directory", "sign", "--text", terminal.Write("text", altered), "--key", Key(terminal), "--plain-key", "--yes", "--json"))
            .Fails(4, "directory-malformed");
    }

    private DirectoryVersion Next() => _team.Version with { Version = 2, Previous = _team.Version.Hash };

    private Task<CliResult> SignAsync(CliTerminal terminal, DirectoryVersion version, params string[] more) => terminal.RunAsync(
    [
        "directory", "sign", "--text", terminal.Write("next", version.ToText()), "--previous", terminal.Write("previous", _team.Note),
        "--key", Key(terminal), "--plain-key", .. more,
    ]);

    private string Key(CliTerminal terminal)
    {
        using var root = new Whistle.Cli.Keys.RootKey("ethics", SigningKey.FromSeed(_team.RootKey.ExportSeed()));
        return terminal.Write("root.key", Encoding.UTF8.GetString(Whistle.Cli.Keys.RootKeyFile.Encode(root)));
    }
}
