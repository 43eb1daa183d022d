using Whistle.Protocol.Json;

namespace Whistle.Protocol.Documents;

/// <summary>The answer to one question: always a list of strings.</summary>
public sealed record Answer(string Question, IReadOnlyList<string> Values)
{
    /// <summary>Never the values.</summary>
    public override string ToString() => $"Answer({Question})";

    internal static Answer From(FormReader form) => new(form.Text("q", 64), form.Texts("values", 64));

    internal JcsObject ToJcs() => new() { { "q", Question }, { "values", JcsArray.Of(Values) } };
}
