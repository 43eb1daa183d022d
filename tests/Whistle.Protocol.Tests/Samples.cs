using Whistle.Protocol.Cases;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;

namespace Whistle.Protocol.Tests;

/// <summary>One of every object, made from fixed seeds.</summary>
internal static class Samples
{
    private static readonly Team Team = Team.Default;

    public static CaseKey CaseKey => CaseKey.FromSeed(Team.Seed("case"));

    public static SourceKeys Source
    {
        get
        {
            using var receipt = Receipt.FromEntropy(Team.Seed("receipt").AsSpan(0, 16));
            return receipt.DeriveKeys();
        }
    }

    public static Sheet Sheet { get; } = new()
    {
        Case = CaseKey.Id,
        Version = 2,
        Channel = Team.Channel,
        Directory = Team.Version.Hash,
        Day = Team.Today,
        Lang = "de",
        Title = "Prüfungen der Ventile 😀",
        Category = "safety",
        Severity = "high",
        Author = Team.Lead.Id.ToString(),
    };

    /// <summary>Of a case that reports what another one does.</summary>
    public static Sheet Led { get; } = Sheet with { Version = 3, Leading = CaseId.FromBytes(Team.Seed("leading").AsSpan(0, 16)), Stage = "with-counsel" };

    public static Message Reply { get; } = new()
    {
        Case = CaseKey.Id,
        Direction = Direction.Team,
        Seq = 2,
        Previous = Hash32.Of("previous ciphertext"u8),
        Seen = new Seen(1, Hash32.Of("source's ciphertext"u8)),
        Day = Team.Today,
        Lang = "en",
        Signer = Team.Lead.Id.ToString(),
        Directory = Team.Version.Hash,
        Body = new MessageBody(MessageBody.Plain, "Thank you.\nWhen was this?", []),
        Attachments = [],
    };

    public static Note Note { get; } = new()
    {
        Case = CaseKey.Id,
        Id = NoteId.FromBytes(Team.Seed("note").AsSpan(0, 16)),
        Author = Team.Lead.Id,
        Day = Team.Today,
        Text = "Ask for the lot numbers.",
        Mentions = [Team.Reviewer.Id],
    };

    /// <summary>A note that records a piece of evidence: kind, what it belongs to, fields, and a file.</summary>
    public static Note Record { get; } = Note with
    {
        Id = NoteId.FromBytes(Team.Seed("record").AsSpan(0, 16)),
        Record = new("evidence", Note.Id, [new("origin", ["Copied from the line's own computer"]), new("day", ["2026-03-02"])]),
        Attachments = [new(UploadId.FromBytes(Team.Seed("evidence").AsSpan(0, 16)), "lots.csv", "text/csv", 12, Hash32.Of("lots"u8), Hash32.Of("object"u8))],
    };

    public static IdentityRequest IdentityRequest { get; } = new()
    {
        Request = RequestId.FromBytes(Team.Seed("identity request").AsSpan(0, 16)),
        Case = CaseKey.Id,
        Recipient = CaseKey.Recipient,
        Access = CaseKey.Access.Public,
        Directory = Team.Version.Hash,
        From = Team.Lead.Id,
        Day = Team.Today,
        To = [Team.Custodian.Reader],
        Reason = "A court asks who reported this.",
        Told = new(3, Hash32.Of("letter"u8), "A court asks for your name. Tell us until Friday if you object."),
    };

    public static IdentityAnswer IdentityAnswer { get; } = new()
    {
        Request = IdentityRequest.Request,
        Hash = Hash32.Of("request"u8),
        Case = CaseKey.Id,
        Directory = Team.Version.Hash,
        From = Team.Custodian.Id,
        Day = Team.Today,
        Outcome = IdentityOutcome.Released,
        Identity = ("Nadia", "nadia@example.org"),
    };

    public static Draft Draft { get; } = new(CaseKey.Id, "message", "Thank you for");

    public static Grant Grant { get; } = new()
    {
        Case = CaseKey.Id,
        To = Team.Reviewer.Id,
        From = Team.Lead.Id,
        Key = CaseKey.Identity.ExportString(),
        Directory = Team.Version.Hash,
        SourceSigning = Source.Signing.Public,
        SourceReply = Source.Reply.Recipient,
        Readers = [Team.Lead.Reader],
        Excluded = [Team.Approver.Reader],
    };

    public static Keyring Keyring { get; } = new()
    {
        Owner = Team.Lead.Id,
        Version = 3,
        Positions = [new StreamPosition(Team.Channel, 4711)],
        Cases =
        [
            new KeyringCase(CaseKey.Id, CaseKey.Identity.ExportString())
            {
                Channel = Team.Channel,
                Sheet = new KeyringSheet(Team.Today, "de", "Prüfungen nicht ausgeführt") { Version = 2, Category = "safety", Severity = "high", Stage = "with-counsel" },
                Granted = new GrantedPin(
                    Source.Signing.Public, ReaderRef.FingerprintOf(Source.Reply.Recipient), [Team.Lead.Reader], [Team.Reviewer.Reader]),
                First = new FirstPin(Hash32.Of("first ciphertext"u8), Source.Signing.Public),
            },
        ],
        Recused = [CaseId.FromBytes(Team.Seed("recused").AsSpan(0, 16))],
    };

    public static SourceState State { get; } = new()
    {
        Case = CaseKey.Id,
        Recipient = CaseKey.Recipient,
        Root = Team.Root.Fingerprint,
        Directory = Team.Version.Hash,
        Version = 1,
        Channel = Team.Channel,
        KeepsCopy = true,
        Readers = [Team.Lead.Reader],
        Excluded = [Team.Reviewer.Reader],
    };

    public static ReleasedText Released { get; } = new()
    {
        Summary = ProposalId.FromBytes(Team.Seed("summary").AsSpan(0, 16)),
        Channel = Team.Channel,
        Category = "safety",
        Severity = "high",
        Outcome = "substantiated",
        Quarter = "2026-Q3",
        Lang = "en",
        Title = "Tests of a part were not run",
        Text = "An employee reported that tests were recorded which were not run. The report was confirmed.",
    };

    public static FourEyesProposal Proposal { get; } =
        new(FourEyesKind.Summary, Released.Summary, CaseKey.Id, Released.Hash, Team.Lead.Id);

    public static ClosingText Closing { get; } = new()
    {
        Closing = ProposalId.FromBytes(Team.Seed("closing").AsSpan(0, 16)),
        Case = CaseKey.Id,
        Outcome = "partly",
        Retention = "standard",
        Lang = "en",
        Text = "Two of the three tests were run.",
    };

    public static PurgeText Purge { get; } = new()
    {
        Purge = ProposalId.FromBytes(Team.Seed("purge").AsSpan(0, 16)),
        Case = CaseKey.Id,
        Ground = "irrelevant",
        Lang = "en",
        Text = "It is about another matter.",
    };
}
