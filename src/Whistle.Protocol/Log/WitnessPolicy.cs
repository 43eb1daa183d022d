using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>
/// Whose word somebody wants to have beside the log's own (C2SP tlog-policy): witnesses, groups of them, and the quorum.
/// </summary>
public sealed class WitnessPolicy
{
    private const int MaxLength = 1 << 16;
    private const int MaxNames = 256;
    private const string None = "none";

    private readonly List<NoteKey> _logs = [];
    private readonly Dictionary<string, Witness> _witnesses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Least, string[] Members)> _groups = new(StringComparer.Ordinal);
    private string _quorum = None;

    /// <summary>A witness: what the policy calls it, its key, and where it answers, if the policy says so.</summary>
    public sealed record Witness(string Name, NoteKey Key, string? Url);

    /// <summary>A policy that asks for no witness: only the log vouches.</summary>
    public static WitnessPolicy NoWitness { get; } = new();

    /// <summary>The logs that are accepted; none where the context knows the log.</summary>
    public IReadOnlyList<NoteKey> Logs => _logs;

    /// <summary>All witnesses that it names.</summary>
    public IReadOnlyCollection<Witness> Witnesses => _witnesses.Values;

    /// <summary>Whether it asks for any cosignature at all.</summary>
    public bool NeedsWitnesses => !string.Equals(_quorum, None, StringComparison.Ordinal);

    /// <summary>Reads a policy; false, with the number of the line (from 1; 0 where the quorum is missing), where it is none.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out WitnessPolicy? policy, out int line)
    {
        ArgumentNullException.ThrowIfNull(text);
        policy = null;
        line = 0;
        if (text.Length > MaxLength)
            return false;
        var read = new WitnessPolicy();
        var hasQuorum = false;
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            line++;
            if (raw.Any(c => c < ' ' && c != '\t'))
                return false;
            var words = raw.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
                continue;
            var understood = words switch
            {
                ["log", var key] => read.AddLog(key),
                ["log", var key, _] => read.AddLog(key),
                ["witness", var name, var key] => read.AddWitness(name, key, url: null),
                ["witness", var name, var key, var url] => read.AddWitness(name, key, url),
                ["group", var name, var least, .. var members] => read.AddGroup(name, least, members, used),
                ["quorum", var name] => !hasQuorum && (hasQuorum = read.SetQuorum(name)),
                _ => false,
            };
            if (!understood)
                return false;
        }
        if (!hasQuorum)
        {
            line = 0;
            return false;
        }
        policy = read;
        return true;
    }

    /// <summary>
    /// The witnesses that cosigned, the time beside each. A time after <paramref name="now"/> by more than a day is no
    /// cosignature: a clock that runs ahead would vouch for what has not happened yet. Nor is one from before
    /// <paramref name="since"/>, for who asks about a log of today: an old head that is shown again has old cosignatures.
    /// </summary>
    public IReadOnlyDictionary<string, long> Cosigned(SignedNote checkpoint, long now, long since = 0)
    {
        var cosigned = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, witness) in _witnesses)
        {
            if (Cosignature.TimeOf(checkpoint, witness.Key) is { } time && time <= now + MaxSkew && time >= since)
                cosigned.Add(name, time);
        }
        return cosigned;
    }

    /// <summary>Whether the witnesses that cosigned are a quorum.</summary>
    public bool IsMet(SignedNote checkpoint, long now, long since = 0)
    {
        var cosigned = Cosigned(checkpoint, now, since);
        return Holds(_quorum);

        bool Holds(string name) => string.Equals(name, None, StringComparison.Ordinal)
            || (_groups.TryGetValue(name, out var group) ? group.Members.Count(Holds) >= group.Least : cosigned.ContainsKey(name));
    }

    private const long MaxSkew = 86_400;

    private bool AddLog(string text)
    {
        if (!NoteKey.TryParse(text, out var key) || key.Algorithm != NoteAlgorithm.Ed25519 || _logs.Exists(l => l.Key.Equals(key.Key)))
            return false;
        _logs.Add(key);
        return true;
    }

    private bool AddWitness(string name, string text, string? url)
    {
        if (IsTaken(name) || !NoteKey.TryParse(text, out var key) || key.Algorithm != NoteAlgorithm.Ed25519Cosignature
            || _witnesses.Values.Any(w => w.Key.Key.Equals(key.Key)))
            return false;
        _witnesses.Add(name, new(name, key, url));
        return true;
    }

    private bool AddGroup(string name, string least, string[] members, HashSet<string> used)
    {
        // Each name counts in one group only, so that no witness is counted twice.
        if (IsTaken(name) || members.Length == 0 || !Array.TrueForAll(members, m => IsDefined(m) && used.Add(m)))
            return false;
        var count = least switch
        {
            "any" => 1,
            "all" => members.Length,
            _ => int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var k) ? k : 0,
        };
        if (count < 1 || count > members.Length)
            return false;
        _groups.Add(name, (count, members));
        return true;
    }

    private bool SetQuorum(string name)
    {
        if (!string.Equals(name, None, StringComparison.Ordinal) && !IsDefined(name))
            return false;
        _quorum = name;
        return true;
    }

    private bool IsDefined(string name) => _witnesses.ContainsKey(name) || _groups.ContainsKey(name);

    private bool IsTaken(string name) =>
        string.Equals(name, None, StringComparison.Ordinal) || IsDefined(name) || _witnesses.Count + _groups.Count >= MaxNames;
}
