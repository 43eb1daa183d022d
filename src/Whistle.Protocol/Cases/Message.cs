using System.Runtime.InteropServices;
using Whistle.Protocol.Age;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>Which way a message goes.</summary>
public enum Direction
{
    /// <summary>From the source.</summary>
    Source = 0,

    /// <summary>From the team.</summary>
    Team = 1,
}

/// <summary>What a message says.</summary>
public sealed record MessageBody(string Kind, string Text, IReadOnlyList<Answer> Answers)
{
    /// <summary>The first message of a source.</summary>
    public const string Report = "report";

    /// <summary>Any later message.</summary>
    public const string Plain = "text";

    /// <summary>A later reader was added.</summary>
    public const string Reader = "reader";

    /// <summary>What the source told orally, for it to check, correct and sign (Directive (EU) 2019/1937 Art. 18(2)-(4)).</summary>
    public const string Transcript = "transcript";

    /// <summary>What the team asks: none, or at most <see cref="AskedQuestion.MaxQuestions"/> in a plain message of the team.</summary>
    public IReadOnlyList<AskedQuestion> Questions { get; init; } = [];

    /// <summary>The team's message that a plain message of the source answers.</summary>
    public Seen? About { get; init; }

    /// <summary>Never the text.</summary>
    public override string ToString() => $"MessageBody({Kind})";

    internal static MessageBody From(FormReader form) => new(
        form.OneOf("kind", Report, Plain, Reader, Transcript),
        form.Text("text"),
        form.Objects("answers", 256, Answer.From))
    {
        Questions = form.Has("questions") ? AskedQuestion.List(form, "questions") : [],
        About = form.Has("about")
            ? form.Nested("about", f => new Seen((int)f.Integer("seq", 1, int.MaxValue), f.Hash("hash")))
            : null,
    };

    /// <summary>Only the team asks and writes transcripts, and only a plain message of the source answers (SPEC section 5.3.1).</summary>
    internal bool Befits(Direction direction)
    {
        var isPlain = string.Equals(Kind, Plain, StringComparison.Ordinal);
        return (Questions.Count == 0 || (direction == Direction.Team && isPlain))
            && (About is null || (direction == Direction.Source && isPlain))
            && (direction == Direction.Team || !string.Equals(Kind, Transcript, StringComparison.Ordinal));
    }

    internal JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "kind", Kind },
            { "text", Text },
            { "answers", new JcsArray(Answers.Select(a => a.ToJcs())) },
        };
        json.AddOptional("questions", Questions.Count == 0 ? null : new JcsArray(Questions.Select(q => q.ToJcs())));
        json.AddOptional("about", About is { } about ? new JcsObject { { "seq", about.Seq }, { "hash", about.Hash } } : null);
        return json;
    }
}

/// <summary>One question of the team in a message (SPEC section 5.3.1).</summary>
/// <param name="Type"><c>text</c>, <c>choice</c>, <c>date</c> or <c>yesno</c>.</param>
/// <param name="Label">The question: 1 to 500 code points.</param>
/// <param name="Options">Of a choice, 2 to 20 of 1 to 200 code points, none twice; else none.</param>
public sealed record AskedQuestion(string Type, string Label, IReadOnlyList<string> Options)
{
    /// <summary>Questions of one message.</summary>
    public const int MaxQuestions = 12;

    private const string Choice = "choice";

    /// <summary>Code points of an answer in words.</summary>
    public const int MaxAnswer = 4000;

    /// <summary>Whether the one value of an answer fits the question (SPEC section 5.3.1).</summary>
    public bool Takes(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Type switch
        {
            Choice => Options.Contains(value, StringComparer.Ordinal),
            "yesno" => value is "yes" or "no" or "unsure",
            "date" => Questionnaire.IsDate(value),
            _ => FormReader.CodePoints(value) <= MaxAnswer,
        };
    }

    /// <summary>Never the question.</summary>
    public override string ToString() => $"AskedQuestion({Type})";

    internal static IReadOnlyList<AskedQuestion> List(FormReader form, string name)
    {
        var questions = form.Objects(name, MaxQuestions, From);
        form.Require(questions.Count > 0);
        return questions;
    }

    internal JcsObject ToJcs()
    {
        var json = new JcsObject { { "type", Type }, { "label", Label } };
        json.AddOptional("options", Options.Count == 0 ? null : JcsArray.Of(Options));
        return json;
    }

