using System.CommandLine;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Directories;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;

namespace Whistle.Cli.Tips;

/// <summary>
/// A mailbox that was opened with twelve words, everything in it checked (DESIGN 8, Return). Holds keys and a bearer
/// token in memory only: dispose of it.
/// </summary>
internal sealed class Mailbox : IDisposable
{
    private Mailbox(
        SourceKeys keys, string token, MailboxAnswer answer, SourceState state, VerifiedDirectory directory, Promise promise,
        IReadOnlyList<VerifiedDirectory> earlier)
    {
        Keys = keys;
        Token = token;
        Answer = answer;
        State = state;
        Directory = directory;
        Promise = promise;
        IReadOnlyList<VerifiedDirectory> known = [.. earlier, directory];
        Purged = PurgedBy(answer.Purges, state, known);
        Sealed = [.. answer.Messages.Select(m => new SealedLetter(
            DirectionOf(m.Dir), m.Seq, m.Bytes(), m is { Dir: "source", Seq: > 1 } && Purged.Contains(m.Hash) ? m.Hash : null))];
        Letters = CaseThread.Read(Sealed, new ThreadContext
        {
            Case = state.Case,
            Root = state.Root,
            Source = keys.Signing.Public,
            Identity = keys.Reply,
            Directories = known,
            Excluded = state.Excluded,
            LacksCopies = !state.KeepsCopy,
        });
    }

    public SourceKeys Keys { get; }

    public string Token { get; }

    public MailboxAnswer Answer { get; }

    public SourceState State { get; }

    /// <summary>Under the root that the state pins; it may have expired, for reading.</summary>
    public VerifiedDirectory Directory { get; }

    public Promise Promise { get; }

    public IReadOnlyList<SealedLetter> Sealed { get; }

    public IReadOnlyList<Letter> Letters { get; }

    /// <summary>What two people of the team signed to have deleted: hashes of messages and of objects of files.</summary>
    public IReadOnlySet<Hash32> Purged { get; }

