using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Whistle.Protocol;
using Whistle.Protocol.Age;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Summaries;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Demo;

/// <summary>
/// The desk of one reader, lead or approver: tries blobs, claims, answers. <paramref name="wait"/> lets time pass until the
/// next batch.
/// </summary>
internal sealed class DemoDesk(DemoWorld world, DemoMember me, Func<CancellationToken, Task> wait) : IDisposable
{
    private const int MostWaits = 200;
    private readonly Dictionary<ChannelId, ulong> _positions = [];
    private readonly Dictionary<CaseId, byte[]> _blobs = [];
    private readonly Dictionary<CaseId, TipReader> _open = [];

    private HybridIdentity Identity => me.Keys!.Identity;

    private SigningKey Signing => me.Keys!.Signing;

    private sealed record SealedNote(NoteId Id, byte[] Ciphertext);

    private sealed record Challenged(byte[] Nonce);

    private sealed record CaseState(string State, int Version);

    private sealed record SealedLetter(string Dir, int Seq, Hash32 Hash, byte[] Ciphertext);

    private sealed record CaseView(CaseState Case, byte[] Sheet, IReadOnlyList<SealedLetter> Messages, Hash32? Content);

    private sealed record Approval(ProposalId Id, string Kind, string Proposal, byte[] Ciphertext, string State);

    private sealed record Approvals(IReadOnlyList<Approval> Items);

    /// <summary>Finds the case among the channel's blobs and opens it, having declared no conflict.</summary>
    public async Task ClaimAsync(ChannelId channel, CaseId id, CancellationToken ct)
    {
        var http = await me.HttpAsync(ct);
        for (var tries = 0; !_blobs.ContainsKey(id); tries++)
        {
            if (tries > 0)
                await WaitAsync(tries, ct);
            await ReadStreamAsync(http, channel, ct);
        }
        using var blob = StreamBlob.Open(_blobs[id], Identity).Require();
        var nonce = (await http.PostAsync<Challenged>("challenge", new { }, ct)).Nonce;
        await http.PostAsync($"cases/{id}/claim", new
        {
            nonce,
            signature = blob.Key.Access.Sign(PossessionProofs.Claim(world.Origin, id, Signing.Public, nonce)),
        }, ct);
        var first = (await http.GetAsync<CaseView>($"cases/{id}", ct)).Messages.Single(m => m is { Dir: "source", Seq: 1 });
        _open[id] = TipReader.Open(_blobs[id], first.Ciphertext, Identity, world.Root).Require();
    }

    public async Task LabelAsync(ChannelId channel, CaseId id, DemoCases.Tip tip, CancellationToken ct)
    {
        var (http, view, reader) = await SeeAsync(id, ct);
        var current = Sheet.Open(view.Sheet, reader.Key.Identity).Require().Value;
        var next = current with
        {
            Version = current.Version + 1,
            Channel = channel,
            Directory = world.Directory.Hash,
            Day = world.Today,
            Category = tip.Category,
            Severity = tip.Severity,
            Author = me.Id.ToString(),
        };
        await http.PutAsync($"cases/{id}/sheet", new
        {
            version = next.Version,
            ciphertext = Sheet.Seal(next.Sign(Signing, world.Root), reader.Key.Recipient, Randomness.System).Require(),
        }, ct);
    }

    /// <summary>Reads up to the source's <paramref name="letters"/>-th message, and answers.</summary>
    public async Task WriteAsync(
        CaseId id, string text, IReadOnlyList<DemoCases.Question>? questions, string lang, string? counts, int letters, CancellationToken ct)
    {
        var (http, view, reader) = await SeeAsync(id, ct, letters);
        var (seq, ciphertext) = Letter(id, view, reader, lang, new MessageBody(
            MessageBody.Plain, text, counts is "acknowledgement" ? [new Answer("content", [reader.ContentLeaf() == view.Content ? "match" : "mismatch"])] : [])
        {
            Questions = [.. (questions ?? []).Select(q => new AskedQuestion(q.Type, q.Label, q.Options ?? []))],
        });
        await http.PostAsync($"cases/{id}/messages", new
        {
            version = view.Case.Version,
            seq,
            ciphertext,
            attachments = Array.Empty<AttachmentObject>(),
            counts = counts ?? "none",
            leaves = LeavesOf(reader, seq, counts),
        }, ct);
    }

