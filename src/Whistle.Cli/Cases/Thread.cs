using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;

namespace Whistle.Cli.Cases;

/// <summary>One message as it came, before anything about it is believed.</summary>
/// <param name="Purged">The hash of one that two people had deleted, as their tombstone names it.</param>
internal sealed record SealedLetter(Direction Direction, int Seq, byte[] Bytes, Hash32? Purged = null)
{
    public Hash32 Hash { get; } = Purged ?? Hash32.Of(Bytes);

    public override string ToString() => "SealedLetter(redacted)";
}

/// <summary>One message of a thread. Where <see cref="Problem"/> is set, what it says is not to be relied on.</summary>
internal sealed record Letter(Direction Direction, int Seq, Hash32 Hash, SignedObject<Message>? Message, DirectoryPerson? Signer, string? Problem)
{
    /// <summary>The source kept no copy: nothing is wrong, and nothing can be read.</summary>
    public const string NoCopy = "no-copy";

    /// <summary>Two people of the team had it deleted, and signed for it (SPEC 12.2).</summary>
    public const string Purged = "purged";

    public bool IsBroken => Problem is not (null or NoCopy or Purged);

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

    /// <summary>
    /// For a source that keeps no copy: its own messages do not open. One that should and does not was not written by it.
    /// </summary>
    public bool LacksCopies { get; init; }
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
        var chain = Chain(letters);
        return Merge([.. source.Select((l, i) => ReadOne(l, i + 1, chain, context))], [.. team.Select((l, i) => ReadOne(l, i + 1, chain, context))]);
    }

    /// <summary>The newest of one direction, for <c>prev</c> and <c>seen</c> of what is written next.</summary>
    public static Seen Newest(IReadOnlyList<SealedLetter> letters, Direction direction) =>
        Chain(letters).Newest(direction);

    private static ThreadChain Chain(IEnumerable<SealedLetter> letters) =>
        new(letters.Select(l => new ThreadLink(l.Direction, l.Seq, l.Hash)));

    private static List<SealedLetter> Side(IReadOnlyList<SealedLetter> letters, Direction direction) =>
        [.. letters.Where(l => l.Direction == direction).OrderBy(l => l.Seq)];

    /// <param name="letter">The letter.</param>
    /// <param name="place">Where it stands among those of its side: one that was deleted says nothing of the one before it, which may be withheld.</param>
    /// <param name="chain">All letters.</param>
    /// <param name="context">What they are held against.</param>
    private static Letter ReadOne(SealedLetter letter, int place, ThreadChain chain, ThreadContext context)
    {
        if (letter.Purged is not null)
            return Bad(letter.Seq == place ? Letter.Purged : "chain-broken");
        var opened = Message.Open(letter.Bytes, context.Identity);
        if (!opened.IsOk)
        {
            var isOwn = context.LacksCopies && letter.Direction == Direction.Source;
            return Bad(isOwn && string.Equals(opened.Code, "seal-not-for-you", StringComparison.Ordinal) ? Letter.NoCopy : opened.Code);
        }
        var message = opened.Value.Value;
        if (message.Case != context.Case || message.Direction != letter.Direction || message.Seq != letter.Seq)
            return Bad("message-misplaced");
        var signer = message.Direction == Direction.Team ? TeamSignature.Signer(context, message.Signer, message.Directory) : null;
        var problem = Signature(opened.Value, signer, context) ?? chain.Refuse(message, letter.Hash);
        return new Letter(letter.Direction, letter.Seq, letter.Hash, opened.Value, signer, problem);

        Letter Bad(string code) => new(letter.Direction, letter.Seq, letter.Hash, null, null, code);
    }

    private static string? Signature(SignedObject<Message> signed, DirectoryPerson? signer, ThreadContext context) =>
        signed.Value.Direction == Direction.Team
            ? TeamSignature.Refuse(signed, signed.Value.Day, signer, context)
            : signed.IsSignedBy(context.Source, context.Root) ? null : "signature-invalid";

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
