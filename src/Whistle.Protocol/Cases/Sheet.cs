using Whistle.Protocol.Age;
using Whistle.Protocol.Json;
using Whistle.Protocol.Keys;

namespace Whistle.Protocol.Cases;

/// <summary>The few fields from which a desk draws a row of its queue (SPEC section 5.1).</summary>
public sealed record Sheet
{
    /// <summary>The author of version 1.</summary>
    public const string Source = "source";

    /// <summary>Code points in a title, at most.</summary>
    public const int MaxTitle = 200;

    /// <summary>The case.</summary>
    public required CaseId Case { get; init; }

    /// <summary>Starts at 1 and grows by one.</summary>
    public required int Version { get; init; }

    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The hash of the directory that the author used.</summary>
    public required Hash32 Directory { get; init; }

    /// <summary>The day of writing.</summary>
    public required Day Day { get; init; }

    /// <summary>The language of the title.</summary>
    public required string Lang { get; init; }

    /// <summary>At most 200 code points.</summary>
    public required string Title { get; init; }

    /// <summary>An id of the taxonomy, or empty.</summary>
    public required string Category { get; init; }

    /// <summary>An id of the taxonomy, or empty.</summary>
    public required string Severity { get; init; }

    /// <summary>The step of the channel's taxonomy at which the case is; never in a source's sheet.</summary>
    public string? Stage { get; init; }

    /// <summary>The case that leads where this one reports the same; never in a source's sheet.</summary>
    public CaseId? Leading { get; init; }

    /// <summary><c>source</c> or a person id.</summary>
    public required string Author { get; init; }

    private static ReadOnlySpan<byte> Label => "whistle/sheet/v1\0"u8;

    /// <summary>Signs the sheet.</summary>
    public SignedObject<Sheet> Sign(SigningKey key, Hash32 root) => SignedObject<Sheet>.Make(this, ToJcs(), Label, key, root);

    /// <summary>Seals a signed sheet to the case recipient: 5755 bytes, or <c>sheet-too-long</c>.</summary>
    public static Parsed<byte[]> Seal(SignedObject<Sheet> sheet, HybridRecipient recipient, Randomness randomness)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        return Sealing.Pad(sheet.ToBytes(), WireLengths.SheetPlaintext) is { } padded
            ? Sealing.Seal(padded, [recipient], 1, randomness)
            : new Refusal("sheet-too-long");
    }

    /// <summary>
    /// Opens a sheet with the case identity. The caller checks who signed it. <c>sheet-malformed</c> and the codes of
    /// sealed files.
    /// </summary>
    public static Parsed<SignedObject<Sheet>> Open(ReadOnlySpan<byte> file, HybridIdentity identity)
    {
        var json = Sealing.OpenObject(file, 1, identity, n => n == WireLengths.SheetPlaintext, "sheet-malformed");
        return json.IsOk
            ? SignedObject<Sheet>.Read(json.Value, Label, "sheet-malformed", Read)
            : new Refusal(json.Code);
    }

    /// <summary>Never the title.</summary>
    public override string ToString() => "Sheet(redacted)";

    private JcsObject ToJcs()
    {
        var json = new JcsObject
        {
            { "v", 1 },
            { "case", Case },
            { "version", Version },
            { "channel", Channel },
            { "directory", Directory },
            { "day", Day },
            { "lang", Lang },
            { "title", Title },
            { "category", Category },
            { "severity", Severity },
            { "author", Author },
        };
        if (Leading is { } leading)
            json.Add("leading", leading);
        if (Stage is { } stage)
            json.Add("stage", stage);
        return json;
    }

    private static Sheet Read(FormReader form)
    {
        form.Version();
        var sheet = new Sheet
        {
            Case = form.Id<CaseId>("case"),
            Version = (int)form.Integer("version", 1, int.MaxValue),
            Channel = form.Id<ChannelId>("channel"),
            Directory = form.Hash("directory"),
            Day = form.Day("day"),
            Lang = form.Text("lang", 35),
            Title = form.Text("title", MaxTitle),
            Category = form.Text("category", 64),
            Severity = form.Text("severity", 64),
            Leading = form.Has("leading") ? form.Id<CaseId>("leading") : null,
            Stage = form.Has("stage") ? form.Text("stage", 64) : null,
            Author = form.Text("author"),
        };
        form.Require(sheet.Stage is null || (sheet.Stage.Length > 0 && !string.Equals(sheet.Author, Source, StringComparison.Ordinal)));
        form.Require(sheet.Leading is null || (sheet.Leading != sheet.Case && !string.Equals(sheet.Author, Source, StringComparison.Ordinal)));
        form.Require(Signer.IsSourceOrPerson(sheet.Author));
        return sheet;
    }
}

/// <summary>Who signed: the word <c>source</c> or a person id.</summary>
internal static class Signer
{
    public static bool IsSourceOrPerson(string signer) =>
        string.Equals(signer, Sheet.Source, StringComparison.Ordinal) || PersonId.TryParse(signer, out _);
}