    private static AskedQuestion From(FormReader form)
    {
        var type = form.OneOf("type", "text", Choice, "date", "yesno");
        var label = form.Text("label", 500);
        var options = form.Has("options") ? form.Texts("options", 20) : [];
        form.Require(!string.IsNullOrWhiteSpace(label));
        form.Require(string.Equals(type, Choice, StringComparison.Ordinal) == form.Has("options"));
        form.Require(!form.Has("options") || options.Count > 1);
        form.Require(options.Distinct(StringComparer.Ordinal).Count() == options.Count);
        form.Require(options.All(o => !string.IsNullOrWhiteSpace(o) && FormReader.CodePoints(o) <= 200));
        return new AskedQuestion(type, label, options);
    }
}

/// <summary>One file of a message: what it is called, and where in which object it lies.</summary>
public sealed record AttachmentEntry(UploadId Id, string Name, string Type, long Size, Hash32 File, Hash32 Cipher)
{
    /// <summary>Never the name.</summary>
    public override string ToString() => "AttachmentEntry(redacted)";

    /// <summary>Whether the files lie in one object, none too many for it (SPEC section 5.5).</summary>
    internal static bool AreOneObject(IReadOnlyList<AttachmentEntry> files) =>
        files.Select(a => (a.Id, a.Cipher)).Distinct().Count() <= 1 && files.Sum(a => a.Size) <= WireLengths.MaxAttachmentBytes;

    internal static AttachmentEntry From(FormReader form) => new(
        form.Id<UploadId>("id"), form.Text("name", 255), form.Text("type", 127),
        form.Integer("size", 0, WireLengths.MaxAttachmentBytes), form.Hash("file"), form.Hash("cipher"));

    internal JcsObject ToJcs() => new()
    {
        { "id", Id }, { "name", Name }, { "type", Type }, { "size", Size }, { "file", File }, { "cipher", Cipher },
    };
}

/// <summary>The last ciphertext that was read from the other side.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Seen(int Seq, Hash32 Hash)
{
    /// <summary>None was read yet.</summary>
    public static Seen Nothing => default;
}

/// <summary>What the source's first message alone carries.</summary>
public sealed record SourceIntroduction
{
    /// <summary>The mailbox's public key.</summary>
    public required VerifyKey Mailbox { get; init; }

    /// <summary>The key that signs the source's messages.</summary>
    public required VerifyKey Signing { get; init; }

    /// <summary>Whom replies are sealed to.</summary>
    public required HybridRecipient Reply { get; init; }

    /// <summary>The blind of the content leaf: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> ContentBlind { get; init; }

    /// <summary>Who was sealed to.</summary>
    public required IReadOnlyList<ReaderRef> Readers { get; init; }

    /// <summary>Who must not be sealed to, ever.</summary>
    public required IReadOnlyList<ReaderRef> Excluded { get; init; }

    /// <summary>Never the lists.</summary>
    public override string ToString() => "SourceIntroduction(redacted)";

    internal static SourceIntroduction From(FormReader form) => new()
    {
        Mailbox = form.Parse<VerifyKey>("mailbox", VerifyKey.TryParse)!,
        Signing = form.Parse<VerifyKey>("signing", VerifyKey.TryParse)!,
        Reply = form.Parse<HybridRecipient>("reply", HybridRecipient.TryParse)!,
        ContentBlind = form.Bytes("contentBlind", Derivation.Length),
        Readers = ReaderRef.List(form, "readers", ReaderRef.MaxReaders),
        Excluded = ReaderRef.List(form, "excluded", ReaderRef.MaxNamed),
    };

    internal JcsObject ToJcs() => new()
    {
        { "mailbox", Mailbox.ToString() },
        { "signing", Signing.ToString() },
        { "reply", Reply.ToString() },
        { "contentBlind", ContentBlind.Span },
        { "readers", JcsArray.OfText(Readers) },
        { "excluded", JcsArray.OfText(Excluded) },
    };
}

/// <summary>One message of a case's thread (SPEC section 5.3).</summary>
public sealed record Message
{
    /// <summary>Stanzas of a sealed message: whether the source kept a copy must not show.</summary>
    public const int Stanzas = 2;

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>From the source or from the team.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Counts from 1 per direction.</summary>
    public required int Seq { get; init; }

    /// <summary>The hash of the previous ciphertext of this direction; zero for the first.</summary>
    public required Hash32 Previous { get; init; }

    /// <summary>The last ciphertext that was read from the other side.</summary>
    public required Seen Seen { get; init; }

    /// <summary>The day of writing.</summary>
    public required Day Day { get; init; }

    /// <summary>The language of the text.</summary>
    public required string Lang { get; init; }

    /// <summary><c>source</c> or a person id.</summary>
    public required string Signer { get; init; }

