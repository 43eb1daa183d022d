using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Protocol.Keys;
using Whistle.Server.Cases;
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
    /// <param name="Tip">The parsed body, or why it is none.</param>
    /// <param name="Work">What is wrong with the proof of work, or nothing: judged beside the writer, heeded for new tips only.</param>
    public sealed record Command(Parsed<TipBody> Tip, Refusal? Work) : IRequest<Outcome<Answer>>, IFromSource
    {
        public override string ToString() => "SubmitTip(redacted)";
    }

    public sealed record Answer(byte[] Promise, bool IsNew);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator() => RuleFor(c => c.Tip).Custom((tip, context) =>
        {
            if (tip.Code is { } code)
                context.AddFailure(new FluentValidation.Results.ValidationFailure("tip", code) { ErrorCode = code });
        });
    }

    internal sealed class Handler(
        WhistleDb db,
        TipStore store,
        KnownDirectories directories,
        ServerKeys keys,
        IOptions<WhistleOptions> options,
        TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var tip = request.Tip.Require();
            var manifest = tip.Manifest;
            var today = clock.Today();
            if (!options.Value.Origins.Contains(manifest.Origin, StringComparer.Ordinal))
                return Refusal.Bad("origin-unknown");

            var mailbox = SourceKeys.IdOf(manifest.Mailbox);
            var manifestHash = Hash32.Of(tip.ManifestBytes.Span);
            if (store.Find(mailbox) is { } earlier)
                return earlier.Manifest == manifestHash ? new Answer(earlier.Promise, false) : Refusal.Conflict("mailbox-taken");
            if (store.HasCase(manifest.Case))
                return Refusal.Conflict("mailbox-taken");

            var directory = await directories.FindAsync(db, manifest.Directory, cancellationToken);
            if (directory is null)
                return Refusal.Conflict("directory-unknown");
            if (directory.Expires < today)
                return Refusal.Conflict("directory-expired");
            if (!directory.Channels.TryGetValue(manifest.Channel, out var channel))
                return Refusal.Bad("channel-unknown");
            foreach (var announced in manifest.Attachments)
            {
                var upload = await db.Set<Upload>().Include(u => u.Parts).FirstOrDefaultAsync(u => u.Id == announced.Id, cancellationToken);
                if ((upload is null ? Refusal.Bad("attachment-unknown") : upload.Take(manifest.Case, announced, by: null)) is { } refusal)
                    return refusal;
            }
            if (request.Work is { } fault)
                return fault;

            var promise = Promise.For(manifest, directory.Root, today, today.Plus(options.Value.InclusionDays)).Sign(keys.LogName, keys.Log);
            var acknowledgeBy = Deadlines.AcknowledgeBy(today);
            store.Add(tip, mailbox, manifestHash, promise, new TipStore.Terms(
                today, channel.Policy, acknowledgeBy, Deadlines.FeedbackBy(channel.Policy, acknowledgeBy, acknowledged: null)));
            return new Answer(promise, true);
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/tips", async Task<IResult> (HttpRequest http, IMediator mediator, Challenges challenges, CancellationToken ct) =>
        {
            if (!string.Equals(http.ContentType, TipBody.MediaType, StringComparison.Ordinal))
                return Problem.Of(new Refusal(StatusCodes.Status415UnsupportedMediaType, "content-type"));
            var body = await Bodies.ReadAsync(http, TipBody.MaxLength, ct);
            if (body is null)
                return Problem.Of(new Refusal(StatusCodes.Status413PayloadTooLarge, "too-large"));
            // Hashes, the signature and the proof of work are checked here, beside the writer and not in it.
            var tip = TipBody.Parse(body);
            var work = tip.Code is null ? challenges.Judge(tip.Require().Work, tip.Require().ManifestBytes.Span) : null;
            var outcome = await mediator.Send(new Command(tip, work), ct);
            return outcome.Refused(out var problem)
                ? problem
                : TypedResults.Text(outcome.Value.Promise, "text/plain; charset=utf-8", outcome.Value.IsNew ? 201 : 200);
        })
        .WithMetadata(new BodyLimit(TipBody.MaxLength))
        .Accepts<byte[]>(TipBody.MediaType).Produces<string>(200, "text/plain").Produces<string>(201, "text/plain")
        .WithName(nameof(SubmitTip)).Answers(400, 401, 409, 413, 415);
}
