using Whistle.Protocol.Documents;
using Whistle.Server.Cases;

namespace Whistle.Server.Demo;

/// <summary>What <c>cases.json</c> must keep, so that a slip in it is named before a demo is half built.</summary>
internal static class DemoCaseRules
{
    private static readonly string[] Outcomes =
        ["substantiated", "partly", "unsubstantiated", "out-of-scope", "withdrawn", "insufficient", "open"];

    public static IReadOnlyList<string> Faults(DemoCases cases)
    {
        var faults = new List<string>();
        var people = cases.People.ToDictionary(p => p.Key, StringComparer.Ordinal);
        foreach (var channel in cases.Channels)
        {
            Roles(channel.Key, channel.Readers, "lead", "reviewer");
            Roles(channel.Key, channel.Approvers, "approver");
            Roles(channel.Key, channel.Custodians, "custodian");
        }
        Expect("people", cases.People.Any(p => p.Role is "admin"), "no admin");
        foreach (var tip in cases.Cases)
        {
            if (cases.Channels.FirstOrDefault(c => Same(c.Key, tip.Channel)) is { } channel)
                Check(tip, channel);
            else
                faults.Add($"{tip.Title}: channel {tip.Channel}");
        }
        return faults;

        void Expect(string where, bool holds, string what)
        {
            if (!holds)
                faults.Add($"{where}: {what}");
        }

        void Roles(string where, IReadOnlyList<string> keys, params string[] roles)
        {
            foreach (var key in keys)
                Expect(where, people.TryGetValue(key, out var person) && roles.Contains(person.Role, StringComparer.Ordinal), key);
        }

        void Check(DemoCases.Tip tip, DemoCases.Channel channel)
        {
            var taxonomy = Taxonomy.Parse(DemoFiles.Document("taxonomy-" + channel.Taxonomy)).Require();
            var questions = Questionnaire.Parse(DemoFiles.Document("questionnaire-" + channel.Key)).Require();
            foreach (var problem in questions.Check(tip.AllAnswers))
                faults.Add($"{tip.Title}: {problem.Question} {problem.Code}");
            Expect(tip.Title, tip.Keep is "kept" or "none", "keep");
            Expect(tip.Title, tip.Identity is "given" or "none" && tip.Identity is "given" == tip.Who is not null, "identity");
            Expect(tip.Title, tip.PrintWords is null or "yes", "printWords");
            Expect(tip.Title, tip.Category is "" || taxonomy.Categories.Any(c => Same(c.Id, tip.Category)), "category");
            Expect(tip.Title, tip.Severity is "" || taxonomy.Severities.Any(c => Same(c.Id, tip.Severity)), "severity");
            Expect(tip.Title, tip.Excluded.All(e => channel.Readers.Contains(e, StringComparer.Ordinal)), "excluded");
            Expect(tip.Title, tip.Received >= 1, "received");
            Acts(tip, channel, [.. channel.Readers.Except(tip.Excluded, StringComparer.Ordinal)]);
        }

        void Acts(DemoCases.Tip tip, DemoCases.Channel channel, IReadOnlyList<string> readers)
        {
            var holders = new HashSet<string>(StringComparer.Ordinal);
            var state = CaseState.Received;
            var day = tip.Received;
            var asked = 0;
            foreach (var act in tip.Acts)
            {
                var where = $"{tip.Title}, day {act.Day}";
                Expect(where, act.Day >= 1 && act.Day <= day, "not in order");
                day = act.Day;
                Expect(where, (act.Why is not null) == (act.State is "closed" or "reopened"), "why");
                Expect(where, (act.Outcome is not null && act.Approve is not null) == (act.State is "closed"), "outcome");
                var kinds = new object?[] { act.Claim, act.Message, act.State, act.Assign, act.Note, act.Record, act.Ask }.Count(k => k is not null);
                Expect(where, kinds == 1 && (act.Counts is null || act.Message is not null), "not one act");
                Expect(where, act.Questions is null || act.Message is not null, "questions without a message");
                Expect(where, act.Answers is null || act.Answers.Count == asked, "answers to other questions");
                asked = Same(act.By, DemoCases.Source) || act.Message is null ? asked : act.Questions?.Count ?? 0;
                if (Same(act.By, DemoCases.Source))
                {
                    Expect(where, act is { Message: not null, Counts: null, Questions: null }, "a source only writes");
                    continue;
                }
                Expect(where, act.Answers is null, "the team answers nothing");
                Expect(where, act.Record?.People is not { } named || named.Values.All(people.ContainsKey), "record");
                Expect(where, act.Ask is not { } ask || (tip.Who is not null && channel.Custodians.Contains(ask.Custodian, StringComparer.Ordinal)), "custodian");
                Expect(where, readers.Contains(act.By, StringComparer.Ordinal), "no reader");
                if (act.Claim is not null)
                    Expect(where, act.Claim is "yes" && holders.Add(act.By), "claim");
                Expect(where, holders.Contains(act.By), "has not opened the case");
                Expect(where, act.Assign is null || holders.Contains(act.Assign), "assigned to somebody who has not opened the case");
                state = Moved(where, state, act);
            }
            if (tip.Summary is { } summary)
            {
                Expect(tip.Title, holders.Contains(summary.By) && Outcomes.Contains(summary.Outcome, StringComparer.Ordinal), "summary");
                Roles(tip.Title, [summary.Approve], "approver");
            }
        }

        CaseState Moved(string where, CaseState state, DemoCases.Act act)
        {
            CaseState? to = act switch
            {
                { Counts: "acknowledgement" } => CaseState.Acknowledged,
                { Counts: "feedback" } => CaseState.FeedbackGiven,
                { State: { } name } => CaseStates.Of(name),
                _ => null,
            };
            Expect(where, to is not null || act is { Counts: null, State: null }, "state");
            if (to is null)
                return state;
            Expect(where, CaseMoves.Between(state, to.Value) is not null, "move");
            return to.Value;
        }
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);
}
