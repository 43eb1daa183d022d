using System.Text;
using Whistle.Protocol.Documents;

namespace Whistle.Protocol.Tests.Documents;

public sealed class DocumentTests
{
    private const string Title = """{"id":"title","type":"text","label":{"en":"Title"},"required":"yes","max":20}""";
    private const string What = """{"id":"what","type":"longtext","label":{"en":"What"},"required":"yes"}""";

    /// <summary>The demo's own documents are held to the rules too.</summary>
    [Fact]
    public void The_documents_of_the_demo_are_read()
    {
        var files = Directory.GetFiles(RepositoryFiles.PathOf("src/Whistle.Server/Demo/documents"), "*.json");
        Assert.NotEmpty(files);
        foreach (var file in files)
            Assert.True(DocumentSet.KindOf(File.ReadAllBytes(file)) is not null, Path.GetFileName(file));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"v":2,"id":"a","questions":[T,W]}""")]
    [InlineData("""{"v":1,"id":"A","questions":[T,W]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T,W,W]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T,W],"more":1}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T,W,{"id":"x","type":"choice","label":{"en":"x"},"required":"no"}]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T,W,{"id":"x","type":"text","label":{},"required":"no"}]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[T,W,{"id":"x","type":"text","label":{"EN":"x"},"required":"no"}]}""")]
    [InlineData("""{"v":1,"id":"a","questions":[{"id":"x","type":"text","label":{"en":"x"},"required":"no","when":{"question":"title","is":["a"]}},T,W]}""")]
    public void A_questionnaire_that_breaks_a_rule_is_refused(string json) =>
        Assert.Equal("document-malformed", Parse(json).Code);

    [Fact]
    public void Answers_are_held_to_their_questions()
    {
        var questionnaire = Parse("""
            {"v":1,"id":"a","questions":[T,W,
              {"id":"how","type":"choice","label":{"en":"How"},"required":"yes","options":[{"id":"saw","label":{"en":"Saw"}},{"id":"heard","label":{"en":"Heard"}}]},
              {"id":"who","type":"text","label":{"en":"From whom"},"required":"yes","when":{"question":"how","is":["heard"]}},
              {"id":"when","type":"date","label":{"en":"When"},"required":"no"},
              {"id":"still","type":"yesno","label":{"en":"Still"},"required":"no"},
              {"id":"harm","type":"multiple","label":{"en":"Harm"},"required":"no","options":[{"id":"a","label":{"en":"A"}},{"id":"b","label":{"en":"B"}}]}]}
            """).Require();
        Answer[] good = [new("title", ["T"]), new("what", ["W"]), new("how", ["saw"])];
        Assert.Empty(questionnaire.Check(good));
        Assert.Empty(questionnaire.Check([.. good, new("when", ["2026-02"]), new("still", ["unsure"]), new("harm", ["a", "b"])]));

        Check("title:answer-missing", good[1..]);
        Check("title:answer-too-long", [new("title", [new string('a', 21)]), .. good[1..]]);
        Check("title:answer-too-many", [new("title", ["a", "b"]), .. good[1..]]);
        Check("title:answer-twice", [good[0], .. good]);
        Check("where:answer-unknown", [.. good, new("where", ["x"])]);
        Check("how:answer-not-an-option", [.. good[..2], new("how", ["guessed"])]);
        Check("who:answer-missing", [.. good[..2], new("how", ["heard"])]);
        Check("who:answer-not-asked", [.. good, new("who", ["her"])]);
        Check("when:answer-not-a-date", [.. good, new("when", ["2026-02-30"])]);
        Check("still:answer-not-an-option", [.. good, new("still", ["maybe"])]);
        Check("harm:answer-not-an-option", [.. good, new("harm", ["a", "a"])]);

        void Check(string expected, Answer[] answers) => Assert.Equal(
            expected, string.Join(' ', questionnaire.Check(answers).Select(p => $"{p.Question}:{p.Code}")));
    }

    private static Parsed<Questionnaire> Parse(string json) => Questionnaire.Parse(Encoding.UTF8.GetBytes(json
        .Replace("[T", "[" + Title, StringComparison.Ordinal).Replace(",T", "," + Title, StringComparison.Ordinal)
        .Replace(",W", "," + What, StringComparison.Ordinal)));
}
