using FluentValidation;
using MediatR;
using Microsoft.Extensions.Options;
using Whistle.Server.Directories;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Setup;

/// <summary>What the ceremony needs to know of the server: its origins and the key that signs promises.</summary>
internal static class OpenSetup
{
    public sealed record Body(string Token)
    {
        public override string ToString() => "(token)";
    }

    public sealed record Answer(IReadOnlyList<string> Origins, DirectoryText.LogMember Log);

    public sealed record Query(string Token) : IRequest<Outcome<Answer>>, IAnonymous, IQuery
    {
        public override string ToString() => "(token)";
    }

    internal static Refusal Unknown { get; } = new(StatusCodes.Status404NotFound, "setup-unknown");

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Token).NotEmpty().MaximumLength(128).WithErrorCode("token-wrong");
    }

    internal sealed class Handler(SetupGate gate, ServerKeys keys, IOptions<WhistleOptions> options) : IRequestHandler<Query, Outcome<Answer>>
    {
        public Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<Answer>>(gate.Admits(request.Token)
                ? new Answer([.. options.Value.Origins], DirectoryText.LogOf(keys))
                : Unknown);
    }

    internal static void Map(IEndpointRouteBuilder desk) => desk
        .MapPost("/setup/open", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(body.Token), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(OpenSetup));
}
