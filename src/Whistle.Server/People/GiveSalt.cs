using FluentValidation;
using MediatR;
using Whistle.Server.Pipeline;

namespace Whistle.Server.People;

/// <summary>The server's salt for a login name (SPEC 11), for known and unknown names alike.</summary>
internal static class GiveSalt
{
    public sealed record Body(string Name)
    {
        public override string ToString() => "(name)";
    }

    public sealed record Answer(byte[] Salt);

    public sealed record Query(string Name) : IRequest<Outcome<Answer>>, IAnonymous, IQuery
    {
        public override string ToString() => "(name)";
    }

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Name).NotEmpty().MaximumLength(LoginNames.MaxLength).WithErrorCode("name-wrong");
    }

    internal sealed class Handler(LoginNames names) : IRequestHandler<Query, Outcome<Answer>>
    {
        public Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Answer>>(new Answer(names.Salt(request.Name)));
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/session/salt", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(body.Name), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(GiveSalt));
}
