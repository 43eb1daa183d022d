using System.Text;
using System.Text.Json.Nodes;
using Whistle.Protocol.Documents;

namespace Whistle.Protocol.Tests.Documents;

/// <summary>Categories, severities and their guide (SPEC 7), and what every shipped document keeps.</summary>
public sealed class TaxonomyTests
{
    private static readonly string[] Languages = ["ar", "de", "en", "fr"];
    private static readonly JsonNode Vectors = JsonNode.Parse(File.ReadAllText(RepositoryFiles.PathOf("tests/vectors/by-hand/taxonomies.json")))!;

    public static TheoryData<string> Good => [.. Vectors["good"]!.AsArray().Select(v => v!["name"]!.GetValue<string>())];

    public static TheoryData<string> Faults => [.. Vectors["faults"]!.AsArray().Select(v => v!["name"]!.GetValue<string>())];

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(RepositoryFiles.PathOf("src/Whistle.Server/Demo/documents"), "*.json").Select(f => Path.GetFileName(f))];

    [Fact]
    public void A_sentence_for_both_is_read_beside_the_severity_s_own()
    {
        var taxonomy = Taxonomy.Parse(Encoding.UTF8.GetBytes(Vectors["taxonomy"]!.GetValue<string>())).Require();
        Assert.Equal("A name", taxonomy.Name["en"]);
        Assert.Equal("How to judge", taxonomy.Guide!.About["en"]);
        Assert.Equal(("a", "high", "Hoch in A"), taxonomy.Guide.Sentences.Select(s => (s.Category, s.Severity, s.Text["de"])).Single());
        Assert.Equal(["Low in general", "High in general"], taxonomy.Severities.Select(s => s.Guide["en"]));
    }

    [Theory]
    [MemberData(nameof(Good))]
    public void What_the_format_allows_is_read(string name) => Assert.Null(DocumentSet.FaultOf(Changed("good", name).Bytes));

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_taxonomy_with_one_fault_is_refused_with_the_code_that_says_where(string name)
    {
        var (bytes, fault) = Changed("faults", name);
        var code = fault["code"]!.GetValue<string>();
        Assert.Equal(code, Taxonomy.Parse(bytes).Code);
        Assert.Equal(code, DocumentSet.FaultOf(bytes));
        Assert.Null(DocumentSet.KindOf(bytes));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_document_speaks_all_four_languages_wherever_it_speaks(string file)
    {
        var spoken = Spoken(Document(file)).ToList();
        Assert.NotEmpty(spoken);
        Assert.All(spoken, texts => Assert.Equal(Languages, texts.Select(t => t.Key).Order(StringComparer.Ordinal)));
        Assert.All(spoken, texts => Assert.All(texts, t => Assert.False(t.Value is JsonValue text && string.IsNullOrWhiteSpace(text.GetValue<string>()))));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_shipped_document_has_no_id_twice_in_a_list_and_hangs_questions_on_options_that_are_there(string file)
    {
        foreach (var list in Lists(Document(file)))
        {
            var ids = list.Select(e => e!["id"]?.GetValue<string>()).Where(id => id is not null).ToList();
            Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
        }
        if (Questionnaire.Parse(File.ReadAllBytes(PathOf(file))) is not { IsOk: true, Value: var questionnaire })
            return;
        foreach (var (question, when) in questionnaire.Questions.Where(q => q.When is not null).Select(q => (q, q.When!)))
        {
            var asked = questionnaire.Questions.TakeWhile(q => q != question).Single(q => string.Equals(q.Id, when.Question, StringComparison.Ordinal));
            string[] allowed = asked.Type is "yesno" ? ["yes", "no", "unsure"] : [.. asked.Options.Select(o => o.Id)];
            Assert.Subset(allowed.ToHashSet(StringComparer.Ordinal), when.Is.ToHashSet(StringComparer.Ordinal));
        }
    }

    /// <summary>Whoever may not be named must not be made to answer: only what and a title are asked for.</summary>
    [Fact]
    public void The_questions_about_products_require_nothing_but_the_report_itself()
    {
        var questionnaire = Questionnaire.Parse(File.ReadAllBytes(PathOf("questionnaire-use.json"))).Require();
        Assert.Equal(["title", "what"], questionnaire.Questions.Where(q => q.IsRequired).Select(q => q.Id));
        Assert.Contains("112", questionnaire.Questions.Single(q => q.Id is "danger").Help["en"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("taxonomy-general.json")]
    [InlineData("taxonomy-use.json")]
    public void A_shipped_taxonomy_has_a_name_and_says_what_its_graver_levels_mean_in_every_category(string file)
    {
        var taxonomy = Taxonomy.Parse(File.ReadAllBytes(PathOf(file))).Require();
        Assert.NotEmpty(taxonomy.Name);
        Assert.Equal(["low", "medium", "high", "critical"], taxonomy.Severities.Select(s => s.Id));
        var said = taxonomy.Guide!.Sentences.Select(s => (s.Category, s.Severity)).ToHashSet();
        foreach (var category in taxonomy.Categories.Where(c => c.Id is not "other"))
            Assert.Superset(new HashSet<(string, string)> { (category.Id, "high"), (category.Id, "critical") }, said);
    }

    private static string PathOf(string file) => RepositoryFiles.PathOf("src/Whistle.Server/Demo/documents/" + file);

    private static JsonNode Document(string file) => JsonNode.Parse(File.ReadAllBytes(PathOf(file)))!;

    /// <summary>Every object that is a text by language: it has English.</summary>
    private static IEnumerable<JsonObject> Spoken(JsonNode? node) => node switch
    {
        JsonObject texts when texts.ContainsKey("en") || texts.ContainsKey("de") || texts.ContainsKey("fr") || texts.ContainsKey("ar") => [texts],
        JsonObject members => members.SelectMany(m => Spoken(m.Value)),
        JsonArray items => items.SelectMany(Spoken),
        _ => [],
    };

    private static IEnumerable<IEnumerable<JsonObject>> Lists(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => Lists(m.Value)),
        JsonArray items => items.SelectMany(Lists).Append(items.OfType<JsonObject>()),
        _ => [],
    };

    private static (byte[] Bytes, JsonNode Entry) Changed(string list, string name)
    {
        var text = Vectors["taxonomy"]!.GetValue<string>();
        var entry = Vectors[list]!.AsArray().Single(v => string.Equals(v!["name"]!.GetValue<string>(), name, StringComparison.Ordinal))!;
        var from = entry["from"]!.GetValue<string>();
        Assert.Equal(2, text.Split(from).Length);
        return (Encoding.UTF8.GetBytes(text.Replace(from, entry["to"]!.GetValue<string>(), StringComparison.Ordinal)), entry);
    }
}
