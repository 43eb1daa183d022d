using FluentValidation;
using MediatR;
using Whistle.Server.Directories;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>The signed list of the pages' files, byte for byte (SPEC 6.2 and 13).</summary>
internal static class GetSite
{
    public sealed record Query : IRequest<Outcome<string>>, IFromSource, IQuery;

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(PublishedSite site) : IRequestHandler<Query, Outcome<string>>
    {
        public Task<Outcome<string>> Handle(Query request, CancellationToken cancellationToken) =>
            Task.FromResult<Outcome<string>>(site.Note is { } note ? note : Refusal.NotFound);
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/site", async Task<IResult> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Text(outcome.Value);
        })
        .WithName(nameof(GetSite)).Produces<string>(200, "text/plain").Answers(404);
}
