using Whistle.Protocol.Age;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>
/// What makes a note a record of the investigation: a task, an interview, a piece of evidence (SPEC section 5.4.1). The server
/// cannot tell one from a note.
/// </summary>
/// <param name="Kind">1 to 40 of <c>a-z</c> and <c>-</c>, a letter first. A kind that a reader does not know is shown as a note.</param>
/// <param name="About">The record that this one changes, or the one it belongs to.</param>
/// <param name="Fields">What it says, by names that the kind fixes.</param>
public sealed record NoteRecord(string Kind, NoteId? About, IReadOnlyList<Answer> Fields)
{
    /// <summary>Never what it says.</summary>
    public override string ToString() => $"NoteRecord({Kind})";

    internal static NoteRecord From(FormReader form)
    {
        var record = new NoteRecord(
            form.Text("kind", 40), form.Has("about") ? form.Id<NoteId>("about") : null, form.Objects("fields", 64, Answer.From));
        form.Require(record.Kind is [>= 'a' and <= 'z', ..] && record.Kind.All(c => c is (>= 'a' and <= 'z') or '-'));
        form.Require(record.Fields.Select(f => f.Question).Distinct(StringComparer.Ordinal).Count() == record.Fields.Count);
        return record;
    }

    internal JcsObject ToJcs()
    {
        var json = new JcsObject { { "kind", Kind }, { "fields", new JcsArray(Fields.Select(f => f.ToJcs())) } };
        if (About is { } about)
            json.Add("about", about);
        return json;
    }
}

/// <summary>An internal note of the team (SPEC section 5.4). The source never gets it.</summary>
public sealed record Note
{
    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>The note's random id.</summary>
    public required NoteId Id { get; init; }

    /// <summary>Who wrote it.</summary>
    public required PersonId Author { get; init; }

    /// <summary>The day of writing.</summary>
    public required Day Day { get; init; }

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Who is mentioned.</summary>
    public required IReadOnlyList<PersonId> Mentions { get; init; }

    /// <summary>What it records, where it is more than a note.</summary>
    public NoteRecord? Record { get; init; }

    /// <summary>The files; one object, sealed to the case.</summary>
    public IReadOnlyList<AttachmentEntry> Attachments { get; init; } = [];

    private static ReadOnlySpan<byte> Label => "whistle/note/v1\0"u8;

    /// <summary>Signs the note.</summary>
    public SignedObject<Note> Sign(SigningKey key, Hash32 root) => SignedObject<Note>.Make(this, ToJcs(), Label, key, root);

    /// <summary>Seals a signed note to the case recipient, or <c>note-too-long</c>.</summary>
    public static Parsed<byte[]> Seal(SignedObject<Note> note, HybridRecipient recipient, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(note);
        return Sealing.PadToBucket(note.ToBytes()) is { } padded
            ? Sealing.Seal(padded, [recipient], 1, randomness)
            : new Refusal("note-too-long");
    }

    /// <summary>Opens a note. The caller checks who signed it.</summary>
    public static Parsed<SignedObject<Note>> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = Sealing.OpenObject(file, 1, identity, Sealing.IsBucket, "note-malformed");
        return json.IsOk ? SignedObject<Note>.Read(json.Value, Label, "note-malformed", Read) : new Refusal(json.Code);
    }

    /// <summary>Never the text.</summary>
    public override string ToString() => "Note(redacted)";

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 }, { "case", Case }, { "id", Id }, { "author", Author }, { "day", Day }, { "text", Text },
            { "mentions", JcsArray.OfText(Mentions) },
        };
        json.AddOptional("record", Record?.ToJcs());
        json.AddOptional("attachments", Attachments.Count == 0 ? null : new JcsArray(Attachments.Select(a => a.ToJcs())));
        return json;
    }

    private static Note Read(FormReader form)
    {
        form.Version();
        var hasFiles = form.Has("attachments");
        var note = new Note
        {
            Case = form.Id<CaseId>("case"),
            Id = form.Id<NoteId>("id"),
            Author = form.Id<PersonId>("author"),
            Day = form.Day("day"),
            Text = form.Text("text"),
            Mentions = form.Ids<PersonId>("mentions", 64),
            Record = form.Has("record") ? form.Nested("record", NoteRecord.From) : null,
            Attachments = hasFiles ? form.Objects("attachments", WireLengths.MaxAttachments, AttachmentEntry.From) : [],
        };
        form.Require(hasFiles == note.Attachments.Count > 0 && AttachmentEntry.AreOneObject(note.Attachments));
        return note;
    }
}

/// <summary>What somebody is still writing, sealed to its author alone (SPEC section 11).</summary>
public sealed record Draft(CaseId Case, string Kind, string Text)
{
    /// <summary>Seals the draft to its author, or <c>draft-too-long</c>.</summary>
    public Parsed<byte[]> Seal(HybridRecipient author, Randomness randomness) =>
        Sealing.PadToBucket(Jcs.Serialize(new JcsObject
        {
            { "v", 1 }, { "type", "draft" }, { "case", Case }, { "kind", Kind }, { "text", Text },
        })) is { } padded
            ? Sealing.Seal(padded, [author], 1, randomness)
            : new Refusal("draft-too-long");

    /// <summary>Opens a draft.</summary>
    public static Parsed<Draft> Open(ReadOnlySpan<byte> file, HybridIdentity author)
    {
        var json = Sealing.OpenObject(file, 1, author, Sealing.IsBucket, "draft-malformed");
        if (!json.IsOk)
            return new Refusal(json.Code);
        var form = new FormReader(json.Value);
        form.Version();
        form.OneOf("type", "draft");
        var draft = new Draft(form.Id<CaseId>("case"), form.Text("kind", 40), form.Text("text"));
        return form.IsDone ? draft : new Refusal("draft-malformed");
    }

    /// <summary>Never the text.</summary>
    public override string ToString() => "Draft(redacted)";
}
