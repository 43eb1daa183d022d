using System.Text;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Intake;

/// <summary>
/// The server's signed word that it holds a tip (SPEC section 8.4). The source checks it before the words are shown:
/// afterwards nobody can say that it never arrived.
/// </summary>
public sealed record Promise
{
    /// <summary>Days from the day of receipt to the latest inclusion, at most: what is put off for ever is no promise.</summary>
    public const int LongestInclusion = 30;

    private const string Label = "whistle/promise/v1";

    /// <summary>The root that the server stands under.</summary>
    public required Hash32 Root { get; init; }

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>The directory that was sealed to.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>The hash of <c>case-key.age</c>.</summary>
    public required Hash32 KeyBlob { get; init; }

    /// <summary>The hash of the sealed sheet.</summary>
    public required Hash32 Sheet { get; init; }

    /// <summary>The hash of the first message's ciphertext.</summary>
    public required Hash32 Message { get; init; }

    /// <summary>The hash of the identity envelope.</summary>
    public required Hash32 Identity { get; init; }

    /// <summary>The hash of the sealed state.</summary>
    public required Hash32 State { get; init; }

    /// <summary>The uploaded objects.</summary>
    public required IReadOnlyList<AttachmentObject> Attachments { get; init; }

    /// <summary>The leaf that says that the case exists.</summary>
    public required Hash32 Existence { get; init; }

    /// <summary>The leaf that commits to the content.</summary>
    public required Hash32 Content { get; init; }

    /// <summary>The day of receipt.</summary>
    public required Day Day { get; init; }

    /// <summary>The latest day of inclusion in the log.</summary>
    public required Day IncludedBy { get; init; }

    /// <summary>The promise for a manifest.</summary>
    public static Promise For(TipManifest manifest, Hash32 root, Day day, Day includedBy)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new()
        {
            Root = root,
            Case = manifest.Case,
            Directory = manifest.Directory,
            KeyBlob = manifest.KeyBlob,
            Sheet = manifest.Sheet,
            Message = manifest.Message,
            Identity = manifest.Identity,
            State = manifest.State,
            Attachments = manifest.Attachments,
            Existence = manifest.Existence,
            Content = manifest.Content,
            Day = day,
            IncludedBy = includedBy,
        };
    }

    /// <summary>The signed note's bytes: what is stored and returned, byte for byte.</summary>
    public byte[] Sign(string logName, SigningKey log) => ToNote().Sign(logName, log).ToBytes();

    /// <summary>The note that is to be signed.</summary>
    public SignedNote ToNote() => SignedNote.FromText(Text());

    /// <summary>
    /// Reads a promise and checks who signed it: <c>promise-malformed</c>, <c>promise-unsigned</c>. Whether it is the
    /// promise for one's own tip: <see cref="IsFor"/>.
    /// </summary>
    public static Parsed<Promise> Verify(ReadOnlySpan<byte> note, NoteKey log)
    {
        if (!SignedNote.TryParse(note, out var signed) || Read(signed) is not { } promise)
            return new Refusal("promise-malformed");
        return signed.IsSignedBy(log) ? promise : new Refusal("promise-unsigned");
    }

    /// <summary>What a promise says, whoever signed it: for the server, whose log key may have been another one then.</summary>
    /// <returns>Null where it is no promise.</returns>
    public static Promise? Read(ReadOnlySpan<byte> note) => SignedNote.TryParse(note, out var signed) ? Read(signed) : null;

    private static Promise? Read(SignedNote signed)
    {
        if (signed.Text.Split('\n') is not [Label, var rootText, var jcs, ""]
            || !Hash32.TryParse(rootText, out var root)
            || !Jcs.TryParse(Encoding.UTF8.GetBytes(jcs), TipManifest.MaxLength, out var json))
            return null;
        var form = new FormReader(json);
        form.Version();
        var promise = new Promise
        {
            Root = root,
            Case = form.Id<CaseId>("case"),
            Directory = form.Hash("directory"),
            KeyBlob = form.Hash("keyBlob"),
            Sheet = form.Hash("sheet"),
            Message = form.Hash("message"),
            Identity = form.Hash("identity"),
            State = form.Hash("state"),
            Attachments = form.Objects("attachments", AttachmentObject.MaxPerMessage, AttachmentObject.From),
            Existence = form.Hash("existence"),
            Content = form.Hash("content"),
            Day = form.Day("day"),
            IncludedBy = form.Day("includedBy"),
        };
        return form.IsDone ? promise : null;
    }

    /// <summary>Whether it promises exactly this manifest under this root.</summary>
    public bool IsFor(TipManifest manifest, Hash32 root) =>
        IncludedBy.Number >= Day.Number && IncludedBy.Number <= Day.Number + LongestInclusion
        && string.Equals(Text(), For(manifest, root, Day, IncludedBy).Text(), StringComparison.Ordinal);

    private string Text() => $"{Label}\n{Root}\n{Encoding.UTF8.GetString(Jcs.Serialize(ToJcs()))}\n";

    private JcsObject ToJcs() => new()
    {
        { "v", 1 },
        { "case", Case },
        { "directory", Directory },
        { "keyBlob", KeyBlob },
        { "sheet", Sheet },
        { "message", Message },
        { "identity", Identity },
        { "state", State },
        { "attachments", new JcsArray(Attachments.Select(a => a.ToJcs())) },
        { "existence", Existence },
        { "content", Content },
        { "day", Day },
        { "includedBy", IncludedBy },
    };
}
