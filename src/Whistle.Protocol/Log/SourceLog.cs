using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Notes;

namespace Whistle.Protocol.Log;

/// <summary>What a source has in hand when it looks into the log (SPEC section 16).</summary>
public sealed record SourceLogQuestion
{
    /// <summary>The promise, verified and for this tip.</summary>
    public required Promise Promise { get; init; }

    /// <summary>The same as it was signed.</summary>
    public required string PromiseNote { get; init; }

    /// <summary>The C2SP tlog-proof texts that came with the mailbox, by leaf; not yet checked.</summary>
    public required IReadOnlyDictionary<Hash32, string> Proofs { get; init; }

    /// <summary>The log key of the current directory: whatever key signed the promise, this one signs the checkpoint of today.</summary>
    public required NoteKey Log { get; init; }

    /// <summary>32 bytes.</summary>
    public required ReadOnlyMemory<byte> ContentBlind { get; init; }

    /// <summary>The team's messages that the server gave out: number and day.</summary>
    public required IReadOnlyList<(int Seq, Day Day)> Acts { get; init; }

    /// <summary>What the server says was done (<c>acknowledged</c>, <c>feedback</c>, <c>closed</c>), and on which day.</summary>
    public required IReadOnlyList<(string What, Day Day)> Done { get; init; }

    /// <summary>Today.</summary>
    public required Day Today { get; init; }
}

/// <summary>What the log says of a report.</summary>
public abstract record SourceLogFinding
{
    private SourceLogFinding()
    {
    }

    /// <summary>Not in the log yet, and its day has not passed.</summary>
    public sealed record Waiting(Day By) : SourceLogFinding;

    /// <summary>
    /// In the log, every message of the team too that should be by now. <paramref name="Content"/> is the proof of the
    /// content leaf; <paramref name="Done"/> are the acts of <see cref="SourceLogQuestion.Done"/> that the log shows;
    /// <paramref name="Mirror"/> is what the mirror says, where one was asked.
    /// </summary>
    public sealed record Logged(SignedCheckpoint Head, InclusionProof Existence, InclusionProof Content, IReadOnlyList<string> Done, MirrorAnswer Mirror) : SourceLogFinding;

    /// <summary>
    /// Something does not hold: <c>log-promise-broken</c> (the promised day passed and the report is not in the log),
    /// <c>log-proof-wrong</c> (a proof, tile or checkpoint that does not hold), <c>log-withheld</c> (the log has a message of
    /// the team that the server does not give out), <c>log-act-missing</c> (a message of the team that the log should have by
    /// now), <c>log-fork</c> (the mirror has another log that the same key signed). <paramref name="Evidence"/> is one JSON text that shows it to others: it has the content blind where that is
    /// needed, and never the words.
    /// </summary>
    public sealed record Broken(string Code, string Evidence) : SourceLogFinding;
}

/// <summary>What a mirror says of the log that its server shows.</summary>
public enum MirrorAnswer
{
    /// <summary>None was asked.</summary>
    NotAsked,

    /// <summary>It has the same log, as far as either goes.</summary>
    Same,

    /// <summary>It is down, behind the report, or has no log that this key signed: that says nothing against the server.</summary>
    Unread,
}

/// <summary>Looks for a report, and for what the team did about it, in the public log.</summary>
public static class SourceLog
{
    private static readonly string[] Acts = ["acknowledged", "feedback", "closed"];

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="question">What is known.</param>
    /// <param name="fetch">
    /// Gives what is served under <c>/log/</c> and a path; an empty answer for what is not there. What it throws ends the look.
    /// </param>
    /// <param name="mirror">The same for the mirror that the directory names, with <c>checkpoint</c> too; null where it is not to be asked.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<SourceLogFinding> LookAsync(
        SourceLogQuestion question, Func<string, CancellationToken, Task<byte[]>> fetch, Func<string, CancellationToken, Task<byte[]>>? mirror, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(question);
        var promise = question.Promise;
        if (!question.Proofs.TryGetValue(promise.Existence, out var existenceText) || !question.Proofs.TryGetValue(promise.Content, out var contentText))
        {
            return question.Today > promise.IncludedBy
                ? Broken("log-promise-broken", question.PromiseNote)
                : new SourceLogFinding.Waiting(promise.IncludedBy);
        }
        string[] proofs = [existenceText, contentText];
        var (existence, content) = (Verified(existenceText, promise.Existence, question.Log), Verified(contentText, promise.Content, question.Log));
        if (existence is not { } first || content is not { } second
            || !first.Head.Note.ToBytes().AsSpan().SequenceEqual(second.Head.Note.ToBytes()))
            return Broken("log-proof-wrong", question.PromiseNote, proofs);
        var own = await TailAsync(second.Proof.Index, second.Head.Checkpoint, fetch, ct).ConfigureAwait(false);
        if (own is null)
            return Broken("log-proof-wrong", question.PromiseNote, proofs);
        var (other, otherHead) = mirror is null ? (null, null) : await MirrorAsync(second.Proof.Index, question.Log, mirror, ct).ConfigureAwait(false);
        if (other is not null && !own.IsOneLogWith(other))
            return Fork(second.Head, otherHead!);
        // Either has entries that the other has not yet: what counts is whatever either log was signed with.
        var entries = own.Entries.Concat(other?.Entries ?? []).Where(e => e.Length == Hash32.Length).Select(e => Hash32.FromBytes(e.Span)).ToHashSet();

