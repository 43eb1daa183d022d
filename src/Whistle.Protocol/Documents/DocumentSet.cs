using Whistle.Protocol.Json;

namespace Whistle.Protocol.Documents;

/// <summary>What a document is.</summary>
public enum DocumentKind
{
    /// <summary>The questions of a channel.</summary>
    Questionnaire = 0,

    /// <summary>Privacy notice, protection, rights, authorities.</summary>
    Texts = 1,

    /// <summary>Categories and severities.</summary>
    Taxonomy = 2,
}

/// <summary>Documents that the directory names by hash (SPEC section 7).</summary>
public static class DocumentSet
{
    /// <summary>A document longer than this is refused: 256 KiB.</summary>
    public const int MaxLength = 256 * 1024;

    internal const string Malformed = "document-malformed";

    /// <summary>Which kind of document the bytes are, checked to the last member; null when they are none.</summary>
    public static DocumentKind? KindOf(ReadOnlySpan<byte> bytes) =>
        Questionnaire.Parse(bytes).IsOk ? DocumentKind.Questionnaire
        : LegalTexts.Parse(bytes).IsOk ? DocumentKind.Texts
        : Taxonomy.Parse(bytes).IsOk ? DocumentKind.Taxonomy
        : null;

    /// <summary>
    /// Why the bytes are no document, or null where they are one: <c>guide-malformed</c> where all of a taxonomy holds but
    /// its guide, so that whoever wrote one knows where to look; else <c>document-malformed</c>.
    /// </summary>
    public static string? FaultOf(ReadOnlySpan<byte> bytes) =>
        KindOf(bytes) is not null ? null
        : Taxonomy.Parse(bytes).Code is TaxonomyGuide.Malformed ? TaxonomyGuide.Malformed
        : Malformed;
}

/// <summary>An authority outside the organisation (Directive 2019/1937, article 9(1)(g)).</summary>
public sealed record Authority(
    IReadOnlyDictionary<string, string> Name, IReadOnlyDictionary<string, string> About, string Url, string Phone);

/// <summary>What a channel tells before anything is written, by language.</summary>
public sealed record LegalTexts
{
    /// <summary>The privacy notice, in paragraphs.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Privacy { get; init; }

    /// <summary>What the portal protects from.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Protects { get; init; }

    /// <summary>What it cannot.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Limits { get; init; }

    /// <summary>The source's rights.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Rights { get; init; }

    /// <summary>Whom to call where life is in danger.</summary>
    public required string EmergencyNumber { get; init; }

    /// <summary>What to say about it.</summary>
    public required IReadOnlyDictionary<string, string> EmergencyNote { get; init; }

    /// <summary>External channels.</summary>
    public required IReadOnlyList<Authority> Authorities { get; init; }

    /// <summary>Reads texts in any spelling of JSON; <c>document-malformed</c>.</summary>
    public static Parsed<LegalTexts> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!Jcs.TryParseAnySpelling(bytes, DocumentSet.MaxLength, out var json))
            return new Refusal(DocumentSet.Malformed);
        var form = new FormReader(json);
        form.Version();
        var (number, note) = form.Nested(
            "emergency", f => (f.Text("number", 40), f.TextMap("note", Names.IsLanguage)));
        var texts = new LegalTexts
        {
            Privacy = form.TextsMap("privacy", Names.IsLanguage),
            Protects = form.TextsMap("protects", Names.IsLanguage),
            Limits = form.TextsMap("limits", Names.IsLanguage),
            Rights = form.TextsMap("rights", Names.IsLanguage),
            EmergencyNumber = number,
            EmergencyNote = note,
            Authorities = form.Objects("authorities", 64, f => new Authority(
                f.TextMap("name", Names.IsLanguage), f.TextMap("about", Names.IsLanguage), Link(f), f.Text("phone", 40))),
        };
        return form.IsDone && texts.Privacy.Count > 0 ? texts : new Refusal(DocumentSet.Malformed);
    }

    /// <summary>A link is shown to people in danger: https and nothing else, or none.</summary>
    private static string Link(FormReader form)
    {
        var url = form.Text("url", 500);
        form.Require(url.Length == 0
            || (Uri.TryCreate(url, UriKind.Absolute, out var uri)
                && string.Equals(uri.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal)));
        return url;
    }
}
