using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;

namespace Whistle.Cli.Cases;

/// <summary>One message as it came, before anything about it is believed.</summary>
internal sealed record SealedLetter(Direction Direction, int Seq, byte[] Bytes)
{
    public Hash32 Hash { get; } = Hash32.Of(Bytes);

    public override string ToString() => "SealedLetter(redacted)";
}

/// <summary>One message of a thread. Where <see cref="Problem"/> is set, what it says is not to be relied on.</summary>
internal sealed record Letter(Direction Direction, int Seq, Hash32 Hash, SignedObject<Message>? Message, DirectoryPerson? Signer, string? Problem)
{
    /// <summary>The source kept no copy: nothing is wrong, and nothing can be read.</summary>
    public const string NoCopy = "no-copy";

    public bool IsBroken => Problem is not null && !string.Equals(Problem, NoCopy, StringComparison.Ordinal);

    public override string ToString() => "Letter(redacted)";
}

/// <summary>What a thread is held against.</summary>
internal sealed record ThreadContext
{
    public required CaseId Case { get; init; }

    public required Hash32 Root { get; init; }

    /// <summary>The source's signing key.</summary>
    public required VerifyKey Source { get; init; }

    public required HybridIdentity Identity { get; init; }

    /// <summary>Directories that hold, newest last. Without any, what the team wrote cannot be checked.</summary>
    public required IReadOnlyList<VerifiedDirectory> Directories { get; init; }

    /// <summary>Whom the source left out: nothing that they sign is taken for the team's word.</summary>
    public IReadOnlyList<ReaderRef> Excluded { get; init; } = [];

    /// <summary>On the source's side, its own message may be one without a copy.</summary>
    public bool IsSource { get; init; }
}

/// <summary>
/// Opens and checks both directions of a thread (SPEC 5.3): numbering, the chain of <c>prev</c>, what each side claims
/// to have seen, and every signature. Nothing is dropped in silence: what does not hold stays, with its problem.
/// </summary>
internal static class CaseThread
{
    public static IReadOnlyList<Letter> Read(IReadOnlyList<SealedLetter> letters, ThreadContext context)
    {
        var source = Side(letters, Direction.Source);
        var team = Side(letters, Direction.Team);
        return Merge(
            [.. source.Select((l, i) => ReadOne(l, i, source, team, context))],
            [.. team.Select((l, i) => ReadOne(l, i, team, source, context))]);
    }

    /// <summary>The newest of one direction, for <c>prev</c> and <c>seen</c> of what is written next.</summary>
    public static Seen Newest(IReadOnlyList<SealedLetter> letters, Direction direction) =>
        Side(letters, direction) is [.., var last] ? new Seen(last.Seq, last.Hash) : Seen.Nothing;

    private static List<SealedLetter> Side(IReadOnlyList<SealedLetter> letters, Direction direction) =>
        [.. letters.Where(l => l.Direction == direction).OrderBy(l => l.Seq)];

    private static Letter ReadOne(
        SealedLetter letter, int index, List<SealedLetter> side, List<SealedLetter> other, ThreadContext context)
    {
        var opened = Message.Open(letter.Bytes, context.Identity);
        if (!opened.IsOk)
        {
            var isOwn = context.IsSource && letter.Direction == Direction.Source;
            return Bad(isOwn && string.Equals(opened.Code, "seal-not-for-you", StringComparison.Ordinal) ? Letter.NoCopy : opened.Code);
        }
        var message = opened.Value.Value;
        if (message.Case != context.Case || message.Direction != letter.Direction || message.Seq != letter.Seq)
            return Bad("message-misplaced");
        var signer = Signer(message, context);
        var problem = Signature(opened.Value, signer, context);
        if (problem is null && !IsChained(letter, message, index, side, other))
            problem = "chain-broken";
        return new Letter(letter.Direction, letter.Seq, letter.Hash, opened.Value, signer, problem);

        Letter Bad(string code) => new(letter.Direction, letter.Seq, letter.Hash, null, null, code);
    }

    private static bool IsChained(
        SealedLetter letter, Message message, int index, List<SealedLetter> side, List<SealedLetter> other)
    {
        var previous = index == 0 ? Hash32.Zero : side[index - 1].Hash;
        var seen = message.Seen.Seq == 0 ? Hash32.Zero : other.Find(o => o.Seq == message.Seen.Seq)?.Hash;
        return letter.Seq == index + 1 && message.Previous == previous && message.Seen.Hash == seen;
    }

    private static string? Signature(SignedObject<Message> signed, DirectoryPerson? signer, ThreadContext context)
    {
        if (signed.Value.Direction == Direction.Source)
            return signed.IsSignedBy(context.Source, context.Root) ? null : "signature-invalid";
        if (context.Directories.Count == 0)
            return "not-checked";
        if (signer is null || signer.Role is not ("lead" or "reviewer") || signed.Value.Day > signer.Until)
            return "signer-unknown";
        if (context.Excluded.Any(e => e.IsSameAs(signer.Reader)))
            return "signer-excluded";
        return signed.IsSignedBy(signer.Signing, context.Root) ? null : "signature-invalid";
    }

    /// <summary>The signer as the directory that the writer used lists them, else as the newest does.</summary>
    private static DirectoryPerson? Signer(Message message, ThreadContext context)
    {
        if (message.Direction == Direction.Source || !PersonId.TryParse(message.Signer, out var id))
            return null;
        var directory = context.Directories.FirstOrDefault(d => d.Hash == message.Directory) ?? (context.Directories is [.., var newest] ? newest : null);
        return directory?.Version.Person(id);
    }

    /// <summary>One order for both directions: what a side had seen comes before it; else by day, the source first.</summary>
    private static List<Letter> Merge(List<Letter> source, List<Letter> team)
    {
        var result = new List<Letter>();
        int i = 0, j = 0;
        while (i < source.Count && j < team.Count)
        {
            var (s, t) = (source[i], team[j]);
            var teamSawIt = (t.Message?.Value.Seen.Seq ?? 0) >= s.Seq;
            var sourceSawIt = (s.Message?.Value.Seen.Seq ?? 0) >= t.Seq;
            var isSourceFirst = teamSawIt || (!sourceSawIt && DayOf(s) <= DayOf(t));
            result.Add(isSourceFirst ? source[i++] : team[j++]);
        }
        return [.. result, .. source[i..], .. team[j..]];

        static int DayOf(Letter letter) => letter.Message?.Value.Day.Number ?? 0;
    }
}
