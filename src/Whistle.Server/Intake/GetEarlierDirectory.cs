using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>
/// Any published version of the directory by its hash, byte for byte (SPEC 6 and 13): a reply stays verifiable after the
/// person who signed it has left. Expired versions too; the reader judges them, under the root that it pinned.
/// </summary>
internal static class GetEarlierDirectory
{
    public sealed record Query(Hash32 Hash) : IRequest<Outcome<string>>, IFromSource, IQuery;

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<string>>
    {
        public async Task<Outcome<string>> Handle(Query request, CancellationToken cancellationToken) =>
            await db.Set<DirectoryVersion>().Where(d => d.Hash == request.Hash).Select(d => d.Note).FirstOrDefaultAsync(cancellationToken)
                is { } note
                ? note
                : Refusal.NotFound;
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/directories/{hash}", async Task<IResult> (Hash32 hash, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(hash), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Text(outcome.Value);
        })
        .WithName(nameof(GetEarlierDirectory)).Produces<string>(200, "text/plain").Answers(404);
}
