using Whistle.Protocol.Directories;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Tests.Directories;

public sealed class DirectoryTests
{
    private static readonly Team Team = Team.Default;

    private static DirectoryChecks Checks => new()
    {
        Today = Team.Today,
        PinnedRoot = Team.Root.Fingerprint,
        Origin = Team.Origin,
        HighestVersion = 1,
    };

    [Fact]
    public void A_directory_survives_its_note()
    {
        var directory = VerifiedDirectory.Verify(Team.Note, Checks).Require();
        Assert.Equal(Team.Version.ToText(), directory.Version.ToText());
        Assert.Equal(Team.Version.Hash, directory.Hash);
        Assert.Equal(Team.Root.Fingerprint, directory.Root);
        Assert.Equal("The lead", directory.Version.Person(Team.Lead.Id)!.Name);
        Assert.True(directory.Version.Person(Team.Lead.Id)!.CanBeSealedTo(Team.Today));
        Assert.False(directory.Version.Person(Team.Lead.Id)!.CanBeSealedTo(Team.Today.Plus(-11)));
    }

    [Fact]
    public void Each_refusal_has_its_code()
    {
        Assert.Equal("directory-malformed", Code([1, 2, 3], Checks));
        Assert.Equal("directory-root-mismatch", Code(Team.Note, Checks with { PinnedRoot = Hash32.Zero }));
        Assert.Equal("directory-under-signed", Code(Team.SignedBy(Team.Version, 1).ToBytes(), Checks));
        Assert.Equal("directory-rolled-back", Code(Team.Note, Checks with { HighestVersion = 2 }));
        Assert.Equal("directory-expired", Code(Team.Note, Checks with { Today = Team.Version.Expires.Plus(1) }));
        Assert.Null(Code(Team.Note, Checks with { Today = Team.Version.Expires }));
        Assert.Equal("directory-origin", Code(Team.Note, Checks with { Origin = "http://localhost:5081" }));
    }

    [Fact]
    public void One_holder_who_signs_twice_is_one_signature()
    {
        var (name, key) = Team.RootSigners[0];
        Assert.Equal("directory-under-signed",
            Code(Team.SignedBy(Team.Version, 1).Sign(name, key).Sign("council", key).ToBytes(), Checks));
    }

    [Fact]
    public void The_fingerprint_does_not_depend_on_the_order_of_keys_and_does_on_the_threshold()
    {
        var keys = Team.Root.Keys;
        Assert.Equal(Team.Root.Fingerprint, new RootKeys(2, [.. keys.Reverse()]).Fingerprint);
        Assert.NotEqual(Team.Root.Fingerprint, new RootKeys(1, keys).Fingerprint);
        Assert.Throws<ArgumentException>(() => new RootKeys(4, keys));
        Assert.Throws<ArgumentException>(() => new RootKeys(0, keys));
        Assert.Throws<ArgumentException>(() => new RootKeys(1, [keys[0], keys[0]]));
    }

    public static TheoryData<string> BrokenRules { get; } = [.. Broken.Keys];

    private static Dictionary<string, Func<DirectoryVersion, DirectoryVersion>> Broken => new(StringComparer.Ordinal)
    {
        ["version 0"] = v => v with { Version = 0 },
        ["version 2 without previous"] = v => v with { Version = 2 },
        ["version 1 with previous"] = v => v with { Previous = Hash32.Of([]) },
        ["expires too late"] = v => v with { Expires = v.Issued.Plus(61) },
        ["expires before it is issued"] = v => v with { Expires = v.Issued.Plus(-1) },
        ["no origin"] = v => v with { Origins = [] },
        ["origin with a path"] = v => v with { Origins = ["https://a.example/"] },
        ["origin with the default port"] = v => v with { Origins = ["https://a.example:443"] },
        ["origin in capitals"] = v => v with { Origins = ["https://A.example"] },
        ["origin of another scheme"] = v => v with { Origins = ["ftp://a.example"] },
        ["a person twice"] = v => v with { People = [.. v.People, v.People[0]] },
        ["a recipient twice"] = v => v with
        {
            People = [.. v.People.Skip(1), v.People[0] with { Recipient = v.People[1].Recipient }],
        },
        ["a reader who is not there"] = v => Channel(v, c => c with { Readers = [default] }),
        ["an approver as reader"] = v => Channel(v, c => c with { Readers = [Team.Approver.Id] }),
        ["a reader as custodian"] = v => Channel(v, c => c with { Custodians = [Team.Lead.Id] }),
        ["no reader"] = v => Channel(v, c => c with { Readers = [] }),
        ["a channel twice"] = v => v with { Channels = [.. v.Channels, v.Channels[0]] },
        ["recovery that nobody offers"] = v => Channel(v, c => c with { OffersRecovery = false }),
        ["recovery that is not there"] = v => v with { Recovery = null },
        ["recovery that is also a person"] = v => v with
        {
            Recovery = v.Recovery! with { Recipient = v.People[0].Recipient },
        },
        ["recovery that cannot be reached"] = v => v with { Recovery = v.Recovery! with { Threshold = 2 } },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public void A_directory_that_breaks_a_rule_is_neither_made_nor_read(string rule)
    {
        var version = Broken[rule](Team.Version);
        Assert.False(version.IsConsistent());
        Assert.Throws<InvalidOperationException>(version.ToNote);
        Assert.Equal("directory-malformed", Code(Team.SignedBy(version, 2).ToBytes(), Checks));
    }

    [Fact]
    public void Another_form_is_refused_even_when_it_is_signed()
    {
        var text = Team.Version.ToText();
        foreach (var (from, to) in new[]
        {
            ("\"v\":1,", "\"v\":2,"), ("\"v\":1,", "\"v\":1,\"vv\":1,"), ("\"policy\":\"eu\"", "\"policy\":\"us\""),
            ("\"place\":\"inside\"", "\"place\":\"upside\""), ("whistle/directory/v1", "whistle/directory/v2"),
            ("\"name\":{\"de\"", "\"name\":{\"D\""), ("age1pq1", "age1pq2"), ("{\"channels\"", "{ \"channels\""),
        })
        {
            var altered = text.Replace(from, to, StringComparison.Ordinal);
            Assert.NotEqual(text, altered);
            var note = SignedNote.FromText(altered);
            foreach (var (name, key) in Team.RootSigners)
                note = note.Sign(name, key);
            Assert.Equal("directory-malformed", Code(note.ToBytes(), Checks));
        }
    }

    private static DirectoryVersion Channel(DirectoryVersion version, Func<DirectoryChannel, DirectoryChannel> change) =>
        version with { Channels = [change(version.Channels[0])] };

    private static string? Code(byte[] note, DirectoryChecks checks) => VerifiedDirectory.Verify(note, checks).Code;
}