    /// <summary>Tells the source, and asks a custodian for its name.</summary>
    public async Task AskAsync(CaseId id, PersonId custodian, DemoCases.NameAsked ask, string lang, int letters, CancellationToken ct)
    {
        var (http, view, reader) = await SeeAsync(id, ct, letters);
        var (seq, message) = Letter(id, view, reader, lang, new MessageBody(MessageBody.Plain, ask.Tell, [new Answer("identity", ["asked"])]));
        var person = world.Directory.Version.Person(custodian)!;
        var request = new IdentityRequest
        {
            Request = RequestId.New(Randomness.System),
            Case = id,
            Recipient = reader.Key.Recipient,
            Access = reader.Key.Access.Public,
            Directory = world.Directory.Hash,
            From = me.Id,
            Day = world.Today,
            To = [person.Reader],
            Reason = ask.Reason,
            Told = new ToldSource(seq, Hash32.Of(message), ask.Tell),
        };
        await http.PostAsync($"cases/{id}/identities", new
        {
            id = request.Request,
            to = new[] { custodian },
            ciphertext = IdentityRequest.Seal(request.Sign(Signing, world.Root), [person.Recipient], Randomness.System).Require(),
            letter = new { seq, message, leaf = Leaves.Act(reader.Introduction.ContentBlind.Span, seq) },
        }, ct);
    }

    private (int Seq, byte[] Ciphertext) Letter(CaseId id, CaseView view, TipReader reader, string lang, MessageBody body)
    {
        var theirs = view.Messages.Where(m => m.Dir is "source").MaxBy(m => m.Seq)!;
        var ours = view.Messages.Where(m => m.Dir is "team").MaxBy(m => m.Seq);
        var message = new Message
        {
            Case = id,
            Direction = Direction.Team,
            Seq = (ours?.Seq ?? 0) + 1,
            Previous = ours?.Hash ?? Hash32.Zero,
            Seen = new Seen(theirs.Seq, theirs.Hash),
            Day = world.Today,
            Lang = lang,
            Signer = me.Id.ToString(),
            Directory = world.Directory.Hash,
            Body = body,
            Attachments = [],
        };
        return (message.Seq, Message.Seal(message.Sign(Signing, world.Root), reader.Key.Recipient, reader.Introduction.Reply, Randomness.System).Require());
    }

    public async Task NoteAsync(CaseId id, string text, NoteRecord? record, CancellationToken ct)
    {
        var (http, _, reader) = await SeeAsync(id, ct);
        await http.PostAsync($"cases/{id}/notes", NoteOf(id, text, reader, record), ct);
    }

    private SealedNote NoteOf(CaseId id, string text, TipReader reader, NoteRecord? record = null)
    {
        var note = new Note
        {
            Case = id,
            Id = NoteId.New(Randomness.System),
            Author = me.Id,
            Day = world.Today,
            Text = text,
            Mentions = [],
            Record = record,
        };
        return new(note.Id, Note.Seal(note.Sign(Signing, world.Root), reader.Key.Recipient, Randomness.System).Require());
    }

    /// <param name="to">The state.</param>
    /// <param name="why">Goes along where a case is reopened; a closing has it in its proposal.</param>
    /// <param name="letters">What the source had written by then.</param>
    public async Task MoveAsync(CaseId id, string to, string? why, int letters, CancellationToken ct)
    {
        var (http, view, reader) = await SeeAsync(id, ct, letters);
        Hash32? Leaf(string what) => to is "closed" ? DoneLeaf(reader, what) : null;
        var reason = to is "reopened" ? NoteOf(id, why!, reader) : null;
        await http.PutAsync($"cases/{id}/state", new { version = view.Case.Version, to, leaf = Leaf("closed"), deletion = Leaf("deleted"), retention = to is "closed" ? "standard" : null, reason }, ct);
    }

