using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Whistle.Protocol;
using Whistle.Protocol.Intake;
using Whistle.Server.Data;
using Whistle.Server.Hosting;
using Whistle.Server.Intake;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Cases;

/// <summary>A nonce for a claim or a recusal (SPEC 10 and 14.1).</summary>
internal static class IssueClaimChallenge
{
    public sealed record Body;

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Answer(byte[] Nonce, int Seconds);

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(Challenges challenges) : IRequestHandler<Query, Outcome<Answer>>
    {
        public Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Answer>>(
                new Answer(challenges.Issue(ChallengePurpose.Claim), Challenge.Seconds(ChallengePurpose.Claim)));
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/challenge", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(IssueClaimChallenge)).Answers(400, 401, 404);
}

/// <summary>Announces an object of attachments by a member.</summary>
internal static class AnnounceDeskUpload
{
    public sealed record Body(UploadId Id, long Size);

    public sealed record Command(UploadId Id, long Size) : IRequest<Outcome<AnnounceUpload.Answer>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator(IOptions<WhistleOptions> options)
        {
            RuleFor(c => c.Size).GreaterThan(0).WithErrorCode("upload-empty");
            RuleFor(c => c.Size).LessThanOrEqualTo(options.Value.LargestUpload).WithErrorCode("upload-too-large");
        }
    }

    internal sealed class Handler(WhistleDb db, Actor actor, StorageKeys keys, TimeProvider clock)
        : IRequestHandler<Command, Outcome<AnnounceUpload.Answer>>
    {
        public async Task<Outcome<AnnounceUpload.Answer>> Handle(Command request, CancellationToken cancellationToken)
        {
            var me = actor.Member.Id;
            var known = await db.Set<Upload>().AsNoTracking().FirstOrDefaultAsync(u => u.Id == request.Id, cancellationToken);
            if (known is not null)
            {
                return known.Size == request.Size && known.By == me
                    ? new AnnounceUpload.Answer(known.Id, known.PartCount, false)
                    : Refusal.Conflict("upload-differs");
            }
            var upload = new Upload(request.Id, request.Size, clock.Today(), me);
            _ = keys.New(request.Id);
            db.Add(upload);
            return new AnnounceUpload.Answer(upload.Id, upload.PartCount, true);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/uploads", async Task<Results<Created<AnnounceUpload.Wire>, Ok<AnnounceUpload.Wire>, Problem>> (
            Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(body.Id, body.Size), ct);
            if (outcome.Refused(out var problem))
                return problem;
            var wire = new AnnounceUpload.Wire(outcome.Value.Id, outcome.Value.Parts);
            return outcome.Value.IsNew ? TypedResults.Created((string?)null, wire) : TypedResults.Ok(wire);
        })
        .WithName(nameof(AnnounceDeskUpload)).Answers(400, 401, 404, 409);
}

/// <summary>A part of a member's upload.</summary>
internal static class StoreDeskPart
{
    public sealed record Look(UploadId Upload, int Number) : IRequest<Outcome<Parts.Place>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    public sealed record Command(UploadId Upload, int Number, Hash32 Hash) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Readers;
    }

    internal sealed class LookValidator : AbstractValidator<Look>;

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class LookHandler(Parts parts, Actor actor) : IRequestHandler<Look, Outcome<Parts.Place>>
    {
        public Task<Outcome<Parts.Place>> Handle(Look request, CancellationToken cancellationToken) =>
            parts.LookAsync(request.Upload, request.Number, actor.Member.Id, cancellationToken);
    }

    internal sealed class Handler(Parts parts, Actor actor) : IRequestHandler<Command, Outcome<Done>>
    {
        public Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken) =>
            parts.AddAsync(request.Upload, request.Number, request.Hash, actor.Member.Id, cancellationToken);
    }

    internal static void Map(IEndpointRouteBuilder desk) =>
        Parts.Map(desk, (id, number) => new Look(id, number), (id, number, hash) => new Command(id, number, hash))
            .WithName(nameof(StoreDeskPart));
}
