using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Whistle.Cli.Io;
using Whistle.Protocol.Log;
using Whistle.Protocol.Notes;

namespace Whistle.Cli.Logs;

/// <summary>Whose word a checkpoint is: the organisation's alone, or also that of witnesses (SPEC 16).</summary>
internal sealed class Vouching
{
    private readonly IReadOnlyList<(string Name, DateTimeOffset Time)> _witnesses;
    private readonly bool _isMet;
    private readonly bool _hasPolicy;

    private Vouching(IReadOnlyDictionary<string, long> cosigned, bool isMet, bool hasPolicy)
    {
        _witnesses = [.. cosigned.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, DateTimeOffset.FromUnixTimeSeconds(c.Value)))];
        (_isMet, _hasPolicy) = (isMet, hasPolicy);
    }

    public static Option<string?> PolicyOption() => new("--policy")
    {
        HelpName = "FILE",
        Description = "A C2SP tlog-policy: which witnesses must have cosigned. Without it the policy of the signed directory decides; where there is none, only the organisation vouches.",
    };

    /// <summary>Nobody is asked: only the organisation's word counts.</summary>
    public static Vouching ByTheOrganisation { get; } = new(new Dictionary<string, long>(StringComparer.Ordinal), isMet: true, hasPolicy: false);

    /// <summary>Reads the policy and holds a checkpoint against it.</summary>
    /// <param name="world">Its clock says what is ahead of time, and what too old.</param>
    /// <param name="path">The policy's file, or null.</param>
    /// <param name="signed">The policy that the root holders signed, for where there is no file; or null.</param>
    /// <param name="checkpoint">With its log's signature already verified.</param>
    /// <param name="log">The log's key: a policy that names logs must name this one.</param>
    /// <param name="maxAge">How old a cosignature may be; null where it may have any age.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<Vouching> ReadAsync(
        World world, string? path, WitnessPolicy? signed, SignedNote checkpoint, NoteKey log, TimeSpan? maxAge, CancellationToken ct)
    {
        var policy = path is null ? signed : await FileAsync(world, path, ct);
        if (policy is null)
            return ByTheOrganisation;
        if (policy.Logs.Count > 0 && !policy.Logs.Contains(log))
            throw Stop.NotVerified("policy-other-log");
        var now = world.Clock.GetUtcNow();
        var since = maxAge is { } age ? (now - age).ToUnixTimeSeconds() : 0;
        return new(policy.Cosigned(checkpoint, now.ToUnixTimeSeconds(), since), policy.IsMet(checkpoint, now.ToUnixTimeSeconds(), since), hasPolicy: true);
    }

    private static async Task<WitnessPolicy> FileAsync(World world, string path, CancellationToken ct)
    {
        var text = (await Files.TextAsync(world, path, "--policy", ct)).ReplaceLineEndings("\n");
        return WitnessPolicy.TryParse(text, out var policy, out var line)
            ? policy
            : throw Stop.Failed("policy-malformed", line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Ends the command where the policy asks for more than there is; says who did cosign.</summary>
    public void Require()
    {
        if (!_isMet)
            throw Stop.NotVerified("quorum-not-met", [.. _witnesses.Select(w => w.Name)]);
    }

    public string Sentence() => !_isMet
        ? $"Not witnessed as the policy asks ({(_witnesses.Count == 0 ? "nobody cosigned" : "only " + string.Join(", ", _witnesses.Select(w => SafeText.Line(w.Name))))}): only the organisation vouches."
        : _witnesses.Count > 0
        ? $"Witnessed by {string.Join(", ", _witnesses.Select(w => $"{SafeText.Line(w.Name)} ({w.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC)"))}."
        : _hasPolicy
            ? "Not witnessed: only the organisation vouches, and the policy asks for no more."
            : "Not witnessed: only the organisation vouches, and its directory names no witness.";

    public void AddTo(JsonObject json)
    {
        json["vouched"] = _isMet && _witnesses.Count > 0 ? "witnesses" : "organisation";
        json["witnesses"] = new JsonArray([.. _witnesses.Select(w => (JsonNode)new JsonObject
        {
            ["name"] = w.Name, ["time"] = w.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        })]);
    }
}