    public async Task ProposeClosingAsync(CaseId id, DemoCases.Act act, PersonId approver, CancellationToken ct)
    {
        var (http, _, reader) = await SeeAsync(id, ct);
        var text = new ClosingText { Closing = ProposalId.New(Randomness.System), Case = id, Outcome = act.Outcome!, Retention = "standard", Lang = "en", Text = act.Why! };
        var recipient = world.Directory.Version.Person(approver)!.Recipient;
        var proposal = new FourEyesProposal(FourEyesKind.Closing, text.Closing, id, text.Hash, me.Id).Sign(Signing, world.Root);
        await http.PostAsync($"cases/{id}/closings", new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = text.Seal(reader.Key.Recipient, [recipient], Randomness.System).Require(),
            approvers = new[] { approver },
        }, ct);
    }

    public async Task AssignAsync(CaseId id, PersonId to, CancellationToken ct)
    {
        var (http, view, _) = await SeeAsync(id, ct);
        await http.PutAsync($"cases/{id}/assignee", new { version = view.Case.Version, person = to }, ct);
    }

    public async Task ProposeAsync(CaseId id, ChannelId channel, DemoCases.Tip tip, PersonId approver, CancellationToken ct)
    {
        var (http, _, reader) = await SeeAsync(id, ct);
        var date = world.Today.ToDate();
        var released = new ReleasedText
        {
            Summary = ProposalId.New(Randomness.System),
            Channel = channel,
            Category = tip.Category,
            Severity = tip.Severity,
            Outcome = tip.Summary!.Outcome,
            Quarter = string.Create(CultureInfo.InvariantCulture, $"{date.Year:0000}-Q{(date.Month + 2) / 3}"),
            Lang = "en",
            Title = tip.Summary.Title,
            Text = tip.Summary.Text,
        };
        var recipient = world.Directory.Version.Person(approver)!.Recipient;
        var proposal = new FourEyesProposal(FourEyesKind.Summary, released.Summary, id, released.Hash, me.Id).Sign(Signing, world.Root);
        await http.PostAsync($"cases/{id}/summaries", new
        {
            proposal = Encoding.UTF8.GetString(proposal.ToBytes()),
            ciphertext = released.Seal(reader.Key.Recipient, [recipient], Randomness.System).Require(),
            approvers = new[] { approver },
        }, ct);
    }

    /// <summary>Reads and approves everything that waits for this person.</summary>
    public async Task ApproveAsync(CancellationToken ct)
    {
        var http = await me.HttpAsync(ct);
        foreach (var item in (await http.GetAsync<Approvals>("approvals", ct)).Items.Where(i => i.State is "proposed"))
        {
            var kind = item.Kind is "closing" ? FourEyesKind.Closing : FourEyesKind.Summary;
            var released = kind == FourEyesKind.Closing ? null : ReleasedText.Open(item.Ciphertext, Identity).Require();
            var proposal = FourEyesProposal.Parse(Encoding.UTF8.GetBytes(item.Proposal), kind).Require();
            var approval = FourEyesApproval.Of(proposal, me.Id).Sign(Signing, world.Root);
            await http.PostAsync($"approvals/{item.Id}/approve", new
            {
                approval = Encoding.UTF8.GetString(approval.ToBytes()),
                released = released is null ? null : Encoding.UTF8.GetString(released.ToBytes()),
            }, ct);
        }
    }

    /// <summary>What the team's n-th message leaves in the log, and what it counts as.</summary>
    private List<Hash32> LeavesOf(TipReader reader, int n, string? counts)
    {
        List<Hash32> leaves = [Leaves.Act(reader.Introduction.ContentBlind.Span, n)];
        if (counts is not null)
            leaves.Add(DoneLeaf(reader, counts is "feedback" ? "feedback" : "acknowledged"));
        return leaves;
    }

    private Hash32 DoneLeaf(TipReader reader, string what) =>
        Leaves.Done(reader.Introduction.ContentBlind.Span, what, reader.ContentLeaf(), world.Today);

    public void Dispose()
    {
        foreach (var reader in _open.Values)
            reader.Dispose();
    }

    /// <summary>The case with at least so many messages of the source, marked as read.</summary>
    private async Task<(DemoHttp Http, CaseView View, TipReader Reader)> SeeAsync(CaseId id, CancellationToken ct, int letters = 1)
    {
        var http = await me.HttpAsync(ct);
        for (var tries = 1; ; tries++)
        {
            var view = await http.GetAsync<CaseView>($"cases/{id}", ct);
            var last = view.Messages.Where(m => m.Dir is "source").Max(m => m.Seq);
            if (last >= letters)
            {
                await http.PostAsync($"cases/{id}/seen", new { seq = last }, ct);
                return (http, view, _open[id]);
            }
            await WaitAsync(tries, ct);
        }
    }

    private async Task WaitAsync(int tries, CancellationToken ct)
    {
        if (tries > MostWaits)
            throw new InvalidOperationException("No batch brought what was sent.");
        await wait(ct);
    }

    private async Task ReadStreamAsync(DemoHttp http, ChannelId channel, CancellationToken ct)
    {
        while (true)
        {
            var after = _positions.GetValueOrDefault(channel);
            var bytes = await http.GetBytesAsync(string.Create(CultureInfo.InvariantCulture, $"channels/{channel}/stream?after={after}"), ct);
            var count = BinaryPrimitives.ReadUInt32BigEndian(bytes);
            var rest = bytes.AsMemory(sizeof(uint));
            for (var i = 0; i < count; i++)
            {
                _positions[channel] = BinaryPrimitives.ReadUInt64BigEndian(rest.Span);
                var blob = rest.Slice(sizeof(ulong), WireLengths.Blob);
                Try(blob);
                rest = rest[(sizeof(ulong) + WireLengths.Blob)..];
            }
            if (count == 0)
                return;
        }
    }

    private void Try(ReadOnlyMemory<byte> blob)
    {
        var opened = StreamBlob.Open(blob.Span, Identity);
        if (!opened.IsOk)
            return; // Somebody else's, or a decoy: the desk cannot tell, and neither can the demo.
        using var key = opened.Value;
        _blobs[key.Key.Id] = blob.ToArray();
    }
}
