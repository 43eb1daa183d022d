using System.Globalization;
using Whistle.Protocol;
using Whistle.Protocol.Cases;
using Whistle.Protocol.Documents;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;

namespace Whistle.Server.Demo;

/// <summary>A source of the demo: hands in one tip, and comes back with nothing but the words.</summary>
internal sealed class DemoSource(DemoWorld world, DemoCases.Tip tip) : IDisposable
{
    private Receipt? _receipt;

    public string Words => string.Join(' ', _receipt!.ToWords());

    private sealed record Challenged(byte[] Nonce, int Bits);

    private sealed record Session(string Token);

    private sealed record Letter(string Dir, int Seq, Hash32 Hash);

    private sealed record Mailbox(byte[] State, IReadOnlyList<Letter> Messages);

    /// <summary>Seals, uploads, works, sends, and checks the promise.</summary>
    public async Task<CaseId> SubmitAsync(ChannelId channel, IReadOnlyDictionary<string, PersonId> people, CancellationToken ct)
    {
        using var sealedTip = (await TipSealer.SealAsync(
            new TipRequest
            {
                Directory = world.Directory,
                Channel = channel,
                Origin = world.Origin,
                Today = world.Today,
                Lang = tip.Lang,
                Title = tip.Title,
                Text = tip.What,
                Answers = [.. tip.AllAnswers.Where(a => a.Question is not (Questionnaire.Title or Questionnaire.What))],
                Files = [.. tip.Files.Select(f => AttachmentFile.FromBytes(f.Name, f.Type, System.Text.Encoding.UTF8.GetBytes(f.Text)))],
                Excluded = [.. tip.Excluded.Select(key => people[key])],
                KeepsCopy = tip.Keep is "kept",
                Identity = tip.Who is { } who ? (who.Name, who.Contact) : null,
            },
            Randomness.System,
            ct)).Require();
        foreach (var upload in sealedTip.Manifest.Attachments)
            await UploadAsync(upload, sealedTip.Parts(), ct);

        var work = await WorkAsync(sealedTip.WorkSubject(), ct);
        var note = await world.Source.SendOctetsAsync(HttpMethod.Post, "tips", sealedTip.ToBody(work), TipBody.MediaType, ct);
        var promise = Promise.Verify(note, world.Directory.Version.Log).Require();
        if (!promise.IsFor(sealedTip.Manifest, world.Root))
            throw new InvalidOperationException("The promise is for another tip.");
        var entropy = sealedTip.Receipt.ExportEntropy();
        _receipt = Receipt.FromEntropy(entropy);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(entropy);
        return sealedTip.Manifest.Case;
    }

    /// <summary>Comes back, reads, and writes once more: with an answer to each question of the team's last message, where there are some.</summary>
    public async Task WriteAsync(string text, IReadOnlyList<string>? answers, CancellationToken ct)
    {
        using var keys = _receipt!.DeriveKeys();
        var token = await OpenAsync(keys, ct);
        var mailbox = await world.Source.GetAsync<Mailbox>("mailbox", ct, token);
        var state = SourceState.Open(mailbox.State, keys).Require();
        var mine = mailbox.Messages.Where(m => m.Dir is "source").MaxBy(m => m.Seq)!;
        var theirs = mailbox.Messages.Where(m => m.Dir is "team").MaxBy(m => m.Seq);
        if (theirs is not null)
            await world.Source.PostAsync("mailbox/seen", new { seq = theirs.Seq }, ct, token);

        var message = new Message
        {
            Case = state.Case,
            Direction = Direction.Source,
            Seq = mine.Seq + 1,
            Previous = mine.Hash,
            Seen = theirs is null ? Seen.Nothing : new Seen(theirs.Seq, theirs.Hash),
            Day = world.Today,
            Lang = tip.Lang,
            Signer = Sheet.Source,
            Directory = world.Directory.Hash,
            Body = answers is null
                ? new MessageBody(MessageBody.Plain, text, [])
                : new MessageBody(MessageBody.Plain, text, [.. answers.Select((a, i) => new Answer(string.Create(CultureInfo.InvariantCulture, $"{i + 1}"), [a]))]) { About = new Seen(theirs!.Seq, theirs.Hash) },
            Attachments = [],
        };
        var ciphertext = Message.Seal(
            message.Sign(keys.Signing, world.Root), state.Recipient, state.KeepsCopy ? keys.Reply.Recipient : null, Randomness.System).Require();
        await world.Source.PostAsync("mailbox/messages", new { seq = message.Seq, ciphertext, attachments = Array.Empty<AttachmentObject>() }, ct, token);
    }

    public void Dispose() => _receipt?.Dispose();

    private async Task<string> OpenAsync(SourceKeys keys, CancellationToken ct)
    {
        var nonce = (await world.Source.PostAsync<Challenged>("challenge", new { purpose = "mailbox" }, ct)).Nonce;
        var signature = keys.Mailbox.Sign(PossessionProofs.Mailbox(world.Origin, SourceKeys.IdOf(keys.Mailbox.Public), nonce));
        var session = await world.Source.PostAsync<Session>(
            "mailbox/session", new { mailbox = keys.Mailbox.Public.Bytes.ToArray(), nonce, signature }, ct);
        return session.Token;
    }

    private async Task UploadAsync(AttachmentObject upload, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken ct)
    {
        var work = await WorkAsync(upload.Id.ToBytes(), ct);
        await world.Source.PostAsync("uploads", new
        {
            id = upload.Id,
            size = upload.Size,
            nonce = work.Nonce.ToArray(),
            counter = work.Counter.ToString(CultureInfo.InvariantCulture),
        }, ct);
        for (var n = 0; n < parts.Count; n++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"uploads/{upload.Id}/parts/{n}");
            await world.Source.SendOctetsAsync(HttpMethod.Put, path, parts[n], "application/octet-stream", ct);
        }
    }

    private async Task<ProofOfWork> WorkAsync(byte[] subject, CancellationToken ct)
    {
        var challenge = await world.Source.PostAsync<Challenged>("challenge", new { purpose = "tip" }, ct);
        return await Task.Run(() => ProofOfWork.Solve(challenge.Nonce, subject, challenge.Bits, ct), ct);
    }
}
