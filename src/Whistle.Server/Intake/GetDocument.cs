using FluentValidation;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Whistle.Protocol;
using Whistle.Server.Data;
using Whistle.Server.Directories;
using Whistle.Server.Pipeline;

namespace Whistle.Server.Intake;

/// <summary>A questionnaire, texts or taxonomy by its hash, byte for byte (SPEC 7 and 13).</summary>
internal static class GetDocument
{
    public sealed record Query(Hash32 Hash) : IRequest<Outcome<byte[]>>, IFromSource, IQuery;

    internal sealed class Validator : AbstractValidator<Query>;

    internal sealed class Handler(WhistleDb db) : IRequestHandler<Query, Outcome<byte[]>>
    {
        public async Task<Outcome<byte[]>> Handle(Query request, CancellationToken cancellationToken) =>
            await db.Set<Document>().Where(d => d.Hash == request.Hash).Select(d => d.Bytes).FirstOrDefaultAsync(cancellationToken)
                is { } bytes
                ? bytes
                : Refusal.NotFound;
    }

    internal static void Map(IEndpointRouteBuilder source) => source
        .MapGet("/documents/{hash}", async Task<IResult> (Hash32 hash, IMediator mediator, CancellationToken ct) =>
        {
            var outcome = await mediator.Send(new Query(hash), ct);
            return outcome.Refused(out var problem) ? problem : TypedResults.Bytes(outcome.Value, "application/json");
        })
        .WithName(nameof(GetDocument)).Produces<object>(200, "application/json").Answers(404);
}
