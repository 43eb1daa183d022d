using FluentValidation;
using MediatR;
using Microsoft.Extensions.Options;
using Whistle.Protocol.Intake;
using Whistle.Server.Hosting;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>A nonce to work on or to sign (SPEC 8.3). Nothing is stored for it.</summary>
internal static class IssueChallenge
{
    public sealed record Body(string Purpose);

    public sealed record Query(string Purpose) : IRequest<Outcome<Answer>>, IFromSource, IQuery;

    public sealed record Answer(byte[] Nonce, int Bits, int Seconds);

    internal sealed class Validator : AbstractValidator<Query>
    {
        public Validator() => RuleFor(q => q.Purpose).Must(p => p is "tip" or "mailbox").WithErrorCode("purpose-unknown");
    }

    internal sealed class Handler(Challenges challenges, IOptions<WhistleOptions> options) : IRequestHandler<Query, Outcome<Answer>>
    {
        public Task<Outcome<Answer>> Handle(Query request, CancellationToken cancellationToken)
        {
            var purpose = string.Equals(request.Purpose, "tip", StringComparison.Ordinal) ? ChallengePurpose.Tip : ChallengePurpose.Mailbox;
            return Task.FromResult<Outcome<Answer>>(
                new Answer(challenges.Issue(purpose), options.Value.ProofOfWorkBits, Challenge.Seconds(purpose)));
        }
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapPost("/challenge", async Task<Results<Ok<Answer>, Problem>> (Body body, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(body.Purpose), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Ok(outcome.Value);
        })
        .WithName(nameof(IssueChallenge)).Answers(400);
}