    /// <summary>The hash of the directory that the writer used.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>What it says.</summary>
    public required MessageBody Body { get; init; }

    /// <summary>The files.</summary>
    public required IReadOnlyList<AttachmentEntry> Attachments { get; init; }

    /// <summary>Present in the source's first message, and there alone.</summary>
    public SourceIntroduction? Introduction { get; init; }

    private static ReadOnlySpan<byte> Label => "whistle/msg/v1\0"u8;

    /// <summary>Signs the message.</summary>
    public SignedObject<Message> Sign(SigningKey key, Hash32 root) => SignedObject<Message>.Make(this, ToJcs(), Label, key, root);

    /// <summary>
    /// Seals a signed message: plaintext + 3216 bytes, or <c>message-too-long</c>. <paramref name="reply"/> is the
    /// source's reply recipient, or null where the source keeps no copy.
    /// </summary>
    public static Parsed<byte[]> Seal(
        SignedObject<Message> message, HybridRecipient caseRecipient, HybridRecipient? reply, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Sealing.PadToBucket(message.ToBytes()) is { } padded
            ? Sealing.Seal(padded, reply is null ? [caseRecipient] : [caseRecipient, reply], Stanzas, randomness)
            : new Refusal("message-too-long");
    }

    /// <summary>
    /// Opens a message with the case identity or the source's reply identity. The caller checks who signed it.
    /// <c>message-malformed</c> and the codes of sealed files.
    /// </summary>
    public static Parsed<SignedObject<Message>> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = Sealing.OpenObject(file, Stanzas, identity, Sealing.IsBucket, "message-malformed");
        return json.IsOk
            ? SignedObject<Message>.Read(json.Value, Label, "message-malformed", Read)
            : new Refusal(json.Code);
    }

    /// <summary>
    /// What "save a copy" stores and the content leaf commits to: canonical
    /// <c>{case, body, attachments:[{name, size, file}]}</c>.
    /// </summary>
    public byte[] ToCopy() => Jcs.Serialize(new JcsObject
    {
        { "case", Case },
        { "body", Body.ToJcs() },
        {
            "attachments",
            new JcsArray(Attachments.Select(
                a => new JcsObject { { "name", a.Name }, { "size", a.Size }, { "file", a.File } }))
        },
    });

    /// <summary>Never the content.</summary>
    public override string ToString() => $"Message({Direction} {Seq})";

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 },
            { "case", Case },
            { "dir", Direction == Direction.Source ? "source" : "team" },
            { "seq", Seq },
            { "prev", Previous },
            { "seen", new JcsObject { { "seq", Seen.Seq }, { "hash", Seen.Hash } } },
            { "day", Day },
            { "lang", Lang },
            { "signer", Signer },
            { "directory", Directory },
            { "body", Body.ToJcs() },
            { "attachments", new JcsArray(Attachments.Select(a => a.ToJcs())) },
        };
        json.AddOptional("source", Introduction?.ToJcs());
        return json;
    }

    private static Message Read(FormReader form)
    {
        form.Version();
        var direction = string.Equals(form.OneOf("dir", "source", "team"), "source", StringComparison.Ordinal)
            ? Direction.Source
            : Direction.Team;
        var seq = (int)form.Integer("seq", 1, int.MaxValue);
        var isFirst = direction == Direction.Source && seq == 1;
        var message = new Message
        {
            Case = form.Id<CaseId>("case"),
            Direction = direction,
            Seq = seq,
            Previous = form.Hash("prev"),
            Seen = form.Nested("seen", f => new Seen((int)f.Integer("seq", 0, int.MaxValue), f.Hash("hash"))),
            Day = form.Day("day"),
            Lang = form.Text("lang", 35),
            Signer = form.Text("signer"),
            Directory = form.Hash("directory"),
            Body = form.Nested("body", MessageBody.From),
            Attachments = form.Objects("attachments", WireLengths.MaxAttachments, AttachmentEntry.From),
            Introduction = isFirst ? form.Nested("source", SourceIntroduction.From) : null,
        };
        form.Require((seq == 1) == (message.Previous == Hash32.Zero));
        form.Require((message.Seen.Seq == 0) == (message.Seen.Hash == Hash32.Zero));
        form.Require(isFirst == string.Equals(message.Body.Kind, MessageBody.Report, StringComparison.Ordinal));
        form.Require(direction == Direction.Source
            ? string.Equals(message.Signer, Sheet.Source, StringComparison.Ordinal)
            : PersonId.TryParse(message.Signer, out _));
        form.Require(message.Body.Befits(direction));
        form.Require(AttachmentEntry.AreOneObject(message.Attachments));
        return message;
    }
}