        var blind = question.ContentBlind.Span;
        var next = question.Acts.Select(a => a.Seq).DefaultIfEmpty(0).Max() + 1;
        if (entries.Contains(Leaves.Act(blind, next)))
            return Broken("log-withheld", question.PromiseNote, proofs, blind, next, mirror: otherHead);
        var within = promise.IncludedBy.Number - promise.Day.Number;
        foreach (var (seq, day) in question.Acts)
        {
            if (question.Today > day.Plus(within) && !entries.Contains(Leaves.Act(blind, seq)))
                return Broken("log-act-missing", question.PromiseNote, proofs, blind, seq, day);
        }
        var done = new List<string>();
        foreach (var (what, day) in question.Done)
        {
            if (Acts.Contains(what, StringComparer.Ordinal) && entries.Contains(Leaves.Done(blind, what, promise.Content, day)))
                done.Add(what);
        }
        return new SourceLogFinding.Logged(
            second.Head, first.Proof, second.Proof, done, mirror is null ? MirrorAnswer.NotAsked : other is null ? MirrorAnswer.Unread : MirrorAnswer.Same);
    }

    private static (InclusionProof Proof, SignedCheckpoint Head)? Verified(string text, Hash32 leaf, NoteKey log)
    {
        if (!InclusionProof.TryParse(Encoding.UTF8.GetBytes(text), out var proof))
            return null;
        var head = proof.Verify(leaf.ToBytes(), log);
        return head.IsOk ? (proof, head.Value) : null;
    }

    /// <summary>The entries from the beginning of a tile on, and the root of what stands before.</summary>
    private sealed record Tail(Hash32 Before, IReadOnlyList<ReadOnlyMemory<byte>> Entries)
    {
        /// <summary>Whether one goes on from the other; both were held against their signed heads.</summary>
        public bool IsOneLogWith(Tail other) =>
            Before == other.Before && Entries.Zip(other.Entries).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));
    }

    private static async Task<(Tail? Tail, SignedCheckpoint? Head)> MirrorAsync(
        long from, NoteKey log, Func<string, CancellationToken, Task<byte[]>> mirror, CancellationToken ct)
    {
        var head = Checkpoint.Verify(await mirror("checkpoint", ct).ConfigureAwait(false), log);
        return head.IsOk && head.Value.Checkpoint.Size > from
            ? (await TailAsync(from, head.Value.Checkpoint, mirror, ct).ConfigureAwait(false), head.Value)
            : (null, null);
    }

    /// <summary>
    /// The entries from the tile of an index on. What stands before is hashed from tiles, what is returned from its own bytes,
    /// and both together must be the checkpoint's root: nothing can be left out, added or changed. Null where they are not.
    /// </summary>
    private static async Task<Tail?> TailAsync(long from, Checkpoint head, Func<string, CancellationToken, Task<byte[]>> fetch, CancellationToken ct)
    {
        var log = new LogDownload(head, fetch);
        var start = from / TileId.Width * TileId.Width;
        var edges = new Dictionary<TileId, ReadOnlyMemory<byte>>();
        for (var level = 1; start >> (TileId.Height * level) > 0; level++)
        {
            var id = new TileId(level, (start >> (TileId.Height * level)) / TileId.Width);
            if (id.WidthAt(start) == 0)
                continue;
            if (await log.TileAsync(id, ct).ConfigureAwait(false) is not { } tile)
                return null;
            edges[id] = tile.AsMemory(0, id.WidthAt(start) * Hash32.Length);
        }
        var edge = new TreeEdge(start, id => edges.TryGetValue(id, out var tile) ? tile : null);
        var before = edge.Root();
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var index = start / TileId.Width; index * TileId.Width < head.Size; index++)
        {
            if (await log.BundleAsync(index, ct).ConfigureAwait(false) is not { } bundle)
                return null;
            edge.Append(bundle.Select(e => Merkle.LeafHash(e.Span)));
            entries.AddRange(bundle);
        }
        return edge.Root() == head.Root ? new Tail(before, entries) : null;
    }

    private static SourceLogFinding.Broken Fork(SignedCheckpoint server, SignedCheckpoint mirror)
    {
        var evidence = new JsonObject
        {
            ["v"] = 1,
            ["kind"] = "log-fork",
            ["checkpoints"] = new JsonArray(Text(server), Text(mirror)),
        };
        return new("log-fork", evidence.ToJsonString(Pretty) + "\n");
    }

    private static JsonNode Text(SignedCheckpoint head) => Encoding.UTF8.GetString(head.Note.ToBytes());

    private static SourceLogFinding.Broken Broken(
        string code, string promise, string[]? proofs = null, ReadOnlySpan<byte> contentBlind = default, int? act = null, Day? day = null, SignedCheckpoint? mirror = null)
    {
        var evidence = new JsonObject { ["v"] = 1, ["kind"] = code, ["promise"] = promise };
        if (proofs is not null)
            evidence["proofs"] = new JsonArray([.. proofs.Select(p => (JsonNode)p)]);
        if (contentBlind.Length > 0)
            evidence["contentBlind"] = StrictBase64Url.Encode(contentBlind);
        if (act is not null)
            evidence["act"] = act;
        if (day is { } on)
            evidence["day"] = on.Number;
        if (mirror is not null)
            evidence["checkpoints"] = new JsonArray(Text(mirror));
        return new(code, evidence.ToJsonString(Pretty) + "\n");
    }
}
