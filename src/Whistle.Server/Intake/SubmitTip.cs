using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Protocol.Tips;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// Takes a sealed tip and answers with a promise once all of it is on disk (SPEC 8). Idempotent by mailbox: the same
/// manifest again gives the same promise; another one under the same mailbox is refused.
/// </summary>
internal static class SubmitTip
{
    /// <summary>Everything that costs time and needs no lock: judged, promised and wrapped beside the writer.</summary>
    /// <param name="Tip">Form, hashes and signature.</param>
    /// <param name="IsBundle">It was sealed without a connection: its work is over no challenge (SPEC 8.5).</param>
    public sealed record Preparation(Parsed<TipBody> Tip, bool IsBundle = false) : IRequest<Outcome<Prepared>>, IFromSource, IQuery, IPrepared
    {
        public bool IsPrepared => true;

        public override string ToString() => "SubmitTip(redacted)";
    }

    /// <summary>
    /// A tip as it will be stored, or why it would be refused if it is new: whether it is, only the writer knows, and one
    /// that was taken before is answered whatever has expired since.
    /// </summary>
    public sealed record Prepared(
        TipManifest Manifest, MailboxId Mailbox, Hash32 ManifestHash, TipStore.Rows? Rows, DirectoryView? Directory, Refusal? Place, Refusal? Work)
    {
        public override string ToString() => "SubmitTip(redacted)";
    }

    public sealed record Command(Prepared Tip) : IRequest<Outcome<Answer>>, IFromSource, IPrepared
    {
        /// <summary>Attachments are taken through the model.</summary>
        public bool IsPrepared => Tip.Manifest.Attachments.Count == 0;

        public override string ToString() => "SubmitTip(redacted)";
    }

    public sealed record Answer(byte[] Promise, bool IsNew);

    internal sealed class PreparationValidator : AbstractValidator<Preparation>
    {
        public PreparationValidator() => RuleFor(c => c.Tip).Custom((tip, context) =>
        {
            if (tip.Code is { } code)
                context.AddFailure(new FluentValidation.Results.ValidationFailure("tip", code) { ErrorCode = code });
        });
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class PreparationHandler(
        WhistleDb db,
        TipStore store,
        KnownDirectories directories,
        Challenges challenges,
        ServerKeys keys,
        IOptions<WhistleOptions> options,
        TimeProvider clock)
        : IRequestHandler<Preparation, Outcome<Prepared>>
    {
        public async Task<Outcome<Prepared>> Handle(Preparation request, CancellationToken cancellationToken)
        {
            var tip = request.Tip.Require();
            var manifest = tip.Manifest;
            if (!options.Value.Origins.Contains(manifest.Origin, StringComparer.Ordinal))
                return Refusal.Bad("origin-unknown");

            var today = clock.Today();
            var directory = await directories.FindAsync(db, manifest.Directory, cancellationToken);
            var place = RefusePlace(manifest, directory, today);
            var work = request.IsBundle
                ? TipBundle.IsPaid(tip, options.Value.ProofOfWorkBits) ? null : Refusal.Bad("work-wrong")
                : challenges.Judge(tip.Work, tip.ManifestBytes.Span);
            // A bundle brings its object along: who cannot take it must know before the object is stored.
            if (request.IsBundle && place is null && !await directories.IsInForceAsync(db, directory!, manifest.Channel, clock.GetUtcNow(), cancellationToken))
                place = Refusal.Conflict("directory-superseded");
            TipStore.Rows? rows = null;
            if (place is null && work is null)
            {
                var policy = directory!.Channels[manifest.Channel].Policy;
                var includedBy = today.Plus(options.Value.InclusionDays);
                var promise = keys.SignAsLog(Promise.For(manifest, directory.Root, today, includedBy).ToNote()).ToBytes();
                rows = store.Prepare(tip, promise, new TipStore.Terms(
                    today, policy, policy.AcknowledgeBy(today), policy.FeedbackBy(today, acknowledged: null), includedBy));
            }
            return new Prepared(manifest, SourceKeys.IdOf(manifest.Mailbox), Hash32.Of(tip.ManifestBytes.Span), rows, directory, place, work);
        }

        private static Refusal? RefusePlace(TipManifest manifest, DirectoryView? directory, Day today)
        {
            if (directory is null)
                return Refusal.Conflict("directory-unknown");
            if (directory.Expires < today)
                return Refusal.Conflict("directory-expired");
            return directory.Channels.ContainsKey(manifest.Channel) ? null : Refusal.Bad("channel-unknown");
        }
    }

    internal sealed class Handler(WhistleDb db, TipStore store, KnownDirectories directories, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var tip = request.Tip;
            if (store.Find(tip.Mailbox) is { } earlier)
                return earlier.Manifest == tip.ManifestHash ? new Answer(earlier.Promise, false) : Refusal.Conflict("mailbox-taken");
            if (store.HasCase(tip.Manifest.Case))
                return Refusal.Conflict("mailbox-taken");
            if (tip.Place is { } misplaced)
                return misplaced;
            // One prepared statement; only where there is a newer version are the two compared.
            if (store.CurrentDirectory() != tip.Manifest.Directory
                && !await directories.IsInForceAsync(db, tip.Directory!, tip.Manifest.Channel, clock.GetUtcNow(), cancellationToken))
                return Refusal.Conflict("directory-superseded");
            if (tip.Work is { } unpaid)
                return unpaid;
            foreach (var announced in tip.Manifest.Attachments)
            {
                var upload = await db.Set<Upload>().Include(u => u.Parts).FirstOrDefaultAsync(u => u.Id == announced.Id, cancellationToken);
                if ((upload is null ? Refusal.Bad("attachment-unknown") : upload.Take(tip.Manifest.Case, announced, by: null)) is { } wrong)
                    return wrong;
            }
            store.Add(tip.Mailbox, tip.ManifestHash, tip.Rows!);
            return new Answer(tip.Rows!.Promise, true);
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/tips", async Task<IResult> (HttpRequest http, IMediator mediator, CancellationToken ct) =>
        {
            if (!string.Equals(http.ContentType, TipBody.MediaType, StringComparison.Ordinal))
                return Problem.Of(new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"));
            var body = await Bodies.ReadAsync(http, TipBody.MaxLength, ct);
            if (body is null)
                return Problem.Of(new Refusal(StatusCodes.Status413PayloadTooLarge, "too-large"));
            // Hashes, the signature and the proof of work are checked first, beside the writer and not in it.
            var prepared = await mediator.Send(new Preparation(TipBody.Parse(body)), ct);
            if (prepared.Refused(out var refused))
                return refused;
            var outcome = await mediator.Send(new Command(prepared.Value), ct);
            return outcome.Refused(out var problem)
                ? problem
                : TypedResults.Text(outcome.Value.Promise, "text/plain; charset=utf-8", outcome.Value.IsNew ? 201 : 200);
        })
        .WithMetadata(new BodyLimit(2 * TipBody.MaxLength))
        .Accepts<byte[]>(TipBody.MediaType).Produces<string>(200, "text/plain").Produces<string>(201, "text/plain")
        .WithName(nameof(SubmitTip)).Answers(400, 401, 409, 413, 415);
}
