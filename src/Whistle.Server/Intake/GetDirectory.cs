using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>The current signed directory, byte for byte (SPEC 6 and 13).</summary>
internal static class GetDirectory
{
    public sealed record Query : IRequest<Outcome<string>>, IFromSource, IQuery;

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<string>>
    {
        public async Task<Outcome<string>> Handle(Query request, CancellationToken cancellationToken) =>
            await db.Set<DirectoryVersion>().OrderByDescending(d => d.Version).Select(d => d.Note).FirstOrDefaultAsync(cancellationToken)
                is { } note
                ? note
                : new Refusal(StatusCodes.Status404NotFound, "no-directory");
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/directory", async Task<IResult> (IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Text(outcome.Value);
        })
        .WithName(nameof(GetDirectory)).Produces<string>(200, "text/plain").Answers(404);
}
