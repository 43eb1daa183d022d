using System.Text;
using System.Text.Json.Nodes;
using Whistle.Cli.Cases;
using Whistle.Cli.Http;
using Whistle.Cli.Io;
using Whistle.Cli.Tips;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Log;

namespace Whistle.Cli.Logs;

/// <summary>What the public log says of a report whose mailbox was opened (SPEC 16), and what to keep of it.</summary>
internal sealed class MailboxLog
{
    /// <summary>As on the pages: an older cosignature says nothing about the log of today.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromDays(8);

    private readonly SourceLogFinding? _finding;
    private readonly Vouching _vouching;

    private MailboxLog(SourceLogFinding? finding, Vouching vouching) => (_finding, _vouching) = (finding, vouching);

    /// <summary>The code of what does not hold, or null.</summary>
    public string? Code => (_finding as SourceLogFinding.Broken)?.Code;

    /// <summary>Reads the log. Where it cannot be reached now, that is said and nothing else.</summary>
    public static async Task<MailboxLog> LookAsync(World world, SourceApi api, Mailbox mailbox, MirrorCopy? mirror, CancellationToken ct)
    {
        SourceLogFinding finding;
        try
        {
            finding = await SourceLog.LookAsync(Question(mailbox, world.Today), (path, token) => FetchAsync(api, path, token), mirror is null ? null : mirror.FetchAsync, ct);
        }
        catch (Stop stop) when (stop.ExitCode == Exit.NoNetwork)
        {
            return new(null, Vouching.ByTheOrganisation);
        }
        var version = mailbox.Directory.Version;
        var vouching = finding is SourceLogFinding.Logged logged
            ? await Vouching.ReadAsync(world, path: null, version.LogPolicy is null ? null : version.Witnesses, logged.Head.Note, version.Log, Fresh, ct)
            : Vouching.ByTheOrganisation;
        return new(finding, vouching);
    }

    /// <summary>The signed head that was seen, where the report is in the log.</summary>
    public SignedCheckpoint? Head => (_finding as SourceLogFinding.Logged)?.Head;

    /// <summary>Proof and copy: together they show anybody what was reported and that the server had it.</summary>
    public async Task SaveAsync(CaseFolder folder, Mailbox mailbox, CancellationToken ct)
    {
        if (_finding is SourceLogFinding.Logged { Existence: var existence, Content: var content })
        {
            await folder.WriteAsync("existence.tlog-proof", existence.ToBytes(), ct);
            await folder.WriteAsync("report.tlog-proof", new InclusionProof(content.Index, content.Hashes, content.Checkpoint, mailbox.Keys.ContentBlind).ToBytes(), ct);
        }
        if (mailbox.Letters.FirstOrDefault(l => l.Direction == Direction.Source && l.Seq == 1)?.Message is { } first)
            await folder.WriteAsync("report.json", first.Value.ToCopy(), ct);
    }

    /// <summary>Writes what shows the lie to others; nothing where there is none.</summary>
    public async Task WriteEvidenceAsync(Report report, string? path, CancellationToken ct)
    {
        if (_finding is not SourceLogFinding.Broken broken)
            return;
        if (path is null)
        {
            report.Say("With --evidence FILE what shows this to others is kept. It has the blind of your report, and never the words.");
            return;
        }
        await Files.WriteNewAsync(path, Encoding.UTF8.GetBytes(broken.Evidence), "--evidence", ct);
        report.Say("The evidence was written. Show it to somebody outside whom you trust; your words are not in it.");
    }

    public void Show(Report report)
    {
        switch (_finding)
        {
            case null:
                report.Line("The public log could not be read just now.");
                break;
            case SourceLogFinding.Waiting waiting:
                report.Line($"The server has promised to enter it in its public log by {waiting.By}.");
                break;
            case SourceLogFinding.Logged logged:
                report.Line($"It is in the public log, as entry {logged.Content.Index} of {logged.Head.Checkpoint.Size}; this was checked here.");
                if (logged.Done.Count > 0)
                    report.Line($"The log also shows that it was: {string.Join(", ", logged.Done.Select(Did))}.");
                report.Line(_vouching.Sentence());
                if (logged.Mirror != MirrorAnswer.NotAsked)
                    report.Line(logged.Mirror == MirrorAnswer.Same ? "The copy that others keep shows the same log." : "The copy that others keep could not be compared just now.");
                break;
            case SourceLogFinding.Broken broken:
                report.Line("THE LOG DOES NOT AGREE WITH WHAT THE SERVER TOLD YOU: " + Sentences.Of(broken.Code, []));
                break;
        }
    }

    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["finding"] = _finding switch
            {
                null => "unread",
                SourceLogFinding.Waiting => "waiting",
                SourceLogFinding.Logged => "logged",
                _ => "broken",
            },
        };
        switch (_finding)
        {
            case SourceLogFinding.Waiting waiting:
                json["by"] = waiting.By.ToString();
                break;
            case SourceLogFinding.Logged logged:
                json["index"] = logged.Content.Index;
                json["size"] = logged.Head.Checkpoint.Size;
                json["treeRoot"] = logged.Head.Checkpoint.Root.ToString();
                json["done"] = new JsonArray([.. logged.Done.Select(d => (JsonNode)d)]);
                _vouching.AddTo(json);
                if (logged.Mirror != MirrorAnswer.NotAsked)
                    json["mirror"] = logged.Mirror == MirrorAnswer.Same ? "same" : "unread";
                break;
            case SourceLogFinding.Broken broken:
                json["code"] = broken.Code;
                break;
        }
        return json;
    }

    private static string Did(string what) => what switch
    {
        "acknowledged" => "acknowledged",
        "feedback" => "answered with the outcome",
        _ => "closed",
    };

    private static SourceLogQuestion Question(Mailbox mailbox, Day today)
    {
        var about = mailbox.Answer.Case;
        var done = new List<(string, Day)>();
        if (about.Acknowledged is { } acknowledged)
            done.Add(("acknowledged", acknowledged));
        if (about.Feedback is { } feedback)
            done.Add(("feedback", feedback));
        if (about.Closed is { } closed)
            done.Add(("closed", closed));
        return new()
        {
            Promise = mailbox.Promise,
            PromiseNote = mailbox.Answer.Promise,
            Proofs = mailbox.Answer.Proofs.GroupBy(p => p.Leaf).ToDictionary(g => g.Key, g => g.First().Proof),
            Log = mailbox.Directory.Version.Log,
            ContentBlind = mailbox.Keys.ContentBlind,
            Acts = [.. mailbox.Answer.Messages.Where(m => AnswerFile.Is(m.Dir, "team")).Select(m => (m.Seq, m.Day))],
            Done = done,
            Today = today,
        };
    }

    /// <summary>What is not there is missing, and no mere refusal; a server or a proxy in trouble is one, as no connection is.</summary>
    private static async Task<byte[]> FetchAsync(SourceApi api, string path, CancellationToken ct)
    {
        try
        {
            return await api.LogAsync(path, ct);
        }
        catch (Stop stop) when (stop.ExitCode != Exit.NoNetwork)
        {
            return stop.Code is "not-found" or "http-404" ? [] : throw Stop.NoNetwork("no-network");
        }
    }
}
