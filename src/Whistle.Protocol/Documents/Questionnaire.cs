using System.Globalization;
using Whistle.Protocol.Json;

namespace Whistle.Protocol.Documents;

/// <summary>One choice of a question.</summary>
public sealed record QuestionOption(string Id, IReadOnlyDictionary<string, string> Label);

/// <summary>Asks a question only if another one was answered with one of these values.</summary>
public sealed record QuestionCondition(string Question, IReadOnlyList<string> Is);

/// <summary>One question.</summary>
public sealed record Question
{
    /// <summary>A name, unique in the questionnaire.</summary>
    public required string Id { get; init; }

    /// <summary><c>text</c>, <c>longtext</c>, <c>choice</c>, <c>multiple</c>, <c>date</c> or <c>yesno</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The question, by language.</summary>
    public required IReadOnlyDictionary<string, string> Label { get; init; }

    /// <summary>An explanation, by language; empty where there is none.</summary>
    public required IReadOnlyDictionary<string, string> Help { get; init; }

    /// <summary>Whether it must be answered where it is asked.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>What can be chosen.</summary>
    public required IReadOnlyList<QuestionOption> Options { get; init; }

    /// <summary>When it is asked; null: always.</summary>
    public required QuestionCondition? When { get; init; }

    /// <summary>Code points of an answer, at most; null: no limit of its own.</summary>
    public required int? Max { get; init; }
}

/// <summary>What one answer lacks: the question and a stable code.</summary>
public sealed record AnswerProblem(string Question, string Code);

/// <summary>The questions of a channel (SPEC section 7).</summary>
public sealed record Questionnaire(string Id, IReadOnlyList<Question> Questions)
{
    /// <summary>The question whose answer is the sheet's title.</summary>
    public const string Title = "title";

    /// <summary>The question whose answer is the message's text.</summary>
    public const string What = "what";

    private const int MaxQuestions = 100;
    private static readonly string[] YesNo = ["yes", "no", "unsure"];
    private static readonly string[] DateFormats = ["yyyy-MM-dd", "yyyy-MM", "yyyy"];

    /// <summary>Reads a questionnaire in any spelling of JSON; <c>document-malformed</c>.</summary>
    public static Parsed<Questionnaire> Parse(ReadOnlySpan<byte> bytes)
    {
        if (!Jcs.TryParseAnySpelling(bytes, DocumentSet.MaxLength, out var json))
            return new Refusal(DocumentSet.Malformed);
        var form = new FormReader(json);
        form.Version();
        var questionnaire = new Questionnaire(
            form.Text("id", 40), form.Objects("questions", MaxQuestions, ReadQuestion));
        return form.IsDone && questionnaire.IsConsistent() ? questionnaire : new Refusal(DocumentSet.Malformed);
    }

    /// <summary>
    /// What is wrong with answers: <c>answer-missing</c>, <c>answer-not-asked</c>, <c>answer-unknown</c>,
    /// <c>answer-too-long</c>, <c>answer-too-many</c>, <c>answer-not-an-option</c>, <c>answer-not-a-date</c>,
    /// <c>answer-twice</c>. Empty where nothing is.
    /// </summary>
    public IReadOnlyList<AnswerProblem> Check(IReadOnlyList<Answer> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        var problems = new List<AnswerProblem>();
        var given = new Dictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            if (!Questions.Any(q => Same(q.Id, answer.Question)))
                problems.Add(new(answer.Question, "answer-unknown"));
            else if (!given.TryAdd(answer.Question, answer))
                problems.Add(new(answer.Question, "answer-twice"));
        }
        // Questions refer only to earlier ones, so one pass in order decides which are asked.
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var question in Questions)
        {
            var isAsked = question.When is not { } when
                || (asked.Contains(when.Question) && given.TryGetValue(when.Question, out var decisive)
                    && decisive.Values.Any(v => when.Is.Contains(v, StringComparer.Ordinal)));
            if (isAsked)
                asked.Add(question.Id);
            var answer = given.GetValueOrDefault(question.Id);
            var code = isAsked ? Problem(question, answer) : answer is null ? null : "answer-not-asked";
            if (code is not null)
                problems.Add(new(question.Id, code));
        }
        return problems;
    }

    private static string? Problem(Question question, Answer? answer)
    {
        if (answer is null || answer.Values.All(string.IsNullOrWhiteSpace))
            return question.IsRequired ? "answer-missing" : answer is null ? null : "answer-missing";
        if (!Same(question.Type, "multiple") && answer.Values.Count != 1)
            return "answer-too-many";
        if (question.Max is { } max && answer.Values.Any(v => FormReader.CodePoints(v) > max))
            return "answer-too-long";
        return question.Type switch
        {
            "choice" or "multiple" =>
                answer.Values.Distinct(StringComparer.Ordinal).Count() == answer.Values.Count
                && answer.Values.All(v => question.Options.Any(o => Same(o.Id, v)))
                    ? null
                    : "answer-not-an-option",
            "yesno" => YesNo.Contains(answer.Values[0], StringComparer.Ordinal) ? null : "answer-not-an-option",
            "date" => IsDate(answer.Values[0]) ? null : "answer-not-a-date",
            _ => null,
        };
    }

    /// <summary><c>YYYY-MM-DD</c>, <c>YYYY-MM</c> or <c>YYYY</c>: a source may remember only the year.</summary>
    internal static bool IsDate(string value) =>
        DateOnly.TryParseExact(value, DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static Question ReadQuestion(FormReader form)
    {
        var hasHelp = form.Has("help");
        var hasOptions = form.Has("options");
        var question = new Question
        {
            Id = form.Text("id"),
            Type = form.OneOf("type", "text", "longtext", "choice", "multiple", "date", "yesno"),
            Label = form.TextMap("label", Names.IsLanguage),
            Help = hasHelp ? form.TextMap("help", Names.IsLanguage) : new Dictionary<string, string>(0, StringComparer.Ordinal),
            IsRequired = Same(form.OneOf("required", "yes", "no"), "yes"),
            Options = hasOptions
                ? form.Objects("options", 64, f => new QuestionOption(f.Text("id"), f.TextMap("label", Names.IsLanguage)))
                : [],
            When = form.Has("when")
                ? form.Nested("when", f => new QuestionCondition(f.Text("question"), f.Texts("is", 64)))
                : null,
            Max = form.Has("max") ? (int)form.Integer("max", 1, 65536) : null,
        };
        form.Require(Names.IsSlug(question.Id) && question.Label.Count > 0);
        form.Require(hasOptions == question.Type is "choice" or "multiple" && (!hasOptions || question.Options.Count > 0));
        form.Require(question.Options.All(o => Names.IsSlug(o.Id) && o.Label.Count > 0)
            && question.Options.DistinctBy(o => o.Id, StringComparer.Ordinal).Count() == question.Options.Count);
        return question;
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);

    private bool IsConsistent()
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        foreach (var question in Questions)
        {
            if (question.When is { } when && !earlier.Contains(when.Question))
                return false;
            if (!earlier.Add(question.Id))
                return false;
        }
        return Names.IsSlug(Id) && earlier.Contains(Title) && earlier.Contains(What);
    }
}
