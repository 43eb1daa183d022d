using System.Globalization;
using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>Announces an object of attachments by a source, paid for by a proof of work over its id (SPEC 13).</summary>
internal static class AnnounceUpload
{
    public sealed record Body(UploadId Id, long Size, byte[] Nonce, string Counter);

    /// <param name="Id">The upload.</param>
    /// <param name="Size">Bytes of ciphertext.</param>
    /// <param name="Nonce">The challenge.</param>
    /// <param name="Counter">Decimal digits.</param>
    /// <param name="Work">What is wrong with the proof of work, or nothing: judged beside the writer, heeded for new uploads only.</param>
    public sealed record Command(UploadId Id, long Size, byte[] Nonce, string Counter, Refusal? Work) : IRequest<Outcome<Answer>>, IFromSource;

    public sealed record Answer(UploadId Id, int Parts, bool IsNew);

    public sealed record Wire(UploadId Id, int Parts);

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(IOptions<WhistleOptions> options)
        {
            RuleFor(c => c.Size).GreaterThan(0).WithErrorCode("upload-empty");
            RuleFor(c => c.Size).LessThanOrEqualTo(options.Value.LargestUpload).WithErrorCode("upload-too-large");
            RuleFor(c => c.Nonce).Must(n => n.Length == Challenge.Length).WithErrorCode("challenge-invalid");
            RuleFor(c => c.Counter).Must(c => TryCounter(c, out _)).WithErrorCode("counter-malformed");
        }
    }

    internal sealed class Handler(
        WhistleDb db, StorageKeys keys, TimeProvider clock)
        : IRequestHandler<Command, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var known = await db.Set<Upload>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == request.Id, cancellationToken);
            if (known is not null)
                return known.Size == request.Size && known.By is null ? new Answer(known.Id, known.PartCount, false) : Refusal.Conflict("upload-differs");
            if (request.Work is { } fault)
                return fault;
            var upload = new Upload(request.Id, request.Size, clock.Today(), by: null);
            _ = keys.New(request.Id);
            db.Add(upload);
            return new Answer(upload.Id, upload.PartCount, true);
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/uploads", async Task<Results<Created<Wire>, Ok<Wire>, Problem>> (Body body, IMediator mediator, Challenges challenges, CancellationToken ct) =>
        {
            // Where there is nothing to judge, the validator says so.
            var work = body.Nonce.Length == Challenge.Length && TryCounter(body.Counter, out var counter)
                ? challenges.Judge(new ProofOfWork(body.Nonce, counter), body.Id.ToBytes())
                : null;
            var outcome = await mediator.Send(new Command(body.Id, body.Size, body.Nonce, body.Counter, work), ct);
            if (outcome.Refused(out var problem))
                return problem;
            var wire = new Wire(outcome.Value.Id, outcome.Value.Parts);
            return outcome.Value.IsNew ? TypedResults.Created((string?)null, wire) : TypedResults.Ok(wire);
        })
        .WithName(nameof(AnnounceUpload)).Answers(400, 401, 409);

    private static bool TryCounter(string text, out ulong counter) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out counter);
}
