using Whistle.Protocol.Json;

namespace Whistle.Protocol.Documents;

/// <summary>One entry of a taxonomy. <see cref="Guide"/> is empty for categories.</summary>
public sealed record TaxonomyEntry(
    string Id, IReadOnlyDictionary<string, string> Label, IReadOnlyDictionary<string, string> Guide);

/// <summary>A step that a channel takes within a state of a case, for instance "waiting for counsel" while it is in review.</summary>
/// <param name="Id">Unique in its taxonomy.</param>
/// <param name="State">The state in which it can be taken: <c>received</c>, <c>acknowledged</c>, <c>in-review</c>, <c>feedback-given</c> or <c>reopened</c>.</param>
/// <param name="Label">By language.</param>
public sealed record TaxonomyStage(string Id, string State, IReadOnlyDictionary<string, string> Label);

/// <summary>What a severity means in one category.</summary>
public sealed record GuideSentence(string Category, string Severity, IReadOnlyDictionary<string, string> Text);

/// <summary>
/// Helps two people to judge alike: how a severity is found, and what it means in a category. A pair without a sentence is
/// read by the severity's own.
/// </summary>
public sealed record TaxonomyGuide(IReadOnlyDictionary<string, string> About, IReadOnlyList<GuideSentence> Sentences)
{
    internal const string Malformed = "guide-malformed";
    private const int MaxAbout = 1000;
    private const int MaxSentence = 300;

    /// <summary>The guide, or null: a pair that stands twice or that the taxonomy does not have, an empty or overlong text.</summary>
    internal static TaxonomyGuide? Read(
        JcsValue? value, IReadOnlyList<TaxonomyEntry> categories, IReadOnlyList<TaxonomyEntry> severities)
    {
        if (value is not JcsObject json)
            return null;
        var form = new FormReader(json);
        form.Version();
        var guide = new TaxonomyGuide(
            Taxonomy.Words(form, "about", MaxAbout),
            form.Objects("sentences", categories.Count * severities.Count, f =>
                new GuideSentence(f.Text("category"), f.Text("severity"), Taxonomy.Words(f, "text", MaxSentence))));
        return form.IsDone
            && guide.Sentences.All(s => Has(categories, s.Category) && Has(severities, s.Severity))
            && guide.Sentences.DistinctBy(s => (s.Category, s.Severity)).Count() == guide.Sentences.Count
            ? guide
            : null;
    }

    private static bool Has(IReadOnlyList<TaxonomyEntry> entries, string id) =>
        entries.Any(e => string.Equals(e.Id, id, StringComparison.Ordinal));
}

/// <summary>Categories and severities, least first. <see cref="Name"/> is empty where there is none.</summary>
public sealed record Taxonomy(
    IReadOnlyDictionary<string, string> Name,
    IReadOnlyList<TaxonomyEntry> Categories,
    IReadOnlyList<TaxonomyEntry> Severities,
    TaxonomyGuide? Guide)
{
    private const int MaxName = 100;
    private const int MaxStages = 40;

    /// <summary>The steps within states; none where the channel has none.</summary>
    public IReadOnlyList<TaxonomyStage> Stages { get; init; } = [];

    private static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>(0, StringComparer.Ordinal);

    /// <summary>Reads a taxonomy in any spelling of JSON; <c>document-malformed</c>, <c>guide-malformed</c>.</summary>
    public static Parsed<Taxonomy> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!Jcs.TryParseAnySpelling(bytes, DocumentSet.MaxLength, out var json))
            return new Refusal(DocumentSet.Malformed);
        var form = new FormReader(json);
        form.Version();
        var name = form.Has("name") ? Words(form, "name", MaxName) : Nothing;
        var categories = form.Objects("categories", 100, f => new TaxonomyEntry(
            f.Text("id"), f.TextMap("label", Names.IsLanguage), Nothing));
        var severities = form.Objects("severities", 20, f => new TaxonomyEntry(
            f.Text("id"), f.TextMap("label", Names.IsLanguage), f.TextMap("guide", Names.IsLanguage)));
        var hasStages = form.Has("stages");
        var stages = hasStages
            ? form.Objects("stages", MaxStages, f => new TaxonomyStage(
                f.Text("id"), f.OneOf("state", "received", "acknowledged", "in-review", "feedback-given", "reopened"), f.TextMap("label", Names.IsLanguage)))
            : [];
        form.Require(!hasStages || IsList([.. stages.Select(s => new TaxonomyEntry(s.Id, s.Label, Nothing))]));
        var isGuided = form.Has("guide");
        var given = isGuided ? form.Any("guide") : null;
        if (!form.IsDone || !IsList(categories) || !IsList(severities))
            return new Refusal(DocumentSet.Malformed);
        var guide = isGuided ? TaxonomyGuide.Read(given, categories, severities) : null;
        return isGuided && guide is null ? new Refusal(TaxonomyGuide.Malformed) : new Taxonomy(name, categories, severities, guide) { Stages = stages };
    }

    /// <summary>A text in at least one language, none of them empty or longer than a screen can show.</summary>
    internal static IReadOnlyDictionary<string, string> Words(FormReader form, string name, int maxCodePoints)
    {
        var words = form.TextMap(name, Names.IsLanguage);
        form.Require(words.Count > 0 && words.Values.All(w => !string.IsNullOrWhiteSpace(w) && FormReader.CodePoints(w) <= maxCodePoints));
        return words;
    }

    private static bool IsList(IReadOnlyList<TaxonomyEntry> entries) =>
        entries.Count > 0 && entries.All(e => Names.IsSlug(e.Id) && e.Label.Count > 0)
        && entries.DistinctBy(e => e.Id, StringComparer.Ordinal).Count() == entries.Count;
}
