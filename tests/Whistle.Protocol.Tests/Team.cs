using System.Security.Cryptography;
using System.Text;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Tests;

/// <summary>An invented organisation, made from fixed seeds: the same people and keys in every run.</summary>
internal sealed class Team
{
    public const string Origin = "http://localhost:5080";
    public static readonly Day Today = new(20_000);

    public static Team Default { get; } = new();

    private Team()
    {
        Root = new RootKeys(2, [.. RootSigners.Select(s => new NoteKey(s.Name, s.Key.Public))]);
        Lead = new Member("lead", "lead", "inside");
        Reviewer = new Member("reviewer", "reviewer", "outside");
        Approver = new Member("approver", "approver", "outside");
        Custodian = new Member("custodian", "custodian", "outside");
        Version = new DirectoryVersion
        {
            Version = 1,
            Previous = Hash32.Zero,
            Issued = Today.Plus(-10),
            Expires = Today.Plus(50),
            Organisation = "Meridian (test)",
            Origins = [Origin],
            Root = Root,
            Log = new NoteKey("log.example", Log.Public),
            People = [Lead.Entry, Reviewer.Entry, Approver.Entry, Custodian.Entry],
            Channels =
            [
                new DirectoryChannel
                {
                    Id = Channel,
                    Name = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "Ethics", ["de"] = "Ethik" },
                    Entity = "Meridian Instruments GmbH",
                    Readers = [Lead.Id, Reviewer.Id],
                    Approvers = [Approver.Id],
                    Custodians = [Custodian.Id],
                    OffersRecovery = true,
                    Policy = "eu",
                    Questionnaire = Hash32.Of("questionnaire"u8),
                    Texts = Hash32.Of("texts"u8),
                    Taxonomy = Hash32.Of("taxonomy"u8),
                },
            ],
            Recovery = new DirectoryRecovery(
                Recovery.Identity.Recipient, 1, [new RecoveryHolder("Works council", "inside")]),
        };
    }

    public ChannelId Channel { get; } = ChannelId.FromBytes(Seed("channel").AsSpan(0, 16));

    public RootKeys Root { get; }

    public (string Name, SigningKey Key)[] RootSigners { get; } =
    [
        ("ethics", SigningKey.FromSeed(Seed("root ethics"))),
        ("council", SigningKey.FromSeed(Seed("root council"))),
        ("privacy", SigningKey.FromSeed(Seed("root privacy"))),
    ];

    public SigningKey Log { get; } = SigningKey.FromSeed(Seed("log"));

    public Member Lead { get; }

    public Member Reviewer { get; }

    public Member Approver { get; }

    public Member Custodian { get; }

    public Member Recovery { get; } = new("recovery", "reviewer", "inside");

    public DirectoryVersion Version { get; }

    public byte[] Note => SignedBy(Version, 2).ToBytes();

    public VerifiedDirectory Directory =>
        VerifiedDirectory.Verify(Note, new DirectoryChecks { Today = Today, PinnedRoot = Root.Fingerprint }).Require();

    public static byte[] Seed(string name) => SHA256.HashData(Encoding.UTF8.GetBytes("test seed " + name));

    public static Randomness Random(string name) => Randomness.FromSeed(Seed("randomness " + name));

    public SignedNote SignedBy(DirectoryVersion version, int signers)
    {
        var note = SignedNote.FromText(version.ToText());
        foreach (var (name, key) in RootSigners.Take(signers))
            note = note.Sign(name, key);
        return note;
    }

    public sealed class Member(string name, string role, string place)
    {
        public byte[] IdentitySeed { get; } = Seed(name + " identity");

        public byte[] SigningSeed { get; } = Seed(name + " signing");

        public Whistle.Protocol.Age.HybridIdentity Identity => Whistle.Protocol.Age.HybridIdentity.FromSeed(IdentitySeed);

        public SigningKey Signing => SigningKey.FromSeed(SigningSeed);

        public PersonId Id { get; } = PersonId.FromBytes(Seed(name + " id").AsSpan(0, 16));

        public ReaderRef Reader => ReaderRef.Of(Id, Identity.Recipient);

        public DirectoryPerson Entry => new()
        {
            Id = Id,
            Name = "The " + name,
            Role = role,
            Place = place,
            Recipient = Identity.Recipient,
            Signing = Signing.Public,
            From = Today.Plus(-10),
            Until = Today.Plus(355),
        };
    }
}
