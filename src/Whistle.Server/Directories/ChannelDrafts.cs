using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.People;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Directories;

/// <summary>The channels as the next directory shall have them.</summary>
internal static class ListChannelDrafts
{
    public sealed record Answer(IReadOnlyList<DirectoryText.Channel> Channels);

    public sealed record Query : IRequest<Outcome<Answer>>, IForRole, IQuery
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<Answer>>
    {
        public async Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken) =>
            new Answer([.. (await db.Set<ChannelDraft>().OrderBy(d => d.Id).ToListAsync(cancellationToken)).Select(d => d.ToChannel())]);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapGet("/channels/drafts", async Task<Results<Ok<Answer>, Problem>> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(ListChannelDrafts));
}

/// <summary>Writes one channel's draft; refuses people whose role does not fit and documents that are not there.</summary>
internal static class PutChannelDraft
{
    public sealed record Command(ChannelId Id, DirectoryText.Channel Channel) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>
    {
        public Validator()
        {
            RuleFor(c => c.Channel.Id).Equal(c => c.Id).WithErrorCode("channel-differs");
            RuleFor(c => c.Channel).Custom((channel, context) =>
            {
                if (ChannelRules.FaultOfForm(channel) is { } code)
                    context.AddFailure(new FluentValidation.Results.ValidationFailure("channel", code) { ErrorCode = code });
            });
        }
    }

    internal sealed class Handler(WhistleDb db, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            var root = await db.Set<PinnedRoot>().SingleAsync(cancellationToken);
            if (await ChannelRules.FaultAsync(db, request.Channel, root, readyToSign: false, cancellationToken) is { } refusal)
                return refusal;
            var draft = await db.Set<ChannelDraft>().FirstOrDefaultAsync(d => d.Id == request.Id, cancellationToken);
            if (draft is null)
                db.Add(new ChannelDraft(request.Channel));
            else
                draft.Replace(request.Channel);
            unit.Audit("channel.drafted", request.Id.ToString());
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPut("/channels/drafts/{id}", async Task<Results<NoContent, Problem>> (ChannelId id, DirectoryText.Channel body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id, body), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(PutChannelDraft));
}

/// <summary>Takes a channel out of the next directory. The current one keeps it until that is signed.</summary>
internal static class DeleteChannelDraft
{
    public sealed record Command(ChannelId Id) : IRequest<Outcome<Done>>, IForRole
    {
        public IReadOnlyCollection<Role> Roles => People.Roles.Admins;
    }

    internal sealed class Validator : AbstractValidator<Command>;

    internal sealed class Handler(WhistleDb db, UnitOfWork unit) : IRequestHandler<Command, Outcome<Done>>
    {
        public async Task<Outcome<Done>> Handle(Command request, CancellationToken cancellationToken)
        {
            if (await db.Set<ChannelDraft>().FirstOrDefaultAsync(d => d.Id == request.Id, cancellationToken) is not { } draft)
                return Refusal.NotFound;
            db.Remove(draft);
            unit.Audit("channel.undrafted", request.Id.ToString());
            return default(Done);
        }
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapDelete("/channels/drafts/{id}", async Task<Results<NoContent, Problem>> (ChannelId id, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Command(id), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.NoContent();
        })
        .WithName(nameof(DeleteChannelDraft));
}
