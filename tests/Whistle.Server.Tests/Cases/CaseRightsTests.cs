using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Whistle.Server.Cases;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Tests.Cases;

/// <summary>
/// Who may do what about a case: one table in SPEC 14.3.1, which must be what the code declares, and what every person of
/// every role meets over HTTP, the refused ones included.
/// </summary>
public sealed partial class CaseRightsTests
{
    private static readonly Dictionary<string, string> RequestOf = new(StringComparer.Ordinal) { ["ProposeClosing"] = "ProposeSummary", ["ProposePurge"] = "ProposeSummary" };

    [Fact]
    public async Task The_table_of_the_specification_is_what_the_code_declares()
    {
        using var server = new WhistleServer();
        var declared = Declared(server);
        Assert.True(declared.Count > 20);

        var listed = await ListedAsync();

        Assert.Equal(declared.OrderBy(d => d.Key, StringComparer.Ordinal), listed.OrderBy(l => l.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_moves_of_the_specification_are_the_state_machine_of_the_code()
    {
        var spec = await SpecAsync();
        var line = spec.Split('\n').Single(l => l.StartsWith("Moves: ", StringComparison.Ordinal));
        var listed = Moves().Matches(line)
            .SelectMany(m => m.Groups["from"].Value.Split('|').Select(from => (from, m.Groups["to"].Value))).Order().ToList();
        var states = Enum.GetValues<CaseState>();
        var declared = states.SelectMany(from => states.Where(to => CaseMoves.Between(from, to) is not null).Select(to => (CaseStates.NameOf(from), CaseStates.NameOf(to)))).Order();
        Assert.Equal(declared, listed);
    }

    [Fact]
    public async Task Every_act_is_open_to_whom_the_table_names_and_closed_to_everybody_else_alike()
    {
        using var server = new WhistleServer(("KeyDelayHours", "0"), ("BatchSeconds", "60"), ("BatchMultiple", "2"), ("BatchNoise", "1"));
        var admin = await server.SetUpAsync();
        var people = new Dictionary<string, WhistleServer.Account>(StringComparer.Ordinal) { ["admin"] = admin };
        foreach (var (name, role) in new[]
        {
            ("lead", Role.Lead), ("reviewer", Role.Reviewer), ("other lead", Role.Lead), ("other reviewer", Role.Reviewer), ("who stepped back", Role.Reviewer),
            ("approver", Role.Approver), ("custodian", Role.Custodian), ("auditor", Role.Auditor),
        })
            people[name] = await server.JoinAsync(admin, role, "P. " + name);
        PersonId[] readers = [.. people.Where(p => p.Key.EndsWith("lead", StringComparison.Ordinal) || p.Key.EndsWith("reviewer", StringComparison.Ordinal) || p.Key.EndsWith("back", StringComparison.Ordinal)).Select(p => p.Value.Id)];
        var channel = await WhistleServer.DraftChannelAsync(admin, readers, approvers: [people["approver"].Id], custodians: [people["custodian"].Id]);
        await server.PublishDirectoryAsync(admin);
        using var tip = await server.TipAsync(channel);
        var about = tip.Manifest.Case;
        foreach (var holder in new[] { "lead", "reviewer", "who stepped back" })
            await server.HoldAsync(about, people[holder].Id);
        await server.StepBackAsync(about, people["who stepped back"].Id);
        await server.RunBatchAsync();
        var closed = await CaseTests.AskAsync(people["other reviewer"].Http, "GET", "/api/desk/cases/00112233445566778899aabbccddeeff");
        Assert.StartsWith("404", closed, StringComparison.Ordinal);

        foreach (var (endpoint, right) in await ListedAsync())
        {
            var (method, address) = (endpoint.Split(' ')[0], CaseTests.Address(endpoint.Split(' ')[1], about.ToString()));
            string[] may = right switch { "lead" => ["lead"], _ => ["lead", "reviewer"] };
            foreach (var (name, person) in people)
            {
                var answer = await CaseTests.AskAsync(person.Http, method, address);
                if (!may.Contains(name, StringComparer.Ordinal))
                    Assert.True(string.Equals(closed, answer, StringComparison.Ordinal), $"{endpoint} as {name}\n{answer}");
                // There is no such attachment; and the body gives the case to somebody else, which is a lead's.
                else if (!address.Contains("attachments", StringComparison.Ordinal) && !(address.EndsWith("assignee", StringComparison.Ordinal) && name is "reviewer"))
                    Assert.False(answer.StartsWith("404", StringComparison.Ordinal) || answer.StartsWith("401", StringComparison.Ordinal) || answer.StartsWith('5'), $"{endpoint} as {name}\n{answer}");
            }
        }
    }

    /// <summary>By endpoint: the right that its request asks for.</summary>
    private static SortedDictionary<string, string> Declared(WhistleServer server)
    {
        var rights = typeof(IAboutCase).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IAboutCase)) && t is { IsInterface: false, DeclaringType: not null })
            .ToDictionary(t => t.DeclaringType!.Name, t => ((IAboutCase)RuntimeHelpers.GetUninitializedObject(t)).Needs, StringComparer.Ordinal);
        // Sent by the two endpoints that read, after their own question was answered: no address of its own.
        Assert.True(rights.Remove(nameof(KeepCustody), out var custody));
        Assert.Equal(CaseRight.Read, custody);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (endpoint, name) in server.NamedEndpoints().Where(e => e.Endpoint.Contains("/cases/{id}", StringComparison.Ordinal)))
        {
            var request = RequestOf.GetValueOrDefault(name, name);
            var owner = rights.Keys.Where(k => request.StartsWith(k, StringComparison.Ordinal)).OrderByDescending(k => k.Length).FirstOrDefault();
            if (owner is not null)
                found[endpoint] = rights[owner] switch { CaseRight.Read => "read", CaseRight.Work => "work", _ => "lead" };
        }
        // A claim and a recusal are judged by the key alone.
        Assert.Equal(rights.Count, found.Keys.Select(e => server.NamedEndpoints().First(n => string.Equals(n.Endpoint, e, StringComparison.Ordinal)).Name)
            .Select(n => rights.Keys.Where(k => RequestOf.GetValueOrDefault(n, n).StartsWith(k, StringComparison.Ordinal)).MaxBy(k => k.Length)).Distinct(StringComparer.Ordinal).Count());
        return found;
    }

    private static async Task<SortedDictionary<string, string>> ListedAsync()
    {
        var spec = await SpecAsync();
        var section = spec[spec.IndexOf("#### 14.3.1", StringComparison.Ordinal)..spec.IndexOf("### 14.4 ", StringComparison.Ordinal)];
        var listed = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (Match row in Rows().Matches(section))
            listed.Add(row.Groups["endpoint"].Value, row.Groups["right"].Value);
        return listed;
    }

    private static Task<string> SpecAsync() =>
        File.ReadAllTextAsync(Path.Combine(WhistleServer.Repository, "src", "Whistle.Protocol", "SPEC.md"), TestContext.Current.CancellationToken);

    [GeneratedRegex(@"^\| `(?<endpoint>[A-Z]+ /api/desk/cases/[^`]+)` \| (?<right>read|work|lead) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("`(?<from>[a-z|-]+) → (?<to>[a-z-]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Moves();
}