    /// <summary>From words to the checked thread. Nothing is sent before the words themselves hold.</summary>
    public static async Task<Mailbox> OpenAsync(SourceApi api, Receipt receipt, Hash32? pinned, CancellationToken ct)
    {
        var keys = receipt.DeriveKeys();
        try
        {
            var token = await SignInAsync(api, keys, ct);
            return await CheckAsync(api, keys, token, await api.MailboxAsync(token, ct), pinned, ct);
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>Proves the words' possession; a bearer token.</summary>
    public static async Task<string> SignInAsync(SourceApi api, SourceKeys keys, CancellationToken ct)
    {
        var nonce = (await api.ChallengeAsync("mailbox", ct)).NonceBytes();
        var proof = keys.Mailbox.Sign(PossessionProofs.Mailbox(api.Origin, keys.MailboxId, nonce));
        return (await api.SessionAsync(keys.Mailbox.Public.ToString(), nonce, proof, ct)).Token;
    }

    private static async Task<Mailbox> CheckAsync(
        SourceApi api, SourceKeys keys, string token, MailboxAnswer answer, Hash32? pinned, CancellationToken ct)
    {
        if (!StrictBase64Url.TryDecode(answer.State, out var stateBytes))
            throw Stop.NotVerified("state-damaged");
        var opened = SourceState.Open(stateBytes, keys);
        if (!opened.IsOk)
            throw Stop.NotVerified(opened.Code);
        var state = opened.Value;
        if (pinned is not null && pinned != state.Root)
            throw Stop.NotVerified("directory-root-mismatch");

        // Expiry and origin are for sealing to new people; signatures under the pinned root are for reading.
        var directory = VerifiedDirectory.VerifySignatures(await api.DirectoryAsync(ct), state.Root);
        if (!directory.IsOk)
            throw Stop.NotVerified(directory.Code);
        var version = directory.Value.Version.Version;
        if (version < state.Version || (version == state.Version && directory.Value.Hash != state.Directory))
            throw Stop.NotVerified("directory-rolled-back");

        if (answer.Case.Id != state.Case || answer.Case.Channel != state.Channel)
            throw Stop.NotVerified("state-differs");
        var earlier = await EarlierAsync(api, keys, answer, state, directory.Value, ct);
        // The key that signed it is the log key of the day it was given, which may be another by now.
        var then = earlier.FirstOrDefault(d => d.Hash == state.Directory) ?? directory.Value;
        var promise = Promise.Verify(System.Text.Encoding.UTF8.GetBytes(answer.Promise), then.Version.Log);
        if (!promise.IsOk)
            throw Stop.NotVerified(promise.Code);
        var mailbox = new Mailbox(keys, token, answer, state, directory.Value, promise.Value, earlier);
        return mailbox.IsPromised(stateBytes) ? mailbox : throw Stop.NotVerified("promise-differs");
    }

    /// <summary>
    /// The versions, other than the current one, that the state and the answers name: below it, signed under the same
    /// root. Their keys are those of the day: a log key or a signing key may have been replaced since, and a signer may
    /// have left. One that the server does not have, or that does not hold, is left out; what names it is then held
    /// against the current one.
    /// </summary>
    private static async Task<IReadOnlyList<VerifiedDirectory>> EarlierAsync(
        SourceApi api, SourceKeys keys, MailboxAnswer answer, SourceState state, VerifiedDirectory current, CancellationToken ct)
    {
        var named = answer.Messages.Where(m => DirectionOf(m.Dir) == Direction.Team)
            .Select(m => Message.Open(m.Bytes(), keys.Reply)).Where(m => m.IsOk).Select(m => m.Require().Value.Directory);
        var found = new List<VerifiedDirectory>();
        var purges = answer.Purges.Select(p => Tombstone.Parse(p.Proposal, p.Approval)).Where(t => t.IsOk).Select(t => t.Require().Purge.Directory);
        foreach (var hash in named.Concat(purges).Prepend(state.Directory).Where(h => h != current.Hash).Distinct())
        {
            try
            {
                var directory = VerifiedDirectory.VerifySignatures(await api.DirectoryAsync(hash, ct), state.Root);
                if (directory.IsOk && directory.Value.Hash == hash && directory.Value.Version.Version < current.Version.Version)
                    found.Add(directory.Value);
            }
            catch (Stop stop) when (AnswerFile.Is(stop.Code, "not-found"))
            {
                continue; // What names it is held against the current version.
            }
        }
        return found;
    }

    /// <summary>What does not hold deletes nothing: the message is then missing, and is told as such.</summary>
    private static HashSet<Hash32> PurgedBy(IReadOnlyList<MailboxPurge> purges, SourceState state, IReadOnlyList<VerifiedDirectory> known) =>
        [.. purges.Select(p => Tombstone.Parse(p.Proposal, p.Approval)).Where(t => t.IsOk).Select(t => t.Require())
            .Where(t => known.FirstOrDefault(d => d.Hash == t.Purge.Directory) is { } then && t.Refuse(state.Case, then, state.Version, state.Excluded) is null)
            .Select(t => t.Purge.Target)];

    /// <summary>
    /// The promise is about this state, this first message, these blinds and, where a copy was kept, this very content.
    /// </summary>
    private bool IsPromised(byte[] state)
    {
        var first = Sealed.FirstOrDefault(l => l.Direction == Direction.Source && l.Seq == 1);
        var opened = Letters.FirstOrDefault(l => l.Direction == Direction.Source && l.Seq == 1)?.Message;
        return Promise.Case == State.Case && Promise.Root == State.Root && Promise.Directory == State.Directory
            && Promise.State == Hash32.Of(state)
            && Promise.Existence == Leaves.Existence(Keys.ExistenceBlind.Span)
            && first is not null && Promise.Message == first.Hash
            && (opened is null || Promise.Content == Leaves.Content(Keys.ContentBlind.Span, opened.Value.ToCopy()));
    }

    /// <summary>Whether a letter of the team whose signature holds was written on that day.</summary>
    public bool IsVouched(Day day) =>
        Letters.Any(l => l.Direction == Direction.Team && l.Problem is null && l.Message?.Value.Day == day);

    public void Dispose() => Keys.Dispose();

    public override string ToString() => "Mailbox(redacted)";

    private static Direction DirectionOf(string dir) => dir switch
    {
        "source" => Direction.Source,
        "team" => Direction.Team,
        _ => throw Stop.NotVerified("answer-malformed"),
    };
}

/// <summary>Where the twelve words come from, for every command that needs them.</summary>
internal static class WordsOption
{
    public static Option<string?> New() => new("--words")
    {
        HelpName = "FILE|-",
        Description = "Read the twelve words from a file or from standard input. Without it they are asked for on the terminal and not shown.",
    };
}
