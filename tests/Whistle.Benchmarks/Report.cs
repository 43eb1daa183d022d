using System.Globalization;
using System.Text;

namespace Whistle.Benchmarks;

/// <summary>Gathers tables and goals, and writes them as Markdown.</summary>
internal sealed class Report
{
    private readonly List<string> _tables = [];
    private readonly List<(string Goal, string Measured, bool IsReached)> _goals = [];

    public bool AllReached => _goals.Count > 0 && _goals.TrueForAll(g => g.IsReached);

    public void Table(string title, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        var text = new StringBuilder();
        if (title.Length > 0)
            text.Append(title).Append("\n\n");
        Row(text, head);
        Row(text, [.. head.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (var row in rows)
            Row(text, row);
        _tables.Add(text.ToString());
    }

    public void Goal(string goal, string measured, bool isReached) => _goals.Add((goal, measured, isReached));

    public string ToMarkdown()
    {
        Table("", ["goal", "measured", ""], [.. _goals.Select(g => (IReadOnlyList<string>)[g.Goal, g.Measured, g.IsReached ? "reached" : "**missed**"])]);
        return string.Join('\n', _tables);
    }

    /// <summary>A number with as many digits as can be believed.</summary>
    public static string Number(double value) =>
        value.ToString(value < 10 ? "0.0" : "#,##0", CultureInfo.InvariantCulture);

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
