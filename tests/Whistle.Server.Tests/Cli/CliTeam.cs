using System.Security.Cryptography;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Tests.Cli;

/// <summary>An organisation without a server: for commands that work offline.</summary>
internal sealed class CliTeam
{
    public const string Origin = "http://localhost:5080";
    public static readonly Day Today = Day.Of(new DateOnly(2026, 3, 3));

    public CliTeam()
    {
        Lead = new Person("Lena Lead", "lead");
        Reviewer = new Person("Rami Reviewer", "reviewer");
        Version = new DirectoryVersion
        {
            Version = 1,
            Previous = Hash32.Zero,
            Issued = Today,
            Expires = Today.Plus(60),
            Organisation = "Example AG",
            Origins = [Origin],
            Root = new RootKeys(1, [new NoteKey("ethics", RootKey.Public)]),
            Log = new NoteKey("log", SigningKey.Generate(Randomness.System).Public),
            People = [Lead.Entry, Reviewer.Entry],
            Channels =
            [
                new DirectoryChannel
                {
                    Id = Channel,
                    Name = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "Ethics" },
                    Entity = "Example AG",
                    Readers = [Lead.Entry.Id, Reviewer.Entry.Id],
                    Approvers = [],
                    Custodians = [],
                    OffersRecovery = false,
                    Policy = "eu",
                    Questionnaire = Hash32.Of("q"u8),
                    Texts = Hash32.Of("t"u8),
                    Taxonomy = Hash32.Of("x"u8),
                },
            ],
        };
    }

    public SigningKey RootKey { get; } = SigningKey.Generate(Randomness.System);

    public ChannelId Channel { get; } = ChannelId.FromBytes(RandomNumberGenerator.GetBytes(16));

    public Person Lead { get; }

    public Person Reviewer { get; }

    public DirectoryVersion Version { get; }

    public byte[] Note => SignedNote.FromText(Version.ToText()).Sign("ethics", RootKey).ToBytes();

    public VerifiedDirectory Directory => VerifiedDirectory.Verify(Note, new DirectoryChecks { Today = Today }).Require();

    public async Task<SealedTip> TipAsync(string text, IReadOnlyList<AttachmentFile>? files = null, bool keepsCopy = false, params PersonId[] excluded) =>
        (await TipSealer.SealAsync(
            new TipRequest
            {
                Directory = Directory,
                Channel = Channel,
                Origin = Origin,
                Today = Today,
                Lang = "en",
                Title = "Valve tests",
                Text = text,
                Files = files ?? [],
                KeepsCopy = keepsCopy,
                Excluded = excluded,
            },
            Randomness.System,
            TestContext.Current.CancellationToken)).Require();

    /// <summary>A message by somebody of the team, as their desk would seal it.</summary>
    public byte[] Reply(SealedTip tip, Person reader, Person signer, string text, Func<Message, Message>? twist = null)
    {
        using var key = CaseKey.Open(tip.KeyBlob.Span, reader.Identity).Require();
        var message = new Message
        {
            Case = key.Id,
            Direction = Direction.Team,
            Seq = 1,
            Previous = Hash32.Zero,
            Seen = new Seen(1, Hash32.Of(tip.Message.Span)),
            Day = Today.Plus(2),
            Lang = "en",
            Signer = signer.Entry.Id.ToString(),
            Directory = Directory.Hash,
            Body = new MessageBody(MessageBody.Plain, text, []),
            Attachments = [],
        };
        return Message.Seal((twist?.Invoke(message) ?? message).Sign(signer.Signing, Directory.Root), key.Recipient, tip.Keys.Reply.Recipient, Randomness.System).Require();
    }

    internal sealed class Person(string name, string role)
    {
        public HybridIdentity Identity { get; } = HybridIdentity.Generate(Randomness.System);

        public SigningKey Signing { get; } = SigningKey.Generate(Randomness.System);

        private readonly PersonId _id = PersonId.FromBytes(RandomNumberGenerator.GetBytes(16));

        public DirectoryPerson Entry => new()
        {
            Id = _id,
            Name = name,
            Role = role,
            Place = "inside",
            Recipient = Identity.Recipient,
            Signing = Signing.Public,
            From = Today,
            Until = Today.Plus(365),
        };
    }
}
