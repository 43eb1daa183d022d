using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Summaries;

namespace Whistle.Cli.Cases;

/// <summary>What two people had deleted of a case, from files (SPEC 12.2): the signed proposal and approval, as the desk's answer has them.</summary>
internal sealed class Deletions
{
    private readonly List<Tombstone> _hold = [];

    /// <summary>What was deleted and under whose signatures, of what holds.</summary>
    public JsonArray Json => new([.. _hold.Select(t => (JsonNode)new JsonObject
    {
        ["target"] = t.Purge.Target.ToString(),
        ["day"] = t.Purge.Day.ToString(),
        ["proposer"] = t.Proposal.Value.Proposer.ToString(),
        ["approver"] = t.Approval.Value.Approver.ToString(),
    })]);

    /// <summary>Reads and checks them. What does not hold deletes nothing, and is a problem.</summary>
    /// <param name="paths">Each a JSON object with the members <c>proposal</c> and <c>approval</c>; others are not looked at.</param>
    /// <param name="context">The case and its directories.</param>
    /// <param name="first">The version of the source's first message.</param>
    /// <param name="problems">Gets why one of them does not hold.</param>
    /// <param name="ct">Stops.</param>
    public static async Task<Deletions> ReadAsync(IReadOnlyList<string> paths, ThreadContext context, Hash32 first, List<string> problems, CancellationToken ct)
    {
        var deletions = new Deletions();
        // Without the version of the first message nobody can say who had left by then.
        var since = context.Directories.FirstOrDefault(d => d.Hash == first)?.Version.Version;
        foreach (var path in paths)
        {
            var tombstone = Parse(await Files.BytesAsync(path, "--tombstone", ct));
            var problem = !tombstone.IsOk ? tombstone.Code
                : since is { } version && context.Directories.FirstOrDefault(d => d.Hash == tombstone.Value.Purge.Directory) is { } then
                    ? tombstone.Value.Refuse(context.Case, then, version, context.Excluded)
                    : "not-checked";
            if (problem is null)
                deletions._hold.Add(tombstone.Value!);
            else
                problems.Add($"tombstone: {problem}");
        }
        return deletions;
    }

    /// <summary>
    /// The messages of the source that are missing and that two people had deleted: what stands after each, or answers it, names its
    /// hash. Of two deleted in a row the hash of the first may have stood in the second alone; nothing shows then which it was, and it
    /// is missing.
    /// </summary>
    public IReadOnlyList<SealedLetter> Fill(IReadOnlyList<SealedLetter> letters, HybridIdentity identity)
    {
        var targets = _hold.Select(t => t.Purge.Target).ToHashSet();
        var there = letters.Where(l => l.Direction == Direction.Source).Select(l => l.Seq).ToHashSet();
        return
        [
            .. letters.Select(l => Message.Open(l.Bytes, identity)).Where(m => m.IsOk).Select(m => m.Value!.Value)
                .SelectMany(m => m.Direction == Direction.Source ? [new Seen(m.Seq - 1, m.Previous)] : new[] { m.Seen })
                .Where(s => s.Seq > 1 && !there.Contains(s.Seq) && targets.Contains(s.Hash))
                .DistinctBy(s => s.Seq)
                .Select(s => new SealedLetter(Direction.Source, s.Seq, [], s.Hash)),
        ];
    }

    private static Parsed<Tombstone> Parse(byte[] file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            return json.RootElement.ValueKind == JsonValueKind.Object && Text("proposal") is { } proposal && Text("approval") is { } approval
                ? Tombstone.Parse(proposal, approval)
                : new Refusal("purge-malformed");

            string? Text(string name) =>
                json.RootElement.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or a string that is no Unicode text.
            return new Refusal("purge-malformed");
        }
    }
}
